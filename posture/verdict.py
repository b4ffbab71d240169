"""The verdict: a calibrated probability of a hollow back, from tilt and arch of the clip, never from one frame.

With the runner's own standing posture as the baseline it rests on the changes of tilt and arch, since most of a body's
shape cancels; without it on the measures themselves, compared with other people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from posture.calibration import calibration
from posture.language import format_list, format_number, gettext_noop, ngettext
from posture.language import gettext as _
from posture.reasons import main_issues
from posture.records.analysis import Baseline, Change, Issue, Label, Leaning, Measure, Segment, Verdict
from posture.thresholds import FINDINGS, REFERENCE, REFERENCE_CHANGE, VERDICT, Z90, Relation, relation_to_threshold
from posture.types import PRIMARY_MEASURES
from posture.verdict_model import VERDICT_MODELS, HollowBackModel

Flag = Literal["arch", "tilt", "excursion", "not_upright"]
Numbers = Mapping[str, Measure] | Mapping[str, Change]

_FLAG: dict[str, Flag] = {"pelvic_tilt_deg": "tilt", "lumbar_arch_deg": "arch"}
_NAME = {"pelvic_tilt_deg": gettext_noop("pelvic tilt"), "lumbar_arch_deg": gettext_noop("lumbar arch")}
_ALONE: dict[Relation, str] = {
    "above": gettext_noop("{measure} {value}° ({low} to {high}) is above the limit of {limit}°"),
    "open": gettext_noop("{measure} {value}° ({low} to {high}) is close to the limit of {limit}°"),
    "below": gettext_noop("{measure} {value}° ({low} to {high}) is below the limit of {limit}°"),
}
_AGAINST_OWN: dict[str, dict[Relation, str]] = {
    "pelvic_tilt_deg": {
        "above": gettext_noop("running adds {size}° to your standing tilt {interval}; in most runners it gets smaller"),
        "open": gettext_noop(
            "your tilt changes by {value}° from standing to running {interval}; that may be measuring error"
        ),
        "below": gettext_noop("running takes {size}° off your standing tilt {interval}, as in most runners"),
    },
    "lumbar_arch_deg": {
        "above": gettext_noop("running adds {size}° to your standing arch {interval}; in most runners it gets smaller"),
        "open": gettext_noop(
            "your arch changes by {value}° from standing to running {interval}; that may be measuring error"
        ),
        "below": gettext_noop("running takes {size}° off your standing arch {interval}, as in most runners"),
    },
}

_PART: dict[Label, str] = {
    "hollow_back": gettext_noop("hollow back from {start} to {end} s"),
    "borderline": gettext_noop("not clear from {start} to {end} s"),
    "not_hollow_back": gettext_noop("no hollow back from {start} to {end} s"),
    "not_measurable": gettext_noop("not measurable from {start} to {end} s"),
}

_NEXT_STEPS: dict[Label, str] = {
    "hollow_back": gettext_noop("Do the exercises for four weeks, then film yourself again in the same way."),
    "borderline": gettext_noop(
        "Film one more clip: stand still for three seconds, then run. It shows how running changes your posture."
    ),
    "not_hollow_back": gettext_noop(
        "Nothing to correct. If your back hurts anyway, the cause may lie elsewhere: see a doctor if it lasts, or if "
        "you have fever, numbness or weakness."
    ),
    "not_measurable": gettext_noop(
        "Film again from the side, with the camera at hip height and your whole body in the picture."
    ),
}
_NEXT_WITH_BASELINE = gettext_noop("Film again exactly from the side, in tight clothes, for at least ten strides.")
_NEXT_STEADILY = gettext_noop("Film again, and run as evenly as you can for at least ten strides.")


@dataclass(frozen=True)
class Assessment:
    """A verdict and the findings that exercises are matched to.

    Attributes
    ----------
    raised
        ``tilt``, ``arch``: above their limits, or for a borderline verdict near them; ``excursion``, ``not_upright``.
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
            next_step=_film_again(issues),
        )
        return Assessment(verdict, frozenset())
    known = {name: measure for name in PRIMARY_MEASURES if (measure := measures.get(name)) is not None}
    changes = own_changes(baseline)
    models, change_limits = VERDICT_MODELS.load(), dict(calibration().verdict_change)
    if changes is None:
        probability = hollow_back_probability(known, models.alone)
        reasons = [_alone(name, measure, thresholds[name]) for name, measure in known.items()]
    else:
        probability = hollow_back_probability(changes, models.own_standing)
        reasons = [against_own_standing(name, change) for name, change in changes.items()]
    label = _label_of_parts(segments, thresholds) or label_of(probability)
    verdict = Verdict(
        label=label,
        reasons=tuple(_changing_posture(segments) or reasons),
        reference=_(REFERENCE if changes is None else REFERENCE_CHANGE),
        thresholds=thresholds,
        basis="population" if changes is None else "own_standing",
        change_thresholds={} if changes is None else change_limits,
        # A probability is about one posture.
        probability=None if segments else round(probability, 4),
        leaning=leaning_of(probability) if label == "borderline" and not segments else None,
        next_step=next_step_of(label, has_own_standing=changes is not None, is_changing=bool(segments)),
    )
    if changes is None:
        outstanding = _outstanding(known, thresholds, label)
    else:
        outstanding = _outstanding(changes, change_limits, label)
    return Assessment(verdict, frozenset(outstanding | _other_flags(measures)))


def hollow_back_probability(numbers: Numbers, model: HollowBackModel) -> float:
    """Return the calibrated probability of a hollow back, from tilt and arch or their changes with their errors."""
    sds = {name: (number.ci90[1] - number.ci90[0]) / (2 * Z90) for name, number in numbers.items()}
    return model.probability({name: number.value for name, number in numbers.items()}, sds)


def label_of(probability: float) -> Label:
    """Return the label of a probability of a hollow back."""
    if probability > VERDICT.hollow_back:
        return "hollow_back"
    return "not_hollow_back" if probability < VERDICT.not_hollow_back else "borderline"


def leaning_of(probability: float) -> Leaning | None:
    """Return the more probable side; None where both are about as probable."""
    if abs(probability - 0.5) < VERDICT.even:
        return None
    return "hollow_back" if probability > 0.5 else "not_hollow_back"


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


def _outstanding(numbers: Numbers, limits: Mapping[str, float], label: Label) -> set[Flag]:
    """Return which numbers lie above their limits; for a borderline verdict, or less than one error below them."""
    near = dict.fromkeys(numbers, 0.0)
    if label == "borderline":
        near = {name: (number.ci90[1] - number.value) / Z90 for name, number in numbers.items()}
    return {_FLAG[name] for name, number in numbers.items() if number.value + near[name] > limits[name]}


def _alone(name: str, measure: Measure, limit: float) -> str:
    """Return where a measure lies against the limit of other people."""
    low, high = measure.ci90
    return _(_ALONE[relation_to_threshold(measure, limit)]).format(
        measure=_(_NAME[name]),
        value=format_number(measure.value),
        low=format_number(low),
        high=format_number(high),
        limit=format_number(limit),
    )


def against_own_standing(name: str, change: Change) -> str:
    """Return in words what running adds to tilt or arch of the own standing posture, or takes off, whole degrees."""
    low, high = change.ci95
    relation: Relation = "above" if low > 0 else "below" if high < 0 else "open"
    low_text, high_text = (format_number(round(end) + 0.0, 0, plus=True) for end in (low, high))
    return _(_AGAINST_OWN[name][relation]).format(
        size=format_number(abs(change.value), 0),
        value=format_number(round(change.value) + 0.0, 0, plus=True),
        interval=_("(95 %: {low} to {high})").format(low=low_text, high=high_text),
    )


def _label_of_parts(segments: Sequence[Segment], limits: Mapping[str, float]) -> Label | None:
    """Return the label of all parts of a clip in which the posture changes; None without parts that have one.

    Parts with different labels have no common one. Nor have parts without a hollow back when the tilt or the arch of
    one lies above its limit.
    """
    labels = {one.label for one in segments if one.label != "not_measurable"}
    if not labels:
        return None
    peaks = any((m := one.measures.get(n)) is not None and m.value > limits[n] for one in segments for n in limits)
    if len(labels) > 1 or (labels == {"not_hollow_back"} and peaks):
        return "borderline"
    return labels.pop()


def next_step_of(label: Label, *, has_own_standing: bool, is_changing: bool = False) -> str:
    """Return what to do now; `is_changing` where the posture changes during the clip."""
    if label == "borderline" and is_changing:
        return _(_NEXT_STEADILY)
    return _(_NEXT_WITH_BASELINE if label == "borderline" and has_own_standing else _NEXT_STEPS[label])


def _film_again(issues: Sequence[Issue]) -> str:
    """Return what to do about the main reason why the clip is not measurable."""
    advice = [issue.advice.strip() for issue in main_issues(issues) if issue.blocking and issue.advice.strip()]
    return advice[0] if advice else _(_NEXT_STEPS["not_measurable"])
