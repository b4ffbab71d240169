"""Core training: the straight line of the side plank, and the height of the leg in the bird dog. Pure.

In the dead bug what matters lies between back and floor, which no camera beside it shows.
"""

from __future__ import annotations

import numpy as np

from posture.coach.criteria import Judgement
from posture.coach.observation import PoseWindow, lies
from posture.coach.settings import COACH
from posture.pose.landmarks import ANKLES, HIPS, KNEES, SHOULDERS, midpoint
from posture.types import Array

# The parts of the exercise in the library, in their order.
DEAD_BUG, SIDE_PLANK, BIRD_DOG = range(3)
# Landmarks that each of them needs; the dead bug is not watched.
NEEDED: dict[int, tuple[int, ...]] = {
    SIDE_PLANK: (*SHOULDERS, *HIPS, *KNEES),
    BIRD_DOG: (*SHOULDERS, *HIPS, *ANKLES),
}


def judge_core(moments: PoseWindow, part: int) -> Judgement:
    """Judge the last moments of a move.

    Parameters
    ----------
    moments : Moments
    part : int
        Of the exercise in the library.
    """
    if part == SIDE_PLANK:
        return judge_side_plank(moments)
    return judge_bird_dog(moments) if part == BIRD_DOG else Judgement(not_judged="not_shown")


def hip_off_line_deg(moments: PoseWindow) -> Array:
    """Return the bend at the hip between shoulder and knee, degrees, shape (F,): positive where the hip sinks."""
    shoulders, hips, knees = (midpoint(moments.landmarks, pair) for pair in (SHOULDERS, HIPS, KNEES))
    trunk, thigh = hips - shoulders, knees - hips
    cross = trunk[:, 0] * thigh[:, 1] - trunk[:, 1] * thigh[:, 0]
    bend = np.degrees(np.arctan2(np.abs(cross), (trunk * thigh).sum(axis=1)))
    line = knees - shoulders
    share = ((hips - shoulders) * line).sum(axis=1) / np.maximum((line**2).sum(axis=1), 1.0)
    below = hips[:, 1] - (shoulders[:, 1] + share * line[:, 1])
    return np.where(below > 0, bend, -bend)


def shows_length(moments: PoseWindow) -> bool:
    """Tell whether the body lies across the picture: the thigh is about as long as it is against the trunk."""
    thigh = midpoint(moments.landmarks, KNEES) - midpoint(moments.landmarks, HIPS)
    ratio = float(np.median(np.hypot(thigh[:, 0], thigh[:, 1]))) / moments.trunk_px
    return COACH.short_thigh_l <= ratio <= COACH.long_thigh_l


def judge_side_plank(moments: PoseWindow) -> Judgement:
    """Judge a side plank seen from before or behind the body."""
    if not shows_length(moments):
        return Judgement(not_judged="side_on")
    shoulders, knees = midpoint(moments.landmarks, SHOULDERS), midpoint(moments.landmarks, KNEES)
    line = np.median(np.abs(knees - shoulders), axis=0)
    if line[0] < line[1]:
        return Judgement(not_judged="other_pose")
    bend = float(np.median(hip_off_line_deg(moments)))
    if bend > COACH.sinks_deg:
        return Judgement({"in_line": False}, ("hip_sinks",))
    if -bend > COACH.high_deg:
        return Judgement({"in_line": False}, ("hip_high",))
    return Judgement({"in_line": True})


def judge_bird_dog(moments: PoseWindow) -> Judgement:
    """Judge a bird dog seen from the side."""
    if not lies(moments):
        return Judgement(not_judged="other_pose")
    hips = midpoint(moments.landmarks, HIPS)[:, 1]
    ankles = moments.landmarks[:, list(ANKLES), 1].min(axis=1)
    high = float(np.median((hips - ankles) / moments.trunk_px))
    if high > COACH.leg_l:
        return Judgement({"leg_level": False}, ("leg_high",))
    if high < -COACH.leg_down_l:
        # Both feet are on the floor: the leg is not stretched back now.
        return Judgement()
    return Judgement({"leg_level": True})
