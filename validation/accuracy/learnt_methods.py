"""What the other ways answer for the test people, after learning from the calibration half."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from posture.types import Array
from validation.accuracy.methods import MEANS, fit_ridge, truth_vector
from validation.accuracy.people import Examined

# Fewer people of the calibration half teach nothing.
MIN_PEOPLE = 20


def learnt_answers(people: Sequence[Examined]) -> dict[int, dict[str, Any]]:
    """Return what each other way answers for each test person.

    Returns
    -------
    dict of int to dict
        By the person's number: ``landmarks_value``, ``direct_value``, ``direct_learnt_value`` and the same with
        ``_change`` (arrays in the order of `MEASURES`), ``landmarks_hollow`` and ``landmarks_hollow_own`` (larger is
        more hollow). What cannot be told is missing.
    """
    answers: dict[int, dict[str, Any]] = {one.number: {} for one in people if one.half == "test"}
    for one in people:
        if one.number in answers:
            run, change = _direct(one, "run"), _direct_change(one)
            answers[one.number] |= {} if run is None else {"direct_value": run}
            answers[one.number] |= {} if change is None else {"direct_change": change}
    for name, features, targets in (
        ("landmarks_value", _features, _truth),
        ("landmarks_change", _own_features, _true_change),
        ("direct_learnt_value", _direct_features, _truth),
        ("direct_learnt_change", _direct_change, _true_change),
        ("landmarks_hollow", _features, _hollowness),
        ("landmarks_hollow_own", _own_features, _hollowness),
    ):
        _learn(people, name, features, targets, answers)
    return answers


def _learn(people: Sequence[Examined], name: str, features: Any, targets: Any, answers: Any) -> None:
    taught = [
        (x, targets(one)) for one in people if one.half == "calibration" and (x := features(one)) is not None
    ]
    if len(taught) < MIN_PEOPLE:
        return
    model = fit_ridge(np.array([x for x, _ in taught]), np.array([y for _, y in taught]))
    for one in people:
        if one.half == "test" and (x := features(one)) is not None:
            answer = model(x[None])[0]
            answers[one.number][name] = float(answer[0]) if len(answer) == 1 else answer


def _features(one: Examined) -> Array | None:
    seen = one.seen["run"]
    return None if seen is None else seen.features


def _own_features(one: Examined) -> Array | None:
    """Return the run's features, and how far their means lie from those of the standing clip."""
    run, stand = one.seen["run"], one.seen["stand"]
    if run is None or stand is None:
        return None
    return np.concatenate([run.features, (run.features - stand.features)[:MEANS]])


def _direct(one: Examined, take: str) -> Array | None:
    seen = one.seen[take]
    return None if seen is None else seen.direct


def _direct_features(one: Examined) -> Array | None:
    return _direct(one, "run")


def _direct_change(one: Examined) -> Array | None:
    run, stand = _direct(one, "run"), _direct(one, "stand")
    return None if run is None or stand is None else run - stand


def _truth(one: Examined) -> Array:
    return truth_vector(one.truth["run"])


def _true_change(one: Examined) -> Array:
    return truth_vector(one.truth["run"]) - truth_vector(one.truth["stand"])


def _hollowness(one: Examined) -> Array:
    """Return the smaller of the two joint angles: a hollow back is one where both are large."""
    return np.array([min(one.joint_deg)])
