"""A window of poses as arrays, and whether the trunk is upright or level in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from posture.coach.criteria import NotJudged
from posture.coach.settings import COACH
from posture.pose.landmarks import HIPS, SHOULDERS, midpoint
from posture.types import Array


@dataclass(frozen=True, eq=False)
class PoseSample:
    """Pose in one picture."""

    time_s: float
    landmarks: Array | None  # Shape (33, 2). Pixels, x right, y down; None when nobody is detected.
    visibility: Array | None  # Shape (33,). 0..1.
    size: tuple[int, int]  # Width and height of the picture, pixels.


@dataclass(frozen=True, eq=False)
class PoseWindow:
    """Some seconds of poses, without the pictures in which the needed landmarks are not visible."""

    time_s: Array
    landmarks: Array  # Shape (F, 33, 2). Pixels, x right, y down.
    trunk_px: float  # Median length of the trunk.


def collect_window(samples: Sequence[PoseSample], needed: Sequence[int]) -> PoseWindow | NotJudged:
    """Return the samples that show all needed landmarks, or the reason why there are too few.

    Parameters
    ----------
    samples
        Oldest first.
    needed
        Indices of landmarks that must lie inside the picture and be visible by the landmarker's own estimate.
    """
    least = max(COACH.least_frames, COACH.seen_share * len(samples))
    detected = [sample for sample in samples if sample.landmarks is not None]
    if len(detected) < least:
        return "nobody"
    usable = [sample for sample in detected if _shows(sample, needed)]
    if len(usable) < least:
        return "hidden"
    landmarks = np.array([sample.landmarks for sample in usable], dtype=np.float64)
    trunk = midpoint(landmarks, SHOULDERS) - midpoint(landmarks, HIPS)
    length = float(np.median(np.hypot(trunk[:, 0], trunk[:, 1])))
    if length < COACH.least_trunk_px:
        return "hidden"
    return PoseWindow(np.array([sample.time_s for sample in usable]), landmarks, length)


def _shows(sample: PoseSample, needed: Sequence[int]) -> bool:
    landmarks, visibility = sample.landmarks, sample.visibility
    if landmarks is None:
        return False
    own = landmarks[list(needed)]
    inside = bool(((own >= 0) & (own < np.array(sample.size))).all())
    return inside and (visibility is None or bool((visibility[list(needed)] >= COACH.visible_share).all()))


def trunk_deg(window: PoseWindow) -> Array:
    """Return the trunk's angle to the vertical in the picture, degrees, shape (F,): 0 upright, 90 level."""
    axis = midpoint(window.landmarks, SHOULDERS) - midpoint(window.landmarks, HIPS)
    return np.degrees(np.arctan2(np.abs(axis[:, 0]), -axis[:, 1]))


def stands(window: PoseWindow) -> bool:
    """Return whether the trunk is roughly upright."""
    return float(np.median(trunk_deg(window))) < COACH.standing_deg


def lies(window: PoseWindow) -> bool:
    """Return whether the trunk is roughly level: lying, or on hands and knees."""
    return abs(float(np.median(trunk_deg(window))) - 90.0) < 90.0 - COACH.lying_deg
