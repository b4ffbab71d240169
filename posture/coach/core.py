"""Core training: the straight line of the side plank, and the height of the leg in the bird dog. Pure.

In the dead bug what matters lies between back and floor, which no camera beside it shows.
"""

from __future__ import annotations

import numpy as np

from posture.coach.criteria import Reading
from posture.coach.observation import Moments, lies
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


def core_reading(moments: Moments, part: int) -> Reading:
    """Judge the last moments of a move.

    Parameters
    ----------
    moments : Moments
    part : int
        Of the exercise in the library.
    """
    if part == SIDE_PLANK:
        return side_plank_reading(moments)
    return bird_dog_reading(moments) if part == BIRD_DOG else Reading(unseen="not_shown")


def hip_off_line_deg(moments: Moments) -> Array:
    """Return the bend at the hip between shoulder and knee, degrees, shape (F,): positive where the hip sinks."""
    shoulders, hips, knees = (midpoint(moments.landmarks, pair) for pair in (SHOULDERS, HIPS, KNEES))
    trunk, thigh = hips - shoulders, knees - hips
    cross = trunk[:, 0] * thigh[:, 1] - trunk[:, 1] * thigh[:, 0]
    bend = np.degrees(np.arctan2(np.abs(cross), (trunk * thigh).sum(axis=1)))
    line = knees - shoulders
    share = ((hips - shoulders) * line).sum(axis=1) / np.maximum((line**2).sum(axis=1), 1.0)
    below = hips[:, 1] - (shoulders[:, 1] + share * line[:, 1])
    return np.where(below > 0, bend, -bend)


def shows_length(moments: Moments) -> bool:
    """Tell whether the body lies across the picture: the thigh is about as long as it is against the trunk."""
    thigh = midpoint(moments.landmarks, KNEES) - midpoint(moments.landmarks, HIPS)
    ratio = float(np.median(np.hypot(thigh[:, 0], thigh[:, 1]))) / moments.trunk_px
    return COACH.short_thigh_l <= ratio <= COACH.long_thigh_l


def side_plank_reading(moments: Moments) -> Reading:
    """Judge a side plank seen from before or behind the body."""
    if not shows_length(moments):
        return Reading(unseen="side_on")
    shoulders, knees = midpoint(moments.landmarks, SHOULDERS), midpoint(moments.landmarks, KNEES)
    line = np.median(np.abs(knees - shoulders), axis=0)
    if line[0] < line[1]:
        return Reading(unseen="other_pose")
    bend = float(np.median(hip_off_line_deg(moments)))
    if bend > COACH.sinks_deg:
        return Reading({"in_line": False}, ("hip_sinks",))
    if -bend > COACH.high_deg:
        return Reading({"in_line": False}, ("hip_high",))
    return Reading({"in_line": True})


def bird_dog_reading(moments: Moments) -> Reading:
    """Judge a bird dog seen from the side."""
    if not lies(moments):
        return Reading(unseen="other_pose")
    hips = midpoint(moments.landmarks, HIPS)[:, 1]
    ankles = moments.landmarks[:, list(ANKLES), 1].min(axis=1)
    high = float(np.median((hips - ankles) / moments.trunk_px))
    if high > COACH.leg_l:
        return Reading({"leg_level": False}, ("leg_high",))
    if high < -COACH.leg_down_l:
        # Both feet are on the floor: the leg is not stretched back now.
        return Reading()
    return Reading({"leg_level": True})
