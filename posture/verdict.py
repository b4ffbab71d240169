"""The verdict: from tilt and arch with their intervals, never from one frame.

With the runner's own standing posture as the baseline it rests on the changes of tilt and arch, since most of a body's
shape cancels; without it on the measures themselves, compared with other people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from scipy.special import ndtr

from posture.calibration import calibration
from posture.language import format_list, format_number, gettext_noop, ngettext
from posture.language import gettext as _
from posture.reasons import main_issues
from posture.records.analysis import Baseline, Change, Issue, Label, Measure, Segment, Verdict
from posture.thresholds import FINDINGS, REFERENCE, REFERENCE_CHANGE, Z90, Relation, relation_to_threshold
from posture.types import PRIMARY_MEASURES

Flag = Literal["arch", "tilt", "excursion", "not_upright"]

_FLAG: dict[str, Flag] = {"pelvic_tilt_deg": "tilt", "lumbar_arch_deg": "arch"}
_NAME = {"pelvic_tilt_deg": gettext_noop("pelvic tilt"), "lumbar_arch_deg": gettext_noop("lumbar arch")}
_ALONE: dict[Relation, str] = {
    "above": gettext_noop("{measure} {value}° ({low} to {high}) is above {limit}° with its whole interval"),
    "below": gettext_noop("{measure} {value}° ({low} to {high}) is below {limit}° with its whole interval"),
    "open": gettext_noop(
        "{measure} {value}° ({low} to {high}) cannot be distinguished from {limit}°: its interval lies on both sides"
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
        "{measure} {value}° ({low} to {high}) against your own standing posture cannot be distinguished from {limit}°: "
        "its interval lies on both sides"
    ),
}

_PART: dict[Label, str] = {
    "hollow_back": gettext_noop("hollow back from {start} to {end} s"),
    "borderline": gettext_noop("borderline from {start} to {end} s"),
    "not_hollow_back": gettext_noop("no hollow back from {start} to {end} s"),
    "not_measurable": gettext_noop("not measurable from {start} to {end} s"),
}


@dataclass(frozen=True)
class Assessment:
    """A verdict and the findings that exercises are matched to.

    Attributes
    ----------
    raised
        ``tilt``, ``arch``: raised, or for a borderline verdict not clearly below; ``excursion``, ``not_upright``.
    """

    verdict: Verdict
    raised: frozenset[Flag]


def assess(
    measures: Mapping[str, Measure | None],
    issues: Sequence[Issue],
    baseline: Baseline | None = None,
    segments: Sequence[Segment] = (),
) -> Assessment:
    """Judge a clip.

    Parameters
    ----------
    issues
        Any blocking one makes the clip not measurable.
    baseline
        Used when it shows the runner standing and no note says that the two clips cannot be compared; an earlier run is
        no neutral posture.
    segments
        Parts of a clip in which the posture changes, judged by themselves. Where their verdicts differ there is none
        over all of them: it is borderline.
    """
    thresholds = dict(calibration().verdict)
    obstacles = _obstacles(measures, issues)
    if obstacles:
        verdict = Verdict(
            label="not_measurable",
            reasons=tuple(obstacles),
            reference=_(REFERENCE),
            thresholds=thresholds,
        )
        return Assessment(verdict, frozenset())
    population = _ThresholdTest.of({name: measures.get(name) for name in PRIMARY_MEASURES}, thresholds)
    changes = own_changes(baseline)
    if changes is None:
        decisive, reasons = population, population.reasons()
    else:
        decisive = _ThresholdTest.of(changes, dict(calibration().verdict_change))
        reasons = decisive.reasons() + [
            _("held against other people, {finding}").format(finding=text) for text in population.sentences()
        ]
    labels = dict.fromkeys(one.label for one in segments if one.label != "not_measurable")
    verdict = Verdict(
        label=decisive.label if not labels else next(iter(labels)) if len(labels) == 1 else "borderline",
        reasons=tuple(_changing_posture(segments) or reasons),
        reference=_(REFERENCE if changes is None else REFERENCE_CHANGE),
        thresholds=thresholds,
        basis="population" if changes is None else "own_standing",
        change_thresholds={} if changes is None else decisive.limits,
        # A probability is about one posture.
        probability=None if segments else decisive.probability,
    )
    return Assessment(verdict, frozenset(decisive.flags | _other_flags(measures)))


def own_changes(baseline: Baseline | None) -> dict[str, Change] | None:
    """Return the changes of tilt and arch from the runner's own standing posture; None when they cannot be used."""
    if baseline is None or baseline.activity != "standing" or any(note.blocking for note in baseline.notes):
        return None
    changes = {name: change for name in PRIMARY_MEASURES if (change := baseline.change.get(name)) is not None}
    return changes if len(changes) == len(PRIMARY_MEASURES) else None


def _obstacles(measures: Mapping[str, Measure | None], issues: Sequence[Issue]) -> list[str]:
    """Return the main reasons why the clip is not measurable."""
    blocking = [issue.message for issue in main_issues(issues) if issue.blocking]
    missing = [_(_NAME[name]) for name in PRIMARY_MEASURES if measures.get(name) is None]
    if blocking or not missing:
        return blocking
    text = ngettext("the {measures} could not be measured", "the {measures} could not be measured", len(missing))
    return [text.format(measures=format_list(missing))]


def _changing_posture(segments: Sequence[Segment]) -> list[str]:
    """Return the verdicts on the parts of a clip whose posture changes, as one sentence."""
    if not segments:
        return []
    parts = [
        _(_PART[one.label]).format(start=format_number(one.start_s), end=format_number(one.end_s)) for one in segments
    ]
    return [_("the posture changes during the clip: {parts}").format(parts=format_list(parts))]


def _other_flags(measures: Mapping[str, Measure | None]) -> set[Flag]:
    limits: tuple[tuple[str, float, Flag], ...] = (
        ("pelvic_tilt_range_deg", FINDINGS.pelvic_tilt_range_deg, "excursion"),
        ("trunk_lean_deg", FINDINGS.trunk_lean_deg, "not_upright"),
    )
    return {
        flag
        for name, limit, flag in limits
        if (measure := measures.get(name)) is not None and relation_to_threshold(measure, limit) == "above"
    }


@dataclass(frozen=True)
class _ThresholdTest:
    """Tilt and arch, or their changes, compared with their limits."""

    numbers: Mapping[str, Measure | Change]
    limits: dict[str, float]
    relations: Mapping[str, Relation]

    @classmethod
    def of(cls, numbers: Mapping[str, Measure | Change | None], limits: dict[str, float]) -> _ThresholdTest:
        known = {name: number for name, number in numbers.items() if number is not None}
        return cls(known, limits, {n: relation_to_threshold(known[n], limits[n]) for n in known})

    @property
    def label(self) -> Label:
        kinds = set(self.relations.values())
        if kinds == {"above"}:
            return "hollow_back"
        if "above" in kinds or "below" not in kinds:
            return "borderline"
        # One is clearly below; the other must not lean the other way.
        leaning = any(self.relations[n] == "open" and self.numbers[n].value >= self.limits[n] for n in self.numbers)
        return "borderline" if leaning else "not_hollow_back"

    @property
    def flags(self) -> set[Flag]:
        """What is raised; for a borderline verdict, what is not clearly below too."""
        raised = {"above", "open"} if self.label == "borderline" else {"above"}
        return {_FLAG[name] for name, relation in self.relations.items() if relation in raised}

    @property
    def probability(self) -> float:
        """Probability that both true values lie above their limits, errors normal and independent."""
        probability = 1.0
        for name, number in self.numbers.items():
            sd = max((number.ci90[1] - number.ci90[0]) / (2 * Z90), 1e-9)
            probability *= float(ndtr((number.value - self.limits[name]) / sd))
        return round(probability, 4)

    def reasons(self) -> list[str]:
        """Return the sentences, and one more where only one of the two is raised."""
        raised = [name for name, relation in self.relations.items() if relation == "above"]
        if len(raised) != 1:
            return self.sentences()
        other = next(name for name in self.numbers if name != raised[0])
        text = _("only the {raised} is raised, not surely the {other}")
        return [*self.sentences(), text.format(raised=_(_NAME[raised[0]]), other=_(_NAME[other]))]

    def sentences(self) -> list[str]:
        """Return where each number lies against its limit."""
        return [self._sentence(name) for name in self.numbers]

    def _sentence(self, name: str) -> str:
        number, relation = self.numbers[name], self.relations[name]
        is_change = isinstance(number, Change)
        low, high = number.ci90
        return _((_AGAINST_OWN if is_change else _ALONE)[relation]).format(
            measure=_(_NAME[name]),
            value=format_number(number.value, plus=is_change),
            low=format_number(low),
            high=format_number(high),
            limit=format_number(self.limits[name]),
        )
