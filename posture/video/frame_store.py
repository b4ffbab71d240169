"""Small copies of all frames, kept during the analysis for the annotated video."""

from __future__ import annotations

import struct
import tempfile
import threading
from collections.abc import Generator, Iterator
from contextlib import suppress
from fractions import Fraction
from typing import IO, Self

import av
import numpy as np
from av.codec.context import CodecContext
from av.error import FFmpegError
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

from posture.errors import OutputError
from posture.language import gettext as _
from posture.types import Image
from posture.video.background import BackgroundWriter, Prefetcher
from posture.video.conversion import UprightFrame
from posture.video.writer import FAILURES

# Limits of the shorter and the longer side, pixels.
BOX = (720, 1280)
_QUEUE_DEPTH = 4
# P-frames only: the store is read sequentially.
_OPTIONS = {"preset": "ultrafast", "tune": "zerolatency", "crf": "19", "g": "600"}
_LENGTH = struct.Struct("=I")


def kept_size(width: int, height: int) -> tuple[int, int]:
    """Return the size of the copies: even sides, within `BOX`, not enlarged.

    H.264 needs two pixels at least, so a side of one pixel becomes two.

    Examples
    --------
    >>> kept_size(1920, 1080)
    (1280, 720)
    """
    short, long = sorted((width, height))
    scale = min(1.0, BOX[0] / short, BOX[1] / long)
    return _even(width * scale), _even(height * scale)


def _even(side: float) -> int:
    return max(2, 2 * int((side + 1e-6) / 2))


class FrameStore:
    """Frames of one video in an anonymous temporary file; a context manager.

    A background thread compresses what `add` receives; `images` reads it back after `end`. A full disk or a
    missing encoder does not interrupt the reader of the video: `images` raises the error later.

    Attributes
    ----------
    count
        Number of frames added.
    size
        Width and height of the copies, pixels; None before the first.
    """

    def __init__(self) -> None:
        self._empty()

    def _empty(self) -> None:
        self.count = 0
        self.size: tuple[int, int] | None = None
        self._scaler = VideoReformatter()
        self._file: IO[bytes] | None = None
        self._writer: BackgroundWriter[av.VideoFrame] | None = None
        self._failure: Exception | None = None
        self._colorspace = int(Colorspace.ITU709)
        self._lock = threading.Lock()
        self._closed = False
        self._following: FrameStore | None = None

    def add(self, frame: UprightFrame) -> None:
        """Shrink a frame and queue it for compression."""
        self.count += 1
        if self._failure is not None:
            return
        try:
            small = self._shrink(frame)
            with self._lock:
                if self._closed:
                    return
                if self._writer is None:
                    # Opened in this thread, so that `close` finds it.
                    self._file = tempfile.TemporaryFile(prefix="posture-")  # noqa: SIM115
                    self._writer = BackgroundWriter(self._write, depth=_QUEUE_DEPTH)
            self._writer.put(small)
        except FAILURES as error:
            self._failure = error

    def following(self) -> FrameStore:
        """Return the store of the frames that follow these; it can be filled at the same time."""
        self._following = FrameStore()
        return self._following

    def clear(self) -> None:
        """Forget the frames, and be ready for others."""
        self.close()
        self._empty()

    def end(self) -> None:
        """Wait until all frames are compressed."""
        if self._writer is not None and self._failure is None:
            try:
                self._writer.finish()
            except FAILURES as error:
                self._failure = error

    def images(self) -> Generator[Image]:
        """Read the frames back in order, decoded ahead in a thread.

        Yields
        ------
        array of uint8, shape (height, width, 3)
            RGB; the caller may draw on it.

        Raises
        ------
        OutputError
            When the frames could not be stored.
        """
        if self._failure is not None:
            raise _storage_error(self._failure) from self._failure
        if self._file is not None:
            file = self._file
            yield from Prefetcher(lambda: self._read(file), depth=_QUEUE_DEPTH).items()
        if self._following is not None:
            yield from self._following.images()

    def close(self) -> None:
        """Delete the frames."""
        with self._lock:
            self._closed = True
        if self._following is not None:
            self._following.close()
        if self._writer is not None:
            self._writer.abandon()
        if self._file is not None:
            # On a full disk the last flush fails; the file is discarded anyway.
            with suppress(OSError):
                self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _shrink(self, frame: UprightFrame) -> av.VideoFrame:
        if self.size is None:
            self.size = kept_size(*frame.size)
        width, height = self.size
        if not (frame.image.format.is_rgb or frame.image.format.has_palette):
            self._colorspace = frame.colorspace
        return self._scaler.reformat(
            frame.image,
            width=width,
            height=height,
            format="yuv420p",
            src_colorspace=frame.colorspace,
            # From YUV to YUV, keep the matrix.
            dst_colorspace=self._colorspace,
            src_color_range=frame.colour_range,
            dst_color_range=ColorRange.MPEG,
            interpolation=Interpolation.AREA if width < frame.image.width else Interpolation.BILINEAR,
            threads=1,
        )

    def _write(self, frames: Iterator[av.VideoFrame]) -> None:
        assert self._file is not None
        assert self.size is not None
        encoder = CodecContext.create("libx264", "w")
        encoder.width, encoder.height = self.size
        encoder.pix_fmt = "yuv420p"
        encoder.time_base = Fraction(1, 30)
        encoder.thread_count = 1
        encoder.options = dict(_OPTIONS)
        for number, frame in enumerate(frames):
            frame.pts, frame.time_base = number, encoder.time_base
            # Else the encoder would repeat the frame type that the source file has.
            frame.pict_type = 0
            self._store(encoder.encode(frame))
        self._store(encoder.encode(None))
        self._file.flush()

    def _store(self, packets: list[av.Packet[av.VideoStream]]) -> None:
        assert self._file is not None
        for packet in packets:
            data = bytes(packet)
            self._file.write(_LENGTH.pack(len(data)))
            self._file.write(data)

    def _read(self, file: IO[bytes]) -> Generator[Image]:
        decoder = CodecContext.create("h264", "r")
        scaler = VideoReformatter()
        file.seek(0)
        while True:
            head = file.read(_LENGTH.size)
            packet = av.Packet(file.read(_LENGTH.unpack(head)[0])) if head else None
            for frame in decoder.decode(packet):
                rgb = scaler.reformat(
                    frame,
                    format="rgb24",
                    src_colorspace=self._colorspace,
                    src_color_range=ColorRange.MPEG,
                    dst_color_range=ColorRange.JPEG,
                    threads=1,
                )
                yield np.asarray(rgb.to_ndarray(), dtype=np.uint8)
            if not head:
                return


def _storage_error(error: Exception) -> OutputError:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    if isinstance(error, FFmpegError):
        what = _("is left out: the clip's pictures could not be compressed ({reason})")
        return OutputError(what.format(reason=reason), where="annotated.mp4", advice=_("Use --no-video."))
    return OutputError(
        _("is left out: the clip's pictures could not be kept in a temporary file ({reason})").format(reason=reason),
        where="annotated.mp4",
        advice=_("Free some space there, let TMPDIR name another folder, or use --no-video."),
    )
