"""Classify running, walking and standing by geometry, so that slow motion does not matter."""

from __future__ import annotations

import numpy as np

from posture.gait.leg_signals import LegSignals
from posture.gait.strides import SIDES, Strides
from posture.types import Activity

# Standing: ankle separation varies by less than this (5th to 95th percentile, trunk lengths).
STANDING_SWING_L = 0.35
# Standing: median separation and height difference of the feet, trunk lengths. A frozen image of a runner must not
# become the neutral posture. Source: 90 rendered people stand within 0.27 and 0.16; 5 % of 14,000 frames of the same
# people running are within these limits.
STANDING_APART_L, STANDING_HIGHER_L = 0.5, 0.25
# A shorter clip, seconds, may be a fraction of a stride (0.7 s in running, 1.1 s in walking).
MIN_LOOK_S = 0.5
# Running flexes the swinging knee more than walking, and the rear foot is in the air at foot strike. The score is peak
# knee flexion, degrees, plus 100 times the height of the rear foot, trunk lengths: 90 and more in 188 clips of rendered
# runners of the calibration half, 60 to 75 in real clips of walkers. The limit is in the middle.
RUNNING_SCORE = 82.0
FOOT_HEIGHT_WEIGHT = 100.0
PEAK_PERCENTILE = 97.0
# A single stride may be two landmark jumps.
MIN_STRIDES = 2


def classify(legs: LegSignals, strides: Strides) -> Activity:
    """Classify the activity over the whole clip."""
    if len(legs.time_s) == 0 or legs.time_s[-1] - legs.time_s[0] < MIN_LOOK_S:
        return "unknown"
    apart = legs.forward[:, 0] - legs.forward[:, 1]
    swing = float(np.subtract(*np.percentile(apart, [95, 5])))
    if swing < STANDING_SWING_L:
        higher = legs.height[:, 0] - legs.height[:, 1]
        # Stepping on the spot has a small median height difference, but a large variation.
        lifted = float(np.subtract(*np.percentile(higher, [95, 5])))
        level = abs(np.median(higher)) < STANDING_HIGHER_L and lifted < STANDING_SWING_L
        on_both = level and abs(np.median(apart)) < STANDING_APART_L
        return "standing" if on_both else "unknown"
    if len(strides) < MIN_STRIDES:
        return "unknown"
    return "running" if running_score(legs, strides) >= RUNNING_SCORE else "walking"


def running_score(legs: LegSignals, strides: Strides) -> float:
    """Return the running score, see `RUNNING_SCORE`; it needs at least one stride."""
    own = SIDES.index(strides.side)
    other_foot = np.interp(strides.bounds_s[:, 0], legs.time_s, legs.height[:, 1 - own] - legs.height[:, own])
    knee = float(np.percentile(legs.knee_flexion_deg[:, own], PEAK_PERCENTILE))
    return knee + FOOT_HEIGHT_WEIGHT * float(np.median(other_foot))


def cadence_spm(strides: Strides, slow_motion: float) -> float | None:
    """Return the cadence, steps per minute of real time; None without strides."""
    return None if strides.stride_s is None else 120.0 / strides.stride_s * slow_motion
