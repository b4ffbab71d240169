"""Classify running, walking and standing from the legs.

Walking and running differ in how long the feet are down: in walking a foot is down for more than half of the stride and
both are at once. In one camera's landmarks the lift-off of a slow jogger is too small to be seen in single frames, so
evidence is added up over all strides: how long the foot moves backward, how high it is lifted, how far the knee bends,
and the step rate, since nobody walks far above the rate at which people change to running [1]_. Where the evidence is
weak, as for joggers without a flight phase in slow motion, the activity stays unknown.

References
----------
.. [1] Hansen, E. A., Kristensen, L. A. R., Nielsen, A. M., Voigt, M., Madeleine, P. (2017). The role of stride
   frequency for walk-to-run transition in humans. Scientific Reports 7, 2010. doi:10.1038/s41598-017-01972-1
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from posture.gait.events import find_stances
from posture.gait.leg_signals import LegSignals
from posture.gait.strides import Strides
from posture.thresholds import REMARKS
from posture.types import Activity, Array

# Standing: ankle separation varies by less than this (5th to 95th percentile, trunk lengths).
STANDING_SWING_L = 0.35
# Standing: median separation and height difference of the feet, trunk lengths. A frozen image of a runner must not
# become the neutral posture. Source: 90 rendered people stand within 0.27 and 0.16; 5 % of 14,000 frames of the same
# people running are within these limits.
STANDING_APART_L, STANDING_HIGHER_L = 0.5, 0.25
# A shorter clip, seconds, may be a fraction of a stride (0.7 s in running, 1.1 s in walking).
MIN_LOOK_S = 0.5
# A single stride may be two landmark jumps. Two that fill the clip are 1.9, since a frame at either end is cut.
MIN_STRIDES = 1.9
# Where running and walking are equally likely, and how much more is one unit of evidence, for peak knee flexion
# (degrees), lift of the foot (trunk lengths) and backward share of the foot's path. Rendered runners: 87 and more, 0.34
# and more, at most 0.56; eight real runners: 72 and more, 0.34 and more, at most 0.53; real walkers: 64, 0.19, 0.60.
KNEE_DEG, LIFT_L, BACKWARD_SHARE = (75.0, 10.0), (0.27, 0.06), (0.575, 0.02)
# The same for the step rate, steps a minute of clip time: people change to running at 141 +/- 6 [1]_. A lower rate says
# nothing, since the clip may be slow motion.
STEP_RATE_SPM = (125.0, 4.0)
# No single feature of the path counts more than this, nor the step rate more than twice as much; the sum that is needed
# for each answer.
MAX_EVIDENCE, MAX_RATE_EVIDENCE = 2.0, 4.0
RUNNING_EVIDENCE, WALKING_EVIDENCE = 1.0, -2.0
PEAK_PERCENTILE = 97.0
LOW_PERCENTILE, HIGH_PERCENTILE = 10.0, 95.0


@dataclass(frozen=True)
class GaitEvidence:
    """Features that tell running from walking, means of both legs over all strides."""

    knee_flexion_deg: float  # Peak over the stride.
    foot_lift_l: float  # Rise of the foot's lowest point over the stride, trunk lengths.
    # Share of the stride in which the foot moves backward below the hips, 0..1; in walking the foot is down for as
    # long.
    backward_share: float
    step_rate_spm: float  # Steps a minute of clip time.

    @property
    def running(self) -> float:
        """Evidence for running (positive) against walking (negative)."""
        backward_middle, backward_unit = BACKWARD_SHARE
        parts = [
            _units(self.knee_flexion_deg, KNEE_DEG),
            _units(self.foot_lift_l, LIFT_L),
            _units(2 * backward_middle - self.backward_share, (backward_middle, backward_unit)),
        ]
        # Faster than anybody runs, the clip plays too fast: walking may be that fast, too.
        if self.step_rate_spm <= REMARKS.fast_motion_spm:
            parts.append(max(0.0, _units(self.step_rate_spm, STEP_RATE_SPM, MAX_RATE_EVIDENCE)))
        return float(sum(parts))


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
    if not len(strides) or strides.in_all < MIN_STRIDES:
        return "unknown"
    evidence = gait_evidence(legs, strides)
    if evidence is None:
        return "unknown"
    if evidence.running >= RUNNING_EVIDENCE:
        return "running"
    return "walking" if evidence.running <= WALKING_EVIDENCE else "unknown"


def gait_evidence(legs: LegSignals, strides: Strides) -> GaitEvidence | None:
    """Return the features that tell running from walking; None without strides or with too few frames in them."""
    inside = strides.frame_stride >= 0
    stances = find_stances(legs, strides)
    if stances is None or strides.stride_s is None:
        return None
    backward = [(stance.toe_off - stance.foot_strike) % 1.0 for stance in stances]
    high, low = np.percentile(legs.height[inside], [HIGH_PERCENTILE, LOW_PERCENTILE], axis=0)
    return GaitEvidence(
        knee_flexion_deg=_mean(np.percentile(legs.knee_flexion_deg[inside], PEAK_PERCENTILE, axis=0)),
        foot_lift_l=_mean(high - low),
        backward_share=float(np.mean(backward)),
        step_rate_spm=120.0 / strides.stride_s,
    )


def cadence_spm(strides: Strides, slow_motion: float) -> float | None:
    """Return the cadence, steps per minute of real time; None without strides."""
    return None if strides.stride_s is None else 120.0 / strides.stride_s * slow_motion


def _units(value: float, scale: tuple[float, float], most: float = MAX_EVIDENCE) -> float:
    middle, unit = scale
    return float(np.clip((value - middle) / unit, -most, most))


def _mean(both_legs: Array) -> float:
    return float(both_legs.mean())
