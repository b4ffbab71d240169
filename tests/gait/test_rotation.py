"""Thorax rotation: the shoulder line against the hip line, as far as a side view shows it."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import synthetic_runner
from helpers.synthetic_runner import Array, Figure, few
from hypothesis import given
from hypothesis import strategies as st

from posture.gait.joint_angles import RANGE_OFFSET_DEG, RANGE_SCALE, rotation_ranges_deg, rotation_signal_deg
from posture.gait.leg_signals import trunk_lengths

TIMES = synthetic_runner.frame_times(2.1, 40)


def signal_of(figure: Figure) -> Array:
    marks = figure.landmarks(TIMES)
    return rotation_signal_deg(marks, trunk_lengths(marks))


def parts(figure: Figure) -> tuple[Array, Array]:
    cycle = TIMES / figure.stride_s
    return np.mod(cycle, 1.0), np.floor(cycle + 1e-9).astype(np.intp)


def corrected(seen: float) -> float:
    return max(RANGE_OFFSET_DEG + RANGE_SCALE * seen, 0.0)


@few
@given(st.floats(0, 30), st.floats(-15, 15))
def test_the_range_is_that_of_the_shoulders_against_the_hips(rotation: float, yaw: float) -> None:
    figure = Figure(rotation_deg=rotation, lean_deg=0.0, yaw_deg=yaw)
    phase, stride = parts(figure)
    ranges = rotation_ranges_deg(signal_of(figure), phase, stride)
    assert ranges == pytest.approx([corrected(2 * rotation)] * 3, abs=1.5)


def test_the_signal_turns_with_the_shoulders() -> None:
    figure = Figure(rotation_deg=12.0, lean_deg=0.0)
    signal = np.abs(signal_of(figure) - signal_of(Figure(rotation_deg=0.0, lean_deg=0.0)))
    assert signal == pytest.approx(12.0 * np.abs(np.sin(2 * np.pi * TIMES / 0.7)), abs=0.3)


@few
@given(st.floats(0, 25), st.floats(0.3, 4))
def test_mirror_and_size_leave_the_range(rotation: float, scale: float) -> None:
    figure = Figure(rotation_deg=rotation)
    marks, (phase, stride) = figure.landmarks(TIMES), parts(figure)
    flipped = synthetic_runner.mirrored(marks, 700.0) * scale
    here = rotation_ranges_deg(rotation_signal_deg(marks, trunk_lengths(marks)), phase, stride)
    there = rotation_ranges_deg(rotation_signal_deg(flipped, trunk_lengths(flipped)), phase, stride)
    assert there == pytest.approx(here, abs=1e-6)


def test_a_stride_of_few_frames_is_nan_and_none_is_none() -> None:
    phase = np.concatenate([np.linspace(0, 0.9, 10), np.linspace(0, 0.8, 5)])
    stride = np.repeat([0, 1], [10, 5])
    ranges = rotation_ranges_deg(20 * np.cos(2 * np.pi * phase), phase, stride)
    assert ranges[0] == pytest.approx(corrected(40.0))
    assert np.isnan(ranges[1])
    nothing = np.zeros(0)
    assert len(rotation_ranges_deg(nothing, nothing, np.zeros(0, dtype=np.intp))) == 0


def test_shoulders_wider_than_a_body_stay_in_range() -> None:
    marks = np.zeros((2, 33, 2))
    marks[:, 11, 0] = 1000.0
    assert rotation_signal_deg(marks, np.full(2, 100.0)) == pytest.approx([90.0, 90.0])
