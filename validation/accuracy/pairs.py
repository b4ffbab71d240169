"""Pairs of measured and true values, and the group of people that the bounds apply to."""

from __future__ import annotations

from collections.abc import Iterable

from posture.records.analysis import Analysis, Change, Measure
from posture.verdict import own_changes
from validation.accuracy.people import ExaminedPerson
from validation.accuracy.statistics import Pairs, pairs_of

# Bounds of the target group: tight shirt, camera nearly square, five whole strides wherever the clip begins.
TARGET_YAW_DEG = 15.0
TARGET_STRIDES = 6.0


def in_target(one: ExaminedPerson) -> bool:
    """Return whether a person's run belongs to the target group."""
    return one.loose == 0 and abs(one.filming["run"]["yaw_deg"]) <= TARGET_YAW_DEG and one.strides >= TARGET_STRIDES


def is_tight(one: ExaminedPerson) -> bool:
    """Return whether the shirt is tight."""
    return one.loose == 0


def measured(analysis: Analysis | None, name: str, *, verdict: bool = True) -> Measure | None:
    """Return a measure of a clip; None where it is missing or (with ``verdict``) the clip was not measurable."""
    if analysis is None or (verdict and analysis.verdict.label == "not_measurable"):
        return None
    return analysis.measures.get(name)


def value_pairs(people: Iterable[ExaminedPerson], take: str, name: str) -> Pairs:
    """Return measured and true values of a take, for clips that were measured."""
    return pairs_of(
        [
            (m.value, one.truth["run"][name], *m.ci90)
            for one in people
            if (m := measured(one.analyses.get(take), name)) is not None
        ]
    )


def change_of(one: ExaminedPerson, name: str, *, usable: bool) -> Change | None:
    """Return a measure's change from standing to running; with ``usable`` only where the verdict may use it."""
    own = one.analyses["own"]
    if own.baseline is None or own.verdict.label == "not_measurable":
        return None
    if usable and own_changes(own.baseline) is None:
        return None
    return own.baseline.change.get(name)


def change_pairs(people: Iterable[ExaminedPerson], name: str, *, usable: bool) -> Pairs:
    """Return measured and true changes from standing to running.

    Parameters
    ----------
    usable
        Only pairs that the package uses for the verdict: not when the camera was moved in between.
    """
    return pairs_of(
        [
            (c.value, one.truth["run"][name] - one.truth["stand"][name], *c.ci90)
            for one in people
            if (c := change_of(one, name, usable=usable)) is not None
        ]
    )
