"""OpenCV window that displays a session and reads keys."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import numpy as np

from posture.drawing.canvas import encode_jpeg
from posture.drawing.text import fonts_folder
from posture.live.screen import opencv_was_first
from posture.live.screen.content import ScreenContent
from posture.live.screen.view import SIZE, SessionView, fitted_size
from posture.live.session import Command, DisplayState
from posture.types import Image

TITLE = "posture live"
_ESCAPE = 27
_TRIAL = "import cv2; cv2.namedWindow('posture'); cv2.waitKey(1); cv2.destroyAllWindows()"
_TRIAL_S = 40.0
# The end of a session stays for this long, seconds; keys are read this often, milliseconds.
LINGER_S, _POLL_MS = 15.0, 40


def has_screen() -> bool:
    """Return whether a window can be opened.

    On Linux OpenCV ends the whole process where there is no screen, or where the named one does not answer; so another
    process tries it first. OpenCV also hangs there when PyAV was loaded first.
    """
    if not sys.platform.startswith("linux"):
        return True
    if not opencv_was_first():
        return False
    if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        return False
    try:
        trial = subprocess.run([sys.executable, "-P", "-c", _TRIAL], capture_output=True, timeout=_TRIAL_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return trial.returncode == 0


class DisplayWindow:
    """A window; a context manager, for the main thread, where `has_screen`."""

    def __init__(self, content: ScreenContent, *, mirror: bool = True, full_screen: bool = True) -> None:
        self._view = SessionView(content, mirror=mirror)
        self._keys = content.keys
        self._full = full_screen
        self._cv2: Any = None
        self._picture: Image | None = None

    def __enter__(self) -> Self:
        """Open the window."""
        import cv2

        _give_fonts()
        self._cv2 = cv2
        # Without Qt's toolbar and status bar, for whose letters it has no font. The picture is drawn in the window's
        # own shape; with a fixed one, OpenCV would report the shape of the last picture instead.
        cv2.namedWindow(TITLE, cv2.WINDOW_NORMAL | cv2.WINDOW_FREERATIO | cv2.WINDOW_GUI_NORMAL)
        cv2.resizeWindow(TITLE, *SIZE)
        self._fill()
        return self

    def __exit__(self, *_: object) -> None:
        """Close the window, unless the user has done so."""
        with suppress(self._cv2.error):
            self._cv2.destroyWindow(TITLE)

    def show(self, display: DisplayState) -> Command | None:
        """Display a state, and return the command of a pressed key."""
        key = self._draw(display, 1)
        return self._command(key) if self._is_open() else "quit"

    def linger(self, display: DisplayState, seconds: float = LINGER_S) -> None:
        """Display a state until a key is pressed, the window is closed, or the time is over."""
        end_s = time.monotonic() + seconds
        # A closed window must not open again.
        while self._is_open() and time.monotonic() < end_s:
            if self._draw(display, _POLL_MS) >= 0:
                return

    def _draw(self, display: DisplayState, wait_ms: int) -> int:
        """Draw a state in the window's size, and return a key; -1 for none."""
        _x, _y, width, height = self._cv2.getWindowImageRect(TITLE)
        self._picture = self._view.draw(display, fitted_size(width, height))
        self._cv2.imshow(TITLE, np.ascontiguousarray(self._picture[..., ::-1]))
        return int(self._cv2.waitKey(wait_ms))

    def snapshot(self) -> bytes | None:
        """Return a JPEG of the picture on display."""
        return None if self._picture is None else encode_jpeg(self._picture)

    def _is_open(self) -> bool:
        """Return whether the user has left the window open; some of OpenCV's back ends raise an error if not."""
        try:
            return bool(self._cv2.getWindowProperty(TITLE, self._cv2.WND_PROP_VISIBLE) >= 1)
        except self._cv2.error:
            return False

    def _command(self, key: int) -> Command | None:
        if key < 0:
            return None
        letter = chr(key & 0xFF).lower()
        if letter == "f":
            self._full = not self._full
            self._fill()
        elif letter == "v":
            self._view.mirror = not self._view.mirror
        elif key & 0xFF == _ESCAPE:
            return "quit"
        return next((command for own, command, _word in self._keys if own == letter), None)

    def _fill(self) -> None:
        cv2 = self._cv2
        cv2.setWindowProperty(
            TITLE, cv2.WND_PROP_FULLSCREEN, cv2.WINDOW_FULLSCREEN if self._full else cv2.WINDOW_NORMAL
        )


def _give_fonts() -> None:
    """Point Qt at a folder with fonts: OpenCV's wheels name a missing one, and Qt complains."""
    if not Path(os.environ.get("QT_QPA_FONTDIR", "")).is_dir() or not os.environ.get("QT_QPA_FONTDIR"):
        os.environ["QT_QPA_FONTDIR"] = fonts_folder()
