"""Strides and their phase for any frame rate, gap and playback speed."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import synthetic_runner
from helpers.synthetic_runner import Array, Figure, few, many, strides_of
from hypothesis import given
from hypothesis import strategies as st

from posture.gait.leg_signals import LegSignals, leg_signals
from posture.gait.strides import Strides, find_strides, fixed_windows
from posture.types import Facing, Side


def clock_error(strides: Strides, figure: Figure, times: Array) -> Array:
    """Return the largest phase error, strides, after removal of a constant shift."""
    inside = np.isfinite(strides.frame_phase)
    shift = strides.frame_phase[inside] - figure.phase_at(times[inside])
    mean = np.angle(np.exp(2j * np.pi * shift).mean())
    wrapped: Array = np.angle(np.exp(1j * (2 * np.pi * shift - mean))) / (2 * np.pi)
    return wrapped


@pytest.mark.parametrize("fps", [15, 24, 29.97, 30, 50, 60, 120, 240])
@pytest.mark.parametrize("side", ["left", "right"])
def test_phases_are_invariant_to_frame_rate(fps: float, side: Side) -> None:
    figure = Figure(phase=0.3)
    times = synthetic_runner.frame_times(6, fps)
    strides = strides_of(figure, times, side, noise_l=0.004)
    assert len(strides) in {7, 8}
    assert strides.skipped == ()
    assert strides.stride_s == pytest.approx(0.7, rel=0.01)
    assert np.abs(clock_error(strides, figure, times)).max() < 0.02
    assert strides.periodicity > 0.9


@pytest.mark.parametrize(
    "rates",
    [((60.0, 5.0), (30.0, 5.0)), ((30.0, 5.0), (15.0, 5.0)), ((30.0, 3.0), (240.0, 1.5), (30.0, 3.5))],
)
def test_changing_frame_rate_skips_no_stride(rates: tuple[tuple[float, float], ...]) -> None:
    """Phones halve the frame rate in the dark; that is no missing frame."""
    spans = np.concatenate([np.full(round(rate * seconds), 1 / rate) for rate, seconds in rates])
    figure, times = Figure(phase=0.3), np.cumsum(spans) - spans[0]
    strides = strides_of(figure, times, noise_l=0.004)
    assert strides.skipped == ()
    assert len(strides) >= times[-1] / 0.7 - 2
    assert np.abs(clock_error(strides, figure, times)).max() < 0.03


def test_frames_without_the_runner_count_as_missing() -> None:
    figure, times = Figure(phase=0.3), synthetic_runner.frame_times(8, 30)
    detected = np.ones(len(times), bool)
    detected[(times > 3) & (times < 4.4)] = np.arange(((times > 3) & (times < 4.4)).sum()) % 2 == 0
    legs = leg_signals(figure.landmarks(times[detected]), times[detected], figure.facing)
    assert {odd.reason for odd in find_strides(legs, "right", times).skipped} == {"frames_missing"}
    # When only those were read, none are missing.
    assert find_strides(legs, "right").skipped == ()


@few
@given(st.floats(1, 16), st.floats(0, 1), st.sampled_from([30.0, 60.0]))
def test_slow_motion_has_the_same_phases(slow: float, phase: float, fps: float) -> None:
    figure, times = Figure(phase=phase, stride_s=0.64), synthetic_runner.frame_times(4.3, fps)
    real = strides_of(figure, times)
    legs = leg_signals(figure.landmarks(times), times * slow, "right")
    played = find_strides(legs, "right")
    assert synthetic_runner.phase_difference(played.frame_phase, real.frame_phase).max() < 1e-3
    assert played.bounds_s / slow == pytest.approx(real.bounds_s, abs=1e-3)
    assert real.stride_s is not None
    assert played.stride_s == pytest.approx(real.stride_s * slow, rel=1e-3)


@few
@given(st.floats(0, 1), st.floats(0, 500), st.floats(0.2, 5))
def test_mirrored_runner_has_the_same_strides(phase: float, speed: float, scale: float) -> None:
    times = synthetic_runner.frame_times(4, 30)
    marks = Figure(phase=phase, speed_px_s=speed).landmarks(times)
    here = find_strides(leg_signals(marks, times, "right"), "right")
    flipped = synthetic_runner.mirrored(marks, 800.0) * scale
    there = find_strides(leg_signals(flipped, times, "left"), "left")
    assert there.bounds_s == pytest.approx(here.bounds_s, abs=1e-3)
    assert synthetic_runner.phase_difference(there.frame_phase, here.frame_phase).max() < 1e-3


@few
@given(st.floats(0.45, 1.4), st.floats(0, 1), st.sampled_from(["running", "walking"]))
def test_stride_time_is_found_for_any_cadence(stride_s: float, phase: float, gait: synthetic_runner.Gait) -> None:
    figure, times = Figure(gait=gait, stride_s=stride_s, phase=phase), synthetic_runner.frame_times(8, 30)
    strides = strides_of(figure, times)
    assert strides.stride_s == pytest.approx(stride_s, rel=0.02)
    assert len(strides) >= int(8 / stride_s) - 2
    assert np.abs(clock_error(strides, figure, times)).max() < 0.03


@few
@given(st.integers(0, 1000))
def test_irregular_frame_times_keep_the_phases(seed: int) -> None:
    """Variable frame rate of a phone: every sixth frame is missing, the others have jitter."""
    rng = np.random.default_rng(seed)
    full = synthetic_runner.frame_times(6, 60)
    times = np.sort(rng.choice(full, 300, replace=False)) + rng.uniform(0, 0.008, 300)
    figure = Figure(phase=seed / 1000)
    strides = strides_of(figure, times)
    assert len(strides) >= 6
    assert strides.stride_s == pytest.approx(0.7, rel=0.02)
    assert np.abs(clock_error(strides, figure, times)).max() < 0.04


def test_stride_with_a_gap_is_skipped_alone() -> None:
    full = synthetic_runner.frame_times(6, 30)
    times = full[(full < 2.5) | (full > 3.0)]
    figure = Figure()
    strides = strides_of(figure, times)
    whole = strides_of(figure, full)
    assert strides.skipped
    for odd in strides.skipped:
        assert odd.reason == "frames_missing"
        assert odd.start_s < 3.0 < odd.end_s or odd.start_s < 2.5 < odd.end_s
    assert len(whole) - 3 <= len(strides) < len(whole)
    for start, end in strides.bounds_s:
        assert ((times >= start) & (times < end)).sum() >= 0.65 * 21
    used = strides.frame_stride >= 0
    assert np.abs(clock_error(strides, figure, times)).max() < 0.06
    assert np.isfinite(strides.frame_phase[used]).all()


@pytest.mark.parametrize(("pace", "reason"), [(0.6, "too_long"), (1.6, "too_short")])
def test_irregular_stride_is_skipped_with_its_reason(pace: float, reason: str) -> None:
    """One stride is slower or faster; no frame is missing."""
    figure, times = Figure(), synthetic_runner.frame_times(15, 60)
    start, odd_s = strides_of(figure, times).bounds_s[2, 0], 0.7 / pace
    own = np.where(times < start, times, np.where(times < start + odd_s, start + pace * (times - start), 0.0))
    own = np.where(times >= start + odd_s, times - odd_s + 0.7, own)
    strides = find_strides(leg_signals(figure.landmarks(own), times, "right"), "right")
    assert strides.skipped
    assert {odd.reason for odd in strides.skipped} == {reason}
    for odd in strides.skipped:
        assert odd.start_s < start + odd_s
        assert odd.end_s > start
        assert not ((times >= odd.start_s) & (times < odd.end_s) & (strides.frame_stride >= 0)).any()


def test_stop_within_the_clip_makes_no_strides() -> None:
    run, stand = Figure().landmarks(synthetic_runner.frame_times(18, 30)), Figure().landmarks(np.zeros(60))
    marks = np.concatenate([run, stand, run])
    times = np.arange(len(marks)) / 30
    strides = find_strides(leg_signals(marks, times, "right"), "right")
    assert strides.stride_s == pytest.approx(0.7, rel=0.02)
    middle = (times > 18 + 0.8) & (times < 20 - 0.8)
    assert (strides.frame_stride[middle] == -1).all()
    assert len(strides) >= 44


@pytest.mark.parametrize("seconds", [10, 60, 120])
def test_cadence_drift_of_ten_percent_keeps_the_periodicity(seconds: int) -> None:
    """For any length of the clip, with 2 % variation from stride to stride."""
    count = int(seconds / 0.7) + 5
    drift = 1 + 0.1 * np.linspace(-0.5, 0.5, count)
    durations = 0.7 * drift * (1 + 0.02 * np.random.default_rng(0).normal(size=count))
    starts = np.concatenate([[0.0], np.cumsum(durations)])
    times = synthetic_runner.frame_times(seconds, 30)
    marks = Figure().landmarks(np.interp(times, starts, 0.7 * np.arange(count + 1)))
    strides = find_strides(leg_signals(marks, times, "right"), "right")
    assert len(strides) >= seconds / 0.7 - 3
    assert strides.periodicity > 0.6


@pytest.mark.parametrize("paces", [(0.8, 0.55), (0.55, 0.8), (0.85, 0.7, 0.6), (0.6, 0.75, 0.9)])
def test_paces_that_are_cut_together_keep_all_strides(paces: tuple[float, ...]) -> None:
    shots = [Figure(stride_s=pace, phase=0.1).landmarks(synthetic_runner.frame_times(6, 30)) for pace in paces]
    marks = np.concatenate(shots)
    times = np.arange(len(marks)) / 30
    cuts = times[len(shots[0]) :: len(shots[0])]
    strides = find_strides(leg_signals(marks, times, "right"), "right", cuts_s=cuts)
    assert len(strides) >= sum(6 / pace - 1.5 for pace in paces)
    assert not ((strides.bounds_s[:, :1] < cuts - 1e-9) & (strides.bounds_s[:, 1:] > cuts)).any()
    uncut = find_strides(leg_signals(marks, times, "right"), "right")
    assert len(uncut) >= len(strides) - 2 * len(cuts)


def test_pace_that_rises_by_half_keeps_all_strides() -> None:
    times = synthetic_runner.frame_times(20, 30)
    own = times * (0.8 + 0.4 * times / 20)
    strides = find_strides(leg_signals(Figure().landmarks(own), times, "right"), "right")
    assert strides.skipped == ()
    assert len(strides) >= own[-1] / 0.7 - 2
    assert strides.periodicity > 0.8


@pytest.mark.parametrize("stride_s", [0.35, 0.3])
def test_double_speed_loses_no_stride(stride_s: float) -> None:
    times = synthetic_runner.frame_times(4, 30)
    strides = strides_of(Figure(stride_s=stride_s), times)
    assert strides.stride_s == pytest.approx(stride_s, rel=0.02)
    assert len(strides) >= 4 / stride_s - 2


def test_landmark_jump_at_entry_is_no_foot_strike() -> None:
    figure, times = Figure(phase=0.9), synthetic_runner.frame_times(5, 30)
    legs = leg_signals(figure.landmarks(times), times, "right")
    whole = find_strides(legs, "right")
    jump = legs.forward.copy()
    jump[:3] += np.array([[0.2], [1.0], [0.5]])
    strides = find_strides(LegSignals(times, jump, legs.height, legs.knee_flexion_deg), "right")
    assert 5 <= len(strides) <= len(whole)
    for bound in strides.bounds_s:
        assert np.abs(whole.bounds_s - bound).sum(axis=1).min() < 0.03


@pytest.mark.parametrize("frames", [0, 1, 2, 7])
def test_too_few_frames_have_no_strides(frames: int) -> None:
    times = synthetic_runner.frame_times(6, 30)[:frames]
    legs = LegSignals(times, np.zeros((frames, 2)), np.zeros((frames, 2)), np.zeros((frames, 2)))
    _is_none(find_strides(legs, "left"), frames)


@pytest.mark.parametrize("value", [0.0, 0.37, 1e6, -1 / 3])
def test_constant_signals_have_no_strides(value: float) -> None:
    times = synthetic_runner.frame_times(6, 30)
    still = np.full((len(times), 2), value)
    still[:, 1] *= 0.7
    _is_none(find_strides(LegSignals(times, still, still, still), "left"), len(times))


@pytest.mark.parametrize("step_s", [0.0, 1e-6])
def test_frames_at_one_time_have_no_strides(step_s: float) -> None:
    legs = leg_signals(Figure().landmarks(synthetic_runner.frame_times(1, 30)), 1 + step_s * np.arange(30), "right")
    _is_none(find_strides(legs, "left"), 30)


def test_noise_has_no_strides() -> None:
    rng = np.random.default_rng(1)
    times = synthetic_runner.frame_times(6, 30)
    noise = rng.normal(size=(len(times), 2))
    assert len(find_strides(LegSignals(times, noise, noise, noise), "left")) == 0


@few
@given(st.floats(0, 1), st.floats(20, 120))
def test_frame_numbers_bounds_and_phases_agree(phase: float, fps: float) -> None:
    times = synthetic_runner.frame_times(5, fps)
    strides = strides_of(Figure(phase=phase), times, noise_l=0.01)
    assert (np.isfinite(strides.frame_phase) == (strides.frame_stride >= 0)).all()
    assert np.all(strides.bounds_s[1:, 0] >= strides.bounds_s[:-1, 1])
    for frame in np.flatnonzero(strides.frame_stride >= 0):
        start, end = strides.bounds_s[strides.frame_stride[frame]]
        assert start <= times[frame] < end
        assert strides.frame_phase[frame] == pytest.approx((times[frame] - start) / (end - start))
    assert set(strides.frame_stride.tolist()) - {-1} == set(range(len(strides)))


@pytest.mark.parametrize("facing", ["left", "right"])
def test_feet_are_half_a_stride_apart(facing: Facing) -> None:
    figure, times = Figure(facing=facing), synthetic_runner.frame_times(6, 60)
    left, right = (strides_of(figure, times, side) for side in ("left", "right"))
    both = np.isfinite(left.frame_phase) & np.isfinite(right.frame_phase)
    shift = np.mod(left.frame_phase - right.frame_phase, 1.0)[both]
    assert shift == pytest.approx(np.full(both.sum(), 0.5), abs=0.02)
    assert (left.side, right.side) == ("left", "right")


def _is_none(strides: Strides, frames: int) -> None:
    assert len(strides) == 0
    assert strides.stride_s is None
    assert strides.bounds_s.shape == (0, 2)
    assert strides.frame_stride.tolist() == [-1] * frames
    assert np.isnan(strides.frame_phase).all()


def test_subset_of_strides_keeps_its_frames_and_phases() -> None:
    figure, times = Figure(phase=0.3), synthetic_runner.frame_times(6, 30)
    strides = strides_of(figure, times)
    count = len(strides)
    last = strides.between(count - 3, count)
    assert len(last) == 3
    np.testing.assert_array_equal(last.bounds_s, strides.bounds_s[-3:])
    inside = strides.frame_stride >= count - 3
    np.testing.assert_array_equal(last.frame_stride[inside], strides.frame_stride[inside] - (count - 3))
    assert (last.frame_stride[~inside] == -1).all()
    np.testing.assert_array_equal(np.isfinite(last.frame_phase), inside)
    assert strides.between(-2, count + 2).bounds_s.shape == strides.bounds_s.shape
    assert len(strides.between(2, 2)) == 0


@many
@given(st.integers(1, 400), st.floats(5, 120), st.floats(0, 100))
def test_fixed_windows_cover_a_standing_clip(frames: int, fps: float, start: float) -> None:
    times = start + np.arange(frames) / fps
    number, phase = fixed_windows(times)
    assert len(number) == len(phase) == frames
    assert ((phase >= 0) & (phase < 1 + 1e-9)).all()
    used = number[number >= 0]
    assert len(used) > 0
    assert np.all(np.diff(used) >= 0)
    length = times[-1] - times[0]
    assert used.max() <= max(0, int(length / 0.7 + 0.05) - 1)
    assert (number >= 0).sum() >= min(frames, 0.4 * frames)


def test_fixed_windows_of_a_known_clip() -> None:
    number, phase = fixed_windows(np.array([10.0, 10.25, 10.5, 10.75, 11.0, 11.25]), part_s=0.5)
    assert number.tolist() == [0, 0, 1, 1, -1, -1]
    assert phase == pytest.approx([0, 0.5, 0, 0.5, 0, 0.5])
    assert fixed_windows(np.array([3.0]))[0].tolist() == [0]
    assert fixed_windows(np.array([3.0, 3.2]))[0].tolist() == [0, 0]
    assert fixed_windows(np.arange(5.0), part_s=1.0)[0].tolist() == [0, 1, 2, 3, -1]
