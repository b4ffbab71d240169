"""Foot strike, mid-stance and toe-off against the ankles of a figure."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers import synthetic_runner
from helpers.synthetic_runner import Array, Figure, few
from hypothesis import given
from hypothesis import strategies as st

from posture.gait.events import Stance, find_stances, mean_path
from posture.gait.leg_signals import LegSignals, leg_signals
from posture.gait.strides import SIDES, find_strides
from posture.types import Facing, Side

TIMES = synthetic_runner.frame_times(6, 30)


def stances_of(figure: Figure, times: Array = TIMES, *, noise_l: float = 0.0) -> tuple[Stance, Stance]:
    marks = figure.landmarks(times)
    marks = marks + np.random.default_rng(1).normal(scale=noise_l * figure.trunk_px, size=marks.shape)
    legs = leg_signals(marks, times, figure.facing)
    stances = find_stances(legs, find_strides(legs, figure.facing))
    assert stances is not None
    return stances


def true_events(figure: Figure) -> tuple[float, float]:
    """Return the phases of mid-stance and toe-off from a finely sampled path of the figure."""
    times = np.arange(4000) / 4000 * figure.stride_s
    path = leg_signals(figure.landmarks(times), times, figure.facing).forward[:, 0]
    path = np.roll(path, -int(path.argmax()))
    return float(np.flatnonzero(path <= 0)[0]) / 4000, float(path.argmin()) / 4000


def apart(first: float, second: float) -> float:
    return abs((first - second + 0.5) % 1.0 - 0.5)


@pytest.mark.parametrize("facing", ["left", "right"])
@pytest.mark.parametrize("gait", ["running", "walking"])
def test_events_match_those_of_the_figure(facing: Facing, gait: synthetic_runner.Gait) -> None:
    figure = Figure(gait=gait, facing=facing, phase=0.3)
    mid, off = true_events(figure)
    near, far = stances_of(figure, noise_l=0.01)
    assert (near.side, far.side) == (facing, "left" if facing == "right" else "right")
    assert near.foot_strike == 0.0
    assert apart(far.foot_strike, 0.5) < 0.02
    for stance in (near, far):
        assert stance.mid_stance is not None
        assert apart(stance.mid_stance, stance.foot_strike + mid) < 0.02
        assert apart(stance.toe_off, stance.foot_strike + off) < 0.03


@few
@given(st.floats(0, 1), st.floats(0.5, 1.2), st.floats(20, 120), st.floats(0, 300))
def test_events_are_invariant_to_start_cadence_rate_and_speed(
    phase: float, stride_s: float, fps: float, speed: float
) -> None:
    plain = stances_of(Figure())
    other = Figure(phase=phase, stride_s=stride_s, speed_px_s=speed)
    for here, there in zip(plain, stances_of(other, synthetic_runner.frame_times(8, fps)), strict=True):
        assert apart(here.foot_strike, there.foot_strike) < 0.03
        assert apart(here.toe_off, there.toe_off) < 0.03


def test_events_are_in_order() -> None:
    for stance in stances_of(Figure(), noise_l=0.02):
        names = list(stance.events())
        assert names == ["foot_strike", "mid_stance", "toe_off"]
        after = [(phase - stance.foot_strike) % 1.0 for phase in stance.events().values() if phase is not None]
        assert len(after) == 3
        assert after == sorted(after)


def test_outlier_frames_do_not_shift_events() -> None:
    legs = leg_signals(Figure().landmarks(TIMES), TIMES, "right")
    strides = find_strides(legs, "right")
    spoilt = legs.forward.copy()
    spoilt[::9] = spoilt[::9, ::-1] * 2.0
    stances = find_stances(replace(legs, forward=spoilt), strides)
    plain = find_stances(legs, strides)
    assert stances is not None
    assert plain is not None
    for here, there in zip(plain, stances, strict=True):
        assert apart(here.toe_off, there.toe_off) < 0.04


@pytest.mark.parametrize("side", SIDES)
def test_mid_stance_is_none_when_the_ankle_stays_ahead(side: Side) -> None:
    legs = leg_signals(Figure().landmarks(TIMES), TIMES, "right")
    stances = find_stances(replace(legs, forward=legs.forward + 3.0), find_strides(legs, side))
    assert stances is not None
    assert [stance.mid_stance for stance in stances] == [None, None]


def test_frames_of_a_single_phase_have_no_events() -> None:
    legs = leg_signals(Figure().landmarks(TIMES), TIMES, "right")
    strides = find_strides(legs, "right")
    outside = replace(strides, frame_stride=np.full_like(strides.frame_stride, -1))
    assert find_stances(legs, outside) is None
    empty = LegSignals(TIMES[:0], np.zeros((0, 2)), np.zeros((0, 2)), np.zeros((0, 2)))
    none = replace(strides, frame_stride=strides.frame_stride[:0], frame_phase=strides.frame_phase[:0])
    assert find_stances(empty, none) is None


@few
@given(st.floats(-5, 5), st.floats(0, 2), st.floats(0, 1))
def test_mean_path_recovers_a_fourier_series(level: float, swing: float, shift: float) -> None:
    phase = np.random.default_rng(2).uniform(size=300)

    def path(at: Array) -> Array:
        return level + swing * np.cos(2 * np.pi * (at - shift)) + 0.2 * swing * np.sin(6 * np.pi * at)

    at = np.arange(50) / 50
    mean = mean_path(path(phase), phase, at)
    assert mean is not None
    assert mean == pytest.approx(path(at), abs=0.03 * swing + 1e-9)
