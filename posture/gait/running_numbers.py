"""Numbers that runners know beside the back: hips, knees, reach and bounce, from the landmarks of the legs.

All are read from the mean stride, at the events of `posture.gait.events`: the foot strikes where the ankle is furthest
in front of the hips, mid-stance is where it passes below them, and the toe leaves the ground where it is furthest
behind them. The duty factor is not measured: rendered feet do not stand firmly, so no truth exists to test it against.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from posture.gait.events import mean_path
from posture.gait.joint_angles import hip_flexion_deg
from posture.gait.leg_signals import knee_flexion_deg, trunk_lengths
from posture.gait.number_errors import NAMES
from posture.gait.outliers import without_leg_outliers
from posture.gait.runner_choice import TrackedPerson
from posture.pose.landmarks import ANKLES, HIPS, midpoint
from posture.records.running import RunningReason
from posture.thresholds import GATES, RUNNING_LIMITS
from posture.types import Array, Facing

# Points of the mean stride.
PHASES = 400
PHASE_GRID: Array = np.arange(PHASES) / PHASES
# Groups of strides for the jackknife at most: more make it slower and hardly better.
MAX_GROUPS = 8


@dataclass(frozen=True)
class LegMotion:
    """Legs and hips in F frames; columns are left, right.

    Attributes
    ----------
    forward : shape (F, 2)
        Ankles in front of the hip midpoint, trunk lengths.
    hip_flexion_deg, knee_flexion_deg : shape (F, 2)
        Thigh against the trunk axis, shank against the thigh; 0 is straight.
    height : shape (F,)
        Hip midpoint in the picture, upward, trunk lengths.
    """

    forward: Array
    hip_flexion_deg: Array
    knee_flexion_deg: Array
    height: Array

    def at(self, frames: npt.NDArray[np.bool_]) -> LegMotion:
        """Return the motion in some of the frames, shape (F,)."""
        return LegMotion(*(values[frames] for values in vars(self).values()))


def leg_motion(landmarks: Array, time_s: Array, facing: Facing, *, roll_deg: float = 0.0) -> LegMotion:
    """Return the motion of legs and hips.

    Parameters
    ----------
    landmarks : shape (F, 33, 2)
        Pixels, x right, y down; left/right swaps repaired.
    time_s : shape (F,)
        Seconds.
    roll_deg
        Roll of the camera: how far the scene appears turned clockwise.
    """
    length = trunk_lengths(landmarks)
    marks, _outliers = without_leg_outliers(landmarks, time_s, length)
    turn = np.radians(roll_deg)
    # Turns the picture back, counter-clockwise: rows of landmarks are x and y.
    marks = marks @ np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    hips = midpoint(marks, HIPS)
    sign = 1.0 if facing == "right" else -1.0
    return LegMotion(
        forward=sign * (marks[:, list(ANKLES), 0] - hips[:, None, 0]) / length[:, None],
        hip_flexion_deg=hip_flexion_deg(marks, facing),
        knee_flexion_deg=knee_flexion_deg(marks, facing),
        height=-hips[:, 1] / np.median(length),
    )


def missing_reason(runner: TrackedPerson) -> RunningReason | None:
    """Return why no running number can be given, the main reason first; None when they can."""
    view = runner.view
    if abs(view.yaw_deg) > RUNNING_LIMITS.max_yaw_deg or view.facing_share < GATES.min_facing_share:
        return "no_side_view"
    if runner.activity != "running":
        return "not_running"
    if len(runner.strides) < RUNNING_LIMITS.min_strides:
        return "few_strides"
    return "frame_rate" if frames_per_stride(runner) < RUNNING_LIMITS.min_frames_per_stride else None


def frames_per_stride(runner: TrackedPerson) -> float:
    """Return the mean number of frames in a stride with the runner; 0 without strides."""
    return float(np.count_nonzero(runner.strides.frame_stride >= 0)) / max(len(runner.strides), 1)


def running_numbers(runner: TrackedPerson, *, roll_deg: float = 0.0) -> dict[str, tuple[float, float]] | None:
    """Return each of `NAMES` with the standard error that comes from the strides.

    Parameters
    ----------
    runner
        With one stride at least.
    roll_deg
        As in `leg_motion`.

    Returns
    -------
    dict of str to (value, standard error), or None
        None when too few phases of the stride were seen. The error is that of a jackknife over groups of strides; 0
        for a single stride, of which it says nothing.
    """
    motion = leg_motion(runner.landmarks, runner.time_s, runner.view.facing, roll_deg=roll_deg)
    stride, phase = runner.strides.frame_stride, runner.strides.frame_phase
    inside = stride >= 0
    whole = stride_numbers(motion.at(inside), phase[inside])
    if whole is None:
        return None
    groups = min(len(runner.strides), MAX_GROUPS)
    draws = []
    for group in range(groups if groups > 1 else 0):
        rest = inside & (stride % groups != group)
        if (numbers := stride_numbers(motion.at(rest), phase[rest])) is not None:
            draws.append([numbers[name] for name in NAMES])
    spread = np.zeros(len(NAMES))
    if len(draws) > 1:
        spread = np.std(draws, axis=0) * np.sqrt(len(draws) - 1)
    return {name: (whole[name], float(error)) for name, error in zip(NAMES, spread, strict=True)}


def stride_numbers(motion: LegMotion, phase: Array) -> dict[str, float] | None:
    """Return the numbers of the mean stride, means of both legs; None when too few phases were seen.

    Parameters
    ----------
    phase : shape (F,)
        Stride phase of each frame, 0..1.
    """
    height = mean_path(motion.height, phase, PHASE_GRID)
    if height is None:
        return None
    legs = []
    for leg in (0, 1):
        signals = (motion.forward[:, leg], motion.hip_flexion_deg[:, leg], motion.knee_flexion_deg[:, leg])
        paths = [path for signal in signals if (path := mean_path(signal, phase, PHASE_GRID)) is not None]
        legs.append(leg_numbers(*paths))
    both = {name: float(np.mean([numbers[name] for numbers in legs])) for name in legs[0]}
    return {**both, "vertical_oscillation": float(np.ptp(height))}


def leg_numbers(forward: Array, hip_deg: Array, knee_deg: Array) -> dict[str, float]:
    """Return the numbers of one leg from its paths over the stride, each of shape (P,); see `LegMotion`."""
    strike = int(forward.argmax())
    forward, hip_deg, knee_deg = (np.roll(path, -strike) for path in (forward, hip_deg, knee_deg))
    toe_off = int(forward.argmin())
    mid_stance = int(np.abs(forward[: toe_off + 1]).argmin())
    return {
        "hip_extension_deg": float(-hip_deg[toe_off]),
        "knee_flexion_deg": float(knee_deg[mid_stance]),
        "overstride": float(forward[0]),
    }
