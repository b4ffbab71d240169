"""Clips made from the samples: mirrored, scaled, turned, with somebody added or taken away."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from helpers.video_factory import write_clip
from posture.types import Image
from posture.video import open_video

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
FPS = 30.0

Change = Callable[[int, Image], Image]


def sample(name: str) -> Path:
    """Return the path of a sample."""
    return SAMPLES / f"{name}.mp4"


def truth(name: str) -> dict[str, Any]:
    """Return what the sidecar of a sample tells of it."""
    return json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))


def frames_of(name: str, *, start_s: float = 0.0, end_s: float | None = None) -> Iterator[Image]:
    """Yield the pictures of a sample."""
    with open_video(sample(name), start_s=start_s, end_s=end_s) as video, closing(video.frames()) as frames:
        for frame in frames:
            yield frame.rgb


def first_picture(name: str) -> Image:
    """Return the first picture of a sample."""
    with closing(frames_of(name)) as frames:
        return next(frames)


def without_runner(rgb: Image) -> Image:
    """Return a picture of a sample with its left quarter, where nobody ever is, all over."""
    return np.tile(rgb[:, : rgb.shape[1] // 4], (1, 4, 1))


def rewrite(
    path: Path,
    name: str,
    change: Change,
    *,
    start_s: float = 0.0,
    end_s: float | None = None,
    fps: float = FPS,
    **options: Any,
) -> Path:
    """Write a clip of a sample's changed pictures.

    Parameters
    ----------
    path : Path
        Where to; the suffix names the container.
    name : str
        Of the sample.
    change : callable
        Takes the number of a frame and its picture, and returns the picture to write.
    start_s, end_s : float
        The part of the sample.
    fps : float
        Frames a second that the new clip claims.
    options
        For `makers.write_clip`.
    """
    pictures = [change(n, rgb) for n, rgb in enumerate(frames_of(name, start_s=start_s, end_s=end_s))]
    height, width = pictures[0].shape[:2]
    return write_clip(
        path,
        frames=len(pictures),
        fps=fps,
        size=(width, height),
        draw=lambda number, _width, _height: pictures[number],
        **options,
    )


def same(_number: int, rgb: Image) -> Image:
    """Change nothing."""
    return rgb


def mirrored(_number: int, rgb: Image) -> Image:
    """Exchange left and right."""
    return rgb[:, ::-1]


def halved(_number: int, rgb: Image) -> Image:
    """Scale to half of the size, each pixel the mean of four."""
    height, width = rgb.shape[0] // 2, rgb.shape[1] // 2
    four = rgb[: 2 * height, : 2 * width].reshape(height, 2, width, 2, 3)
    return four.mean(axis=(1, 3)).round().astype(np.uint8)


def turned(quarters: int) -> Change:
    """Return a change that turns the picture counterclockwise by quarters."""
    return lambda _number, rgb: np.rot90(rgb, quarters)


def cropped(left: int, right: int) -> Change:
    """Return a change that keeps the columns from left to right."""
    return lambda _number, rgb: rgb[:, left:right]


def without_legs(rows: int) -> Change:
    """Return a change that keeps the upper rows."""
    return lambda _number, rgb: rgb[:rows]
