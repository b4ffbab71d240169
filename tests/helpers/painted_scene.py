"""Painted clips of a trunk that bounces in front of a camera, and of things that stand before it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter

from posture.contour.grid import T_GRID
from posture.scene.sampler import SceneSamples
from posture.scene.trunk_path import TrunkPath

Picture = npt.NDArray[np.floating[Any]]
Paint = Callable[[Picture, int], Picture]

SIZE = (180, 240)  # height, width
LENGTH_PX = 70.0
FRAMES = 60
# Where the back is, trunk lengths behind the axis: about a body's.
DEPTH = 0.2 - 0.05 * np.sin(np.clip((T_GRID + 0.1) / 1.0, 0, 1) * np.pi) ** 2


def path_of(frames: int = FRAMES, *, bounce_px: float = 6.0, sway_px: float = 3.0) -> TrunkPath:
    """Return the trunk of a person who faces right and runs on the spot, and whose mask has the true edge."""
    time = np.arange(frames)
    x = 120 + sway_px * np.sin(0.37 * time)
    y = 125 + bounce_px * np.sin(0.9 * time)
    hips = np.stack([x, y], axis=1)
    shoulders = hips + np.array([8.0, -LENGTH_PX])
    boxes = np.stack([x - 40, y - 100, x + 40, y + 80], axis=1)
    edges = np.tile(DEPTH, (frames, 1))
    return TrunkPath(time, hips, shoulders, boxes, 1.0, T_GRID, DEPTH, edges)


def body(trunk: TrunkPath) -> list[Picture]:
    """Paint the trunk with its own cloth pattern before a structured background, one picture a frame."""
    rng = np.random.default_rng(4)
    background = 90 + 25 * gaussian_filter(rng.standard_normal(SIZE), 2) / 0.14
    cloth = 170 + 20 * gaussian_filter(rng.standard_normal((200, 200)), 3) / 0.1
    y, x = np.mgrid[: SIZE[0], : SIZE[1]] + 0.5
    pictures = []
    for hips, axis, back in zip(trunk.hips, trunk.axis, trunk.back, strict=True):
        relative = np.stack([x - hips[0], y - hips[1]], axis=-1)
        t, distance = relative @ axis / (axis @ axis), relative @ back / (axis @ axis)
        on_body = (t > -0.6) & (t < 1.2) & (distance < np.interp(t, T_GRID, DEPTH)) & (distance > -0.4)
        # A waistband and a seam move with the body.
        pattern = cloth[np.clip(80 + 70 * t, 0, 199).astype(int), np.clip(80 + 70 * distance, 0, 199).astype(int)]
        pattern = np.where(np.abs(t - 0.15) < 0.03, 60.0, pattern)
        pattern = np.where(np.abs(distance - 0.05) < 0.02, 70.0, pattern)
        pictures.append(np.where(on_body, pattern, background))
    return pictures


def scene(trunk: TrunkPath, paint: Paint = lambda picture, _number: picture, *, noise: float = 1.5) -> SceneSamples:
    """Paint the body and what stands before it, and blur and round the pictures like a camera."""
    rng = np.random.default_rng(7)
    painted = [
        gaussian_filter(paint(picture, number), 0.7) + noise * rng.standard_normal(SIZE)
        for number, picture in enumerate(body(trunk))
    ]
    return SceneSamples(trunk.frames, np.clip(painted, 0, 255).astype(np.uint8), 1.0)


def post(left: int, width: int, level: float = 40.0) -> Paint:
    """Return what paints a post."""

    def paint(picture: Picture, _number: int) -> Picture:
        picture = picture.copy()
        picture[:, left : left + width] = level
        return picture

    return paint


def rail(top: int, width: int, level: float = 40.0) -> Paint:
    """Return what paints a rail."""

    def paint(picture: Picture, _number: int) -> Picture:
        picture = picture.copy()
        picture[top : top + width] = level
        return picture

    return paint


def shade(left: int, factor: float = 0.35) -> Paint:
    """Return what darkens everything to the left of a place."""

    def paint(picture: Picture, _number: int) -> Picture:
        return np.where(np.arange(SIZE[1]) < left, factor * picture, picture)

    return paint
