"""The verdict: from tilt and arch with their intervals, never from one frame."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from scipy.special import ndtr

from posture.records import Issue, Label, Measure, Verdict
from posture.thresholds import FINDINGS, REFERENCE, VERDICT, Z90

Sign = Literal["raised", "open", "below"]
Flag = Literal["arch", "tilt", "excursion", "not_upright"]

MAIN = ("pelvic_tilt_deg", "lumbar_arch_deg")
_FLAG: dict[str, Flag] = {"pelvic_tilt_deg": "tilt", "lumbar_arch_deg": "arch"}
_OTHER_FLAG: dict[str, Flag] = {"pelvic_tilt_range_deg": "excursion", "trunk_lean_deg": "not_upright"}
_NAME = {"pelvic_tilt_deg": "pelvic tilt", "lumbar_arch_deg": "lumbar arch"}


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


def assess(measures: Mapping[str, Measure | None], issues: Sequence[Issue]) -> Assessment:
    """Judge a clip.

    Parameters
    ----------
    measures : mapping of name to Measure or None
    issues : sequence of Issue
        Any blocking one makes the clip not measurable.

    Returns
    -------
    Assessment
    """
    thresholds = {name: limit.value for name, limit in VERDICT.items()}
    blocking = [issue for issue in issues if issue.blocking]
    missing = [_NAME[name] for name in MAIN if measures.get(name) is None]
    if blocking or missing:
        reasons = [issue.message for issue in blocking] or [
            f"the {' and '.join(missing)} could not be measured"
        ]
        return Assessment(
            Verdict(
                label="not_measurable", reasons=tuple(reasons), reference=REFERENCE, thresholds=thresholds
            ),
            frozenset(),
        )
    main = {name: measure for name in MAIN if (measure := measures[name]) is not None}
    signs = {name: sign_of(measure, thresholds[name]) for name, measure in main.items()}
    label = _label(main, signs, thresholds)
    raised = {_FLAG[n] for n, s in signs.items() if s == "raised" or (label == "borderline" and s == "open")}
    raised |= {_OTHER_FLAG[name] for name in FINDINGS if _clears(measures.get(name), FINDINGS[name].value)}
    return Assessment(
        Verdict(
            label=label,
            reasons=_reasons(main, signs, thresholds),
            reference=REFERENCE,
            thresholds=thresholds,
            probability=_probability(main, thresholds),
        ),
        frozenset(raised),
    )


def sign_of(measure: Measure, threshold: float) -> Sign:
    """Return where a measure's whole 90 % interval lies: above the threshold, below it, or across it."""
    low, high = measure.ci90
    return "raised" if low > threshold else ("below" if high < threshold else "open")


def _clears(measure: Measure | None, threshold: float) -> bool:
    return measure is not None and sign_of(measure, threshold) == "raised"


def _label(main: Mapping[str, Measure], signs: Mapping[str, Sign], thresholds: Mapping[str, float]) -> Label:
    kinds = set(signs.values())
    if kinds == {"raised"}:
        return "hollow_back"
    if "raised" in kinds or "below" not in kinds:
        return "borderline"
    # One is clearly below; the other must not lean the other way.
    leaning = any(signs[n] == "open" and main[n].value >= thresholds[n] for n in main)
    return "borderline" if leaning else "not_hollow_back"


def _probability(main: Mapping[str, Measure], thresholds: Mapping[str, float]) -> float:
    """Return the probability that both true values lie above their thresholds, errors normal and independent."""
    probability = 1.0
    for name, measure in main.items():
        sd = max((measure.ci90[1] - measure.ci90[0]) / (2 * Z90), 1e-9)
        probability *= float(ndtr((measure.value - thresholds[name]) / sd))
    return round(probability, 4)


def _reasons(
    main: Mapping[str, Measure], signs: Mapping[str, Sign], thresholds: Mapping[str, float]
) -> tuple[str, ...]:
    words = {
        "raised": "is above {limit:.1f} deg with its whole interval",
        "below": "is below {limit:.1f} deg with its whole interval",
        "open": "cannot be told from {limit:.1f} deg: its interval lies on both sides",
    }
    reasons = [
        f"{_NAME[n]} {m.value:.1f} deg ({m.ci90[0]:.1f} to {m.ci90[1]:.1f}) "
        + words[signs[n]].format(limit=thresholds[n])
        for n, m in main.items()
    ]
    raised = [n for n, s in signs.items() if s == "raised"]
    if len(raised) == 1:
        other = next(n for n in main if n != raised[0])
        reasons.append(f"only the {_NAME[raised[0]]} is raised, not surely the {_NAME[other]}")
    return tuple(reasons)
