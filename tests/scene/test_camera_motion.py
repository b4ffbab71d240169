"""The camera's own motion: still, swaying, slipping, and none that can be followed."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from helpers.painted_scene import path_of, scene

from posture.scene.camera_motion import track_camera
from posture.scene.evidence import read_scene
from posture.scene.sampler import SceneSamples
from posture.types import Array, Image


def moved(pictures: Image, transforms: Array) -> Image:
    """Return pictures of the same scene by a camera that moves."""
    size = pictures.shape[:0:-1]
    return np.array(
        [cv2.warpAffine(p, m, size, borderMode=cv2.BORDER_REFLECT) for p, m in zip(pictures, transforms, strict=True)],
        dtype=np.uint8,
    )


def turning(count: int, degrees: float) -> Array:
    """Return transforms of a scene that turns clockwise about the picture's middle, shape (count, 2, 3)."""
    return np.array([cv2.getRotationMatrix2D((120, 90), -a, 1.0) for a in np.linspace(0, degrees, count)])


def test_still_camera_is_still() -> None:
    trunk = path_of()
    motion = track_camera(scene(trunk).pictures, trunk.boxes)
    assert motion.is_still
    assert np.ptp(motion.roll_deg) == 0.0


@pytest.mark.parametrize("degrees", [-9.0, 4.0])
def test_turn_of_a_slipping_camera_is_measured(degrees: float) -> None:
    trunk = path_of()
    pictures = moved(scene(trunk).pictures, turning(len(trunk.frames), degrees))
    roll = track_camera(pictures, trunk.boxes).roll_deg
    assert roll[-1] == pytest.approx(degrees, abs=0.4)
    assert roll[len(roll) // 2] == pytest.approx(degrees / 2, abs=0.4)


def test_shift_is_measured_at_other_frames_too() -> None:
    trunk = path_of()
    shifts = np.array([[[1, 0, 0.2 * n], [0, 1, -0.1 * n]] for n in range(len(trunk.frames))])
    motion = track_camera(moved(scene(trunk).pictures, shifts), trunk.boxes)
    at = motion.at(np.array([10.5]), trunk.frames)
    assert at[0, :, 2] == pytest.approx([2.1, -1.05], abs=0.4)


def test_plain_wall_is_still_and_a_flicker_unknown() -> None:
    wall = np.full((20, 180, 240), 90, dtype=np.uint8)
    assert track_camera(wall, np.full((20, 4), np.nan)).is_still
    flicker = wall + np.arange(0, 100, 5, dtype=np.uint8)[:, None, None]
    assert not track_camera(flicker, np.full((20, 4), np.nan)).known.any()


def test_noise_on_a_plain_wall_is_no_motion() -> None:
    noise = np.random.default_rng(3).standard_normal((20, 180, 240))
    wall = np.clip(90 + 2 * noise, 0, 255).astype(np.uint8)
    assert track_camera(wall, np.full((20, 4), np.nan)).is_still


def test_rail_is_found_by_a_hand_held_camera() -> None:
    trunk = path_of()
    count = len(trunk.frames)
    still = scene(trunk)
    sway = np.array([[[1, 0, 8 * np.sin(0.11 * n)], [0, 1, 6 * np.sin(0.07 * n)]] for n in range(count)])
    shift = sway[:, :, 2]

    def rails(pictures: Image) -> Image:
        pictures = pictures.copy()
        pictures[:, 105:111] = 40
        return pictures

    by_hand = type(trunk)(
        trunk.frames,
        trunk.hips + shift,
        trunk.shoulders + shift,
        trunk.boxes + np.tile(shift, 2),
        1.0,
        trunk.t,
        trunk.depth,
        trunk.edges,
    )
    found = read_scene(SceneSamples(still.frames, moved(rails(still.pictures), sway), 1.0), by_hand)
    assert found.kinds == ("rail",)
