"""The feet relative to the hips: the signals from which strides, phase and activity are read.

Relative to the hips, a treadmill and an overground pass, a camera that stands and one that pans look the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import median_filter

from posture.pose.landmarks import ANKLES, HEELS, HIPS, KNEES, SHOULDERS, TOES, midpoint
from posture.types import Array, Facing

# Frames over which the trunk's length in the picture is smoothed (a runner who comes closer grows slowly).
LENGTH_WINDOW = 15


@dataclass(frozen=True)
class LegSignals:
    """Feet and knees of F frames; columns are left, right.

    Attributes
    ----------
    time_s : array, shape (F,)
    forward : array, shape (F, 2)
        Ankles before the hip midpoint, trunk lengths, forward positive.
    height : array, shape (F, 2)
        Lowest point of each foot above the hip midpoint (so negative), trunk lengths, up positive.
    knee_flexion_deg : array, shape (F, 2)
        Angle between thigh and shank in the picture, 0 straight.
    """

    time_s: Array
    forward: Array
    height: Array
    knee_flexion_deg: Array


def leg_signals(landmarks: Array, time_s: Array, facing: Facing) -> LegSignals:
    """Read the leg signals from landmarks.

    Parameters
    ----------
    landmarks : array, shape (F, 33, 2)
        Pixels, left/right swaps repaired.
    time_s : array, shape (F,)
    facing : {"left", "right"}
    """
    hips = midpoint(landmarks, HIPS)
    length = trunk_lengths(landmarks)[:, None]
    sign = 1.0 if facing == "right" else -1.0
    ankles = landmarks[:, list(ANKLES)]
    feet = np.maximum(landmarks[:, list(HEELS), 1], landmarks[:, list(TOES), 1])
    thigh = landmarks[:, list(KNEES)] - landmarks[:, list(HIPS)]
    shank = ankles - landmarks[:, list(KNEES)]
    cross = thigh[..., 0] * shank[..., 1] - thigh[..., 1] * shank[..., 0]
    flexion = np.degrees(np.arctan2(sign * cross, (thigh * shank).sum(axis=-1)))
    return LegSignals(
        time_s=np.asarray(time_s, dtype=np.float64),
        forward=sign * (ankles[..., 0] - hips[:, None, 0]) / length,
        height=(hips[:, None, 1] - feet) / length,
        knee_flexion_deg=flexion,
    )


def trunk_lengths(landmarks: Array) -> Array:
    """Return the trunk's length in each frame, pixels, freed of single-frame noise, shape (F,)."""
    trunk = midpoint(landmarks, SHOULDERS) - midpoint(landmarks, HIPS)
    length = np.hypot(trunk[:, 0], trunk[:, 1])
    return np.maximum(median_filter(length, size=min(LENGTH_WINDOW, len(length)), mode="nearest"), 1.0)
