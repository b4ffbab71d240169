"""Answers of the competing methods for the test people, learnt from the calibration half."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from posture.types import Array
from validation.accuracy.methods import MEANS, fit_ridge, truth_vector
from validation.accuracy.people import ExaminedPerson

# Fewest people of the calibration half to learn from.
MIN_PEOPLE = 20


def learnt_answers(people: Sequence[ExaminedPerson]) -> dict[int, dict[str, Any]]:
    """Return the answers of each competing method for each test person.

    Returns
    -------
    dict of int to dict
        By the person's number: ``landmarks_value``, ``direct_value``, ``direct_learnt_value`` and the same with
        ``_change`` (arrays in the order of `MEASURES`), ``landmarks_hollow`` and ``landmarks_hollow_own`` (larger is
        more hollow). Answers that cannot be computed are missing.
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


def _learn(people: Sequence[ExaminedPerson], name: str, features: Any, targets: Any, answers: Any) -> None:
    examples = [(x, targets(one)) for one in people if one.half == "calibration" and (x := features(one)) is not None]
    if len(examples) < MIN_PEOPLE:
        return
    model = fit_ridge(np.array([x for x, _ in examples]), np.array([y for _, y in examples]))
    for one in people:
        if one.half == "test" and (x := features(one)) is not None:
            answer = model(x[None])[0]
            answers[one.number][name] = float(answer[0]) if len(answer) == 1 else answer


def _features(one: ExaminedPerson) -> Array | None:
    inputs = one.inputs["run"]
    return None if inputs is None else inputs.features


def _own_features(one: ExaminedPerson) -> Array | None:
    """Return the run's features and the difference of their means from the standing clip's."""
    run, stand = one.inputs["run"], one.inputs["stand"]
    if run is None or stand is None:
        return None
    return np.concatenate([run.features, (run.features - stand.features)[:MEANS]])


def _direct(one: ExaminedPerson, take: str) -> Array | None:
    inputs = one.inputs[take]
    return None if inputs is None else inputs.direct


def _direct_features(one: ExaminedPerson) -> Array | None:
    return _direct(one, "run")


def _direct_change(one: ExaminedPerson) -> Array | None:
    run, stand = _direct(one, "run"), _direct(one, "stand")
    return None if run is None or stand is None else run - stand


def _truth(one: ExaminedPerson) -> Array:
    return truth_vector(one.truth["run"])


def _true_change(one: ExaminedPerson) -> Array:
    return truth_vector(one.truth["run"]) - truth_vector(one.truth["stand"])


def _hollowness(one: ExaminedPerson) -> Array:
    """Return the smaller of the two joint angles: in a hollow back both are large."""
    return np.array([min(one.joint_deg)])
