"""Stick figures of exercises as landmarks, pixels in a picture of 640 x 480."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from helpers.synthetic_runner import Array
from posture.coach.observation import PoseSample, PoseWindow, collect_window
from posture.pose.landmarks import ANKLES, HEELS, HIPS, KNEES, SHOULDERS, TOES

SIZE = (640, 480)
TRUNK_PX = 120.0
FPS = 30


def lying_person(points: Mapping[str, tuple[float, float]], frames: int = 20, *, mirrored: bool = False) -> Array:
    """Return landmarks of a person whose left and right coincide, shape (F, 33, 2).

    Parameters
    ----------
    points : mapping
        ``shoulder``, ``hip``, ``knee``, ``ankle``: trunk lengths, x right and y up, from the picture's middle.
    """
    names = {"shoulder": SHOULDERS, "hip": HIPS, "knee": KNEES, "ankle": ANKLES}
    marks = np.zeros((33, 2))
    marks[:] = points["shoulder"]
    for name, pair in names.items():
        marks[list(pair)] = points[name]
    marks[[*HEELS, *TOES]] = points["ankle"]
    marks = marks * np.array([1.0 if not mirrored else -1.0, -1.0]) * TRUNK_PX + np.array([320.0, 240.0])
    return np.repeat(marks[None], frames, axis=0)


def crossing_person(
    seconds: float = 4.0,
    *,
    swing_s: float = 2.0,
    lean_deg: float = 3.0,
    bend_deg: float = 0.0,
    turn_deg: float = 25.0,
    yaw_deg: float = 0.0,
    drop_deg: float = 0.0,
    aside_deg: float = 0.0,
    lift: float = 0.8,
) -> Array:
    """Return landmarks of a person who does the crossing, facing right, shape (F, 33, 2).

    ``turn_deg`` is the turn of the shoulder line to either side, ``lift`` the lift of the knee, ``yaw_deg`` the
    camera's angle towards the front.
    """
    t = np.arange(round(seconds * FPS)) / FPS
    up = 0.5 - 0.5 * np.cos(2 * np.pi * t / swing_s)
    lean, turn = np.radians(lean_deg + bend_deg * up), np.radians(turn_deg) * (2 * up - 1)
    space = np.zeros((3, len(t), 33))  # forward, up, to the person's left
    aside = np.radians(aside_deg)
    top = np.stack([np.sin(lean), np.cos(lean) * np.cos(aside), np.full_like(t, np.sin(aside))])
    for number in (*range(11), *range(13, 23)):
        space[:, :, number] = top
    space[0, :, 0] += 0.2
    for side, outward in ((0, 1.0), (1, -1.0)):
        space[:, :, SHOULDERS[side]] = top + 0.33 * outward * np.stack([-np.sin(turn), np.zeros_like(t), np.cos(turn)])
        drop = np.radians(drop_deg)
        hip = (
            0.18 * outward * np.stack([np.zeros_like(t), np.full_like(t, np.sin(drop)), np.full_like(t, np.cos(drop))])
        )
        lifted = lift * up if side else np.zeros_like(t)
        space[:, :, HIPS[side]] = hip
        space[:, :, KNEES[side]] = hip + np.stack([0.3 * lifted, lifted - 0.85, np.zeros_like(t)])
        space[:, :, ANKLES[side]] = space[:, :, KNEES[side]] + np.array([0.0, -0.85, 0.0])[:, None]
        space[:, :, HEELS[side]] = space[:, :, ANKLES[side]] + np.array([-0.05, -0.05, 0.0])[:, None]
        space[:, :, TOES[side]] = space[:, :, ANKLES[side]] + np.array([0.3, -0.05, 0.0])[:, None]
    yaw = np.radians(yaw_deg)
    # As in the package: the more frontal the view, the larger the x of the left side.
    x = space[0] * np.cos(yaw) + space[2] * np.sin(yaw)
    return np.stack([320 + TRUNK_PX * x, 260 - TRUNK_PX * space[1]], axis=-1)


def pose_samples(landmarks: Array, *, start_s: float = 0.0, visibility: float = 1.0) -> list[PoseSample]:
    """Return samples of landmarks at 30 a second."""
    return [PoseSample(start_s + i / FPS, marks, np.full(33, visibility), SIZE) for i, marks in enumerate(landmarks)]


def pose_window(landmarks: Array) -> PoseWindow:
    """Return landmarks as one window."""
    window = collect_window(pose_samples(landmarks), (*SHOULDERS, *HIPS))
    assert isinstance(window, PoseWindow), window
    return window
