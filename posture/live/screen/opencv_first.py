"""Loads OpenCV in time: on Linux its windows hang for ever when PyAV was loaded before it.

Both wheels bring X11 libraries of their own, and OpenCV's Qt takes what is there already (PyAV-Org/PyAV#978).
"""

from __future__ import annotations

import sys


def load_before_pyav() -> None:
    """Load OpenCV; to be called before anything loads PyAV."""
    import cv2  # noqa: F401


def was_in_time() -> bool:
    """Tell whether OpenCV was loaded before PyAV."""
    loaded = list(sys.modules)
    return "av" not in loaded or ("cv2" in loaded and loaded.index("cv2") < loaded.index("av"))
