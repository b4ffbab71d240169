"""The words of a report: names of measures, verdicts and numbers, shared by every kind of report.

They describe what is seen on the clip. They make no medical claim, and never say that a hollow back hurts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from posture.records import Activity, Analysis, Change, Issue, Label, Measure

MAIN_MEASURES = ("pelvic_tilt_deg", "lumbar_arch_deg")
"""The two measures every report shows, in the order in which they are shown."""

Standing = Literal["raised", "not_raised", "open"]

INTERVAL_NOTE = "In brackets: the 90 % interval. The narrower it is, the surer the number."

BASELINE_HINT = (
    "Your own standing clip (--baseline) removes most of your body's shape from the error; how to film it: "
    "posture analyze --help"
)

CLOSING = (
    "A running-posture observation, not a medical device: it measures the outline of the back on the video, "
    "at the surface, not the bones. Clothes should be tight: a loose shirt bridges the hollow, and is not always "
    "noticed."
)


@dataclass(frozen=True, slots=True)
class MeasureWords:
    """How a measure is called.

    Parameters
    ----------
    title : str
        Short name.
    meaning : str
        What a larger number means, one clause.
    digits : int
        Decimals that are worth showing.
    """

    title: str
    meaning: str
    digits: int = 1


MEASURES: dict[str, MeasureWords] = {
    "pelvic_tilt_deg": MeasureWords(
        "Pelvic tilt", "how far the lowest part of the back outline leans forward; larger is further forward"
    ),
    "lumbar_arch_deg": MeasureWords(
        "Lumbar arch", "how strongly the lower back is hollowed; larger is hollower"
    ),
    "lumbar_arch_index": MeasureWords("Arch index", "depth of the hollow in percent of its length"),
    "thoracolumbar_deg": MeasureWords(
        "Upper back inclination", "how far the outline above the hollow leans back"
    ),
    "trunk_lean_deg": MeasureWords("Trunk lean", "the whole trunk forward against the vertical"),
    "pelvic_tilt_range_deg": MeasureWords(
        "Tilt range in a stride", "how much the tilt changes in one stride"
    ),
    "thorax_rotation_deg": MeasureWords(
        "Thorax rotation", "shoulder line against hip line, a rough estimate"
    ),
    "pelvis_drop_deg": MeasureWords("Pelvis drop", "the pelvis sinking to one side; only from behind"),
    "cadence_spm": MeasureWords("Cadence", "steps a minute", digits=0),
}

_HEADLINES: dict[Label, str] = {
    "hollow_back": "Hollow back",
    "borderline": "Borderline",
    "not_hollow_back": "No hollow back",
    "not_measurable": "Not measurable",
}
_SENTENCES: dict[Label, str] = {
    "hollow_back": "the outline of your back shows a hollow back {when}.",
    "borderline": (
        "it cannot be told whether the outline of your back shows a hollow back {when}: the two intervals do not both "
        "lie on one side of their thresholds."
    ),
    "not_hollow_back": "the outline of your back shows no hollow back {when}.",
    "not_measurable": "this recording does not show the back well enough to judge it.",
}
_OWN_SENTENCES: dict[Label, str] = {
    "hollow_back": "your back is hollower while running than your own standing posture explains.",
    "borderline": (
        "it cannot be told whether your back is hollower while running than your own standing posture explains: the two "
        "intervals do not both lie on one side of their thresholds."
    ),
    "not_hollow_back": "your back is not hollower while running than your own standing posture explains.",
}
_WHEN: dict[Activity, str] = {
    "running": "while running",
    "walking": "while walking",
    "standing": "while standing",
    "unknown": "on this clip",
}
_SURENESS = ((0.95, "very sure"), (0.85, "fairly sure"), (0.7, "more likely than not"))


def headline(analysis: Analysis) -> str:
    """Return the verdict in one or two words."""
    return headline_of(analysis.verdict.label)


def headline_of(label: Label) -> str:
    """Return a label in one or two words."""
    return _HEADLINES[label]


def verdict_sentence(analysis: Analysis) -> str:
    """Return the verdict in one plain sentence."""
    label = analysis.verdict.label
    if label == "not_measurable" and analysis.verdict.reasons:
        # The first reason is what blocks most.
        reason = analysis.verdict.reasons[0].strip().rstrip(".")
        return f"{headline(analysis)}: {reason[:1].lower()}{reason[1:]}."
    if analysis.verdict.basis == "own_standing" and label in _OWN_SENTENCES:
        return f"{headline(analysis)}: {_OWN_SENTENCES[label]}"
    return f"{headline(analysis)}: {_SENTENCES[label].format(when=_WHEN[analysis.subject.activity])}"


def sureness(analysis: Analysis) -> str | None:
    """Return how sure the verdict is, one sentence; None when it is not known or there is none.

    The probability is the record's: that both true values lie above their thresholds. It knows of measuring errors
    only, not of how far a threshold fits somebody's body.
    """
    probability = analysis.verdict.probability
    label = analysis.verdict.label
    if probability is None or label == "not_measurable":
        return None
    percent = f"{probability * 100:.0f} %" if 0.01 <= probability <= 0.99 else _extreme(probability)
    both = "both changes" if analysis.verdict.basis == "own_standing" else "both numbers"
    figure = f"{percent} probability that {both} truly lie above their thresholds"
    return f"How sure: {how_sure(analysis)} ({figure})."


def how_sure(analysis: Analysis) -> str | None:
    """Return how sure the verdict is in two or three words; None when it is not known or there is none."""
    probability, label = analysis.verdict.probability, analysis.verdict.label
    if probability is None or label == "not_measurable":
        return None
    if label == "borderline":
        return "undecided"
    own = probability if label == "hollow_back" else 1.0 - probability
    return next((text for least, text in _SURENESS if own >= least), "not very sure")


def number_text(value: float, digits: int = 1) -> str:
    """Return a number with fixed decimals, without a minus sign before zero."""
    return f"{round(value, digits) + 0.0:.{digits}f}"


def unit_text(unit: str) -> str:
    """Return how a unit is written after its number; the degree sign stands without a blank."""
    known = {"deg": "°", "degrees": "°", "°": "°", "spm": " steps/min", "1": "", "": ""}
    return known.get(unit, f" {unit}")


def value_text(value: float, unit: str, digits: int = 1) -> str:
    """Return a number with its unit."""
    return number_text(value, digits) + unit_text(unit)


def interval_text(interval: tuple[float, float], digits: int = 1) -> str:
    """Return a 90 % interval in brackets, as it follows a value."""
    low, high = interval
    return f"(90 %: {number_text(low, digits)} to {number_text(high, digits)})"


def measure_text(name: str, measure: Measure) -> str:
    """Return a measure as value, unit and interval, such as ``31.2° (90 %: 27.9 to 34.6)``."""
    digits = words_of(name).digits
    return f"{value_text(measure.value, measure.unit, digits)} {interval_text(measure.ci90, digits)}"


def words_of(name: str) -> MeasureWords:
    """Return the words of a measure; an unknown one is called by its field name."""
    return MEASURES.get(name, MeasureWords(name.replace("_", " "), ""))


def threshold_of(analysis: Analysis, name: str) -> float | None:
    """Return the threshold a measure was held against, in the measure's unit; None without one."""
    return analysis.verdict.thresholds.get(name)


def own_change(analysis: Analysis, name: str) -> tuple[Change | None, float | None]:
    """Return a measure's change from the own standing posture and its limit; None where they did not decide."""
    if analysis.baseline is None or analysis.verdict.basis != "own_standing":
        return None, None
    return analysis.baseline.change.get(name), analysis.verdict.change_thresholds.get(name)


def main_measures(analysis: Analysis) -> tuple[str, ...]:
    """Return the measures to show at length: tilt, arch, and whatever else has a threshold."""
    judged = (name for name in analysis.measures if threshold_of(analysis, name) is not None)
    return tuple(dict.fromkeys((*MAIN_MEASURES, *judged)))


def standing(measure: Measure | Change, threshold: float) -> Standing:
    """Return on which side of the threshold the whole interval lies; ``open`` when it reaches across."""
    low, high = measure.ci90
    return "raised" if low > threshold else "not_raised" if high < threshold else "open"


def issue_text(issue: Issue) -> str:
    """Return what is the matter and what to do about it, as sentences."""
    return " ".join(sentence(part) for part in (issue.message, issue.advice) if part.strip())


def sentence(text: str) -> str:
    """Return text that starts with a capital and ends with a full stop."""
    text = text.strip()
    return f"{text[0].upper()}{text[1:]}{'' if text[-1] in '.!?' else '.'}"


def against_threshold(measure: Measure | Change, threshold: float) -> str:
    """Return where value and interval lie against the threshold, one sentence; changes are degrees."""
    limit = value_text(threshold, measure.unit if isinstance(measure, Measure) else "deg")
    where = standing(measure, threshold)
    if where == "raised":
        return f"Raised: the whole interval lies above the threshold of {limit}."
    if where == "not_raised":
        return f"Not raised: the whole interval lies below the threshold of {limit}."
    side = "above" if measure.value > threshold else "below" if measure.value < threshold else "at"
    return f"Open: the value is {side} the threshold of {limit}, but the interval reaches across it."


def _extreme(probability: float) -> str:
    return "over 99 %" if probability > 0.5 else "under 1 %"
