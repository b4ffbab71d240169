"""Joint angles of the synthetic runner: measured running kinematics with chosen pelvis and lumbar angles."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from posture.types import Array
from validation.rendering.body import JointAngles

DATA = Path(__file__).parent / "running_kinematics.csv"
# 0 % of the data is the right hip's peak flexion; the middle of right stance follows after this share of the stride.
MID_STANCE_PHASE = 0.27
# Vertical excursion of the hips in running, peak to peak 8 cm (typical 6-10 cm).
BOUNCE_M = 0.04
# Mean flexion of the upper arm, of runners A and C of the data (16 to 51 degrees behind the trunk); B, whose trunk is
# upright, carries the arms 12 degrees further forward.
ARM_MEAN_DEG = -31.0


@dataclass(frozen=True)
class Style:
    """A running style.

    Attributes
    ----------
    runner
        Source of the stride shapes: A, B or C of the data.
    pelvis_tilt_deg, lumbar_extension_deg, trunk_lean_deg
        Means over the stride; see `JointAngles` for signs.
    stride_s
        Stride time, seconds.
    """

    runner: str = "A"
    pelvis_tilt_deg: float = 4.0
    lumbar_extension_deg: float = 4.0
    trunk_lean_deg: float = 6.0
    stride_s: float = 0.70
    excursion: float = 1.0
    arm_swing: float = 1.0
    arm_offset_deg: float = 0.0


@dataclass(frozen=True)
class Gait:
    """A slower gait, made from the running data; a foot is always on the ground.

    Attributes
    ----------
    stance_share
        Share of the stride in which a foot is down; above 0.5 both are down for a while.
    leg_swing, knee_lift
        Share of the running amplitude of hips and ankles, and of the knees' flexion.
    stance_knee
        Share of the knee's flexion that is left while the foot is down; a walker's leg is nearly straight.
    arm_mean_deg, elbow_deg
        Mean flexion of upper arm and elbow.
    """

    stance_share: float
    leg_swing: float
    knee_lift: float
    stance_knee: float = 1.0
    arm_mean_deg: float = ARM_MEAN_DEG
    elbow_deg: float | None = None


# Share of the stride in which a foot of the data is down.
RUNNING_STANCE_SHARE = 0.34


def load_runner(name: str) -> dict[str, Array]:
    """Return the stride means of one runner, degrees, 51 samples from 0 to 100 % of the stride."""
    with DATA.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["runner"] == name]
    return {key: np.array([float(row[key]) for row in rows]) for key in rows[0] if key != "runner"}


def run(style: Style, phase: Array) -> JointAngles:
    """Return the joint angles of a run.

    Parameters
    ----------
    phase : shape (F,)
        Stride phase, increasing by 1 a stride; 0 is the right hip's peak flexion.
    """
    data = load_runner(style.runner)

    def at(key: str, shift: float = 0.0) -> Array:
        curve = data[key]
        return np.interp((phase + shift) % 1.0, np.linspace(0, 1, len(curve)), curve)

    def both(key: str) -> tuple[Array, Array]:
        return at(key, 0.5), at(key)

    def swing(key: str) -> Array:
        return style.excursion * (at(key) - data[key].mean())

    tilt = style.pelvis_tilt_deg - swing("pelvis_tilt")
    extension = style.lumbar_extension_deg + swing("lumbar_extension")
    tilt_of_data = -at("pelvis_tilt")
    # The thighs keep their measured direction in space, independent of the pelvis.
    hips = tuple(flexion + tilt - tilt_of_data for flexion in both("hip_flexion_r"))
    mean_arm = data["arm_flex_r"].mean()
    arms = tuple(ARM_MEAN_DEG + style.arm_offset_deg + style.arm_swing * (arm - mean_arm) for arm in both("arm_flex_r"))
    return JointAngles(
        pelvis_tilt=tilt,
        lumbar_extension=extension,
        trunk_lean=style.trunk_lean_deg + swing("lumbar_extension") * -0.3,
        pelvis_rotation=swing("pelvis_rotation"),
        lumbar_rotation=swing("lumbar_rotation"),
        pelvis_list=swing("pelvis_list"),
        lumbar_bending=swing("lumbar_bending"),
        hip_flexion=(hips[0], hips[1]),
        hip_adduction=both("hip_adduction_r"),
        knee_flexion=both("knee_angle_r"),
        ankle_dorsiflexion=both("ankle_angle_r"),
        arm_flexion=(arms[0], arms[1]),
        arm_abduction=tuple(-a for a in both("arm_add_r")),  # type: ignore[arg-type]
        elbow_flexion=both("elbow_flex_r"),
    )


def slow_down(angles: JointAngles, style: Style, phase: Array, gait: Gait) -> JointAngles:
    """Return the angles of a run with the legs and arms of a slower gait; pelvis and spine stay.

    The legs' time is warped so that the stance takes its share of the stride, and their amplitude is reduced.
    """
    data = load_runner(style.runner)

    def at(key: str, leg_phase: Array) -> Array:
        curve = data[key]
        return np.interp(leg_phase % 1.0, np.linspace(0, 1, len(curve)), curve)

    def leg(key: str, share: float, rest: float) -> tuple[Array, Array]:
        both = tuple(at(key, _warped(phase + shift, gait.stance_share)) for shift in (0.5, 0.0))
        return rest + share * (both[0] - rest), rest + share * (both[1] - rest)

    hips = leg("hip_flexion_r", gait.leg_swing, float(data["hip_flexion_r"].mean()) - 4)
    lean_of_pelvis = angles.pelvis_tilt + at("pelvis_tilt", phase)
    knees = leg("knee_angle_r", gait.knee_lift, float(data["knee_angle_r"].min()) - 8)
    left_knee, right_knee = (
        knee * (1 - (1 - gait.stance_knee) * _on_ground(phase + shift, gait.stance_share))
        for knee, shift in zip(knees, (0.5, 0.0), strict=True)
    )
    arms = tuple(gait.arm_mean_deg + 0.7 * (arm - arm.mean()) for arm in angles.arm_flexion)
    elbows = angles.elbow_flexion
    if gait.elbow_deg is not None:
        left, right = (gait.elbow_deg + 0.5 * (elbow - elbow.mean()) for elbow in elbows)
        elbows = (left, right)
    return replace(
        angles,
        hip_flexion=(hips[0] + lean_of_pelvis, hips[1] + lean_of_pelvis),
        knee_flexion=(np.maximum(left_knee, 2.0), np.maximum(right_knee, 2.0)),
        ankle_dorsiflexion=leg("ankle_angle_r", gait.leg_swing, float(data["ankle_angle_r"].mean())),
        arm_flexion=(arms[0], arms[1]),
        elbow_flexion=elbows,
    )


def _on_ground(phase: Array, stance_share: float) -> Array:
    """Return 1 in the middle of a leg's stance, 0 in its swing."""
    since = (phase - MID_STANCE_PHASE + 0.5) % 1.0 - 0.5
    return np.cos(0.5 * np.pi * np.clip(np.abs(since) / (0.5 * stance_share), 0, 1))


def _warped(phase: Array, stance_share: float) -> Array:
    """Return the phase of the data at which a leg is, when its stance lasts another share of the stride."""
    since = (phase - MID_STANCE_PHASE + 0.5) % 1.0 - 0.5
    own, data = stance_share / 2, RUNNING_STANCE_SHARE / 2
    return MID_STANCE_PHASE + np.interp(since, [-0.5, -own, own, 0.5], [-0.5, -data, data, 0.5])


def bounce(phase: Array) -> Array:
    """Return the height of the hips above their mean, metres, shape (F,): lowest in the middle of each stance."""
    return -BOUNCE_M * np.cos(4 * np.pi * (phase - MID_STANCE_PHASE))


def stand(
    frames: int,
    *,
    pelvis_tilt_deg: float,
    lumbar_extension_deg: float,
    trunk_lean_deg: float = 0.0,
    sway: Sequence[float] = (0.4, 0.3),
) -> JointAngles:
    """Return the joint angles of relaxed standing, the arms slightly forward so that the back is visible."""
    t = np.linspace(0, 1, frames)
    zero = np.zeros(frames)
    tilt = pelvis_tilt_deg + sway[0] * np.sin(5 * t)
    return JointAngles(
        pelvis_tilt=tilt,
        lumbar_extension=np.full(frames, lumbar_extension_deg),
        trunk_lean=trunk_lean_deg + sway[1] * np.sin(7 * t),
        pelvis_rotation=zero,
        lumbar_rotation=zero,
        pelvis_list=zero,
        lumbar_bending=zero,
        hip_flexion=(tilt, tilt),
        hip_adduction=(zero, zero),
        knee_flexion=(zero + 2, zero + 2),
        ankle_dorsiflexion=(zero + 2, zero + 2),
        arm_flexion=(zero + 25, zero + 25),
        arm_abduction=(zero + 8, zero + 8),
        elbow_flexion=(zero + 45, zero + 45),
    )


def blend(before: JointAngles, after: JointAngles, share: Array) -> JointAngles:
    """Return the angles on the way from one movement to another, by the share of the second in each frame."""
    angles: dict[str, Any] = {
        f.name: _between(getattr(before, f.name), getattr(after, f.name), share) for f in fields(JointAngles)
    }
    return JointAngles(**angles)


def _between(
    before: Array | tuple[Array, Array], after: Array | tuple[Array, Array], share: Array
) -> Array | tuple[Array, Array]:
    if isinstance(before, tuple):
        left, right = (b + share * (a - b) for b, a in zip(before, after, strict=True))
        return left, right
    return np.asarray(before + share * (after - before))
