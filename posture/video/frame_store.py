"""Keeps a clip's pictures, small, while the clip is watched, so that they can be drawn on when all is known."""

from __future__ import annotations

import struct
import tempfile
import threading
from collections.abc import Generator, Iterator
from contextlib import suppress
from fractions import Fraction
from types import TracebackType
from typing import IO, Self

import av
import numpy as np
from av.codec.context import CodecContext
from av.error import FFmpegError
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter
from numpy.typing import NDArray

from posture.errors import OutputError
from posture.language import gettext as _
from posture.video.background import BackgroundWriter, Prefetcher
from posture.video.writer import FAILURES

# The longest short and long side of what is kept, pixels.
BOX = (720, 1280)
_QUEUE_DEPTH = 4
# All but the first picture lean on the one before: they are only ever read in order, and so the file stays small.
_OPTIONS = {"preset": "ultrafast", "tune": "zerolatency", "crf": "19", "g": "600"}
_LENGTH = struct.Struct("=I")


def kept_size(width: int, height: int) -> tuple[int, int]:
    """Return the size in which pictures are kept: even sides, within `BOX`, never larger than they are.

    Parameters
    ----------
    width, height : int
        Pixels. A side of one pixel becomes two, the least that the coding knows.
    """
    short, long = sorted((width, height))
    scale = min(1.0, BOX[0] / short, BOX[1] / long)
    return _even(width * scale), _even(height * scale)


def _even(side: float) -> int:
    return max(2, 2 * int((side + 1e-6) / 2))


class FrameStore:
    """The pictures of one clip in a file without a name, which is gone with the process; use it with ``with``.

    Pictures are taken from one thread (`add`), compressed in a second one, and read back when `end` was called.
    A disk that is full, or a missing encoder, does not stop whoever fills it: it is told by `pictures`.

    Attributes
    ----------
    count : int
        Pictures that were added.
    """

    def __init__(self) -> None:
        self.count = 0
        self._scaler = VideoReformatter()
        self._file: IO[bytes] | None = None
        self._behind: BackgroundWriter[av.VideoFrame] | None = None
        self._failure: Exception | None = None
        self._size: tuple[int, int] | None = None
        self._colorspace = int(Colorspace.ITU709)
        self._lock = threading.Lock()
        self._closed = False

    @property
    def size(self) -> tuple[int, int] | None:
        """Width and height of the pictures, pixels; None before the first."""
        return self._size

    def add(self, picture: av.VideoFrame, size: tuple[int, int], colorspace: int, colour_range: int) -> None:
        """Keep a decoded, upright picture.

        Parameters
        ----------
        picture : VideoFrame
        size : tuple of int
            Width and height with square pixels, in which it is measured.
        colorspace, colour_range : int
            As the picture is coded.
        """
        self.count += 1
        if self._failure is not None:
            return
        try:
            frame = self._shrunk(picture, size, colorspace, colour_range)
            with self._lock:
                if self._closed:
                    return
                if self._behind is None:
                    # The file is made here, so that whoever closes the spool can close it.
                    self._file = tempfile.TemporaryFile(prefix="posture-")  # noqa: SIM115
                    self._behind = BackgroundWriter(self._write, depth=_QUEUE_DEPTH)
            self._behind.give(frame)
        except FAILURES as error:
            self._failure = error

    def end(self) -> None:
        """Say that all pictures were added."""
        if self._behind is not None and self._failure is None:
            try:
                self._behind.finish()
            except FAILURES as error:
                self._failure = error

    def pictures(self) -> Generator[NDArray[np.uint8]]:
        """Read the pictures back, in order, decoded ahead in a thread.

        Yields
        ------
        ndarray of uint8, shape (height, width, 3)
            RGB; the caller may draw on it.

        Raises
        ------
        OutputError
            When they could not be kept.
        """
        if self._failure is not None:
            raise _not_kept(self._failure) from self._failure
        if self._file is None:
            return
        file = self._file
        yield from Prefetcher(lambda: self._read(file), depth=_QUEUE_DEPTH).items()

    def close(self) -> None:
        """Let go of the pictures."""
        with self._lock:
            self._closed = True
        if self._behind is not None:
            self._behind.abandon()
        if self._file is not None:
            # A full disk refuses the last bytes of a file that is thrown away anyhow.
            with suppress(OSError):
                self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _shrunk(
        self, picture: av.VideoFrame, size: tuple[int, int], colorspace: int, colour_range: int
    ) -> av.VideoFrame:
        if self._size is None:
            self._size = kept_size(*size)
        width, height = self._size
        rgb = picture.format.is_rgb or picture.format.has_palette
        if not rgb:
            self._colorspace = colorspace
        return self._scaler.reformat(
            picture,
            width=width,
            height=height,
            format="yuv420p",
            src_colorspace=colorspace,
            # Between two codings of light and colour difference the matrix stays as it is.
            dst_colorspace=self._colorspace,
            src_color_range=colour_range,
            dst_color_range=ColorRange.MPEG,
            interpolation=Interpolation.AREA if width < picture.width else Interpolation.BILINEAR,
            threads=1,
        )

    def _write(self, frames: Iterator[av.VideoFrame]) -> None:
        assert self._file is not None
        assert self._size is not None
        encoder = CodecContext.create("libx264", "w")
        encoder.width, encoder.height = self._size
        encoder.pix_fmt = "yuv420p"
        encoder.time_base = Fraction(1, 30)
        encoder.thread_count = 1
        encoder.options = dict(_OPTIONS)
        for number, frame in enumerate(frames):
            frame.pts, frame.time_base = number, encoder.time_base
            # A decoded picture remembers what kind it was in its own file.
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

    def _read(self, file: IO[bytes]) -> Generator[NDArray[np.uint8]]:
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


def _not_kept(error: Exception) -> OutputError:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    if isinstance(error, FFmpegError):
        what = _("is left out: the clip's pictures could not be compressed ({reason})")
        return OutputError(what.format(reason=reason), where="annotated.mp4", advice=_("Use --no-video."))
    return OutputError(
        _("is left out: the clip's pictures could not be kept in a temporary file ({reason})").format(
            reason=reason
        ),
        where="annotated.mp4",
        advice=_("Free some space there, let TMPDIR name another folder, or use --no-video."),
    )
