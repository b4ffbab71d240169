"""The roll of a camera from the lines of the scene: plain walls, pans, pictures without lines."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from posture.scene.line_roll import line_roll_deg
from posture.types import Array, Image

COUNT, SIZE = 30, (180, 320)
NOWHERE: Array = np.full((COUNT, 4), np.nan)


def wall(roll_deg: Array, *, shift_px: float = 0.0, upright: bool = False) -> Image:
    """Paint a plain wall above a darker floor, or a corner of it, by a camera that turns and pans."""
    rng = np.random.default_rng(5)
    y, x = np.mgrid[: SIZE[0], : SIZE[1]] - np.array(SIZE)[:, None, None] / 2.0
    pictures = []
    for number, roll in enumerate(np.radians(roll_deg)):
        across = (x + shift_px * number) * np.cos(roll) + y * np.sin(roll)
        down = y * np.cos(roll) - x * np.sin(roll)
        edge = across - 100 if upright else down - 50
        pictures.append(120 - 30 * np.clip(edge + 0.5, 0, 1) + 1.5 * rng.standard_normal(SIZE))
    return np.clip([cv2.GaussianBlur(p, (0, 0), 1.0) for p in pictures], 0, 255).astype(np.uint8)


@pytest.mark.parametrize("upright", [False, True])
@pytest.mark.parametrize(("start", "end"), [(-4.0, 5.0), (3.0, -1.0)])
def test_angle_of_one_line_is_measured_while_the_camera_turns(start: float, end: float, upright: bool) -> None:
    roll = np.linspace(start, end, COUNT)
    found = line_roll_deg(wall(roll, upright=upright), NOWHERE)
    assert found == pytest.approx(roll, abs=0.5)


def test_pan_along_a_level_line_is_no_turn() -> None:
    assert np.ptp(line_roll_deg(wall(np.zeros(COUNT), shift_px=4.0), NOWHERE)) < 0.3


def test_clouds_have_no_lines() -> None:
    rng = np.random.default_rng(6)
    clouds = [gaussian_filter(rng.standard_normal(SIZE), 3) for _ in range(COUNT)]
    pictures = np.clip(120 + 300 * np.array(clouds), 0, 255).astype(np.uint8)
    assert np.isnan(line_roll_deg(pictures, NOWHERE)).all()


def test_lines_of_the_runner_do_not_count() -> None:
    tilted = wall(np.linspace(0.0, 9.0, COUNT))
    still = wall(np.zeros(COUNT))
    still[:, :, 120:200] = tilted[:, :, 120:200]
    boxes = np.tile([115.0, 0.0, 205.0, 180.0], (COUNT, 1))
    assert np.ptp(line_roll_deg(still, boxes)) < 0.3


def test_few_pictures_say_nothing() -> None:
    assert np.isnan(line_roll_deg(wall(np.zeros(3)), NOWHERE[:3])).all()
