"""Pictures that a page in a browser sends, as the camera of a session.

One picture is asked for at a time: while the detector works on one, the next is on its way, and no older ones queue up.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from posture.app.live_messages import MAX_PICTURE_BYTES
from posture.drawing.canvas import decode_rgb
from posture.errors import VideoError
from posture.language import gettext as _
from posture.live.detector import CameraFrame
from posture.live.source import CameraStatus, FrameSource, Patience

# Larger pictures are refused before they are decoded: pixels of the longer side.
MAX_SIDE = 1920
# JPEG markers, ITU-T T.81, table B.1: start of an image, of a frame (sequential ones only: a few bytes of a progressive
# one can take minutes), of a scan; and those without a length.
_START, _SEQUENTIAL, _SCAN = 0xD8, (0xC0, 0xC1), 0xDA
_BARE = frozenset({0x01, *range(0xD0, 0xD9)})


class PushedCamera(FrameSource):
    """Gives the newest of the pictures that are pushed.

    Parameters
    ----------
    request
        Called when a picture is wanted, and not again before one was pushed.
    """

    def __init__(self, name: str, request: Callable[[], None], patience: Patience | None = None) -> None:
        super().__init__(name, patience)
        self._request = request
        self._is_requested = False

    @property
    def status(self) -> CameraStatus:
        """State of the source; ``lost`` also when a picture was asked for and did not come for a while."""
        if self._status == "ended":
            return "ended"
        if self.paused:
            return "paused"
        is_awaited = self._is_requested and self._newest is None
        return "lost" if self._status == "running" and is_awaited and self._is_stalled else self._status

    def pause(self) -> None:
        """Ignore pictures until `resume`."""
        super().pause()
        self._set("opening")

    def push(self, jpeg: bytes, time_s: float, skipped: int) -> None:
        """Take a picture.

        What is no JPEG of a usual size ends the source with an error.

        Parameters
        ----------
        time_s
            Of the camera; steadily increasing.
        skipped
            Pictures of the camera since the last one that were not sent.
        """
        self._is_requested = False
        if self.paused or self._status == "ended":
            return
        try:
            check_jpeg(jpeg)
            rgb = np.ascontiguousarray(decode_rgb(jpeg))
        except ValueError as error:
            self.error = VideoError(_("the camera sends no picture ({reason})").format(reason=error))
            self.end()
            return
        self.dropped += skipped
        self._number += skipped
        self._give(rgb, time_s)

    def end(self) -> None:
        """End the source: nobody sends any more."""
        self._set("ended")

    def take(self, timeout_s: float) -> CameraFrame | None:
        """Return the newest picture, and ask for the next one."""
        self._ask()
        frame = super().take(timeout_s)
        if frame is not None:
            self._ask()
        return frame

    def _ask(self) -> None:
        if not self._is_requested and not self.paused and self._newest is None:
            self._is_requested = True
            self._request()


def check_jpeg(data: bytes) -> None:
    """Check that data are a sequential JPEG of a usual size, by its headers.

    Raises
    ------
    ValueError
        When they are not.
    """
    if len(data) > MAX_PICTURE_BYTES:
        raise ValueError(f"{len(data)} bytes")
    if data[:2] != bytes((0xFF, _START)):
        raise ValueError("no JPEG")
    place = 2
    while place + 9 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker in _SEQUENTIAL:
            height, width = (int.from_bytes(data[place + i : place + i + 2], "big") for i in (5, 7))
            if not (0 < min(height, width) and max(height, width) <= MAX_SIDE):
                raise ValueError(f"{width} x {height}")
            return
        if marker == _SCAN:
            break
        place += 2 if marker in _BARE else 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    raise ValueError("no JPEG")
