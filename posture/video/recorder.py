"""Crash-safe recording: an MP4 file that plays even when it is cut off."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Self

import av

from posture.errors import OutputError
from posture.language import gettext as _
from posture.types import Image
from posture.video.background import BackgroundWriter
from posture.video.writer import FAILURES

_TICK = Fraction(1, 90_000)
# The camera does not wait, so speed comes first. One fragment a second: a crash loses a second at most.
_OPTIONS = {"preset": "ultrafast", "tune": "zerolatency", "crf": "20"}
_FLAGS = {"movflags": "frag_keyframe+empty_moov+default_base_moof", "flush_packets": "1"}
_GROUP = 30
# Memory of the queue: 4 s of 720p at 30 frames a second; then the camera waits. At least this many frames.
_QUEUE_BYTES, _MIN_DEPTH = 340_000_000, 16


class Recorder:
    """Records frames as H.264 in a fragmented MP4 file, overwriting an existing one; a context manager.

    Raises
    ------
    OutputError
        In `add` and `close`, when the file cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._size: tuple[int, int] | None = None
        self._writer: BackgroundWriter[tuple[Image, float]] | None = None

    @property
    def size(self) -> tuple[int, int] | None:
        """Width and height of the recording, pixels; None before the first frame."""
        return self._size

    def add(self, rgb: Image, time_s: float) -> bool:
        """Copy a frame and queue it for the encoder.

        Parameters
        ----------
        rgb : array of uint8, shape (height, width, 3)
            Odd sides are cropped by one pixel.
        time_s
            Seconds since the start of the recording; strictly increasing.

        Returns
        -------
        bool
            False when the size differs from that of the first frame; the frame is then not recorded.
        """
        height, width = (side - side % 2 for side in rgb.shape[:2])
        if self._size is None:
            self._size = (width, height)
            self._writer = BackgroundWriter(self._write, depth=max(_MIN_DEPTH, _QUEUE_BYTES // rgb.nbytes))
        if self._size != (width, height) or self._writer is None:
            return False
        try:
            self._writer.put((rgb[:height, :width].copy(), time_s))
        except FAILURES as error:
            raise self._write_error(error) from error
        return True

    def close(self) -> None:
        """Finish the file."""
        writer, self._writer = self._writer, None
        if writer is None:
            return
        try:
            writer.finish()
        except FAILURES as error:
            raise self._write_error(error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _write(self, frames: Iterator[tuple[Image, float]]) -> None:
        with av.open(str(self.path), "w", format="mp4", options=dict(_FLAGS)) as container:
            stream = container.add_stream("libx264", rate=30, options=dict(_OPTIONS))
            assert self._size is not None
            stream.width, stream.height = self._size
            stream.pix_fmt = "yuv420p"
            stream.gop_size = _GROUP
            stream.codec_context.time_base = stream.time_base = _TICK
            for rgb, time_s in frames:
                frame = av.VideoFrame.from_ndarray(rgb, format="rgb24")
                frame.pts, frame.time_base = round(time_s / _TICK), _TICK
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))

    def _write_error(self, error: Exception) -> OutputError:
        return OutputError(
            _("cannot be written ({reason})").format(reason=getattr(error, "strerror", None) or error),
            where=self.path,
            advice=_("Free some space there, or name another folder with --record."),
        )
