"""The verdict: from tilt and arch with their intervals, never from one frame.

With the runner's own standing posture it rests on the changes of tilt and arch, since most of a body's shape cancels;
without it on the numbers themselves, held against other people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from scipy.special import ndtr

from posture.calibration import calibration
from posture.language import format_list, format_number, gettext_noop, ngettext
from posture.language import gettext as _
from posture.records.analysis import Baseline, Change, Issue, Label, Measure, Verdict
from posture.thresholds import FINDINGS, REFERENCE, REFERENCE_CHANGE, Z90
from posture.types import PRIMARY_MEASURES

Relation = Literal["above", "open", "below"]
"""Where a whole 90 % interval lies against a threshold; ``open`` when it reaches across."""

Flag = Literal["arch", "tilt", "excursion", "not_upright"]

_FLAG: dict[str, Flag] = {"pelvic_tilt_deg": "tilt", "lumbar_arch_deg": "arch"}
_OTHER_FLAG: dict[str, Flag] = {"pelvic_tilt_range_deg": "excursion", "trunk_lean_deg": "not_upright"}
_NAME = {"pelvic_tilt_deg": gettext_noop("pelvic tilt"), "lumbar_arch_deg": gettext_noop("lumbar arch")}
_ALONE: dict[Relation, str] = {
    "above": gettext_noop("{measure} {value}° ({low} to {high}) is above {limit}° with its whole interval"),
    "below": gettext_noop("{measure} {value}° ({low} to {high}) is below {limit}° with its whole interval"),
    "open": gettext_noop(
        "{measure} {value}° ({low} to {high}) cannot be told from {limit}°: its interval lies on both sides"
    ),
}
_AGAINST_OWN: dict[Relation, str] = {
    "above": gettext_noop(
        "{measure} {value}° ({low} to {high}) against your own standing posture is above {limit}° with its whole "
        "interval"
    ),
    "below": gettext_noop(
        "{measure} {value}° ({low} to {high}) against your own standing posture is below {limit}° with its whole "
        "interval"
    ),
    "open": gettext_noop(
        "{measure} {value}° ({low} to {high}) against your own standing posture cannot be told from {limit}°: "
        "its interval lies on both sides"
    ),
}


@dataclass(frozen=True)
class Assessment:
    """A verdict and the findings that exercises are matched to.

    Attributes
    ----------
    verdict : Verdict
    raised : frozenset of str
        ``tilt``, ``arch``: raised, or for a borderline verdict not clearly below; ``excursion``, ``not_upright``.
    """

    verdict: Verdict
    raised: frozenset[Flag]


def assess(
    measures: Mapping[str, Measure | None], issues: Sequence[Issue], baseline: Baseline | None = None
) -> Assessment:
    """Judge a clip.

    Parameters
    ----------
    measures : mapping of name to Measure or None
    issues : sequence of Issue
        Any blocking one makes the clip not measurable.
    baseline : Baseline, optional
        Used when it shows the runner standing and no note says that the two clips cannot be compared; an earlier run is
        no neutral posture.

    Returns
    -------
    Assessment
    """
    thresholds = dict(calibration().verdict)
    blocking = [issue for issue in issues if issue.blocking]
    missing = [_(_NAME[name]) for name in PRIMARY_MEASURES if measures.get(name) is None]
    if blocking or missing:
        reasons = [issue.message for issue in blocking] or [
            ngettext(
                "the {measures} could not be measured", "the {measures} could not be measured", len(missing)
            ).format(measures=format_list(missing))
        ]
        return Assessment(
            Verdict(
                label="not_measurable",
                reasons=tuple(reasons),
                reference=_(REFERENCE),
                thresholds=thresholds,
            ),
            frozenset(),
        )
    main = {name: measure for name in PRIMARY_MEASURES if (measure := measures[name]) is not None}
    own = own_changes(baseline)
    limits = thresholds if own is None else dict(calibration().verdict_change)
    judged: Mapping[str, Measure | Change] = main if own is None else own
    signs = {name: relation_to_threshold(number, limits[name]) for name, number in judged.items()}
    label = _label(judged, signs, limits)
    raised = {_FLAG[n] for n, s in signs.items() if s == "above" or (label == "borderline" and s == "open")}
    raised |= {
        flag for name, flag in _OTHER_FLAG.items() if _clears(measures.get(name), getattr(FINDINGS, name))
    }
    reasons = _reasons(judged, signs, limits)
    if own is not None:
        beside = {name: relation_to_threshold(measure, thresholds[name]) for name, measure in main.items()}
        reasons += [
            _("held against other people, {finding}").format(finding=text)
            for text in _sign_texts(main, beside, thresholds)
        ]
    return Assessment(
        Verdict(
            label=label,
            reasons=tuple(reasons),
            reference=_(REFERENCE if own is None else REFERENCE_CHANGE),
            thresholds=thresholds,
            basis="population" if own is None else "own_standing",
            change_thresholds={} if own is None else limits,
            probability=_probability(judged, limits),
        ),
        frozenset(raised),
    )


def own_changes(baseline: Baseline | None) -> dict[str, Change] | None:
    """Return the changes of tilt and arch from the runner's own standing posture; None when they are not to be used."""
    if baseline is None or baseline.activity != "standing" or any(note.blocking for note in baseline.notes):
        return None
    found = {name: change for name in PRIMARY_MEASURES if (change := baseline.change.get(name)) is not None}
    return found if len(found) == len(PRIMARY_MEASURES) else None


def relation_to_threshold(number: Measure | Change, threshold: float) -> Relation:
    """Return where a number's whole 90 % interval lies: above the threshold, below it, or across it."""
    low, high = number.ci90
    return "above" if low > threshold else ("below" if high < threshold else "open")


def _clears(measure: Measure | None, threshold: float) -> bool:
    return measure is not None and relation_to_threshold(measure, threshold) == "above"


def _label(
    numbers: Mapping[str, Measure | Change], signs: Mapping[str, Relation], limits: Mapping[str, float]
) -> Label:
    kinds = set(signs.values())
    if kinds == {"above"}:
        return "hollow_back"
    if "above" in kinds or "below" not in kinds:
        return "borderline"
    # One is clearly below; the other must not lean the other way.
    leaning = any(signs[n] == "open" and numbers[n].value >= limits[n] for n in numbers)
    return "borderline" if leaning else "not_hollow_back"


def _probability(numbers: Mapping[str, Measure | Change], limits: Mapping[str, float]) -> float:
    """Return the probability that both true values lie above their limits, errors normal and independent."""
    probability = 1.0
    for name, found in numbers.items():
        sd = max((found.ci90[1] - found.ci90[0]) / (2 * Z90), 1e-9)
        probability *= float(ndtr((found.value - limits[name]) / sd))
    return round(probability, 4)


def _reasons(
    numbers: Mapping[str, Measure | Change],
    signs: Mapping[str, Relation],
    limits: Mapping[str, float],
) -> list[str]:
    reasons = _sign_texts(numbers, signs, limits)
    raised = [n for n, s in signs.items() if s == "above"]
    if len(raised) == 1:
        other = next(n for n in numbers if n != raised[0])
        reasons.append(
            _("only the {raised} is raised, not surely the {other}").format(
                raised=_(_NAME[raised[0]]), other=_(_NAME[other])
            )
        )
    return reasons


def _sign_texts(
    numbers: Mapping[str, Measure | Change],
    signs: Mapping[str, Relation],
    limits: Mapping[str, float],
) -> list[str]:
    return [_sign_text(name, found, signs[name], limits[name]) for name, found in numbers.items()]


def _sign_text(name: str, found: Measure | Change, relation: Relation, limit: float) -> str:
    """Return where a number lies against its limit; a change is one from the own standing posture."""
    is_change = isinstance(found, Change)
    low, high = found.ci90
    return _((_AGAINST_OWN if is_change else _ALONE)[relation]).format(
        measure=_(_NAME[name]),
        value=format_number(found.value, plus=is_change),
        low=format_number(low),
        high=format_number(high),
        limit=format_number(limit),
    )
