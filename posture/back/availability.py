"""Select the measures of a clip that its recording supports.

Whether the clip as a whole is measurable is decided by the rules in `posture.quality`.
"""

from __future__ import annotations

from posture.back.intervals import UNITS, ClipMeasure, mean_over_strides
from posture.back.measure import BackResult
from posture.gait.joint_angles import rotation_ranges_deg, rotation_signal_deg
from posture.gait.leg_signals import trunk_lengths
from posture.gait.runner_choice import TrackedPerson
from posture.records.analysis import Measure
from posture.thresholds import GATES

MEASURES = (*UNITS, "thorax_rotation_deg", "pelvis_drop_deg")
# These come from landmarks alone and need no outline.
FROM_LANDMARKS = ("trunk_lean_deg", "thorax_rotation_deg")
# These need the upper back.
OF_UPPER_BACK = ("lumbar_arch_deg", "thoracolumbar_deg", "lumbar_arch_index")


def reported_measures(
    runner: TrackedPerson, back: BackResult | None, *, is_covered: bool = False
) -> dict[str, Measure | None]:
    """Return the measures of a clip by name; None for those that the recording does not support.

    Parameters
    ----------
    back
        None when the back was not measured.
    is_covered
        Whether something stands in front of too much of it.
    """
    measures: dict[str, Measure | None] = dict.fromkeys(MEASURES)
    if back is None or back.unoccluded_share < GATES.min_arm_free_share:
        return measures
    is_moving = runner.activity in ("running", "walking")
    candidates: dict[str, ClipMeasure | None] = {**back.measured.measures}
    if is_moving:
        candidates["thorax_rotation_deg"] = _thorax_rotation(runner)
    for name, measure in candidates.items():
        if is_covered and name not in FROM_LANDMARKS:
            continue
        if measure is not None and _is_supported(name, back, is_moving=is_moving):
            measures[name] = _record_of(measure)
    return measures


def _is_supported(name: str, back: BackResult, *, is_moving: bool) -> bool:
    if not back.is_reliable and name not in FROM_LANDMARKS:
        return False
    if name in OF_UPPER_BACK and back.upper_unoccluded_share < GATES.min_upper_free_share:
        return False
    return is_moving or name != "pelvic_tilt_range_deg"


def _thorax_rotation(runner: TrackedPerson) -> ClipMeasure | None:
    strides = runner.strides
    signal = rotation_signal_deg(runner.landmarks, trunk_lengths(runner.landmarks))
    inside = strides.frame_stride >= 0
    ranges = rotation_ranges_deg(signal[inside], strides.frame_phase[inside], strides.frame_stride[inside])
    return mean_over_strides("thorax_rotation_deg", ranges)


def _record_of(measure: ClipMeasure) -> Measure:
    return Measure(
        value=round(measure.value, 3),
        unit=measure.unit,
        ci90=(round(measure.low, 3), round(measure.high, 3)),
        strides=measure.strides,
        sd=None if measure.stride_sd is None else round(measure.stride_sd, 3),
    )
