"""Leg signals are the same on a treadmill and overground, for any camera position."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import synthetic_runner
from helpers.synthetic_runner import SHANK_L, THIGH_L, Figure, few
from hypothesis import given
from hypothesis import strategies as st

from posture.gait.leg_signals import LegSignals, leg_signals, trunk_lengths
from posture.types import Facing

TIMES = synthetic_runner.frame_times(1.4, 30)
STILL = {"lean_deg": 0.0, "bounce": 0.0, "rotation_deg": 0.0}


def same(here: LegSignals, there: LegSignals, *, swap: bool = False) -> None:
    columns = [1, 0] if swap else [0, 1]
    for name in ("forward", "height", "knee_flexion_deg"):
        assert getattr(there, name)[:, columns] == pytest.approx(getattr(here, name), abs=1e-6), name


def test_signals_have_the_known_angles_and_distances() -> None:
    figure = Figure(**STILL, phase=0.0)
    legs = leg_signals(figure.landmarks(np.zeros(1)), np.zeros(1), "right")
    phases = np.array([0.0, 0.5])
    thigh = 8 + 32 * np.cos(2 * np.pi * phases)
    flexion = 50 + 48 * np.cos(2 * np.pi * (phases - synthetic_runner.KNEE_PHASE))
    shank = thigh - flexion
    ankle = THIGH_L * np.sin(np.radians(thigh)) + SHANK_L * np.sin(np.radians(shank))
    assert legs.knee_flexion_deg[0] == pytest.approx(flexion)
    assert legs.forward[0] == pytest.approx(ankle)
    assert np.all(legs.height < -1.0)


@few
@given(st.floats(0.3, 6), st.floats(-800, 800), st.sampled_from(["left", "right"]))
def test_signals_are_invariant_to_position_and_scale(scale: float, shift: float, facing: Facing) -> None:
    marks = Figure(facing=facing).landmarks(TIMES)
    same(leg_signals(marks, TIMES, facing), leg_signals(marks * scale + shift, TIMES, facing))


@few
@given(st.floats(0, 900), st.sampled_from(["left", "right"]))
def test_overground_and_treadmill_give_the_same_signals(speed: float, facing: Facing) -> None:
    treadmill, overground = (Figure(facing=facing, speed_px_s=v).landmarks(TIMES) for v in (0.0, speed))
    same(leg_signals(treadmill, TIMES, facing), leg_signals(overground, TIMES, facing))


@few
@given(st.floats(0, 1), st.floats(-20, 20))
def test_mirroring_swaps_the_legs(phase: float, yaw: float) -> None:
    marks = Figure(phase=phase, yaw_deg=yaw).landmarks(TIMES)
    flipped = synthetic_runner.mirrored(marks, 720.0)
    same(leg_signals(marks, TIMES, "right"), leg_signals(flipped, TIMES, "left"), swap=True)


def test_trunk_lengths_reject_outlier_frames_and_follow_an_approach() -> None:
    marks = Figure(**STILL, growth=0.2).landmarks(TIMES)
    lengths = trunk_lengths(marks)
    assert lengths[10:-10] == pytest.approx(120 * (1 + 0.2 * TIMES[10:-10]))
    marks[20, [11, 12], 1] -= 60
    assert trunk_lengths(marks)[10:-10] == pytest.approx(lengths[10:-10], abs=1.0)


@pytest.mark.parametrize("frames", [1, 2, 3, 16])
def test_trunk_lengths_of_few_frames_are_found(frames: int) -> None:
    assert trunk_lengths(Figure(**STILL).landmarks(TIMES[:frames])) == pytest.approx([120.0] * frames)


def test_trunk_of_zero_length_gives_finite_signals() -> None:
    legs = leg_signals(np.full((3, 33, 2), 4.0), np.arange(3.0), "right")
    assert np.isfinite(legs.forward).all()
    assert np.isfinite(legs.height).all()
