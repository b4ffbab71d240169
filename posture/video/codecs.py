"""Which video codecs the installed PyAV brings, and how they fail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import av
from av.codec.codec import UnknownCodecError
from av.error import FFmpegError

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
