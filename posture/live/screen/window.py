"""A window of OpenCV that shows a session and hears keys."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import numpy as np

from posture.drawing.image import encode_jpeg
from posture.drawing.text import fonts_folder
from posture.live.screen.opencv_first import was_in_time
from posture.live.screen.view import SessionView
from posture.live.screen.wording import KEYS, Keys
from posture.live.session import Command, DisplayState
from posture.types import Image

TITLE = "posture live"
_ESCAPE = 27
_TRIAL = "import cv2; cv2.namedWindow('posture'); cv2.waitKey(1); cv2.destroyAllWindows()"
_TRIAL_S = 40.0


def has_screen() -> bool:
    """Tell whether a window can be opened.

    On Linux OpenCV ends the whole process where there is no screen, or where one is named and does not answer; so
    another process tries it first. There it also waits for ever when PyAV was loaded before OpenCV.
    """
    if not sys.platform.startswith("linux"):
        return True
    if not was_in_time():
        return False
    if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        return False
    try:
        trial = subprocess.run(
            [sys.executable, "-P", "-c", _TRIAL], capture_output=True, timeout=_TRIAL_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return trial.returncode == 0


class DisplayWindow:
    """A window; a context manager, to be used in the main thread, where `has_screen`.

    Parameters
    ----------
    mirror : bool
    full_screen : bool
    view : View, optional
        Draws what is shown.
    keys : sequence of (key, command, word)
        What is heard.
    """

    def __init__(
        self,
        *,
        mirror: bool = True,
        full_screen: bool = False,
        view: SessionView | None = None,
        keys: Keys = KEYS,
    ) -> None:
        self._view = SessionView(mirror=mirror) if view is None else view
        self._keys = keys
        self._full = full_screen
        self._cv2: Any = None
        self._shown: Image | None = None
        self._size: tuple[int, int] | None = None

    def __enter__(self) -> Self:
        """Open it."""
        import cv2

        _give_fonts()
        self._cv2 = cv2
        # Without Qt's own bars, whose letters it has no font for.
        cv2.namedWindow(TITLE, cv2.WINDOW_NORMAL | cv2.WINDOW_KEEPRATIO | cv2.WINDOW_GUI_NORMAL)
        self._fill()
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def show(self, moment: DisplayState) -> Command | None:
        """Show a moment, and return what a key means."""
        cv2 = self._cv2
        self._shown = self._view.draw(moment)
        size = (self._shown.shape[1], self._shown.shape[0])
        if size != self._size:
            self._size = size
            if not self._full:
                cv2.resizeWindow(TITLE, *size)
        cv2.imshow(TITLE, np.ascontiguousarray(self._shown[..., ::-1]))
        key = cv2.waitKey(1)
        return self._meaning(key) if self._is_open() else "quit"

    def snapshot(self) -> bytes | None:
        """Return a JPEG of what is shown."""
        return None if self._shown is None else encode_jpeg(self._shown)

    def close(self) -> None:
        """Close the window, which the user may have done already."""
        with suppress(self._cv2.error):
            self._cv2.destroyWindow(TITLE)

    def _is_open(self) -> bool:
        """Tell whether the user has left the window open; some of OpenCV's kinds of windows raise when not."""
        try:
            return bool(self._cv2.getWindowProperty(TITLE, self._cv2.WND_PROP_VISIBLE) >= 1)
        except self._cv2.error:
            return False

    def _meaning(self, key: int) -> Command | None:
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
            TITLE,
            cv2.WND_PROP_FULLSCREEN,
            cv2.WINDOW_FULLSCREEN if self._full else cv2.WINDOW_NORMAL,
        )


def _give_fonts() -> None:
    """Name Qt a folder that has fonts: OpenCV's wheels name one that is not there, and Qt complains about it."""
    if not Path(os.environ.get("QT_QPA_FONTDIR", "")).is_dir() or not os.environ.get("QT_QPA_FONTDIR"):
        os.environ["QT_QPA_FONTDIR"] = fonts_folder()
