"""The crossing: trunk upright, pelvis level or steady, ribs turning, as far as the view shows it. Pure.

From the side the trunk's lean and the turn of the ribs are seen; from the front, how level the pelvis is and whether
the trunk leans aside. In between neither is seen well. Which leg swings is not told: seen from the side the landmarker
takes left for right too often.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy.signal import find_peaks

from posture.coach.criteria import Criterion, Hint, Judgement
from posture.coach.observation import PoseWindow, stands
from posture.coach.settings import COACH
from posture.gait.joint_angles import SHOULDER_WIDTH_L
from posture.pose.landmarks import HIPS, KNEES, SHOULDERS, midpoint
from posture.pose.trunk_frame import lean_deg, trunk_axis
from posture.pose.view import estimate_view
from posture.types import Array

Viewpoint = Literal["side", "front", "between"]
# Of a swing, so that a single bad landmark does not decide.
_LOW, _HIGH = 10.0, 90.0


def viewpoint_of(moments: PoseWindow) -> Viewpoint:
    """Return from where somebody is seen, over whole swings."""
    yaw = abs(estimate_view(moments.landmarks).yaw_deg)
    if yaw <= COACH.side_yaw_deg:
        return "side"
    return "front" if yaw >= COACH.front_yaw_deg else "between"


def lift_times(moments: PoseWindow) -> Array:
    """Return when a knee was up, whichever it was, seconds, shape (N,)."""
    peaks, _found = find_peaks(knee_height(moments), prominence=COACH.lift_l)
    return moments.time_s[peaks]


def is_moving(moments: PoseWindow) -> bool:
    """Tell whether a knee goes up and down."""
    return float(np.ptp(knee_height(moments))) > COACH.lift_l


def knee_height(moments: PoseWindow) -> Array:
    """Return the height of the higher knee against the hips, trunk lengths, shape (F,): about -0.8 of who stands."""
    hips = midpoint(moments.landmarks, HIPS)[:, 1]
    knees = moments.landmarks[:, list(KNEES), 1].min(axis=1)
    return np.asarray((hips - knees) / moments.trunk_px)


def shoulder_turn_deg(moments: PoseWindow) -> float:
    """Return the range of the shoulder line's turn about the trunk, degrees, as a side view shows it.

    The arms' swing moves the shoulder landmarks too, so it is larger than the ribs' own turn.
    """
    left, right = SHOULDERS
    seen = (
        (moments.landmarks[:, left, 0] - moments.landmarks[:, right, 0]) / moments.trunk_px / SHOULDER_WIDTH_L
    )
    angle = np.degrees(np.arcsin(np.clip(seen, -1.0, 1.0)))
    return float(np.subtract(*np.percentile(angle, [_HIGH, _LOW])))


def hip_drop_deg(moments: PoseWindow) -> float:
    """Return how far the hip line is from level at its worst, degrees, as a front view shows it."""
    left, right = (moments.landmarks[:, side] for side in HIPS)
    line = left - right
    return float(np.percentile(np.degrees(np.arctan2(np.abs(line[:, 1]), np.abs(line[:, 0]))), _HIGH))


def judge_crossing(moments: PoseWindow) -> Judgement:
    """Judge the last seconds of a crossing; nothing is told of somebody who does not swing a leg.

    Parameters
    ----------
    moments : Moments
        Of about two swings.
    """
    view = viewpoint_of(moments)
    if view == "between":
        return Judgement(not_judged="side_on")
    if not stands(moments) or not is_moving(moments):
        return Judgement(not_judged="other_pose")
    return _from_the_side(moments) if view == "side" else _from_the_front(moments)


def _from_the_side(moments: PoseWindow) -> Judgement:
    facing = estimate_view(moments.landmarks).facing
    hips, shoulders = trunk_axis(moments.landmarks, facing)
    back, forward = np.percentile(lean_deg(hips, shoulders, facing), [_LOW, _HIGH])
    met: dict[Criterion, bool] = {}
    hints: list[Hint] = []
    if forward > COACH.bent_deg:
        met["upright"] = False
        hints.append("bends")
    elif -back > COACH.bent_back_deg:
        met["upright"] = False
        hints.append("leans_back")
    else:
        met["upright"] = True
    turn = shoulder_turn_deg(moments)
    if turn >= COACH.turn_deg:
        met["ribs_turn"] = True
    elif turn < COACH.little_turn_deg:
        met["ribs_turn"] = False
        hints.append("turn_more")
    return Judgement(met, tuple(hints))


def _from_the_front(moments: PoseWindow) -> Judgement:
    axis = midpoint(moments.landmarks, SHOULDERS) - midpoint(moments.landmarks, HIPS)
    aside = np.degrees(np.arctan2(axis[:, 0], -axis[:, 1]))
    met: dict[Criterion, bool] = {"upright": bool(np.percentile(np.abs(aside), _HIGH) <= COACH.aside_deg)}
    met["pelvis_level"] = hip_drop_deg(moments) <= COACH.drop_deg
    hints: list[Hint] = []
    if not met["upright"]:
        hints.append("leans_aside")
    if not met["pelvis_level"]:
        hints.append("pelvis_drops")
    return Judgement(met, tuple(hints))
