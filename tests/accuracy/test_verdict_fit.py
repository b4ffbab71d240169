"""The fit of the verdict's probability, on drawn numbers whose true probabilities are known."""

from __future__ import annotations

import json

import numpy as np
import pytest

from posture.model_files import models_folder
from posture.types import Array
from posture.verdict_model import VERDICT_MODELS
from validation.calibration.verdict import balance, fit, left_out_loss

RNG = np.random.default_rng(8)
COVARIANCE = np.array([[36.0, 30.0], [30.0, 64.0]])
HOLLOW, NEUTRAL = np.array([38.0, 50.0]), np.array([25.0, 36.0])


def drawn(hollow: int, neutral: int) -> tuple[Array, np.ndarray]:
    values = [
        RNG.multivariate_normal(mean, COVARIANCE, number) for mean, number in ((HOLLOW, hollow), (NEUTRAL, neutral))
    ]
    return np.concatenate(values), np.arange(hollow + neutral) < hollow


def probability(values: Array, intercept: float, weights: Array) -> Array:
    return np.asarray(1.0 / (1.0 + np.exp(-(intercept + values @ weights))))


def test_probability_is_calibrated_where_half_are_hollow_even_when_the_fit_had_fewer() -> None:
    intercept, weights = fit(*drawn(500, 3500), ridge=0.1)
    values, is_hollow = drawn(4000, 4000)
    found = probability(values, intercept, weights)
    place = np.minimum((found * 5).astype(int), 4)
    for fifth in range(5):
        inside = place == fifth
        assert is_hollow[inside].mean() == pytest.approx(found[inside].mean(), abs=0.06)


def test_both_numbers_weigh_alike_in_units_of_their_spread() -> None:
    values, is_hollow = drawn(40, 40)
    _, weights = fit(values, is_hollow, ridge=0.3)
    tilt, arch = weights * values.std(axis=0)
    assert tilt == pytest.approx(arch)
    assert tilt > 0


def test_ridge_draws_probabilities_towards_one_half() -> None:
    values, is_hollow = drawn(15, 28)
    loose, strict = (np.abs(probability(values, *fit(values, is_hollow, ridge)) - 0.5).mean() for ridge in (0.03, 3.0))
    assert strict < loose


def test_left_out_loss_sees_an_overfit() -> None:
    # A few runners who overlap a little: without a ridge, a fit to the rest is too sure of the one left out.
    values = np.array([[20.0, 30.0], [24.0, 34.0], [33.0, 45.0], [28.0, 38.0], [40.0, 52.0], [27.0, 37.0]])
    is_hollow = np.array([False, False, False, True, True, True])
    assert left_out_loss(values, is_hollow, 1e-6) > left_out_loss(values, is_hollow, 1.0)
    assert balance(is_hollow).sum() == pytest.approx(len(is_hollow))


def test_model_file_says_what_it_was_fitted_to() -> None:
    stored = json.loads((models_folder() / VERDICT_MODELS.filename).read_text(encoding="utf-8"))
    for setting in ("alone", "own_standing"):
        assert min(stored[setting]["clips"]["hollow"], stored[setting]["clips"]["neutral"]) >= 10
        # A coin's loss is log 2.
        assert stored[setting]["left_out_log_loss"] < 0.6 * np.log(2)
