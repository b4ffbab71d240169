"""Small test videos of every kind, intact and damaged.

Every frame shows its number and its orientation: `picture` draws them, `number_in` and `corners_of` read them back
after any codec, rotation or scaling.
"""

from __future__ import annotations

import itertools
import math
import os
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from posture.types import Image

Drawer = Callable[[int, int, int], Image]

CORNERS = {
    "top left": (255, 0, 0),
    "top right": (0, 255, 0),
    "bottom left": (0, 0, 255),
    "bottom right": (255, 255, 255),
}
_BITS = 10
# Fastest settings of the encoders.
_FAST: Mapping[str, Mapping[str, str]] = {
    "libx264": {"preset": "ultrafast", "tune": "zerolatency", "crf": "12"},
    "libx265": {"preset": "ultrafast", "crf": "12", "x265-params": "log-level=none:pools=1"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8", "crf": "15", "b": "0"},
    "libsvtav1": {"preset": "12", "crf": "20", "svtav1-params": "lp=1"},
    "mpeg4": {"q": "2"},
}
_TICKS = 90_000


def picture(number: int, width: int, height: int) -> Image:
    """Draw coloured corners, and the number as a row of dark and light bars."""
    rgb = np.full((height, width, 3), 96, np.uint8)
    h, w = max(1, height // 4), max(1, width // 4)
    rgb[:h, :w], rgb[:h, -w:] = CORNERS["top left"], CORNERS["top right"]
    rgb[-h:, :w], rgb[-h:, -w:] = CORNERS["bottom left"], CORNERS["bottom right"]
    edges = np.linspace(0, width, _BITS + 1).round().astype(int)
    for bit, (left, right) in enumerate(itertools.pairwise(edges)):
        rgb[height * 3 // 8 : height * 5 // 8, left:right] = 230 if number >> bit & 1 else 25
    return rgb


def number_in(rgb: Image) -> int:
    """Return the number of an upright frame drawn by `picture`."""
    row = rgb[rgb.shape[0] // 2].mean(axis=1)
    centres = ((np.arange(_BITS) + 0.5) * rgb.shape[1] / _BITS).astype(int)
    return sum(int(row[x] > 128) << bit for bit, x in enumerate(centres))


def corners_of(rgb: Image) -> dict[str, tuple[int, int, int]]:
    """Return the colours of the four corners."""
    h, w = rgb.shape[0] // 8, rgb.shape[1] // 8
    spots = {
        "top left": (h, w),
        "top right": (h, -w - 1),
        "bottom left": (-h - 1, w),
        "bottom right": (-h - 1, -w - 1),
    }
    return {name: tuple(int(v) for v in rgb[spot]) for name, spot in spots.items()}  # type: ignore[misc]


def write_clip(
    path: Path,
    *,
    codec: str = "libx264",
    frames: int = 24,
    fps: float = 30.0,
    size: tuple[int, int] = (160, 96),
    pix_fmt: str = "yuv420p",
    times: Sequence[float] | None = None,
    draw: Drawer = picture,
    clockwise_deg: int = 0,
    mirrored: bool = False,
    pixel_aspect: Fraction | None = None,
    gop: int = 12,
    b_frames: int = 0,
    colour: Mapping[str, int] | None = None,
    matrix: int | None = None,
    options: Mapping[str, str] | None = None,
    container_options: Mapping[str, str] | None = None,
    audio: bool = False,
    sound_s: float | None = None,
    tags: Mapping[str, str] | None = None,
) -> Path:
    """Write a video; the suffix of ``path`` selects the container.

    Parameters
    ----------
    path
    codec, pix_fmt
        FFmpeg's names of the encoder and the pixel format.
    frames, fps, size
        Number of frames, frames per second, stored width and height in pixels.
    times
        Presentation times, seconds, for a variable frame rate; replaces ``frames``.
    draw
        Draws frame ``(number, width, height)`` as RGB.
    clockwise_deg, mirrored
        Rotation and flip that a player applies.
    pixel_aspect
        Width divided by height of a stored pixel.
    gop, b_frames
        Largest interval of key frames, and number of B-frames in a row.
    colour
        ``color_range``, ``colorspace``, ``color_trc``, ``color_primaries``: tags of the stream.
    matrix
        Colour matrix of the conversion, when it differs from the tag.
    options, container_options
        For the encoder and the muxer.
    audio
        Add a soft tone.
    sound_s
        Duration of the tone, seconds; by default that of the video.
    tags
        Metadata of the container. QuickTime and MP4 keep keys of their own with ``movflags=use_metadata_tags``.
    """
    width, height = size
    stamps = list(times) if times is not None else [n / fps for n in range(frames)]
    rate = Fraction(fps).limit_denominator(1001)
    with (
        restored_scheduling(),
        av.open(str(path), "w", container_options=dict(container_options or {})) as container,
    ):
        container.metadata.update(tags or {})
        stream = container.add_stream(codec, rate=rate)
        stream.width, stream.height, stream.pix_fmt = width, height, pix_fmt
        if times is not None:
            stream.codec_context.time_base = Fraction(1, _TICKS)
        else:
            stream.codec_context.time_base = 1 / rate
        stream.codec_context.gop_size = gop
        chosen = dict(_FAST.get(codec, {}))
        if b_frames:
            chosen.pop("tune", None)
            chosen["bf"] = str(b_frames)
        stream.options = {**chosen, **(options or {})}
        if pixel_aspect is not None:
            stream.codec_context.sample_aspect_ratio = pixel_aspect
        for name, value in (colour or {}).items():
            setattr(stream.codec_context, name, value)
        if clockwise_deg or mirrored:
            stream.set_display_rotation(-clockwise_deg, hflip=mirrored)
        tone = container.add_stream("aac" if path.suffix != ".webm" else "libopus", rate=48_000) if audio else None
        for number, stamp in enumerate(stamps):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(draw(number, width, height)), format="rgb24")
            target = dict(colour or {})
            frame = frame.reformat(
                format=pix_fmt,
                dst_colorspace=matrix or target.get("colorspace"),
                src_color_range=2,
                dst_color_range=target.get("color_range", 1),
            )
            base = stream.codec_context.time_base
            frame.pts, frame.time_base = round(Fraction(stamp).limit_denominator(_TICKS) / base), base
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if tone is not None:
            _add_tone(container, tone, sound_s or stamps[-1] + 1.0 / fps)
    return path


@contextmanager
def restored_scheduling() -> Iterator[None]:
    """Restore the scheduling policy of the process afterwards.

    The AV1 encoder, run as root, gives the calling thread the highest real-time priority. Children of the process
    would inherit it and starve ordinary processes.
    """
    if not hasattr(os, "sched_setscheduler"):
        yield
        return
    policy, parameter = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        yield
    finally:
        os.sched_setscheduler(0, policy, parameter)


def write_audio(path: Path, *, seconds: float = 0.5) -> Path:
    """Write a file with sound only."""
    with av.open(str(path), "w") as container:
        _add_tone(container, container.add_stream("aac", rate=48_000), seconds)
    return path


def write_images(
    folder: Path,
    *,
    count: int = 12,
    size: tuple[int, int] = (160, 96),
    name: str = "frame{}.png",
    draw: Drawer = picture,
) -> Path:
    """Write a folder of numbered images, PNG or JPEG by the suffix of ``name``."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        write_image(folder / name.format(number), draw(number, *size))
    return folder


def write_image(path: Path, rgb: Image) -> Path:
    """Write one image, PNG or JPEG by the suffix."""
    codec, pix_fmt = ("png", "rgb24") if path.suffix.lower() == ".png" else ("mjpeg", "yuvj444p")
    height, width = rgb.shape[:2]
    encoder = av.CodecContext.create(codec, "w")
    encoder.width, encoder.height, encoder.pix_fmt = width, height, pix_fmt
    encoder.time_base = Fraction(1, 30)
    encoder.options = {"q:v": "2"} if codec == "mjpeg" else {}
    frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24")
    frame = frame.reformat(format=pix_fmt, dst_color_range=2)
    path.write_bytes(b"".join(bytes(p) for p in [*encoder.encode(frame), *encoder.encode(None)]))
    return path


def truncate(path: Path, share: float) -> Path:
    """Truncate a file after a share of its bytes."""
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    return path


def damage(path: Path, start: float, end: float) -> Path:
    """Overwrite the bytes between two shares of a file with reproducible noise."""
    data = bytearray(path.read_bytes())
    first, last = int(len(data) * start), int(len(data) * end)
    data[first:last] = np.random.default_rng(7).integers(0, 256, last - first, np.uint8).tobytes()
    path.write_bytes(data)
    return path


def skip_by_edit_list(path: Path, seconds: float) -> Path:
    """Hide the first seconds of an MP4 file by its edit list."""
    data = bytearray(path.read_bytes())
    scale = struct.unpack_from(">I", data, data.index(b"mdhd") + 16)[0]
    movie_scale = struct.unpack_from(">I", data, data.index(b"mvhd") + 16)[0]
    at = data.index(b"elst") + 12
    length, begin = struct.unpack_from(">Ii", data, at)
    struct.pack_into(">Ii", data, at, length - math.floor(seconds * movie_scale), begin + round(seconds * scale))
    path.write_bytes(data)
    return path


def _add_tone(container: av.container.OutputContainer, stream: av.AudioStream, seconds: float) -> None:
    rate, block = 48_000, 960
    for start in range(0, int(seconds * rate), block):
        wave = 0.1 * np.sin(2 * np.pi * 440 * np.arange(start, start + block) / rate)
        frame = av.AudioFrame.from_ndarray((wave * 32767).astype(np.int16)[None], format="s16", layout="mono")
        frame.rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))
