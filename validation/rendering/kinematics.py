"""Joint angles of the synthetic runner: measured running kinematics with chosen pelvis and lumbar angles."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

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
