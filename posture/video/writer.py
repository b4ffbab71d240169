"""MP4 files that browsers play, and the codecs that this machine has for them."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

import av
import numpy as np
from av.codec.codec import UnknownCodecError
from av.error import ExternalError, FFmpegError
from av.video.reformatter import ColorRange
from numpy.typing import NDArray

from posture.video.background import BackgroundWriter

Mode = Literal["r", "w"]

WANTED: tuple[tuple[str, Mode], ...] = (
    ("h264", "r"),
    ("hevc", "r"),
    ("av1", "r"),
    ("vp9", "r"),
    ("libx264", "w"),
)
"""What phones and browsers need: the decoders of their recordings, and the H.264 encoder of our own clips."""

FAILURES = (OSError, ValueError, FFmpegError)
"""What encoding may raise: an encoder that gets no memory fails with an error of its own kind."""

# FFmpeg's own decoder "av1" only drives graphics hardware: one of these does the work without.
_SOFTWARE = {"av1": ("libdav1d", "libaom-av1")}


@dataclass(frozen=True, slots=True)
class CodecStatus:
    """Whether one codec is there.

    Parameters
    ----------
    name : str
        FFmpeg's name of the codec.
    mode : str
        ``r`` for a decoder, ``w`` for an encoder.
    present : bool
        Whether this build of PyAV has it.
    """

    name: str
    mode: Mode
    present: bool


def available(wanted: tuple[tuple[str, Mode], ...] = WANTED) -> tuple[CodecStatus, ...]:
    """Say for each wanted codec whether the installed PyAV has it.

    Parameters
    ----------
    wanted : tuple of (str, str)
        Pairs of codec name and mode.
    """
    return tuple(
        CodecStatus(name, mode, any(_has(known, mode) for known in _SOFTWARE.get(name, (name,))))
        for name, mode in wanted
    )


def version() -> str:
    """Return the version of PyAV with that of FFmpeg's libavcodec."""
    avcodec = ".".join(str(part) for part in av.library_versions.get("libavcodec", ()))
    return f"{av.__version__}, libavcodec {avcodec}"


def _has(name: str, mode: Mode) -> bool:
    try:
        av.codec.Codec(name, mode)
    except UnknownCodecError:
        return False
    return True


# Times are kept in ticks of this length, seconds: of all usual frame rates a whole number.
TICK = Fraction(1, 90_000)
# No frame leans on a later one: then the file begins at time 0 without an edit list, and encoding is cheaper. A short
# look ahead halves the size of x264's preset superfast, which takes two thirds of veryfast's time; without weights for
# fades and fractions of a pixel it takes another fifth less, at the same size and 0.7 dB of 46 (measured on the
# annotated sample and a real walk).
_OPTIONS = {
    "preset": "superfast",
    "crf": "22",
    "bf": "0",
    "profile": "high",
    "x264-params": "mbtree=1:rc-lookahead=5:weightp=0:subme=0",
}
# A player can jump to a moment within this many seconds at once.
_KEY_FRAME_S = 2.0
_QUEUE_DEPTH = 4
# SMPTE 170M, the matrix that the pictures come in (ITU-T H.273).
_MATRIX = 6

Yuv = NDArray[np.uint8]


def can_write() -> bool:
    """Tell whether this build of PyAV can write H.264."""
    return available((("libx264", "w"),))[0].present


@dataclass(frozen=True)
class FilmFrame:
    """A picture and when it is shown.

    Attributes
    ----------
    yuv : ndarray of uint8, shape (3 * height / 2, width)
        Planar YUV 4:2:0 (I420), limited range, BT.601.
    start_s, length_s : float
        Seconds from the film's begin, and how long it is shown.
    """

    yuv: Yuv
    start_s: float
    length_s: float


def write_film(
    path: Path, size: tuple[int, int], fps: float, pictures: Iterator[FilmFrame], done: Callable[[], None]
) -> None:
    """Encode pictures as H.264 in an MP4 file that plays while it loads.

    Parameters
    ----------
    path : Path
        Where to; written over.
    size : tuple of int
        Width and height, pixels; even.
    fps : float
        Frames a second on the mean; the pictures' own times count.
    pictures : iterator of FilmFrame
        With strictly increasing times, worked off ahead of the encoder.
    done : callable
        Called after each picture was handed to the encoder.

    Raises
    ------
    OSError
        When the file cannot be written, or the encoder gives up.
    """

    def work(given: Iterator[FilmFrame]) -> None:
        try:
            with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as container:
                _encode(container, size, fps, given)
        except ExternalError as error:
            raise OSError(errno.EIO, error.strerror) from error

    behind = BackgroundWriter(work, depth=_QUEUE_DEPTH)
    try:
        for picture in pictures:
            behind.give(picture)
            done()
        behind.finish()
    except BaseException:
        behind.abandon()
        raise


def _encode(
    container: av.container.OutputContainer, size: tuple[int, int], fps: float, pictures: Iterator[FilmFrame]
) -> None:
    rate = Fraction(fps).limit_denominator(1001)
    stream = container.add_stream("libx264", rate=rate, options=dict(_OPTIONS))
    stream.width, stream.height = size
    stream.pix_fmt = "yuv420p"
    stream.gop_size = max(1, round(_KEY_FRAME_S * fps))
    context = stream.codec_context
    # PyAV asks for slices side by side, of which x264 makes hardly any use: with whole frames two cores take two thirds
    # of the time.
    context.thread_type = "FRAME"
    context.time_base = stream.time_base = TICK
    context.colorspace, context.color_range = _MATRIX, int(ColorRange.MPEG)
    lengths: dict[int, int] = {}

    def mux(packets: list[av.Packet[av.VideoStream]]) -> None:
        for packet in packets:
            # The last frame's length is told by nothing else.
            packet.duration = lengths.pop(packet.pts or 0, 1)
            container.mux(packet)

    for picture in pictures:
        frame = av.VideoFrame.from_ndarray(picture.yuv, format="yuv420p")
        frame.pts, frame.time_base = round(picture.start_s / TICK), TICK
        lengths[frame.pts] = max(1, round((picture.start_s + picture.length_s) / TICK) - frame.pts)
        mux(stream.encode(frame))
    mux(stream.encode(None))
