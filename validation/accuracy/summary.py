"""All figures of the accuracy suite, from the examined people."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from posture.comparison.changes import changes
from posture.thresholds import Z90
from posture.types import PRIMARY_MEASURES
from posture.verdict import own_changes
from posture.version import __version__
from validation.accuracy.cross_fit import clips_by_half, cross_fitted
from validation.accuracy.learnt_methods import learnt_answers
from validation.accuracy.pairs import (
    TARGET_YAW_DEG,
    change_of,
    change_pairs,
    in_target,
    is_tight,
    measured,
    value_pairs,
)
from validation.accuracy.people import ExaminedPerson
from validation.accuracy.statistics import (
    BESIDE,
    MEASURES,
    auc,
    by_bin,
    by_tenth,
    errors,
    pairs_of,
    reliability,
    rounded,
    share,
)

YAW_BINS = (-30.0, -20.0, -15.0, -10.0, -5.0, 0.0, 5.0, 10.0, 15.0, 20.0, 30.0)

Selector = Callable[[ExaminedPerson], bool]


def anybody(_one: ExaminedPerson) -> bool:
    """Return True."""
    return True


GROUPS: dict[str, Selector] = {"target": in_target, "all": anybody}


def summarise(people: Sequence[ExaminedPerson]) -> dict[str, Any]:
    """Return every figure of the accuracy suite.

    Parameters
    ----------
    people
        The test people, and the calibration half for the methods that learn and for the cross-fitted probability.

    Returns
    -------
    dict
        JSON-ready; see the keys.
    """
    test = [one for one in people if one.half == "test"]
    learnt = learnt_answers(people)
    groups = {
        name: _group([one for one in test if picked(one)], learnt) | {"definition": _DEFINITION[name]}
        for name, picked in GROUPS.items()
    }
    tight = [one for one in test if is_tight(one)]
    loose = [one for one in test if not is_tight(one)]
    figures = {
        "posture": __version__,
        "people": {"test": len(test), "calibration": len(people) - len(test), "loose": len(loose)},
        "groups": groups,
        "cross_fitted": cross_fitted(clips_by_half(people)),
        "tenths": _tenths(tight),
        "yaw": {name: _by_yaw(tight, name) for name in MEASURES},
        "loose": _loose(loose),
    }
    stored: dict[str, Any] = rounded(figures)
    return stored


_DEFINITION = {
    "target": f"tight shirt, true yaw within {TARGET_YAW_DEG:.0f} degrees, five whole strides or more",
    "all": "every test person, loose shirts and oblique views too",
}


def _group(people: Sequence[ExaminedPerson], learnt: dict[int, dict[str, Any]]) -> dict[str, Any]:
    return {
        "people": len(people),
        "refused": _refused(people, "run"),
        "value": {
            "package": {name: errors(value_pairs(people, "run", name)) for name in MEASURES},
            **_rivals(people, learnt, "value"),
        },
        "beside": {name: errors(value_pairs(people, "run", name)) for name in BESIDE},
        "change": {
            "package": {name: errors(change_pairs(people, name, usable=True)) for name in MEASURES},
            "package_whatever_differs": {name: errors(change_pairs(people, name, usable=False)) for name in MEASURES},
            **_rivals(people, learnt, "change"),
            "baselines": _baselines(people),
        },
        "hollow": _hollow(people, learnt),
        "halves": {name: _agreement(people, "first", "second", name) for name in MEASURES},
        "cameras": {name: _agreement(people, "run", "run2", name) for name in MEASURES},
        "course": _course(people),
    }


def _refused(people: Sequence[ExaminedPerson], take: str) -> dict[str, Any]:
    reasons: Counter[str] = Counter()
    refused = []
    for one in people:
        if take not in one.analyses:
            continue
        analysis = one.analyses[take]
        refused.append(analysis.verdict.label == "not_measurable")
        if refused[-1]:
            codes = [issue.code for issue in analysis.quality.issues if issue.blocking]
            # A missing arch has no blocking issue of its own.
            reasons[codes[0] if codes else "upper_back_hidden"] += 1
    return {**share(refused), "reasons": dict(reasons.most_common())}


def _baselines(people: Sequence[ExaminedPerson]) -> dict[str, Any]:
    usable, reasons = [], Counter[str]()
    for one in people:
        own = one.analyses["own"]
        if own.verdict.label == "not_measurable" or own.baseline is None:
            continue
        usable.append(own_changes(own.baseline) is not None)
        if not usable[-1]:
            codes = [note.code for note in own.baseline.notes if note.blocking]
            reasons[codes[0] if codes else own.baseline.activity] += 1
    return {**share(usable), "reasons": dict(reasons.most_common())}


def _usable(one: ExaminedPerson) -> bool:
    """Return whether the package uses the change from standing for the verdict."""
    own = one.analyses["own"]
    return own.verdict.label != "not_measurable" and own_changes(own.baseline) is not None


def _rivals(people: Sequence[ExaminedPerson], learnt: dict[int, dict[str, Any]], kind: str) -> dict[str, Any]:
    """Return the errors of the competing methods on the clips, or pairs of clips, that the package measured."""
    figures: dict[str, Any] = {}
    measured_people = [
        one
        for one in people
        if (one.analyses["run"].verdict.label != "not_measurable" if kind == "value" else _usable(one))
    ]
    for way in ("landmarks", "direct", "direct_learnt"):
        figures[way] = {}
        for place, name in enumerate(MEASURES):
            rows = []
            for one in measured_people:
                answer = learnt[one.number].get(f"{way}_{kind}")
                if answer is None:
                    continue
                true = one.truth["run"][name] - (one.truth["stand"][name] if kind == "change" else 0.0)
                rows.append((float(answer[place]), true, np.nan, np.nan))
            figures[way][name] = errors(pairs_of(rows))
    return figures


def _hollow(people: Sequence[ExaminedPerson], learnt: dict[int, dict[str, Any]]) -> dict[str, Any]:
    """Return how well hollow (both joint angles large) and neutral people are separated."""

    def two(score: Callable[[ExaminedPerson], float | None]) -> dict[str, Any]:
        sides: dict[str, list[float]] = {"hollow": [], "neutral": [], "between": []}
        for one in people:
            value = score(one)
            if value is not None:
                sides[one.kind].append(value)
        return auc(sides["hollow"], sides["neutral"])

    def of_value(name: str) -> Callable[[ExaminedPerson], float | None]:
        return lambda one: None if (m := measured(one.analyses["run"], name)) is None else m.value

    def of_change(name: str) -> Callable[[ExaminedPerson], float | None]:
        return lambda one: None if (c := change_of(one, name, usable=True)) is None else c.value

    def of_truth(name: str, *, own: bool) -> Callable[[ExaminedPerson], float | None]:
        return lambda one: one.truth["run"][name] - (one.truth["stand"][name] if own else 0.0)

    def own_probability(one: ExaminedPerson) -> float | None:
        verdict = one.analyses["own"].verdict
        return verdict.probability if verdict.basis == "own_standing" else None

    def calibrated(probability: Callable[[ExaminedPerson], float | None]) -> dict[str, Any]:
        sides = [
            (p, one.kind == "hollow") for one in people if one.kind != "between" and (p := probability(one)) is not None
        ]
        return reliability(np.array([p for p, _ in sides]), np.array([hollow for _, hollow in sides], dtype=bool))

    def labels(take: str, *, own: bool) -> dict[str, Any]:
        figures: dict[str, Any] = {}
        for kind in ("hollow", "between", "neutral"):
            verdicts = [one.analyses[take].verdict for one in people if one.kind == kind]
            verdict_labels = [
                v.label for v in verdicts if v.label != "not_measurable" and (not own or v.basis == "own_standing")
            ]
            figures[kind] = {
                label: share([given == label for given in verdict_labels])
                for label in ("hollow_back", "borderline", "not_hollow_back")
            }
        return figures

    return {
        "auc": {
            "verdict": two(lambda one: one.analyses["run"].verdict.probability),
            "verdict_own": two(own_probability),
            **{name: two(of_value(name)) for name in PRIMARY_MEASURES},
            **{f"{name}_own": two(of_change(name)) for name in PRIMARY_MEASURES},
            "landmarks": two(lambda one: learnt[one.number].get("landmarks_hollow")),
            "landmarks_own": two(lambda one: learnt[one.number].get("landmarks_hollow_own")),
            **{f"true_{name}": two(of_truth(name, own=False)) for name in PRIMARY_MEASURES},
            **{f"true_{name}_own": two(of_truth(name, own=True)) for name in PRIMARY_MEASURES},
        },
        "labels": labels("run", own=False),
        "labels_own": labels("own", own=True),
        "reliability": calibrated(lambda one: one.analyses["run"].verdict.probability),
        "reliability_own": calibrated(own_probability),
    }


def _agreement(people: Sequence[ExaminedPerson], a: str, b: str, name: str) -> dict[str, Any]:
    """Return whether two clips of one run agree.

    ``stated``: the difference lies within the combined half widths of both intervals, hypot(a, b). ``strides``: within
    the strides' own spread. ``called_real``: the package would report a real change between them.
    """
    stated, strides, real, differences = [], [], [], []
    for one in people:
        first, second = one.analyses.get(a), one.analyses.get(b)
        # A half clip is too short for a verdict, but its numbers can be compared.
        x, y = (measured(clip, name, verdict=a != "first") for clip in (first, second))
        if x is None or y is None or first is None or second is None:
            continue
        apart = abs(x.value - y.value)
        differences.append(x.value - y.value)
        stated.append(apart <= math.hypot(*((m.ci90[1] - m.ci90[0]) / 2 for m in (x, y))))
        if x.sd is not None and y.sd is not None:
            half = Z90 * math.hypot(x.sd / math.sqrt(x.strides), y.sd / math.sqrt(y.strides))
            strides.append(apart <= half)
        change = changes(first, second).get(name)
        if change is not None:
            real.append(change.real)
    return {
        "stated": share(stated),
        "strides": share(strides),
        "called_real": share(real),
        "rms_difference": float(np.sqrt(np.mean(np.square(differences)))) if differences else None,
    }


def _course(people: Sequence[ExaminedPerson]) -> dict[str, Any]:
    figures: dict[str, Any] = {"curves": {}, "sides": {}, "drift": {}}
    for name in PRIMARY_MEASURES:
        curves = [c for one in people if (c := one.course.get("curves", {}).get(name)) is not None]
        sides = [s for one in people if (s := one.course.get("sides", {}).get(name)) is not None]
        drifts = [p for one in people if (p := one.course.get("drift", {}).get(name)) is not None]
        if curves:
            figures["curves"][name] = {
                "n": len(curves),
                "rmse": _rms([m - t for m, t, _ in curves]),
                "true_sd": _rms([t for _, t, _ in curves]),
                "r": float(np.mean([np.corrcoef(m, t)[0, 1] for m, t, _ in curves])),
                "inside": float(np.mean([np.abs(m - t) <= h for m, t, h in curves])),
            }
        if sides:
            figures["sides"][name] = {
                "n": len(sides),
                "rmse": _rms([[s[0] - s[3]] for s in sides]),
                "true_sd": _rms([[s[3]] for s in sides]),
                "coverage": share([s[1] <= s[3] <= s[2] for s in sides]),
                "called_real": share([s[4] for s in sides]),
            }
        figures["drift"][name] = share([p < 0.05 for p in drifts])
    return figures


def _rms(rows: Sequence[Any]) -> float:
    return float(np.sqrt(np.mean(np.square(np.concatenate([np.asarray(row) for row in rows])))))


def _tenths(people: Sequence[ExaminedPerson]) -> dict[str, Any]:
    """Return the coverage by tenth of body height and of true yaw, for measured clips with tight shirts."""
    figures: dict[str, Any] = {"body_height_px": {}, "yaw_deg": {}}
    for name in MEASURES:
        measured_people = [one for one in people if measured(one.analyses["run"], name) is not None]
        pairs = value_pairs(measured_people, "run", name)
        height = np.array([one.analyses["run"].quality.body_height_px or 0.0 for one in measured_people])
        yaw = np.array([one.filming["run"]["yaw_deg"] for one in measured_people])
        figures["body_height_px"][name] = by_tenth(height, pairs)
        figures["yaw_deg"][name] = by_tenth(yaw, pairs)
    return figures


def _by_yaw(people: Sequence[ExaminedPerson], name: str) -> list[dict[str, Any]]:
    measured_people = [one for one in people if measured(one.analyses["run"], name) is not None]
    yaw = np.array([one.filming["run"]["yaw_deg"] for one in measured_people])
    rows = by_bin(yaw, value_pairs(measured_people, "run", name), YAW_BINS)
    for row in rows:
        here = [one for one in people if row["from"] <= one.filming["run"]["yaw_deg"] < row["to"]]
        row["refused"] = share([one.analyses["run"].verdict.label == "not_measurable" for one in here])
    return rows


def _loose(people: Sequence[ExaminedPerson]) -> dict[str, Any]:
    """Return the figures of loose shirts: share refused, errors and coverage of the others."""
    side_on = [one for one in people if abs(one.filming["run"]["yaw_deg"]) <= TARGET_YAW_DEG]
    return {
        "people": len(people),
        "refused": _refused(people, "run"),
        "value": {name: errors(value_pairs(people, "run", name)) for name in MEASURES},
        "side_on": {
            "people": len(side_on),
            "refused": _refused(side_on, "run"),
            "value": {name: errors(value_pairs(side_on, "run", name)) for name in MEASURES},
        },
    }
