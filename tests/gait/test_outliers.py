"""Legs' landmarks that jump onto something else are replaced; those of a runner stay."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import synthetic_runner
from helpers.synthetic_runner import Array, Figure

from posture.gait.leg_signals import leg_signals, trunk_lengths
from posture.gait.outliers import MAX_SHARE, without_leg_outliers
from posture.gait.strides import find_strides
from posture.pose.landmarks import ANKLES, HEELS, HIPS, KNEES, TOES, midpoint

FOOT = (ANKLES[1], HEELS[1], TOES[1])


def cleaned(marks: Array, times: Array) -> tuple[Array, Array]:
    return without_leg_outliers(marks, times, trunk_lengths(marks))


@pytest.mark.parametrize("fps", [15, 30, 60, 240])
@pytest.mark.parametrize("stride_s", [0.6, 0.8])
def test_steady_runner_is_left_alone(fps: int, stride_s: float) -> None:
    times = synthetic_runner.frame_times(5, fps)
    marks = Figure(stride_s=stride_s).landmarks(times)
    replaced, outliers = cleaned(marks, times)
    assert not outliers.any()
    assert np.array_equal(replaced, marks)


@pytest.mark.parametrize("slow", [1.0, 10.0])
def test_foot_on_a_bar_is_put_back(slow: float) -> None:
    """The right foot is seen on a bar in front of the hips, for a sixth of every stride."""
    figure = Figure(phase=0.2)
    times = synthetic_runner.frame_times(6 * slow, 30)
    truth = figure.landmarks(times / slow)
    marks = truth.copy()
    on_bar = np.mod(figure.phase_at(times / slow), 1.0) < 0.16
    marks[np.ix_(on_bar, FOOT)] = midpoint(truth, HIPS)[on_bar, None] + np.array([130.0, -10.0])
    _replaced, outliers = cleaned(marks, times)
    assert (outliers[:, 1] == on_bar).mean() > 0.98
    assert not outliers[:, 0].any()
    legs, own = leg_signals(marks, times, "right"), leg_signals(truth, times, "right")
    assert np.abs(legs.forward - own.forward).max() < 0.45
    strides, whole = find_strides(legs, "right"), find_strides(own, "right")
    assert len(strides) == len(whole)
    assert np.abs(strides.bounds_s - whole.bounds_s).max() < 0.06 * 0.7 * slow


def test_shank_does_not_stretch() -> None:
    times = synthetic_runner.frame_times(5, 30)
    marks = Figure().landmarks(times)
    marks[40:44, ANKLES[0]] = marks[40:44, KNEES[0]] + np.array([0.0, 250.0])
    _replaced, outliers = cleaned(marks, times)
    assert outliers[40:44, 0].all()
    assert not outliers[:, 1].any()


def test_landmark_that_is_wrong_for_most_of_the_clip_stays() -> None:
    times = synthetic_runner.frame_times(5, 30)
    marks = Figure().landmarks(times)
    high = np.arange(len(times)) < (MAX_SHARE + 0.1) * len(times)
    marks[np.ix_(high, FOOT)] = marks[high][:, [HIPS[1]]] - np.array([0.0, 60.0])
    replaced, outliers = cleaned(marks, times)
    assert not outliers[:, 1].any()
    assert np.array_equal(replaced[:, FOOT], marks[:, FOOT])


@pytest.mark.parametrize("frames", [0, 1, 4])
def test_few_frames_are_left_alone(frames: int) -> None:
    marks, times = np.zeros((frames, 33, 2)), np.arange(frames) / 30
    replaced, outliers = without_leg_outliers(marks, times, np.ones(frames))
    assert replaced is marks
    assert outliers.shape == (frames, 2)
