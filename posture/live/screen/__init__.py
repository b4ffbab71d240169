"""Window and terminal of the live commands, and OpenCV loaded in time for them.

On Linux OpenCV's windows hang for ever when PyAV was loaded first: both wheels bring X11 libraries of their own, and
OpenCV's Qt takes those that are loaded already (PyAV-Org/PyAV#978).
"""

from __future__ import annotations

import sys


def load_opencv_before_pyav() -> None:
    """Load OpenCV; call it before anything loads PyAV."""
    import cv2  # noqa: F401


def opencv_was_first() -> bool:
    """Return whether OpenCV was loaded before PyAV."""
    loaded = list(sys.modules)
    return "av" not in loaded or ("cv2" in loaded and loaded.index("cv2") < loaded.index("av"))
