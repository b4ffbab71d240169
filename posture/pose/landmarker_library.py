"""Import of MediaPipe's pose landmarker without the rest of MediaPipe.

The packages around the landmarker import all others at once: matplotlib's windows, and a sound library that looks for
devices. That takes longer than the preview of a clip.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from types import ModuleType
from typing import Any, NamedTuple

_PACKAGES = ("mediapipe", "mediapipe.tasks", "mediapipe.tasks.python", "mediapipe.tasks.python.vision")
_lock = threading.Lock()


class LandmarkerLibrary(NamedTuple):
    """The modules of MediaPipe that a pose landmarker needs."""

    pose_landmarker: Any
    image: Any
    base_options: Any
    running_mode: Any


def landmarker_library() -> LandmarkerLibrary:
    """Return the modules; the first call imports them."""
    with _lock:
        return _library()


@cache
def _library() -> LandmarkerLibrary:
    if "mediapipe" in sys.modules:
        return _imported()
    with _without_package_files():
        return _imported()


def _imported() -> LandmarkerLibrary:
    from mediapipe.tasks.python.core import base_options, mediapipe_c_bindings
    from mediapipe.tasks.python.vision import pose_landmarker
    from mediapipe.tasks.python.vision.core import image, vision_task_running_mode

    # It looks for its file through the packages.
    mediapipe_c_bindings.load_raw_library()
    return LandmarkerLibrary(pose_landmarker, image, base_options, vision_task_running_mode)


@contextmanager
def _without_package_files() -> Iterator[None]:
    """Let modules of MediaPipe be imported without the files of the packages around them."""
    spec = find_spec("mediapipe")
    if spec is None or not spec.submodule_search_locations:
        # The import says what is missing.
        yield
        return
    (root,) = spec.submodule_search_locations
    for name in _PACKAGES:
        package = ModuleType(name)
        package.__path__ = ["/".join([root, *name.split(".")[1:]])]
        sys.modules[name] = package
    try:
        yield
    finally:
        # Whoever imports MediaPipe afterwards gets all of it, as new modules.
        for name in [name for name in sys.modules if name.partition(".")[0] == "mediapipe"]:
            del sys.modules[name]
