"""Writes pictures as they come into a video that can be played even when the recording is cut off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import numpy as np
from numpy.typing import NDArray

from posture.errors import OutputError
from posture.language import gettext as _
from posture.video.background import BackgroundWriter
from posture.video.writer import FAILURES

_TICK = Fraction(1, 90_000)
# Fast first: the camera does not wait. A fragment a second, so that at most a second is lost.
_OPTIONS = {"preset": "ultrafast", "tune": "zerolatency", "crf": "20"}
_FLAGS = {"movflags": "frag_keyframe+empty_moov+default_base_moof", "flush_packets": "1"}
_GROUP = 30
# Pictures that wait for the encoder: 0.9 MB each at 640x480.
_DEPTH = 16


@dataclass(frozen=True)
class _Item:
    rgb: NDArray[np.uint8]
    time_s: float


class Recorder:
    """Records pictures as H.264 in an MP4 file of fragments; use it with ``with``.

    Parameters
    ----------
    path : Path
        Written over.

    Raises
    ------
    OutputError
        By `add` and `close`, when the file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._size: tuple[int, int] | None = None
        self._behind: BackgroundWriter[_Item] | None = None

    @property
    def size(self) -> tuple[int, int] | None:
        """Width and height of the recording; None before the first picture."""
        return self._size

    def add(self, rgb: NDArray[np.uint8], time_s: float) -> bool:
        """Record a picture; its copy is made here.

        Parameters
        ----------
        rgb : array of uint8, shape (height, width, 3)
            All of the same size; of odd sides the last row or column is left out.
        time_s : float
            Seconds from the recording's begin; strictly increasing.

        Returns
        -------
        bool
            False when the picture has another size than the first, and is not recorded.
        """
        height, width = (side - side % 2 for side in rgb.shape[:2])
        if self._size is None:
            self._size = (width, height)
            self._behind = BackgroundWriter(self._write, depth=_DEPTH)
        if self._size != (width, height) or self._behind is None:
            return False
        try:
            self._behind.give(_Item(rgb[:height, :width].copy(), time_s))
        except FAILURES as error:
            raise self._explained(error) from error
        return True

    def close(self) -> None:
        """End the recording."""
        behind, self._behind = self._behind, None
        if behind is None:
            return
        try:
            behind.finish()
        except FAILURES as error:
            raise self._explained(error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _write(self, items: Iterator[_Item]) -> None:
        with av.open(str(self.path), "w", format="mp4", options=dict(_FLAGS)) as container:
            stream = container.add_stream("libx264", rate=30, options=dict(_OPTIONS))
            assert self._size is not None
            stream.width, stream.height = self._size
            stream.pix_fmt = "yuv420p"
            stream.gop_size = _GROUP
            stream.codec_context.time_base = stream.time_base = _TICK
            for item in items:
                frame = av.VideoFrame.from_ndarray(item.rgb, format="rgb24")
                frame.pts, frame.time_base = round(item.time_s / _TICK), _TICK
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))

    def _explained(self, error: Exception) -> OutputError:
        return OutputError(
            _("cannot be written ({reason})").format(reason=getattr(error, "strerror", None) or error),
            where=self.path,
            advice=_("Free some space there, or name another folder with --record."),
        )
