"""Ankle, foot and knee signals relative to the hips, the input of strides, phase and activity.

Relative to the hips, treadmill and overground running are alike, and so are static and panning cameras.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import median_filter

from posture.gait.outliers import without_leg_outliers
from posture.pose.landmarks import ANKLES, HEELS, HIPS, KNEES, SHOULDERS, TOES, midpoint
from posture.types import Array, Facing

# Median window of the trunk length, frames: the size of an approaching runner changes slowly.
LENGTH_WINDOW = 15


@dataclass(frozen=True)
class LegSignals:
    """Signals of both legs; columns are left, right."""

    time_s: Array
    forward: Array  # Shape (F, 2). Ankles in front of the hip midpoint, trunk lengths.
    height: Array  # Shape (F, 2). Lowest point of the feet above the hip midpoint, trunk lengths; negative.
    knee_flexion_deg: Array  # Shape (F, 2). Angle between thigh and shank in the image, 0 for a straight leg.


def leg_signals(landmarks: Array, time_s: Array, facing: Facing) -> LegSignals:
    """Compute the leg signals; outliers of the legs' landmarks are replaced, see `posture.gait.outliers`.

    Parameters
    ----------
    landmarks : shape (F, 33, 2)
        Pixels, left/right swaps repaired.
    time_s : shape (F,)
        Seconds.
    """
    hips = midpoint(landmarks, HIPS)
    own_length = trunk_lengths(landmarks)
    landmarks, _outliers = without_leg_outliers(landmarks, time_s, own_length)
    length = own_length[:, None]
    sign = 1.0 if facing == "right" else -1.0
    ankles = landmarks[:, list(ANKLES)]
    feet = np.maximum(landmarks[:, list(HEELS), 1], landmarks[:, list(TOES), 1])
    return LegSignals(
        time_s=np.asarray(time_s, dtype=np.float64),
        forward=sign * (ankles[..., 0] - hips[:, None, 0]) / length,
        height=(hips[:, None, 1] - feet) / length,
        knee_flexion_deg=knee_flexion_deg(landmarks, facing),
    )


def knee_flexion_deg(landmarks: Array, facing: Facing) -> Array:
    """Return the angle of each shank to its thigh in the picture, degrees, 0 for a straight leg, shape (F, 2)."""
    sign = 1.0 if facing == "right" else -1.0
    thigh = landmarks[:, list(KNEES)] - landmarks[:, list(HIPS)]
    shank = landmarks[:, list(ANKLES)] - landmarks[:, list(KNEES)]
    cross = thigh[..., 0] * shank[..., 1] - thigh[..., 1] * shank[..., 0]
    return np.asarray(np.degrees(np.arctan2(sign * cross, (thigh * shank).sum(axis=-1))))


def trunk_lengths(landmarks: Array) -> Array:
    """Return the median-filtered trunk length of each frame, pixels, shape (F,)."""
    trunk = midpoint(landmarks, SHOULDERS) - midpoint(landmarks, HIPS)
    length = np.hypot(trunk[:, 0], trunk[:, 1])
    return np.maximum(median_filter(length, size=min(LENGTH_WINDOW, len(length)), mode="nearest"), 1.0)
