"""Alternation of the legs from their unsigned distance."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import synthetic_runner
from helpers.synthetic_runner import Array, Figure, Gait, few, many
from hypothesis import given
from hypothesis import strategies as st

from posture.pose.landmarks import ANKLES
from posture.pose.step_rhythm import BEYOND, expected_front, peaks_within

STRIDE_S: dict[Gait, float] = {"running": 0.7, "walking": 1.1, "standing": 1.0}


def ankles_apart(figure: Figure, times: Array) -> Array:
    """Return the lead of the left ankle, trunk lengths."""
    x = figure.landmarks(times)[:, list(ANKLES), 0]
    apart: Array = (x[:, 0] - x[:, 1]) / figure.trunk_px
    return apart


@few
@given(
    st.sampled_from(["running", "walking"]),
    st.floats(0, 1),
    st.sampled_from([24.0, 30.0, 60.0, 120.0]),
    st.floats(1, 8),
)
def test_front_leg_is_expected_from_the_step_rhythm(gait: Gait, phase: float, fps: float, slow: float) -> None:
    times = synthetic_runner.frame_times(5, fps)
    apart = ankles_apart(Figure(gait=gait, phase=phase, stride_s=STRIDE_S[gait]), times)
    front = expected_front(apart, times * slow)
    wide = np.abs(apart) > 0.5 * np.abs(apart).max()
    assert np.abs(front).max() <= 1.0
    # No expectation beyond one step before the first and after the last complete step.
    assert (front != 0)[wide].mean() > 0.95
    assert (front * apart)[wide].min() >= 0


@few
@given(st.integers(0, 1000), st.floats(0.1, 0.4))
def test_swaps_in_under_half_of_the_frames_do_not_matter(seed: int, share: float) -> None:
    times = synthetic_runner.frame_times(5, 30)
    apart = ankles_apart(Figure(phase=seed / 1000), times)
    wrong = np.random.default_rng(seed).permutation(len(times)) < share * len(times)
    assert expected_front(np.where(wrong, -apart, apart), times) == pytest.approx(expected_front(apart, times))


def test_legs_alternate_although_every_second_crossing_is_missed() -> None:
    """Every second crossing is missed, so one leg stays in front for a whole stride."""
    times = synthetic_runner.frame_times(4.4, 30)
    apart = ankles_apart(Figure(), times)
    seen = np.where(times > 2.9, np.abs(apart), apart)
    front = expected_front(seen, times)
    wide = np.abs(apart) > 0.7
    assert (np.sign(front) == np.sign(apart))[wide].all()
    assert (np.sign(front) != np.sign(seen))[wide].sum() >= 5


def test_alternation_is_not_continued_across_a_stop() -> None:
    run, still = synthetic_runner.frame_times(8, 30), np.full(60, 0.1)
    apart = np.concatenate([ankles_apart(Figure(), run), still, ankles_apart(Figure(phase=0.3), run)])
    times = np.arange(len(apart)) / 30
    front = expected_front(apart, times)
    wide = np.abs(apart) > 0.7
    assert (front != 0)[wide].mean() > 0.95
    assert (front * apart)[wide].min() >= 0
    middle = (times > 8 + BEYOND * 0.45) & (times < 10 - BEYOND * 0.45)
    assert (front[middle] == 0).all()


@pytest.mark.parametrize("seed", range(8))
def test_noise_has_no_alternation(seed: int) -> None:
    times = synthetic_runner.frame_times(5, 30)
    assert not expected_front(np.random.default_rng(seed).normal(size=len(times)), times).any()


@pytest.mark.parametrize("seed", range(4))
def test_standing_has_no_alternation(seed: int) -> None:
    times = synthetic_runner.frame_times(5, 30)
    noise = np.random.default_rng(seed).normal(scale=0.02, size=len(times))
    assert not expected_front(ankles_apart(Figure(gait="standing"), times) + noise, times).any()


@pytest.mark.parametrize("count", [0, 1, 2, 7, 8, 12])
def test_short_clip_has_no_alternation(count: int) -> None:
    times = synthetic_runner.frame_times(1, 30)
    apart = ankles_apart(Figure(), times)
    assert not expected_front(apart[:count], times[:count]).any()


def test_frames_at_one_time_have_no_alternation() -> None:
    apart = ankles_apart(Figure(), synthetic_runner.frame_times(2, 30))
    assert not expected_front(apart, np.ones(60)).any()


@many
@given(st.floats(0, 1), st.integers(20, 80))
def test_peaks_near_the_ends_are_found_but_not_at_the_ends(shift: float, period: int) -> None:
    count = 5 * period
    signal = np.cos(2 * np.pi * (np.arange(count) / period - shift))
    peaks = peaks_within(signal, distance=0.6 * period, prominence=0.6)
    true = (np.arange(-1, 7) + shift) * period
    inside = true[(true > 1) & (true < count - 2)]
    assert {0, count - 1}.isdisjoint(peaks.tolist())
    # A peak within a sample of an end may be found or not.
    for place in inside:
        assert np.abs(peaks - place).min() <= 0.5 + 1e-9
    for peak in peaks:
        assert np.abs(true - peak).min() <= 0.5 + 1e-9


def test_falling_end_of_a_signal_does_not_hide_the_next_peak() -> None:
    signal = np.array([9.0, 5.0, 0.0, 2.0, 4.0, 2.0, 0.0, 1.0, 0.0])
    assert peaks_within(signal, distance=6, prominence=2).tolist() == [4]


def test_outlier_above_the_height_limit_does_not_hide_a_peak() -> None:
    signal = np.array([0.0, 9.0, 0.0, 2.0, 4.0, 2.0, 0.0, 4.0, 0.0])
    assert peaks_within(signal, distance=4, prominence=2).tolist() == [1, 7]
    assert peaks_within(signal, distance=3, prominence=2, height=(3.0, 5.0)).tolist() == [4, 7]
