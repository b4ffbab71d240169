"""Write MP4 files for browsers, and list the codecs that this machine has."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal, NamedTuple

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
"""Decoders for the recordings of phones and browsers, and the H.264 encoder of the files written here."""

FAILURES = (OSError, ValueError, FFmpegError)
"""Errors of encoding; an encoder that gets no memory raises FFmpegError."""

# FFmpeg's own decoder "av1" needs graphics hardware; these decode in software.
_SOFTWARE = {"av1": ("libdav1d", "libaom-av1")}


class CodecStatus(NamedTuple):
    """A codec by FFmpeg's name, ``r`` for decoder or ``w`` for encoder, and whether this build of PyAV has it."""

    name: str
    mode: Mode
    present: bool


def available(wanted: tuple[tuple[str, Mode], ...] = WANTED) -> tuple[CodecStatus, ...]:
    """Return the availability of each codec, given by name and mode, in the installed PyAV."""
    return tuple(
        CodecStatus(name, mode, any(_has(known, mode) for known in _SOFTWARE.get(name, (name,))))
        for name, mode in wanted
    )


def version() -> str:
    """Return the versions of PyAV and of FFmpeg's libavcodec."""
    avcodec = ".".join(str(part) for part in av.library_versions.get("libavcodec", ()))
    return f"{av.__version__}, libavcodec {avcodec}"


def _has(name: str, mode: Mode) -> bool:
    try:
        av.codec.Codec(name, mode)
    except UnknownCodecError:
        return False
    return True


# Time base, seconds: a whole number of ticks per frame at all usual frame rates.
TICK = Fraction(1, 90_000)
# Without B-frames the file begins at time 0 without an edit list. A short look-ahead halves the file size of the preset
# superfast, which takes two thirds of the time of veryfast; without weighted and sub-pixel prediction it takes another
# fifth less, at the same size and 0.7 dB less PSNR of 46 (measured on the annotated sample and a real walk).
_OPTIONS = {
    "preset": "superfast",
    "crf": "22",
    "bf": "0",
    "profile": "high",
    "x264-params": "mbtree=1:rc-lookahead=5:weightp=0:subme=0",
}
# Interval of key frames, to which a player can seek.
_KEY_FRAME_S = 2.0
_QUEUE_DEPTH = 4
# SMPTE 170M, the matrix of the frames (number of ITU-T H.273).
_MATRIX = 6


def can_write() -> bool:
    """Whether this build of PyAV can encode H.264."""
    return available((("libx264", "w"),))[0].present


@dataclass(frozen=True)
class FilmFrame:
    """A frame to encode, with its presentation time.

    Attributes
    ----------
    yuv : array of uint8, shape (3 * height / 2, width)
        Planar YUV 4:2:0 (I420), limited range, BT.601.
    start_s, length_s
        Seconds after the start of the video, and duration.
    """

    yuv: NDArray[np.uint8]
    start_s: float
    length_s: float


def write_film(
    path: Path, size: tuple[int, int], fps: float, frames: Iterator[FilmFrame], done: Callable[[], None]
) -> None:
    """Encode frames as H.264 in an MP4 file that plays while it loads.

    Parameters
    ----------
    path
        An existing file is overwritten.
    size
        Width and height, pixels; even.
    fps
        Mean frame rate; the times of the frames decide.
    frames
        With strictly increasing times; computed in this thread while another one encodes.
    done
        Called after each frame is queued.

    Raises
    ------
    OSError
        When the file cannot be written, or the encoder fails.
    """

    def work(queue: Iterator[FilmFrame]) -> None:
        try:
            with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as container:
                _encode(container, size, fps, queue)
        except ExternalError as error:
            raise OSError(errno.EIO, error.strerror) from error

    writer = BackgroundWriter(work, depth=_QUEUE_DEPTH)
    try:
        for frame in frames:
            writer.put(frame)
            done()
        writer.finish()
    except BaseException:
        writer.abandon()
        raise


def _encode(
    container: av.container.OutputContainer, size: tuple[int, int], fps: float, frames: Iterator[FilmFrame]
) -> None:
    rate = Fraction(fps).limit_denominator(1001)
    stream = container.add_stream("libx264", rate=rate, options=dict(_OPTIONS))
    stream.width, stream.height = size
    stream.pix_fmt = "yuv420p"
    stream.gop_size = max(1, round(_KEY_FRAME_S * fps))
    context = stream.codec_context
    # PyAV requests slice threads, which x264 hardly uses; with frame threads two cores take two thirds of the time.
    context.thread_type = "FRAME"
    context.time_base = stream.time_base = TICK
    context.colorspace, context.color_range = _MATRIX, int(ColorRange.MPEG)
    durations: dict[int, int] = {}

    def mux(packets: list[av.Packet[av.VideoStream]]) -> None:
        for packet in packets:
            # Nothing else gives the duration of the last frame.
            packet.duration = durations.pop(packet.pts or 0, 1)
            container.mux(packet)

    for frame in frames:
        image = av.VideoFrame.from_ndarray(frame.yuv, format="yuv420p")
        image.pts, image.time_base = round(frame.start_s / TICK), TICK
        durations[image.pts] = max(1, round((frame.start_s + frame.length_s) / TICK) - image.pts)
        mux(stream.encode(image))
    mux(stream.encode(None))
