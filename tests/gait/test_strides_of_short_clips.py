"""Strides at the ends of a clip, and in clips of a few: whole ones, parts, and the foot that bounds them."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import synthetic_runner
from helpers.synthetic_runner import Figure, strides_of

from posture.gait.leg_signals import leg_signals
from posture.gait.strides import find_strides
from posture.types import Facing, Side


@pytest.mark.parametrize("count", [2.1, 2.4, 3.2])
@pytest.mark.parametrize("phase", [0.0, 0.25, 0.5, 0.8])
@pytest.mark.parametrize("slow", [1.0, 4.0])
def test_parts_of_strides_count_in_a_short_clip(count: float, phase: float, slow: float) -> None:
    figure = Figure(phase=phase)
    times = synthetic_runner.frame_times(count * 0.7, 30 * slow)
    strides = strides_of(figure, times, noise_l=0.004)
    assert len(strides) >= 1
    assert count - 0.25 <= strides.in_all <= count + 0.05
    for part in strides.parts:
        assert (strides.frame_stride[part.frames] == -1).all()
        assert ((part.phase >= 0) & (part.phase <= 1)).all()
        inside = np.isfinite(strides.frame_phase)
        shift = np.exp(2j * np.pi * (strides.frame_phase[inside] - figure.phase_at(times[inside]))).mean()
        own = np.exp(2j * np.pi * (part.phase - figure.phase_at(times[part.frames])))
        assert np.abs(np.angle(own / shift)).max() < 0.06 * 2 * np.pi


def test_parts_of_strides_do_not_count_in_a_long_clip() -> None:
    strides = strides_of(Figure(), synthetic_runner.frame_times(5, 30))
    assert strides.parts == ()
    assert strides.in_all == len(strides)


def test_part_of_a_stride_does_not_reach_across_a_cut() -> None:
    shot = Figure(phase=0.3).landmarks(synthetic_runner.frame_times(1.7, 30))
    marks = np.concatenate([shot, shot[7:]])
    times = np.arange(len(marks)) / 30
    cut = times[len(shot)]
    for part in find_strides(leg_signals(marks, times, "right"), "right", cuts_s=[cut]).parts:
        assert not part.start_s < cut - 1e-9 < part.end_s - 1 / 30


@pytest.mark.parametrize("fps", [25, 30, 60, 240])
@pytest.mark.parametrize("facing", ["left", "right"])
def test_six_and_a_quarter_strides_give_five_or_six(fps: int, facing: Facing) -> None:
    """For any start phase; strikes next to the first and the last frame count."""
    times = synthetic_runner.frame_times(6.25 * 0.7, fps)
    for phase in np.linspace(0, 0.95, 20):
        figure = Figure(facing=facing, phase=float(phase))
        strides = strides_of(figure, times, facing, noise_l=0.003)
        assert strides.side == facing
        assert len(strides) in {5, 6}
        assert strides.skipped == ()
        assert np.diff(strides.bounds_s) == pytest.approx(0.7, rel=0.04)


@pytest.mark.parametrize("seconds_before", [0.05, 0.08, 0.12])
def test_foot_strike_close_to_the_end_bounds_a_stride(seconds_before: float) -> None:
    long = synthetic_runner.frame_times(9, 30)
    strikes = strides_of(Figure(), long).bounds_s
    first, last = strikes[2, 0], strikes[7, 1]
    times = long[(long >= first - seconds_before) & (long <= last + seconds_before)]
    strides = strides_of(Figure(), times)
    assert len(strides) == 6
    assert strides.bounds_s[[0, -1], [0, 1]] == pytest.approx([first, last], abs=0.02)


@pytest.mark.parametrize("side", ["left", "right"])
def test_other_foot_bounds_strides_when_it_alone_has_enough(side: Side) -> None:
    """A short clip between two strikes of the other foot."""
    other: Side = "left" if side == "right" else "right"
    long = synthetic_runner.frame_times(9, 60)
    strikes = strides_of(Figure(), long, other).bounds_s
    times = long[(long >= strikes[1, 0] - 0.1) & (long <= strikes[5, 1] + 0.1)]
    strides = strides_of(Figure(), times, side)
    assert (strides.side, len(strides)) == (other, 5)
    assert strides.bounds_s == pytest.approx(strikes[1:6], abs=0.02)


def test_nearer_foot_bounds_strides_when_it_has_enough() -> None:
    long = synthetic_runner.frame_times(9, 60)
    strikes = strides_of(Figure(), long, "left").bounds_s
    times = long[(long >= strikes[1, 0] - 0.1) & (long <= strikes[6, 1] + 0.1)]
    strides = strides_of(Figure(), times, "right")
    assert (strides.side, len(strides)) == ("right", 5)


@pytest.mark.parametrize("seconds", [0.3, 0.7, 1.0])
def test_clip_of_about_one_stride_has_at_most_one(seconds: float) -> None:
    for phase in np.linspace(0, 0.9, 10):
        strides = strides_of(Figure(phase=float(phase)), synthetic_runner.frame_times(seconds, 60))
        assert len(strides) <= 1


@pytest.mark.parametrize("fps", [30, 60, 120])
def test_two_and_a_half_strides_give_at_least_one(fps: int) -> None:
    for phase in np.linspace(0, 0.9, 10):
        strides = strides_of(Figure(phase=float(phase)), synthetic_runner.frame_times(1.75, fps))
        assert 1 <= len(strides) <= 2
        assert strides.stride_s == pytest.approx(0.7, rel=0.05)
