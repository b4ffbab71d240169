"""Fit models/verdict.json, the calibrated probability of a hollow back: ``make calibration``.

Reads the calibration half of validation/population; nothing is rendered. Each clip is analysed as users' clips are. The
model is a logistic regression on one score, in which tilt and arch count alike in units of their spread: the two go
together so closely that few runners cannot tell which matters more. The ridge on its slope is chosen by leaving out one
runner after the other and judging them as users are judged, with the errors of their own clip. The fit is to people in
tight shirts. The limit of a hollow back comes from everybody who is measured.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from scipy.optimize import minimize

from posture.analysis.pipeline import examine_observations
from posture.records.analysis import Analysis, Change, Measure
from posture.thresholds import Z90
from posture.types import PRIMARY_MEASURES, Array
from posture.verdict import own_changes
from posture.verdict_model import VERDICT_MODELS, HollowBackModel, verdict_models
from validation.accuracy.people import kind_of
from validation.population.replay import observations_of, true_measures
from validation.population.store import FilmedPerson, load

TARGET = Path(__file__).resolve().parents[2] / "models" / VERDICT_MODELS.filename
Setting = Literal["alone", "own_standing"]
SETTINGS: tuple[Setting, ...] = ("alone", "own_standing")
RIDGES = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
# So many of the neutral runners stay below the limit of a hollow back.
NEUTRAL_SHARE = 0.97
LEAST_PROBABILITY = 1e-12
WORKERS = 2


@dataclass(frozen=True)
class Clip:
    """Tilt and arch of a clip, or their changes from standing.

    Attributes
    ----------
    joint_deg
        True mean joint angles of pelvis and lumbar spine.
    is_tight
        Whether the shirt is tight.
    value, sd, error : shape (2,)
        Of each primary measure: the number, the standard deviation of its error, and measured minus true.
    """

    setting: Setting
    joint_deg: tuple[float, float]
    is_tight: bool
    value: Array
    sd: Array
    error: Array

    @property
    def kind(self) -> str:
        """Return ``hollow``, ``neutral`` or ``between``, by the true joint angles."""
        return kind_of(self.joint_deg)


def clips_of(person: FilmedPerson) -> list[Clip]:
    """Analyse a person's run alone and with the standing clip."""
    run, stand = person.takes["run"], person.takes["stand"]
    alone, standing = (examine_observations(observations_of(person, take)).analysis for take in (run, stand))
    own = examine_observations(observations_of(person, run), baseline=standing).analysis
    truths = (true_measures(run), true_measures(stand))
    return judged(alone, own, run.truth.joint_deg, *truths, is_tight=person.loose == 0)


def judged(
    alone: Analysis,
    own: Analysis,
    joint_deg: tuple[float, float],
    true: Mapping[str, float],
    true_standing: Mapping[str, float],
    *,
    is_tight: bool,
) -> list[Clip]:
    """Return the numbers of a run that have a verdict: alone, and against the own standing posture."""
    clips = []
    measures = [alone.measures.get(name) for name in PRIMARY_MEASURES]
    if alone.verdict.label != "not_measurable":
        truth = [true[n] for n in PRIMARY_MEASURES]
        clips.append(Clip("alone", joint_deg, is_tight, *_numbers(measures, truth)))
    changes = own_changes(own.baseline)
    if own.verdict.label != "not_measurable" and changes is not None:
        gained = [true[n] - true_standing[n] for n in PRIMARY_MEASURES]
        gains = [changes[n] for n in PRIMARY_MEASURES]
        clips.append(Clip("own_standing", joint_deg, is_tight, *_numbers(gains, gained)))
    return clips


def _numbers(numbers: Sequence[Measure | Change | None], true: Sequence[float]) -> tuple[Array, Array, Array]:
    """Return values, standard deviations of their errors, and errors, each of shape (2,)."""
    known = [number for number in numbers if number is not None]
    value = np.array([number.value for number in known])
    half = np.array([number.ci90[1] - number.ci90[0] for number in known]) / 2
    return value, half / Z90, value - np.array(true)


def classes(clips: Iterable[Clip]) -> tuple[Array, np.ndarray]:
    """Return the numbers of hollow and neutral runners, shape (N, 2), and which are hollow, shape (N,)."""
    sides = [clip for clip in clips if clip.kind != "between"]
    return np.array([clip.value for clip in sides]), np.array([clip.kind == "hollow" for clip in sides])


def fit(values: Array, is_hollow: np.ndarray, ridge: float) -> tuple[float, Array]:
    """Fit the log odds, both classes weighing alike; return intercept and weights, shape (2,).

    Parameters
    ----------
    values : shape (N, 2)
    is_hollow : shape (N,)
    ridge
        On the squared slope over the score, whose standard deviation is about one.
    """
    centre, spread = values.mean(axis=0), values.std(axis=0)
    score = ((values - centre) / spread).mean(axis=1)
    weight, sign = balance(is_hollow), np.where(is_hollow, 1.0, -1.0)

    def loss(b: Array) -> float:
        return float(weight @ np.logaddexp(0.0, -sign * (b[0] + b[1] * score)) + 0.5 * ridge * b[1] ** 2)

    b = minimize(loss, np.zeros(2)).x
    weights = 0.5 * b[1] / spread
    return float(b[0] - weights @ centre), weights


def balance(is_hollow: np.ndarray) -> Array:
    """Return weights, shape (N,), that sum to N and give both classes the same sum."""
    share = is_hollow.mean()
    return np.where(is_hollow, 0.5 / share, 0.5 / (1.0 - share))


def model_of(clips: Sequence[Clip], ridge: float) -> HollowBackModel:
    """Fit the model of a setting to its hollow and neutral runners; the errors are those of all clips."""
    intercept, weights = fit(*classes(clips), ridge)
    errors, sds = (np.array([getattr(clip, name) for clip in clips]) for name in ("error", "sd"))
    usual_sd, correlation = np.median(sds, axis=0), float(np.corrcoef(errors.T)[0, 1])
    return HollowBackModel(
        round(intercept, 3), _by_measure(weights, 4), _by_measure(usual_sd, 2), round(correlation, 2)
    )


def left_out_loss(clips: Sequence[Clip], ridge: float) -> float:
    """Return the mean log loss, both classes weighing alike, of runners left out of the fit one after the other."""
    is_hollow = classes(clips)[1]
    losses = []
    for clip in clips:
        if clip.kind == "between":
            continue
        model = model_of([other for other in clips if other is not clip], ridge)
        (hollow,) = probabilities([clip], model)
        true = hollow if clip.kind == "hollow" else 1.0 - hollow
        # A fit that is almost without a ridge may be wrong and certain.
        losses.append(-math.log(max(true, LEAST_PROBABILITY)))
    return float(np.average(losses, weights=balance(is_hollow)))


def _by_measure(numbers: Array, digits: int) -> dict[str, float]:
    return dict(zip(PRIMARY_MEASURES, np.round(numbers, digits).tolist(), strict=True))


def models_of(clips: Sequence[Clip]) -> dict[str, Any]:
    """Return the model file's content."""
    stored: dict[str, Any] = {
        "what": "Log odds of a hollow back, by tilt and arch alone, or by their changes from the own standing posture",
        "made_by": "validation/calibration/verdict.py (make calibration)",
        **{setting: _stored([c for c in clips if c.setting == setting and c.is_tight]) for setting in SETTINGS},
    }
    return {**stored, "limit": limit_of(clips, stored)}


def _stored(clips: Sequence[Clip]) -> dict[str, Any]:
    """Return the model of a setting as it is stored, with the ridge that judges runners left out best."""
    losses = {ridge: left_out_loss(clips, ridge) for ridge in RIDGES}
    ridge = min(losses, key=losses.__getitem__)
    is_hollow = classes(clips)[1]
    return {
        "clips": {"hollow": int(is_hollow.sum()), "neutral": int((~is_hollow).sum()), "all": len(clips)},
        "ridge": ridge,
        "left_out_log_loss": round(losses[ridge], 3),
        **asdict(model_of(clips, ridge)),
    }


def limit_of(clips: Sequence[Clip], stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return the limit of a hollow back: by setting the probability that few neutral runners exceed, and common odds.

    Parameters
    ----------
    clips
        Of everybody who is measured, loose shirts too.
    stored
        Both models.
    """
    models = verdict_models(stored)
    by_setting: dict[str, Any] = {}
    for setting in SETTINGS:
        neutral = [clip for clip in clips if clip.setting == setting and clip.kind == "neutral"]
        highest = np.quantile(probabilities(neutral, getattr(models, setting)), NEUTRAL_SHARE)
        by_setting[setting] = {"neutral": len(neutral), "probability": round(float(highest), 3)}
    odds = whole_odds(max(one["probability"] for one in by_setting.values()))
    return {"neutral_share": NEUTRAL_SHARE, **by_setting, "odds": odds}


def probabilities(clips: Iterable[Clip], model: HollowBackModel) -> Array:
    """Return what a model says of each clip, shape (N,)."""
    return np.array([model.probability(_by_measure(clip.value, 6), _by_measure(clip.sd, 6)) for clip in clips])


def whole_odds(probability: float) -> int:
    """Return the odds to one, rounded up: three for 0.71, since two to one is 0.67."""
    return math.ceil(round(probability / (1.0 - probability), 6))


def main() -> None:
    """Analyse the calibration half, fit both models, write the file."""
    with ProcessPoolExecutor(WORKERS) as pool:
        clips = [clip for own in pool.map(clips_of, load(half="calibration"), chunksize=4) for clip in own]
    stored = models_of(clips)
    TARGET.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
    print(f"{TARGET}: {json.dumps(stored)}")


if __name__ == "__main__":
    main()
