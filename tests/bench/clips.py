"""Clips for the benchmarks: the samples at other sizes and rates, several beside each other, looped to any length."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

ROOT = Path(__file__).resolve().parents[2]
CLIPS = ROOT / "build" / "bench"
FPS = 30


@dataclass(frozen=True)
class Clip:
    """A clip that is made of samples, once.

    Attributes
    ----------
    samples
        Their middles stand beside each other.
    size
        Width and height, pixels.
    repeats
        Times that each picture of the samples is shown: 4 turn 30 frames a second into 120.
    """

    name: str
    samples: tuple[str, ...] = ("run_neutral",)
    size: tuple[int, int] = (1280, 720)
    seconds: float = 8.0
    repeats: int = 1

    @property
    def path(self) -> Path:
        """Where the clip lies; it is made where it is missing."""
        path = CLIPS / f"{self.name}.mp4"
        if not path.exists():
            CLIPS.mkdir(parents=True, exist_ok=True)
            _write(self, path)
        return path


def _write(clip: Clip, path: Path) -> None:
    """Encode one round of the samples, and write its packets until the clip is long enough."""
    rate = FPS * clip.repeats
    part = path.with_suffix(".part.mp4")
    with av.open(str(part), "w") as container:
        stream = container.add_stream("libx264", rate=rate)
        stream.width, stream.height, stream.pix_fmt = *clip.size, "yuv420p"
        # Without bidirectional frames, a round ends with its last packet.
        stream.options = {"preset": "superfast", "crf": "21", "g": str(2 * rate), "bf": "0"}
        packets: list[av.Packet[Any]] = []
        for number, frame in enumerate(_frames(clip)):
            frame.pts, frame.time_base, frame.pict_type = number, Fraction(1, rate), 0
            packets += stream.encode(frame)
        packets += stream.encode(None)
        for number in range(round(clip.seconds * rate)):
            packet = packets[number % len(packets)]
            again = av.Packet(bytes(packet))
            again.stream, again.time_base, again.pts, again.dts = stream, Fraction(1, rate), number, number
            again.is_keyframe = packet.is_keyframe
            container.mux(again)
    part.rename(path)


def _frames(clip: Clip) -> Iterator[av.VideoFrame]:
    """Yield the frames of one round, no longer than the clip."""
    sources = [list(_pictures(name)) for name in clip.samples]
    count = min(max(map(len, sources)), round(clip.seconds * FPS))
    for number in range(count):
        middles = [_middle(pictures[number % len(pictures)], len(sources)) for pictures in sources]
        frame = av.VideoFrame.from_ndarray(np.hstack(middles), format="rgb24").reformat(*clip.size, "yuv420p")
        for _ in range(clip.repeats):
            yield frame


def _pictures(name: str) -> Iterator[Any]:
    with av.open(str(ROOT / "samples" / f"{name}.mp4")) as source:
        for frame in source.decode(video=0):
            yield frame.to_ndarray(format="rgb24")


def _middle(picture: Any, parts: int) -> Any:
    """Return the columns in the middle of a picture, one of so many parts of it."""
    width = picture.shape[1] // parts
    left = (picture.shape[1] - width) // 2
    return picture[:, left : left + width]
