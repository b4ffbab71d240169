"""Statistics with known answers."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest
from helpers import synthetic_runner
from hypothesis import given
from hypothesis import strategies as st

from validation.accuracy.statistics import (
    Pairs,
    auc,
    by_bin,
    by_tenth,
    calibration_error,
    errors,
    pairs_of,
    reliability,
    rounded,
    share,
)

number = st.floats(-50, 50).map(lambda value: round(value, 3))


def pairs(measured: synthetic_runner.Array, true: synthetic_runner.Array, half: float = np.nan) -> Pairs:
    return Pairs(measured, true, measured - half, measured + half)


@given(bias=st.floats(-5, 5), slope=st.floats(0.2, 2), true=st.lists(number, min_size=5, unique=True))
@synthetic_runner.few
def test_line_of_measured_on_true_is_recovered(bias: float, slope: float, true: list[float]) -> None:
    t = np.array(true)
    found = errors(pairs(t.mean() + bias + slope * (t - t.mean()), t))
    assert found["slope"] == pytest.approx(slope, rel=1e-6)
    assert found["bias"] == pytest.approx(bias, abs=1e-6)
    assert found["rmse"] == pytest.approx(np.hypot(bias, (slope - 1) * t.std()), abs=1e-6)
    assert found["coverage"] is None


def test_coverage_is_the_share_of_truths_inside() -> None:
    found = errors(pairs(np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.4, 2.6, 2.6, 4.0]), 0.5))
    assert found["coverage"] == 0.75
    assert found["n"] == 4


def test_statistics_of_nobody_are_none() -> None:
    assert errors(pairs_of([])) == {
        "n": 0,
        "rmse": None,
        "bias": None,
        "slope": None,
        "r": None,
        "coverage": None,
    }
    assert share([])["share"] is None
    assert auc([], [1.0])["auc"] is None


def test_calibration_error_is_the_distance_of_the_bins_from_the_diagonal() -> None:
    # Two bins of equal size: 0.1 against a share of 0, and 0.9 against one of 0.5.
    probability, happened = np.array([0.1] * 4 + [0.9] * 4), np.array([False] * 4 + [True, False] * 2)
    assert calibration_error(probability, happened) == pytest.approx(0.5 * 0.1 + 0.5 * 0.4)
    found = reliability(probability, happened)
    assert found["low"] <= found["error"] <= found["high"]
    assert [(one["mean"], one["share"], one["n"]) for one in found["bins"]] == [
        (pytest.approx(0.1), 0.0, 4),
        (pytest.approx(0.9), 0.5, 4),
    ]


def test_perfect_probability_shows_the_error_of_chance() -> None:
    rng = np.random.default_rng(3)
    probability = rng.random(400)
    found = reliability(probability, rng.random(400) < probability)
    assert found["error"] < 2 * found["by_chance"] < 0.15
    assert found["by_chance"] < found["chance_high"] < 2 * found["by_chance"]
    assert reliability(np.zeros(0), np.zeros(0, dtype=bool))["error"] is None


def test_systematic_error_is_without_chance() -> None:
    rng = np.random.default_rng(5)
    perfect, skewed = [], []
    for _ in range(60):
        probability = rng.random(60)
        perfect.append(reliability(probability, rng.random(60) < probability))
        skewed.append(reliability(probability, rng.random(60) < 0.6 * probability))
    assert np.median([found["systematic"] for found in perfect]) < 0.03 < np.median([one["error"] for one in perfect])
    # Sixty per cent of a uniform probability: off by 0.4 p, root mean square 0.4 / sqrt(3).
    assert np.median([found["systematic"] for found in skewed]) == pytest.approx(0.4 / np.sqrt(3), abs=0.03)


def test_few_clips_give_a_wide_share() -> None:
    few, many = share([True] * 9 + [False]), share(([True] * 9 + [False]) * 20)
    assert few["share"] == many["share"] == 0.9
    assert few["low"] < many["low"] < 0.9 < many["high"] < few["high"]


@given(hollow=st.lists(number, min_size=1), neutral=st.lists(number, min_size=1))
@synthetic_runner.few
def test_auc_counts_the_pairs_in_the_right_order(hollow: list[float], neutral: list[float]) -> None:
    right = sum((h > n) + 0.5 * (h == n) for h in hollow for n in neutral)
    assert auc(hollow, neutral)["auc"] == pytest.approx(right / len(hollow) / len(neutral))


@given(st.lists(st.floats(100, 900), min_size=10, max_size=80))
@synthetic_runner.few
def test_tenths_hold_everybody_in_order(heights: list[float]) -> None:
    values = np.array(heights)
    rows = by_tenth(values, pairs(values, values, 1.0))
    assert len(rows) == 10
    assert sum(row["n"] for row in rows) == len(heights)
    assert all(a["to"] <= b["from"] for a, b in pairwise(rows))
    assert all(row["share"] == 1.0 for row in rows)


def test_bins_use_their_own_errors() -> None:
    yaw = np.array([-7.0, -5.0, 3.0, 5.0])
    rows = by_bin(yaw, pairs(np.array([1.0, 2.0, 3.0, 4.0]), np.zeros(4)), (-10, -5, 5, 10))
    assert [row["n"] for row in rows] == [1, 2, 1]
    assert [row["bias"] for row in rows] == [1.0, 2.5, 4.0]


def test_figures_are_plain_json() -> None:
    figures = rounded({"a": np.float64(1.23456789), "b": [np.int64(3), (True, None)], 1: "x"})
    assert json.loads(json.dumps(figures)) == {"a": 1.2346, "b": [3, [True, None]], "1": "x"}
