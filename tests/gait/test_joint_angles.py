"""Hip flexion and thorax rotation of figures with known angles."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import synthetic_runner
from helpers.synthetic_runner import Array, Figure, few
from hypothesis import given
from hypothesis import strategies as st

from posture.gait.joint_angles import (
    RANGE_OFFSET_DEG,
    RANGE_SCALE,
    hip_flexion_deg,
    rotation_ranges_deg,
    rotation_signal_deg,
)
from posture.gait.leg_signals import trunk_lengths
from posture.pose.trunk_frame import lean_deg, trunk_axis

TIMES = synthetic_runner.frame_times(1.4, 60)
ROTATION_TIMES = synthetic_runner.frame_times(2.1, 40)


@pytest.mark.parametrize("facing", ["left", "right"])
@pytest.mark.parametrize("lean", [-5.0, 12.0])
def test_hip_flexion_is_the_angle_of_thigh_to_trunk(facing: synthetic_runner.Facing, lean: float) -> None:
    figure = Figure(facing=facing, lean_deg=lean)
    marks = figure.landmarks(TIMES)
    (mean, swing), _ = synthetic_runner.LEGS["running"]
    phase = figure.phase_at(TIMES)
    trunk = lean_deg(*trunk_axis(marks, facing), facing)
    flexion = hip_flexion_deg(marks, facing)
    assert flexion[:, 0] == pytest.approx(mean + swing * np.cos(2 * np.pi * phase) + trunk, abs=1e-6)
    assert flexion[:, 1] == pytest.approx(mean + swing * np.cos(2 * np.pi * (phase + 0.5)) + trunk, abs=1e-6)


def test_hip_flexion_is_invariant_to_camera_roll() -> None:
    level, rolled = (Figure(roll_deg=roll).landmarks(TIMES) for roll in (0.0, 7.0))
    assert hip_flexion_deg(rolled, "right") == pytest.approx(hip_flexion_deg(level, "right"), abs=1e-6)


def test_hip_flexion_is_wrapped_to_180_degrees() -> None:
    marks = Figure().landmarks(TIMES)
    marks[:, 25] = marks[:, 23] + np.array([-1.0, -30.0])
    flexion = hip_flexion_deg(marks, "right")
    assert (np.abs(flexion) <= 180.0).all()


def signal_of(figure: Figure) -> Array:
    marks = figure.landmarks(ROTATION_TIMES)
    return rotation_signal_deg(marks, trunk_lengths(marks))


def phase_and_stride(figure: Figure) -> tuple[Array, Array]:
    cycle = ROTATION_TIMES / figure.stride_s
    return np.mod(cycle, 1.0), np.floor(cycle + 1e-9).astype(np.intp)


def calibrated(amplitude_deg: float) -> float:
    return max(RANGE_OFFSET_DEG + RANGE_SCALE * amplitude_deg, 0.0)


@few
@given(st.floats(0, 30), st.floats(-15, 15))
def test_rotation_range_is_that_of_shoulders_against_hips(rotation: float, yaw: float) -> None:
    figure = Figure(rotation_deg=rotation, lean_deg=0.0, yaw_deg=yaw)
    phase, stride = phase_and_stride(figure)
    ranges = rotation_ranges_deg(signal_of(figure), phase, stride)
    assert ranges == pytest.approx([calibrated(2 * rotation)] * 3, abs=1.5)


def test_rotation_signal_follows_the_shoulders() -> None:
    figure = Figure(rotation_deg=12.0, lean_deg=0.0)
    signal = np.abs(signal_of(figure) - signal_of(Figure(rotation_deg=0.0, lean_deg=0.0)))
    assert signal == pytest.approx(12.0 * np.abs(np.sin(2 * np.pi * ROTATION_TIMES / 0.7)), abs=0.3)


@few
@given(st.floats(0, 25), st.floats(0.3, 4))
def test_rotation_range_is_invariant_to_mirroring_and_scale(rotation: float, scale: float) -> None:
    figure = Figure(rotation_deg=rotation)
    marks, (phase, stride) = figure.landmarks(ROTATION_TIMES), phase_and_stride(figure)
    flipped = synthetic_runner.mirrored(marks, 700.0) * scale
    here = rotation_ranges_deg(rotation_signal_deg(marks, trunk_lengths(marks)), phase, stride)
    there = rotation_ranges_deg(rotation_signal_deg(flipped, trunk_lengths(flipped)), phase, stride)
    assert there == pytest.approx(here, abs=1e-6)


def test_rotation_range_is_nan_for_few_frames_and_empty_without_strides() -> None:
    phase = np.concatenate([np.linspace(0, 0.9, 10), np.linspace(0, 0.8, 5)])
    stride = np.repeat([0, 1], [10, 5])
    ranges = rotation_ranges_deg(20 * np.cos(2 * np.pi * phase), phase, stride)
    assert ranges[0] == pytest.approx(calibrated(40.0))
    assert np.isnan(ranges[1])
    nothing = np.zeros(0)
    assert len(rotation_ranges_deg(nothing, nothing, np.zeros(0, dtype=np.intp))) == 0


def test_rotation_signal_of_implausibly_wide_shoulders_is_finite() -> None:
    marks = np.zeros((2, 33, 2))
    marks[:, 11, 0] = 1000.0
    assert rotation_signal_deg(marks, np.full(2, 100.0)) == pytest.approx([90.0, 90.0])
