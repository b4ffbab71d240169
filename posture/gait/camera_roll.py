"""The camera's roll, where the runner's own way across the picture shows it."""

from __future__ import annotations

import numpy as np

from posture.gait.leg_signals import trunk_lengths
from posture.gait.subject import TrackedPerson
from posture.pose.landmarks import HIPS, midpoint
from posture.types import Array

# The hips must cross this many trunk lengths of the picture: a camera that stands, a runner who passes.
MIN_TRAVEL_L = 3.0
# A runner who comes nearer moves down the picture without any roll; their size must stay the same within this.
MAX_SIZE_CHANGE = 0.04
MAX_YAW_DEG = 12.0
# Standard error of the slope that is still worth using, degrees.
MAX_ERROR_DEG = 0.8


def camera_roll_deg(runner: TrackedPerson) -> float | None:
    """Estimate the camera's roll from the straight way of the hips over whole strides.

    The ground is taken to be level.

    Returns
    -------
    float or None
        Degrees, positive when the picture's content appears turned clockwise; None where the scene does not show it.
    """
    inside = runner.strides.frame_stride >= 0
    if len(runner.strides) < 2 or abs(runner.view.yaw_deg) > MAX_YAW_DEG:
        return None
    hips = midpoint(runner.landmarks, HIPS)[inside]
    length = trunk_lengths(runner.landmarks)[inside]
    stride = runner.strides.frame_stride[inside]
    # One point a stride: the bounce averages out.
    points = np.array([hips[stride == s].mean(axis=0) for s in np.unique(stride)])
    size = np.array([length[stride == s].mean() for s in np.unique(stride)])
    travel = float(np.ptp(points[:, 0])) / float(np.median(size))
    if travel < MIN_TRAVEL_L or np.ptp(size) / np.median(size) > MAX_SIZE_CHANGE or len(points) < 3:
        return None
    slope, error = _line(points[:, 0], points[:, 1])
    return None if np.degrees(error) > MAX_ERROR_DEG else float(np.degrees(np.arctan(slope)))


def _line(x: Array, y: Array) -> tuple[float, float]:
    """Return slope and its standard error of a least-squares line."""
    centred = x - x.mean()
    square = float((centred**2).sum())
    slope = float((centred * (y - y.mean())).sum()) / square
    rest = y - y.mean() - slope * centred
    return slope, float(np.sqrt((rest**2).sum() / max(len(x) - 2, 1) / square))
