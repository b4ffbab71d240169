"""The functions agree with those of `scipy.signal`, which an analysis does not wait for."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.signal
from helpers.synthetic_runner import Array, many
from hypothesis import given
from hypothesis import strategies as st

from posture.pose.signals import find_peaks, low_pass, periodogram


def random_signal(seed: int, length: int, *, flat: bool = False) -> Array:
    """Return a random walk, with steps of whole numbers where parts of it shall be flat."""
    steps = np.random.default_rng(seed).normal(size=length)
    return np.asarray(np.cumsum(np.round(steps) if flat else steps))


@many
@given(
    seed=st.integers(0, 10_000),
    length=st.integers(3, 200),
    distance=st.floats(1, 12),
    prominence=st.floats(0, 4),
    height=st.none() | st.tuples(st.floats(-5, 0), st.floats(0, 5)),
)
def test_peaks_are_those_of_scipy(
    seed: int, length: int, distance: float, prominence: float, height: tuple[float, float] | None
) -> None:
    signal = random_signal(seed, length)
    peaks = find_peaks(signal, distance=distance, prominence=prominence, height=height)
    expected, _properties = scipy.signal.find_peaks(signal, distance=distance, prominence=prominence, height=height)
    assert peaks.tolist() == expected.tolist()


@many
@given(seed=st.integers(0, 10_000), length=st.integers(3, 200), prominence=st.floats(0, 4))
def test_peak_of_a_flat_part_is_its_middle(seed: int, length: int, prominence: float) -> None:
    signal = random_signal(seed, length, flat=True)
    expected, _properties = scipy.signal.find_peaks(signal, prominence=prominence)
    assert find_peaks(signal, prominence=prominence).tolist() == expected.tolist()


def test_constant_signal_has_no_peaks() -> None:
    assert find_peaks(np.ones(5)).tolist() == []


@many
@given(seed=st.integers(0, 10_000), length=st.integers(8, 400))
def test_periodogram_is_that_of_scipy(seed: int, length: int) -> None:
    signal = random_signal(seed, length)
    frequency, power = periodogram(signal, 30.0, 4096)
    expected = scipy.signal.periodogram(signal, 30.0, window="hann", detrend="linear", nfft=4096)
    assert frequency == pytest.approx(expected[0])
    assert power == pytest.approx(expected[1], abs=1e-9 * expected[1].max())


@many
@given(phase=st.floats(0, 6.3), length=st.integers(50, 300), per_cycle=st.integers(12, 40))
def test_low_pass_is_that_of_scipy(phase: float, length: int, per_cycle: int) -> None:
    signal = np.sin(2 * np.pi * np.arange(length) / per_cycle + phase)
    signal += 0.05 * np.random.default_rng(length).normal(size=length)
    expected = scipy.signal.sosfiltfilt(scipy.signal.butter(2, 4.0, fs=per_cycle, output="sos"), signal)
    smooth = low_pass(signal, 4.0 / per_cycle)
    assert smooth[10:-10] == pytest.approx(expected[10:-10], abs=1e-3)
    # The ends differ by what the two assume beyond them.
    assert smooth == pytest.approx(expected, abs=0.01)
