"""Import MediaPipe without the plotting and sound libraries that it loads for itself."""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

_LOCK = threading.Lock()


def import_mediapipe() -> Any:
    """Return MediaPipe; its drawing functions load Matplotlib when they are called, not now.

    That saves a third of a second on a usual computer.
    """
    with _LOCK, _deferred("matplotlib", "pyplot"), _missing("sounddevice"):
        return importlib.import_module("mediapipe")


class _DeferredModule(ModuleType):
    """Module that is imported when one of its attributes is used."""

    def __getattr__(self, attribute: str) -> Any:
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        return getattr(importlib.import_module(self.__name__), attribute)


@contextmanager
def _deferred(package: str, module: str) -> Iterator[None]:
    """Within the context, imports of a module of a package that is not loaded yet give a deferred one."""
    if package in sys.modules:
        yield
        return
    names = package, f"{package}.{module}"
    parent, child = (_DeferredModule(name) for name in names)
    setattr(parent, module, child)
    sys.modules |= dict(zip(names, (parent, child), strict=True))
    try:
        yield
    finally:
        for name in names:
            sys.modules.pop(name, None)


@contextmanager
def _missing(module: str) -> Iterator[None]:
    """Within the context, a module that is not loaded yet cannot be imported."""
    if module in sys.modules:
        yield
        return
    # None makes an import fail.
    sys.modules[module] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[module]
