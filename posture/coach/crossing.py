"""Judge the crossing: trunk upright, pelvis level or steady, ribs turning, as far as the view shows it.

A side view shows the trunk's lean and the turn of the ribs; a front view shows whether the pelvis is level and whether
the trunk leans aside. An oblique view shows neither well. Which leg swings is left open: in a side view the landmarker
confuses left and right too often.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from posture.coach.criteria import Criterion, Hint, Judgement
from posture.coach.observation import PoseWindow, stands
from posture.coach.settings import COACH
from posture.gait.joint_angles import SHOULDER_WIDTH_L
from posture.pose.landmarks import HIPS, KNEES, SHOULDERS, midpoint
from posture.pose.trunk_frame import lean_deg, trunk_axis
from posture.pose.view import estimate_view
from posture.types import Array

Viewpoint = Literal["side", "front", "between"]
# Percentiles over a swing, so that a single bad landmark does not decide.
_LOW, _HIGH = 10.0, 90.0


def viewpoint_of(window: PoseWindow) -> Viewpoint:
    """Return the camera's viewpoint, averaged over whole swings."""
    yaw = abs(estimate_view(window.landmarks).yaw_deg)
    if yaw <= COACH.side_yaw_deg:
        return "side"
    return "front" if yaw >= COACH.front_yaw_deg else "between"


def lift_times(window: PoseWindow) -> Array:
    """Return the times at which either knee was at its highest, seconds, shape (N,)."""
    # Late, as in `posture.pose.step_rhythm`.
    from scipy.signal import find_peaks

    peaks, _properties = find_peaks(knee_height(window), prominence=COACH.lift_l)
    return window.time_s[peaks]


def is_moving(window: PoseWindow) -> bool:
    """Return whether a knee goes up and down."""
    return float(np.ptp(knee_height(window))) > COACH.lift_l


def knee_height(window: PoseWindow) -> Array:
    """Return the height of the higher knee above the hips, trunk lengths, shape (F,): about -0.8 when standing."""
    hips = midpoint(window.landmarks, HIPS)[:, 1]
    knees = window.landmarks[:, list(KNEES), 1].min(axis=1)
    return np.asarray((hips - knees) / window.trunk_px)


def shoulder_turn_deg(window: PoseWindow) -> float:
    """Return the range of the shoulder line's rotation about the trunk in a side view, degrees.

    It exceeds the rotation of the ribs, because swinging arms move the shoulder landmarks too.
    """
    left, right = SHOULDERS
    width = (window.landmarks[:, left, 0] - window.landmarks[:, right, 0]) / window.trunk_px / SHOULDER_WIDTH_L
    angle = np.degrees(np.arcsin(np.clip(width, -1.0, 1.0)))
    return float(np.subtract(*np.percentile(angle, [_HIGH, _LOW])))


def hip_drop_deg(window: PoseWindow) -> float:
    """Return the largest inclination of the hip line in a front view, degrees (90th percentile)."""
    left, right = (window.landmarks[:, side] for side in HIPS)
    line = left - right
    return float(np.percentile(np.degrees(np.arctan2(np.abs(line[:, 1]), np.abs(line[:, 0]))), _HIGH))


def judge_crossing(window: PoseWindow) -> Judgement:
    """Judge about two swings of a crossing."""
    viewpoint = viewpoint_of(window)
    if viewpoint == "between":
        return Judgement(not_judged="side_on")
    if not stands(window) or not is_moving(window):
        return Judgement(not_judged="other_pose")
    return _judge_side_view(window) if viewpoint == "side" else _judge_front_view(window)


def _judge_side_view(window: PoseWindow) -> Judgement:
    facing = estimate_view(window.landmarks).facing
    hips, shoulders = trunk_axis(window.landmarks, facing)
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
    turn = shoulder_turn_deg(window)
    if turn >= COACH.turn_deg:
        met["ribs_turn"] = True
    elif turn < COACH.little_turn_deg:
        met["ribs_turn"] = False
        hints.append("turn_more")
    return Judgement(met, tuple(hints))


def _judge_front_view(window: PoseWindow) -> Judgement:
    axis = midpoint(window.landmarks, SHOULDERS) - midpoint(window.landmarks, HIPS)
    aside = np.degrees(np.arctan2(axis[:, 0], -axis[:, 1]))
    met: dict[Criterion, bool] = {"upright": bool(np.percentile(np.abs(aside), _HIGH) <= COACH.aside_deg)}
    met["pelvis_level"] = hip_drop_deg(window) <= COACH.drop_deg
    hints: list[Hint] = []
    if not met["upright"]:
        hints.append("leans_aside")
    if not met["pelvis_level"]:
        hints.append("pelvis_drops")
    return Judgement(met, tuple(hints))
