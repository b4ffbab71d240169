"""The fit of the verdict's probability, on drawn numbers whose true probabilities are known."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from posture.model_files import models_folder
from posture.thresholds import VERDICT
from posture.types import Array
from posture.verdict_model import VERDICT_MODELS, verdict_models
from validation.accuracy.cross_fit import cross_fitted
from validation.calibration.verdict import (
    Clip,
    fit,
    left_out_loss,
    limit_of,
    models_of,
    probabilities,
    whole_odds,
)

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


def clips_of_kind(values: Array, joint_deg: float, *, is_tight: bool = True) -> list[Clip]:
    sd = np.array([2.5, 4.2])
    return [
        Clip(setting, (joint_deg, joint_deg), is_tight, value, sd, RNG.normal(0.0, sd))
        for value in values
        for setting in ("alone", "own_standing")
    ]


def test_left_out_loss_sees_an_overfit() -> None:
    # A few runners who overlap a little: without a ridge, a fit to the rest is too sure of the one left out.
    hollow = clips_of_kind(np.array([[28.0, 38.0], [40.0, 52.0], [27.0, 37.0]]), 12.0)
    neutral = clips_of_kind(np.array([[20.0, 30.0], [24.0, 34.0], [33.0, 45.0]]), 2.0)
    few = [clip for clip in hollow + neutral if clip.setting == "alone"]
    assert left_out_loss(few, 1e-6) > left_out_loss(few, 1.0)


def test_left_out_runners_are_judged_with_the_errors_of_their_own_clip() -> None:
    # A wide interval draws the probability of a runner on the wrong side of the others towards one half.
    hollow, neutral = (
        clips_of_kind(drawn(20, 0)[0] - shift, deg) for shift, deg in ((0.0, 12.0), (HOLLOW - NEUTRAL, 2.0))
    )
    sure = [clip for clip in hollow + neutral if clip.setting == "alone"]
    stray = replace(sure[0], value=NEUTRAL)
    losses = [left_out_loss([replace(stray, sd=factor * stray.sd), *sure[1:]], 0.1) for factor in (1.0, 3.0)]
    assert losses[1] < losses[0]


def test_few_neutral_runners_lie_above_the_limit_loose_shirts_included() -> None:
    hollow, neutral = (drawn(count, 0)[0] - shift for count, shift in ((40, 0.0), (40, HOLLOW - NEUTRAL)))
    tight = clips_of_kind(hollow, 12.0) + clips_of_kind(neutral, 2.0)
    stored = models_of(tight)
    limit = stored["limit"]["odds"] / (stored["limit"]["odds"] + 1)
    neutrals = [clip for clip in tight if clip.kind == "neutral" and clip.setting == "alone"]
    said = probabilities(neutrals, verdict_models(stored).alone)
    assert (said > limit).mean() <= 0.03 + 1 / 40
    assert limit_of(tight, stored) == stored["limit"]
    # Shirts that bridge the hollow say little about backs: they do not move the fit, but the limit.
    loose = clips_of_kind(neutral + 6.0, 2.0, is_tight=False)
    again = models_of(tight + loose)
    assert again["alone"]["weights"] == stored["alone"]["weights"]
    assert again["limit"]["odds"] > stored["limit"]["odds"]
    assert again["limit"]["alone"]["neutral"] == 80


@pytest.mark.parametrize(("probability", "odds"), [(0.4, 1), (0.5, 1), (0.51, 2), (0.713, 3), (0.75, 3), (0.8, 4)])
def test_limit_is_rounded_up_to_whole_odds(probability: float, odds: int) -> None:
    assert whole_odds(probability) == odds


def test_each_half_is_judged_by_the_model_of_the_other() -> None:
    def half(shift: float) -> list[Clip]:
        values, is_hollow = drawn(40, 60)
        return clips_of_kind(values[is_hollow] + shift, 12.0) + clips_of_kind(values[~is_hollow] + shift, 2.0)

    alike = cross_fitted({"calibration": half(0.0), "test": half(0.0)})["alone"]
    assert alike["n"] == 200
    assert alike["error"] < 0.1
    # Were each half judged by its own model, a shift between them would not show.
    assert cross_fitted({"calibration": half(0.0), "test": half(12.0)})["alone"]["error"] > 0.2


def test_too_few_runners_to_fit_give_no_cross_fit() -> None:
    few = clips_of_kind(drawn(4, 4)[0], 12.0)
    assert cross_fitted({"calibration": few, "test": few})["alone"]["n"] == 0


def test_limits_of_the_verdict_are_those_of_the_fit() -> None:
    limit = json.loads((models_folder() / VERDICT_MODELS.filename).read_text(encoding="utf-8"))["limit"]
    assert limit["odds"] == whole_odds(max(limit[setting]["probability"] for setting in ("alone", "own_standing")))
    assert pytest.approx(limit["odds"] / (limit["odds"] + 1)) == VERDICT.hollow_back
    assert pytest.approx(1.0 - VERDICT.hollow_back) == VERDICT.not_hollow_back


def test_model_file_says_what_it_was_fitted_to() -> None:
    stored = json.loads((models_folder() / VERDICT_MODELS.filename).read_text(encoding="utf-8"))
    for setting in ("alone", "own_standing"):
        assert min(stored[setting]["clips"]["hollow"], stored[setting]["clips"]["neutral"]) >= 10
        # A coin's loss is log 2.
        assert stored[setting]["left_out_log_loss"] < 0.6 * np.log(2)
