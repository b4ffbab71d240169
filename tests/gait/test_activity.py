"""Running, walking and standing, at any playback speed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers import synthetic_runner
from helpers.synthetic_runner import Array, Figure, Gait, few
from hypothesis import given
from hypothesis import strategies as st

from posture.gait.activity import (
    RUNNING_EVIDENCE,
    STANDING_APART_L,
    STANDING_HIGHER_L,
    WALKING_EVIDENCE,
    GaitEvidence,
    cadence_spm,
    classify,
    gait_evidence,
)
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
def test_evidence_is_invariant_to_mirroring_and_slow_motion(gait: Gait, phase: float, slow: float) -> None:
    times = synthetic_runner.frame_times(6, 30)
    marks = Figure(gait=gait, phase=phase, stride_s=STRIDE_S[gait]).landmarks(times)
    _, legs, strides = read(marks, times, "right", "right")
    _, other_legs, other = read(synthetic_runner.mirrored(marks, 900.0), times * slow, "left", "left")
    here, there = gait_evidence(legs, strides), gait_evidence(other_legs, other)
    assert here is not None
    assert there is not None
    assert there.backward_share == pytest.approx(here.backward_share, abs=0.002)
    assert there.foot_lift_l == pytest.approx(here.foot_lift_l, abs=0.001)
    assert there.step_rate_spm == pytest.approx(here.step_rate_spm / slow, rel=1e-6)


RUNNER = GaitEvidence(knee_flexion_deg=95.0, foot_lift_l=0.45, backward_share=0.5, step_rate_spm=168.0)
WALKER = GaitEvidence(knee_flexion_deg=63.0, foot_lift_l=0.18, backward_share=0.61, step_rate_spm=110.0)


def test_slow_motion_runner_differs_from_walker_without_the_step_rate() -> None:
    assert replace(RUNNER, step_rate_spm=20.0).running >= RUNNING_EVIDENCE
    assert WALKER.running <= WALKING_EVIDENCE
    assert replace(WALKER, step_rate_spm=20.0).running == WALKER.running


@pytest.mark.parametrize("rate", [145.0, 160.0])
def test_flat_gait_at_the_rate_of_runners_is_not_walking(rate: float) -> None:
    """A jogger who never leaves the ground: knees and feet as in walking."""
    jogger = GaitEvidence(knee_flexion_deg=66.0, foot_lift_l=0.2, backward_share=0.58, step_rate_spm=rate)
    assert jogger.running > WALKING_EVIDENCE
    assert replace(jogger, backward_share=0.54).running >= RUNNING_EVIDENCE


def test_walking_at_double_speed_is_not_running() -> None:
    assert replace(WALKER, step_rate_spm=220.0).running < RUNNING_EVIDENCE
    assert replace(WALKER, step_rate_spm=260.0).running <= WALKING_EVIDENCE


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
