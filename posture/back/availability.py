"""Which of a runner's measures are reported: those that the picture holds."""

from __future__ import annotations

from posture.back.intervals import UNITS, mean_over_strides
from posture.back.measure import BackResult
from posture.gait.joint_angles import rotation_ranges_deg, rotation_signal_deg
from posture.gait.leg_signals import trunk_lengths
from posture.gait.subject import TrackedPerson
from posture.records.analysis import Measure
from posture.thresholds import GATES

MEASURES = (*UNITS, "thorax_rotation_deg", "pelvis_drop_deg")


def reported_measures(runner: TrackedPerson, back: BackResult | None) -> dict[str, Measure | None]:
    """Return a clip's measures by name; None for what the picture does not hold.

    Parameters
    ----------
    runner : TrackedPerson
    back : BackResult or None
        None when the back was not measured.
    """
    measures: dict[str, Measure | None] = dict.fromkeys(MEASURES)
    if back is None or back.unoccluded_share < GATES.min_arm_free_share:
        return measures
    found = dict(back.measured.measures)
    moving = runner.activity in ("running", "walking")
    if moving:
        signal = rotation_signal_deg(runner.landmarks, trunk_lengths(runner.landmarks))
        inside = runner.strides.frame_stride >= 0
        ranges = rotation_ranges_deg(
            signal[inside], runner.strides.frame_phase[inside], runner.strides.frame_stride[inside]
        )
        rotation = mean_over_strides("thorax_rotation_deg", ranges)
        if rotation is not None:
            found["thorax_rotation_deg"] = rotation
    hidden = {"lumbar_arch_deg", "thoracolumbar_deg", "lumbar_arch_index"}
    for name, m in found.items():
        if not back.is_reliable and name not in ("trunk_lean_deg", "thorax_rotation_deg"):
            # What is seen is not the body's outline for sure; landmarks alone do not need it.
            continue
        if name in hidden and back.upper_unoccluded_share < GATES.min_upper_free_share:
            continue
        if name == "pelvic_tilt_range_deg" and not moving:
            continue
        measures[name] = Measure(
            value=round(m.value, 3),
            unit=m.unit,
            ci90=(round(m.low, 3), round(m.high, 3)),
            strides=m.strides,
            sd=None if m.stride_sd is None else round(m.stride_sd, 3),
        )
    return measures
