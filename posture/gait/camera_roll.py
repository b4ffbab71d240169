"""Camera roll, from the path of a runner across the image."""

from __future__ import annotations

import numpy as np

from posture.gait.leg_signals import trunk_lengths
from posture.gait.runner_choice import TrackedPerson
from posture.pose.landmarks import HIPS, midpoint
from posture.types import Array

# Least horizontal path of the hips, trunk lengths: a static camera and a passing runner.
MIN_TRAVEL_L = 3.0
# Largest relative change of size: an approaching runner moves down the image without any roll.
MAX_SIZE_CHANGE = 0.04
MAX_YAW_DEG = 12.0
# Largest standard error of the slope, degrees.
MAX_ERROR_DEG = 0.8


def camera_roll_deg(runner: TrackedPerson) -> float | None:
    """Estimate the camera roll from the straight path of the hips over whole strides, on level ground.

    Returns
    -------
    float or None
        Degrees, positive when the scene appears rotated clockwise; None when the path does not show it.
    """
    inside = runner.strides.frame_stride >= 0
    if len(runner.strides) < 2 or abs(runner.view.yaw_deg) > MAX_YAW_DEG:
        return None
    hips = midpoint(runner.landmarks, HIPS)[inside]
    length = trunk_lengths(runner.landmarks)[inside]
    stride = runner.strides.frame_stride[inside]
    # The mean over a stride cancels the vertical oscillation.
    points = np.array([hips[stride == s].mean(axis=0) for s in np.unique(stride)])
    size = np.array([length[stride == s].mean() for s in np.unique(stride)])
    travel = float(np.ptp(points[:, 0])) / float(np.median(size))
    if travel < MIN_TRAVEL_L or np.ptp(size) / np.median(size) > MAX_SIZE_CHANGE or len(points) < 3:
        return None
    slope, error = _line(points[:, 0], points[:, 1])
    return None if np.degrees(error) > MAX_ERROR_DEG else float(np.degrees(np.arctan(slope)))


def _line(x: Array, y: Array) -> tuple[float, float]:
    """Return the slope of a least-squares line and its standard error."""
    centred = x - x.mean()
    square = float((centred**2).sum())
    slope = float((centred * (y - y.mean())).sum()) / square
    residual = y - y.mean() - slope * centred
    return slope, float(np.sqrt((residual**2).sum() / max(len(x) - 2, 1) / square))
