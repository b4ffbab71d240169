"""Clips made from the samples: mirrored, scaled, rotated, cropped, with people added or removed."""

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
    """Return the true values of a sample."""
    return json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))


def frames_of(name: str, *, start_s: float = 0.0, end_s: float | None = None) -> Iterator[Image]:
    """Yield the images of a sample."""
    with open_video(sample(name), start_s=start_s, end_s=end_s) as video, closing(video.frames()) as frames:
        for frame in frames:
            yield frame.rgb


def first_picture(name: str) -> Image:
    """Return the first image of a sample."""
    with closing(frames_of(name)) as frames:
        return next(frames)


def without_runner(rgb: Image) -> Image:
    """Return a background: the left quarter of a sample, which is always empty, repeated."""
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
    """Write a clip of the changed images of a sample.

    Parameters
    ----------
    path
        The suffix selects the container.
    name
        Of the sample.
    change
        Takes the index and the image of a frame, and returns the image to write.
    start_s, end_s
        Range of the sample, seconds.
    fps
        Frame rate of the new clip.
    options
        For `write_clip`.
    """
    images = [change(n, rgb) for n, rgb in enumerate(frames_of(name, start_s=start_s, end_s=end_s))]
    height, width = images[0].shape[:2]
    return write_clip(
        path,
        frames=len(images),
        fps=fps,
        size=(width, height),
        draw=lambda number, _width, _height: images[number],
        **options,
    )


def same(_number: int, rgb: Image) -> Image:
    """Return the image unchanged."""
    return rgb


def mirrored(_number: int, rgb: Image) -> Image:
    """Flip horizontally."""
    return rgb[:, ::-1]


def halved(_number: int, rgb: Image) -> Image:
    """Scale to half the size by the mean of four pixels."""
    height, width = rgb.shape[0] // 2, rgb.shape[1] // 2
    four = rgb[: 2 * height, : 2 * width].reshape(height, 2, width, 2, 3)
    return four.mean(axis=(1, 3)).round().astype(np.uint8)


def turned(quarters: int) -> Change:
    """Return a change that rotates the image counterclockwise by quarter turns."""
    return lambda _number, rgb: np.rot90(rgb, quarters)


def cropped(left: int, right: int) -> Change:
    """Return a change that crops the image to some columns."""
    return lambda _number, rgb: rgb[:, left:right]


def without_legs(rows: int) -> Change:
    """Return a change that crops the image to its upper rows."""
    return lambda _number, rgb: rgb[:rows]
