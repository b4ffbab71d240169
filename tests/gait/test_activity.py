"""Running, walking and standing, at any playback speed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers import synthetic_runner
from helpers.synthetic_runner import Array, Figure, Gait, few
from hypothesis import given
from hypothesis import strategies as st

from posture.gait.activity import STANDING_APART_L, STANDING_HIGHER_L, cadence_spm, classify, running_score
from posture.gait.leg_signals import LegSignals, leg_signals
from posture.gait.strides import Strides, find_strides
from posture.types import Activity, Facing, Side

STRIDE_S: dict[Gait, float] = {"running": 0.7, "walking": 1.1, "standing": 1.0}


def read(marks: Array, times: Array, facing: Facing, side: Side) -> tuple[Activity, LegSignals, Strides]:
    legs = leg_signals(marks, times, facing)
    strides = find_strides(legs, side)
    return classify(legs, strides), legs, strides


@few
@given(
    st.sampled_from(["running", "walking", "standing"]),
    st.sampled_from(["left", "right"]),
    st.floats(1, 8),
    st.floats(0.2, 5),
    st.sampled_from([24.0, 60.0]),
    st.floats(0, 300),
)
def test_activity_is_invariant_to_speed_scale_and_frame_rate(
    gait: Gait, facing: Facing, slow: float, scale: float, fps: float, speed: float
) -> None:
    times = synthetic_runner.frame_times(6, fps)
    figure = Figure(gait=gait, facing=facing, stride_s=STRIDE_S[gait], speed_px_s=speed)
    activity, _, _ = read(figure.landmarks(times) * scale, times * slow, facing, facing)
    assert activity == gait


@few
@given(st.sampled_from(["running", "walking"]), st.floats(0, 1), st.floats(1, 10))
def test_running_score_is_invariant_to_mirroring_and_slow_motion(gait: Gait, phase: float, slow: float) -> None:
    times = synthetic_runner.frame_times(6, 30)
    marks = Figure(gait=gait, phase=phase, stride_s=STRIDE_S[gait]).landmarks(times)
    _, legs, strides = read(marks, times, "right", "right")
    _, other_legs, other = read(synthetic_runner.mirrored(marks, 900.0), times * slow, "left", "left")
    assert running_score(other_legs, other) == pytest.approx(running_score(legs, strides), abs=0.01)


def test_movement_without_rhythm_is_unknown() -> None:
    times = synthetic_runner.frame_times(6, 30)
    wild = np.random.default_rng(0).normal(size=(len(times), 2))
    legs = LegSignals(times, wild, wild, wild)
    assert classify(legs, find_strides(legs, "left")) == "unknown"


def test_no_frames_and_one_frame_are_unknown() -> None:
    none = np.zeros((0, 2))
    legs = LegSignals(np.zeros(0), none, none, none)
    assert classify(legs, find_strides(legs, "left")) == "unknown"
    times = np.zeros(1)
    assert read(Figure().landmarks(times), times, "right", "right")[0] == "unknown"


@pytest.mark.parametrize("slow", [1.0, 4.0])
def test_cadence_counts_both_feet_in_real_time(slow: float) -> None:
    times = synthetic_runner.frame_times(6, 60)
    _, _, strides = read(Figure(stride_s=0.72).landmarks(times), times * slow, "right", "right")
    assert cadence_spm(strides, slow) == pytest.approx(120 / 0.72, rel=0.005)


def test_cadence_without_strides_is_none() -> None:
    times = synthetic_runner.frame_times(0.1, 30)
    assert cadence_spm(read(Figure().landmarks(times), times, "right", "right")[2], 1.0) is None


@few
@given(st.sampled_from(["running", "walking"]), st.floats(0, 1), st.floats(0, 0.02))
def test_fraction_of_a_stride_is_not_standing(gait: Gait, phase: float, spread: float) -> None:
    """A frozen or very slow image of a runner is no neutral posture."""
    times = synthetic_runner.frame_times(3, 30)
    figure = Figure(gait=gait, phase=phase, stride_s=3.0 / max(spread, 1e-6))
    activity, legs, _ = read(figure.landmarks(times), times, "right", "right")
    apart, higher = (abs(float(np.median(both[:, 0] - both[:, 1]))) for both in (legs.forward, legs.height))
    assert (activity == "standing") == (apart < STANDING_APART_L and higher < STANDING_HIGHER_L)
    if gait == "running" and apart > 1.0:
        assert activity == "unknown"


def test_one_foot_slightly_ahead_is_standing() -> None:
    times = synthetic_runner.frame_times(3, 30)
    legs = leg_signals(Figure(gait="standing").landmarks(times), times, "right")
    ahead = replace(legs, forward=legs.forward + np.array([0.3, 0.0]))
    assert classify(ahead, find_strides(ahead, "right")) == "standing"


def test_stepping_on_the_spot_is_not_standing() -> None:
    times = synthetic_runner.frame_times(4, 30)
    legs = leg_signals(Figure(gait="standing").landmarks(times), times, "right")
    beat = np.sin(2 * np.pi * times / 0.7)
    lifted = replace(legs, height=legs.height + 0.3 * np.maximum(np.stack([beat, -beat], axis=1), 0.0))
    assert classify(lifted, find_strides(lifted, "right")) == "unknown"
