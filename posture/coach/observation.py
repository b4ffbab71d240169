"""The last moments of somebody who exercises, as arrays, and the little that all exercises ask of them. Pure."""

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
    """Who is seen in one picture.

    Attributes
    ----------
    time_s : float
    landmarks : array, shape (33, 2), or None
        Pixels, x right, y down; None when nobody is seen.
    visibility : array, shape (33,), or None
        0..1.
    size : tuple of int
        Width and height of the picture, pixels.
    """

    time_s: float
    landmarks: Array | None
    visibility: Array | None
    size: tuple[int, int]


@dataclass(frozen=True, eq=False)
class PoseWindow:
    """Some seconds of somebody, without the pictures in which they are not seen.

    Attributes
    ----------
    time_s : array, shape (F,)
    landmarks : array, shape (F, 33, 2)
        Pixels.
    trunk_px : float
        Median length of the trunk.
    """

    time_s: Array
    landmarks: Array
    trunk_px: float


def collect_window(glances: Sequence[PoseSample], needed: Sequence[int]) -> PoseWindow | NotJudged:
    """Return the moments in which the landmarks that matter are seen, or why there are too few.

    Parameters
    ----------
    glances : sequence of PoseSample
        The oldest first.
    needed : sequence of int
        Numbers of the landmarks that matter: in the picture, and not hidden in the landmarker's own estimate.
    """
    least = max(COACH.least_frames, COACH.seen_share * len(glances))
    there = [g for g in glances if g.landmarks is not None]
    if len(there) < least:
        return "nobody"
    clear = [g for g in there if _is_clear(g, needed)]
    if len(clear) < least:
        return "hidden"
    landmarks = np.array([g.landmarks for g in clear], dtype=np.float64)
    trunk = midpoint(landmarks, SHOULDERS) - midpoint(landmarks, HIPS)
    length = float(np.median(np.hypot(trunk[:, 0], trunk[:, 1])))
    if length < COACH.least_trunk_px:
        return "hidden"
    return PoseWindow(np.array([g.time_s for g in clear]), landmarks, length)


def _is_clear(glance: PoseSample, needed: Sequence[int]) -> bool:
    marks, visibility = glance.landmarks, glance.visibility
    if marks is None:
        return False
    own = marks[list(needed)]
    inside = bool(((own >= 0) & (own < np.array(glance.size))).all())
    return inside and (visibility is None or bool((visibility[list(needed)] >= COACH.visible_share).all()))


def trunk_deg(moments: PoseWindow) -> Array:
    """Return the trunk's angle to the vertical in the picture, degrees, shape (F,): 0 upright, 90 level."""
    axis = midpoint(moments.landmarks, SHOULDERS) - midpoint(moments.landmarks, HIPS)
    return np.degrees(np.arctan2(np.abs(axis[:, 0]), -axis[:, 1]))


def stands(moments: PoseWindow) -> bool:
    """Tell whether the trunk is upright, more or less."""
    return float(np.median(trunk_deg(moments))) < COACH.standing_deg


def lies(moments: PoseWindow) -> bool:
    """Tell whether the trunk is level, more or less: lying, or on hands and knees."""
    return abs(float(np.median(trunk_deg(moments))) - 90.0) < 90.0 - COACH.lying_deg
