"""Judge core training: the straight line of the side plank, and the height of the leg in the bird dog.

What matters in the dead bug lies between back and floor, where no camera sees it.
"""

from __future__ import annotations

import numpy as np

from posture.coach.criteria import Judgement
from posture.coach.observation import PoseWindow, lies
from posture.coach.settings import COACH
from posture.pose.landmarks import ANKLES, HIPS, KNEES, SHOULDERS, midpoint
from posture.types import Array

# Parts of the exercise, in the library's order.
DEAD_BUG, SIDE_PLANK, BIRD_DOG = range(3)
# Landmarks that each part needs; the dead bug is not judged.
NEEDED: dict[int, tuple[int, ...]] = {SIDE_PLANK: (*SHOULDERS, *HIPS, *KNEES), BIRD_DOG: (*SHOULDERS, *HIPS, *ANKLES)}


def judge_core(window: PoseWindow, part: int) -> Judgement:
    """Judge one part of the exercise; `part` is its index in the library."""
    if part == SIDE_PLANK:
        return judge_side_plank(window)
    return judge_bird_dog(window) if part == BIRD_DOG else Judgement(not_judged="not_shown")


def hip_off_line_deg(window: PoseWindow) -> Array:
    """Return the bend at the hip between shoulder and knee, degrees, shape (F,): positive where the hip sinks."""
    shoulders, hips, knees = (midpoint(window.landmarks, pair) for pair in (SHOULDERS, HIPS, KNEES))
    trunk, thigh = hips - shoulders, knees - hips
    cross = trunk[:, 0] * thigh[:, 1] - trunk[:, 1] * thigh[:, 0]
    bend = np.degrees(np.arctan2(np.abs(cross), (trunk * thigh).sum(axis=1)))
    line = knees - shoulders
    share = ((hips - shoulders) * line).sum(axis=1) / np.maximum((line**2).sum(axis=1), 1.0)
    below = hips[:, 1] - (shoulders[:, 1] + share * line[:, 1])
    return np.where(below > 0, bend, -bend)


def is_seen_lengthwise(window: PoseWindow) -> bool:
    """Return whether the body lies across the picture: neither thigh nor trunk is foreshortened."""
    thigh = midpoint(window.landmarks, KNEES) - midpoint(window.landmarks, HIPS)
    ratio = float(np.median(np.hypot(thigh[:, 0], thigh[:, 1]))) / window.trunk_px
    return COACH.short_thigh_l <= ratio <= COACH.long_thigh_l


def judge_side_plank(window: PoseWindow) -> Judgement:
    """Judge a side plank seen from in front of or behind the body."""
    if not is_seen_lengthwise(window):
        return Judgement(not_judged="side_on")
    shoulders, knees = midpoint(window.landmarks, SHOULDERS), midpoint(window.landmarks, KNEES)
    line = np.median(np.abs(knees - shoulders), axis=0)
    if line[0] < line[1]:
        return Judgement(not_judged="other_pose")
    bend = float(np.median(hip_off_line_deg(window)))
    if bend > COACH.sinks_deg:
        return Judgement({"in_line": False}, ("hip_sinks",))
    if -bend > COACH.high_deg:
        return Judgement({"in_line": False}, ("hip_high",))
    return Judgement({"in_line": True})


def judge_bird_dog(window: PoseWindow) -> Judgement:
    """Judge a bird dog seen from the side."""
    if not lies(window):
        return Judgement(not_judged="other_pose")
    hips = midpoint(window.landmarks, HIPS)[:, 1]
    ankles = window.landmarks[:, list(ANKLES), 1].min(axis=1)
    height = float(np.median((hips - ankles) / window.trunk_px))
    if height > COACH.leg_l:
        return Judgement({"leg_level": False}, ("leg_high",))
    if height < -COACH.leg_down_l:
        # Both feet are on the floor: no leg is stretched back at the moment.
        return Judgement()
    return Judgement({"leg_level": True})
