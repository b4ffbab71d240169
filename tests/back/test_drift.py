"""Drift over the strides: found where it is, and seldom where it is not."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.synthetic_runner import Array, few, many
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from posture.back.course import MAX_CORRELATION, drift_test, neighbour_correlation, variance_inflation
from posture.thresholds import COURSE

RUNS = 1200


def strides_of(runs: int, count: int, correlation: float, seed: int = 0) -> Array:
    """Return runs of strides that resemble their neighbours, shape (runs, count), variance 1."""
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(runs, count))
    for i in range(1, count):
        fresh = np.sqrt(1 - correlation**2) * values[:, i]
        values[:, i] = correlation * values[:, i - 1] + fresh
    return values


@pytest.mark.parametrize("count", [15, 24, 60])
@pytest.mark.parametrize("correlation", [0.0, 0.3])
def test_false_alarms_stay_at_five_in_a_hundred(count: int, correlation: float) -> None:
    runs = strides_of(RUNS, count, correlation, seed=count)
    alarms = np.mean([drift_test(run).p_value < 0.05 for run in runs])
    # Two standard errors of a share of 0.05 in so many runs.
    assert alarms <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / RUNS)


def test_plain_welch_would_give_twice_as_many() -> None:
    """Which is why the error is widened."""
    runs = strides_of(RUNS, 24, 0.3)
    plain = stats.ttest_ind(runs[:, :8], runs[:, -8:], axis=1, equal_var=False).pvalue
    assert np.mean(plain < 0.05) > 0.10


@pytest.mark.parametrize("correlation", [0.0, 0.3])
def test_the_interval_holds_the_drift(correlation: float) -> None:
    drift = np.linspace(0.0, 3.0, 30)
    wanted = drift[-10:].mean() - drift[:10].mean()
    found = [drift_test(run + drift) for run in strides_of(400, 30, correlation)]
    held = np.mean([test.low <= wanted <= test.high for test in found])
    assert 0.85 <= held <= 0.99 + 0.01 * (correlation == 0)
    assert np.mean([test.change for test in found]) == pytest.approx(wanted, abs=0.1)


def test_a_drift_of_three_standard_deviations_is_seen() -> None:
    runs = strides_of(200, 24, 0.3) + np.linspace(0.0, 4.5, 24)
    assert np.mean([drift_test(run).p_value < 0.05 for run in runs]) > 0.85


@few
@given(st.floats(-50, 50), st.floats(0.01, 100), st.integers(0, 100))
def test_neither_level_nor_unit_matters_and_backwards_is_the_other_way(
    level: float, unit: float, seed: int
) -> None:
    run = strides_of(1, 20, 0.3, seed)[0] + np.linspace(0, 1, 20)
    plain, scaled, back = drift_test(run), drift_test(level + unit * run), drift_test(run[::-1])
    assert scaled.change == pytest.approx(unit * plain.change, abs=1e-9 * (1 + abs(level)))
    assert scaled.p_value == pytest.approx(plain.p_value, rel=1e-6)
    assert (scaled.high - scaled.low) == pytest.approx(unit * (plain.high - plain.low), rel=1e-6)
    assert back.change == pytest.approx(-plain.change)
    assert back.p_value == pytest.approx(plain.p_value)
    assert (back.first, back.last) == pytest.approx((plain.last, plain.first))


def test_strides_that_are_all_alike_do_not_drift() -> None:
    same = drift_test(np.full(18, 40.0))
    assert (same.change, same.low, same.high, same.p_value) == (0.0, 0.0, 0.0, 1.0)
    step = drift_test(np.repeat([40.0, 41.0, 42.0], 6))
    assert (step.change, step.p_value) == (2.0, 0.0)


@many
@given(st.lists(st.floats(20, 60), min_size=6, max_size=40))
def test_any_strides_have_an_answer(values: list[float]) -> None:
    found = drift_test(np.array(values))
    assert 0.0 <= found.p_value <= 1.0
    assert found.low <= found.change <= found.high
    least = COURSE.stride_correlation
    assert least <= neighbour_correlation(np.array(values)) <= MAX_CORRELATION


@pytest.mark.parametrize("correlation", [0.0, 0.3, 0.6])
def test_the_correlation_is_seen_in_long_runs(correlation: float) -> None:
    found = [neighbour_correlation(run + np.linspace(0, 5, 200)) for run in strides_of(50, 200, correlation)]
    assert np.mean(found) == pytest.approx(max(correlation, 0.3), abs=0.06)


@pytest.mark.parametrize("correlation", [0.0, 0.3, 0.6])
@pytest.mark.parametrize("count", [5, 12])
def test_the_widening_is_what_the_squared_error_lacks(count: int, correlation: float) -> None:
    runs = strides_of(20000, count, correlation)
    true = runs.mean(axis=1).var()
    believed = (runs.var(axis=1, ddof=1) / count).mean()
    assert variance_inflation(count, correlation) == pytest.approx(true / believed, rel=0.05)
