"""Running, walking or standing: told from the picture's geometry, so that slow motion does not matter."""

from __future__ import annotations

import numpy as np

from posture.gait.leg_signals import LegSignals
from posture.gait.strides import SIDES, Strides
from posture.types import Activity

# Somebody whose ankles swing apart less than this stands (5th to 95th percentile, trunk lengths).
STANDING_SWING_L = 0.35
# ... and has both feet on the ground, near each other (median of how far apart and of how much higher one is, trunk
# lengths): a frozen picture of a runner swings as little, and would pass for their neutral posture. Source: 90 rendered
# people stand within 0.27 and 0.16; 5 % of 14,000 frames of them running lie within these limits.
STANDING_APART_L, STANDING_HIGHER_L = 0.5, 0.25
# A shorter look does not tell standing from a moment of a stride (0.7 s in running, 1.1 s in walking).
MIN_LOOK_S = 0.5
# Running folds the swinging knee further than walking (about 100 against 65 degrees) and has the rear foot in the air
# where the front foot lands, walking has it on the ground (double support). Peak knee flexion, degrees, plus 100 times
# the rear foot's height, trunk lengths: 188 clips of rendered runners of the calibration half 90, 95 and upward,
# walkers of real clips 60 to 75; the limit is in the middle.
RUNNING_SCORE = 82.0
FOOT_HEIGHT_WEIGHT = 100.0
PEAK_PERCENTILE = 97.0
# One stride alone may be two jumps of the landmarks.
MIN_STRIDES = 2


def classify(legs: LegSignals, strides: Strides) -> Activity:
    """Tell running, walking and standing apart.

    Parameters
    ----------
    legs : LegSignals
    strides : Strides
    """
    if len(legs.time_s) == 0 or legs.time_s[-1] - legs.time_s[0] < MIN_LOOK_S:
        return "unknown"
    apart = legs.forward[:, 0] - legs.forward[:, 1]
    swing = float(np.subtract(*np.percentile(apart, [95, 5])))
    if swing < STANDING_SWING_L:
        higher = legs.height[:, 0] - legs.height[:, 1]
        # Feet that are lifted in turn, on the spot, have no median height, but they do not stay down.
        lifted = float(np.subtract(*np.percentile(higher, [95, 5])))
        level = abs(np.median(higher)) < STANDING_HIGHER_L and lifted < STANDING_SWING_L
        on_both = level and abs(np.median(apart)) < STANDING_APART_L
        return "standing" if on_both else "unknown"
    if len(strides) < MIN_STRIDES:
        return "unknown"
    return "running" if running_score(legs, strides) >= RUNNING_SCORE else "walking"


def running_score(legs: LegSignals, strides: Strides) -> float:
    """Return how much a gait looks like running, see `RUNNING_SCORE`; at least one stride is needed."""
    own = SIDES.index(strides.side)
    other_foot = np.interp(strides.bounds_s[:, 0], legs.time_s, legs.height[:, 1 - own] - legs.height[:, own])
    knee = float(np.percentile(legs.knee_flexion_deg[:, own], PEAK_PERCENTILE))
    return knee + FOOT_HEIGHT_WEIGHT * float(np.median(other_foot))


def cadence_spm(strides: Strides, slow_motion: float) -> float | None:
    """Return the cadence, steps (two a stride) a minute of real time."""
    return None if strides.stride_s is None else 120.0 / strides.stride_s * slow_motion
