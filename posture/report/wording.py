"""Names and sentences shared by all reports: measures, verdicts and numbers.

They describe the clip. They make no medical claim, and never say that a hollow back hurts.
"""

from __future__ import annotations

from dataclasses import dataclass

from posture.language import SOURCE, format_number, gettext_noop
from posture.language import gettext as _
from posture.records.analysis import Analysis, Change, Condition, Issue, Label, Measure
from posture.thresholds import relation_to_threshold
from posture.types import PRIMARY_MEASURES, Activity

INTERVAL_NOTE = gettext_noop("In brackets: the 90 % interval. The narrower it is, the surer the number.")

BASELINE_HINT = gettext_noop(
    "Your own standing clip (--baseline) removes most of your body's shape from the error; how to film it: "
    "posture analyze --help"
)

CLOSING = gettext_noop(
    "A running-posture observation, not a medical device: it measures the outline of the back on the video, "
    "at the surface, not the bones. Clothes should be tight: a loose shirt bridges the hollow, and is not always "
    "noticed."
)


@dataclass(frozen=True, slots=True)
class MeasureWords:
    """Names of a measure alone and inside a sentence, the meaning of a larger number, and the decimals to show."""

    title: str
    name: str
    meaning: str
    digits: int = 1


MEASURES: dict[str, MeasureWords] = {
    "pelvic_tilt_deg": MeasureWords(
        gettext_noop("Pelvic tilt"),
        gettext_noop("pelvic tilt"),
        gettext_noop("how far the lowest part of the back outline leans forward; larger is further forward"),
    ),
    "lumbar_arch_deg": MeasureWords(
        gettext_noop("Lumbar arch"),
        gettext_noop("lumbar arch"),
        gettext_noop("how strongly the lower back is hollowed; larger is hollower"),
    ),
    "lumbar_arch_index": MeasureWords(
        gettext_noop("Arch index"),
        gettext_noop("arch index"),
        gettext_noop("depth of the hollow in percent of its length"),
    ),
    "thoracolumbar_deg": MeasureWords(
        gettext_noop("Upper back inclination"),
        gettext_noop("upper back inclination"),
        gettext_noop("how far the outline above the hollow leans back"),
    ),
    "trunk_lean_deg": MeasureWords(
        gettext_noop("Trunk lean"),
        gettext_noop("trunk lean"),
        gettext_noop("the whole trunk forward against the vertical"),
    ),
    "pelvic_tilt_range_deg": MeasureWords(
        gettext_noop("Tilt range in a stride"),
        gettext_noop("tilt range in a stride"),
        gettext_noop("how much the tilt changes in one stride"),
    ),
    "thorax_rotation_deg": MeasureWords(
        gettext_noop("Thorax rotation"),
        gettext_noop("thorax rotation"),
        gettext_noop("shoulder line against hip line, a rough estimate"),
    ),
    "pelvis_drop_deg": MeasureWords(
        gettext_noop("Pelvis drop"),
        gettext_noop("pelvis drop"),
        gettext_noop("the pelvis sinking to one side; only from behind"),
    ),
    "cadence_spm": MeasureWords(
        gettext_noop("Cadence"), gettext_noop("cadence"), gettext_noop("steps a minute"), digits=0
    ),
}
"""In English; `words_of` gives them in the active language."""

# Issues that only state an assumption: they do not limit the recording.
ASSUMPTIONS = frozenset({"roll_assumed", "turned", "slow_motion_stated"})
# Remarks on what may have disturbed the outline itself: the number may be off by more than the clip's errors explain.
DOUBTS = frozenset(
    {
        "back_light",
        "bars_or_shade",
        "camera_turns",
        "dark",
        "hard_shade",
        "overlapped_at_times",
        "posture_changes",
        "something_in_front",
        "unsteady_strides",
        "worn_on_back",
    }
)

# Ranges of the gauges, degrees. Terminal: to either side of the threshold, at least. Page: at least. Live: fixed, so
# that the marks move and not the scale; the second one is for changes from the own standing posture.
TERMINAL_GAUGE_REACH = 20.0
PAGE_GAUGE_RANGES = {"pelvic_tilt_deg": (10.0, 55.0), "lumbar_arch_deg": (20.0, 70.0)}
LIVE_GAUGE_RANGES = {"pelvic_tilt_deg": (0.0, 60.0), "lumbar_arch_deg": (10.0, 70.0)}
LIVE_CHANGE_GAUGE_RANGE = (-20.0, 20.0)

_HEADLINES: dict[Label, str] = {
    "hollow_back": gettext_noop("Hollow back"),
    "borderline": gettext_noop("Borderline"),
    "not_hollow_back": gettext_noop("No hollow back"),
    "not_measurable": gettext_noop("Not measurable"),
}
_INSIDE: dict[Label, str] = {
    "hollow_back": gettext_noop("hollow back"),
    "borderline": gettext_noop("borderline"),
    "not_hollow_back": gettext_noop("no hollow back"),
    "not_measurable": gettext_noop("not measurable"),
}
_SENTENCES: dict[Label, str] = {
    "hollow_back": gettext_noop("the outline of your back shows a hollow back {when}."),
    "borderline": gettext_noop(
        "it is not clear whether the outline of your back shows a hollow back {when}: the two intervals do not both "
        "lie on one side of their thresholds."
    ),
    "not_hollow_back": gettext_noop("the outline of your back shows no hollow back {when}."),
    "not_measurable": gettext_noop("this recording does not show the back well enough to judge it."),
}
_OWN_SENTENCES: dict[Label, str] = {
    "hollow_back": gettext_noop("your back is hollower while running than your own standing posture explains."),
    "borderline": gettext_noop(
        "it is not clear whether your back is hollower while running than your own standing posture explains: the "
        "two intervals do not both lie on one side of their thresholds."
    ),
    "not_hollow_back": gettext_noop("your back is not hollower while running than your own standing posture explains."),
}
_WHEN: dict[Activity, str] = {
    "running": gettext_noop("while running"),
    "walking": gettext_noop("while walking"),
    "standing": gettext_noop("while standing"),
    "unknown": gettext_noop("on this clip"),
}
_DOING: dict[Activity, str] = {
    "running": gettext_noop("running"),
    "walking": gettext_noop("walking"),
    "standing": gettext_noop("standing"),
    "unknown": gettext_noop("what the person does is unclear"),
}
_SURENESS = (
    (0.95, gettext_noop("very sure")),
    (0.85, gettext_noop("fairly sure")),
    (0.7, gettext_noop("more likely than not")),
)
_UNSURE = gettext_noop("not very sure")
# Highest probability of the grade where something casts doubt on the numbers.
_DOUBTFUL = 0.84


def headline_of(label: Label) -> str:
    """Return a label in one or two words, standing alone."""
    return _(_HEADLINES[label])


def label_words(label: Label) -> str:
    """Return a label in one or two words, inside a sentence."""
    return _(_INSIDE[label])


def when_words(activity: Activity) -> str:
    """Return ``while running`` and the like."""
    return _(_WHEN[activity])


def doing_words(activity: Activity) -> str:
    """Return ``running`` and the like."""
    return _(_DOING[activity])


def verdict_sentence(analysis: Analysis) -> str:
    """Return the verdict in one sentence."""
    label = analysis.verdict.label
    headline = headline_of(label)
    if label == "not_measurable" and analysis.verdict.reasons:
        # The first reason blocks most.
        reason = analysis.verdict.reasons[0].strip().rstrip(".")
        # German nouns keep their capital.
        first = reason[:1].lower() if analysis.language == SOURCE else reason[:1]
        return f"{headline}: {first}{reason[1:]}."
    if analysis.segments and len({one.label for one in analysis.segments}) > 1:
        return _("{headline}: the posture changes during the clip, and not all parts are judged the same.").format(
            headline=headline
        )
    if analysis.verdict.basis == "own_standing" and label in _OWN_SENTENCES:
        return f"{headline}: {_(_OWN_SENTENCES[label])}"
    words = _(_SENTENCES[label]).format(when=when_words(analysis.subject.activity))
    return f"{headline}: {words}"


def sureness(analysis: Analysis) -> str | None:
    """Return the certainty of the verdict in one sentence; None when it is unknown or there is no verdict.

    The probability is that both true values lie above their thresholds. It covers measuring errors only, not how well
    a threshold fits the runner's body.
    """
    probability, words = analysis.verdict.probability, how_sure(analysis)
    if probability is None or words is None:
        return None
    if is_conditional(analysis):
        return _("How sure: {words}, on a condition.").format(words=words)
    if is_doubtful(analysis):
        return _("How sure: {words}, because of what limits the recording.").format(words=words)
    if analysis.verdict.basis == "own_standing":
        figure = _("{percent} probability that both changes truly lie above their thresholds")
    else:
        figure = _("{percent} probability that both numbers truly lie above their thresholds")
    return _("How sure: {words} ({figure}; this counts the measuring error, not how bodies differ).").format(
        words=words, figure=figure.format(percent=probability_text(probability))
    )


def how_sure(analysis: Analysis) -> str | None:
    """Return the certainty of the verdict in two or three words; None when it is unknown or there is no verdict."""
    probability, label = analysis.verdict.probability, analysis.verdict.label
    if probability is None or label == "not_measurable":
        return None
    if label == "borderline":
        return _("undecided")
    own = probability if label == "hollow_back" else 1.0 - probability
    if is_doubtful(analysis):
        own = min(own, _DOUBTFUL)
    return _(next((text for least, text in _SURENESS if own >= least), _UNSURE))


def is_conditional(analysis: Analysis) -> bool:
    """Return whether the verdict depends on something that the picture does not show."""
    return len(analysis.quality.conditions) > 0


def is_doubtful(analysis: Analysis) -> bool:
    """Return whether a condition, or a remark on what may disturb the outline, lowers the certainty of the verdict."""
    return is_conditional(analysis) or any(issue.code in DOUBTS for issue in analysis.quality.issues)


def is_limited(analysis: Analysis) -> bool:
    """Return whether something limits the recording: an issue that is no mere assumption, or a condition."""
    return is_conditional(analysis) or any(issue.code not in ASSUMPTIONS for issue in analysis.quality.issues)


def condition_sentence(condition: Condition) -> str:
    """Return a condition as a sentence that follows the verdict."""
    return _("This holds {condition}.").format(condition=condition.message.strip().rstrip("."))


def unit_text(unit: str) -> str:
    """Return a unit as it follows its number, with a blank except for the degree sign."""
    if unit in ("deg", "degrees", "°"):
        return "°"
    if unit in ("1", ""):
        return ""
    known = {"spm": _("steps/min"), "percent": _("percent"), "points": _("points")}
    return f" {known.get(unit, unit)}"


def value_text(value: float, unit: str, digits: int = 1) -> str:
    """Return a number with its unit."""
    return format_number(value, digits) + unit_text(unit)


def signed(value: float, unit: str, digits: int = 1) -> str:
    """Return a difference with its sign and unit; differences of percentages are points."""
    return format_number(value, digits, plus=True) + unit_text("points" if unit in ("percent", "%") else unit)


def interval_text(interval: tuple[float, float], digits: int = 1) -> str:
    """Return a 90 % interval in brackets, as it follows a value."""
    low, high = interval
    return _("(90 %: {low} to {high})").format(low=format_number(low, digits), high=format_number(high, digits))


def measure_text(name: str, measure: Measure) -> str:
    """Return a measure as value, unit and interval, such as ``31.2° (90 %: 27.9 to 34.6)``."""
    digits = words_of(name).digits
    return f"{value_text(measure.value, measure.unit, digits)} {interval_text(measure.ci90, digits)}"


def words_of(name: str) -> MeasureWords:
    """Return the names of a measure in the active language; the field name for an unknown measure."""
    words = MEASURES.get(name)
    if words is None:
        return MeasureWords(name.replace("_", " "), name.replace("_", " "), "")
    return MeasureWords(_(words.title), _(words.name), _(words.meaning), words.digits)


def unit_of(analysis: Analysis, name: str) -> str:
    """Return the unit of a measure; degrees for one that was not measured."""
    measure = analysis.measures.get(name)
    return measure.unit if measure is not None else "deg"


def own_change(analysis: Analysis, name: str) -> tuple[Change | None, float | None]:
    """Return a measure's change from the own standing posture and its limit; None where they do not decide."""
    if analysis.baseline is None or analysis.verdict.basis != "own_standing":
        return None, None
    return analysis.baseline.change.get(name), analysis.verdict.change_thresholds.get(name)


def main_measures(analysis: Analysis) -> tuple[str, ...]:
    """Return the measures to show at length: tilt, arch, and all others with a threshold."""
    judged = (name for name in analysis.measures if name in analysis.verdict.thresholds)
    return tuple(dict.fromkeys((*PRIMARY_MEASURES, *judged)))


def issue_text(issue: Issue) -> str:
    """Return message and advice of an issue as sentences."""
    return " ".join(sentence(part) for part in (issue.message, issue.advice) if part.strip())


def sentence(text: str) -> str:
    """Return text that starts with a capital and ends with a full stop."""
    text = text.strip()
    return f"{text[0].upper()}{text[1:]}{'' if text[-1] in '.!?' else '.'}"


def against_threshold(measure: Measure | Change, threshold: float) -> str:
    """Return the position of value and interval against the threshold in one sentence; changes are degrees."""
    limit = value_text(threshold, measure.unit if isinstance(measure, Measure) else "deg")
    where = relation_to_threshold(measure, threshold)
    if where == "above":
        text = _("Raised: the whole interval lies above the threshold of {limit}.")
    elif where == "below":
        text = _("Not raised: the whole interval lies below the threshold of {limit}.")
    elif measure.value > threshold:
        text = _("Open: the value is above the threshold of {limit}, but the interval reaches across it.")
    elif measure.value < threshold:
        text = _("Open: the value is below the threshold of {limit}, but the interval reaches across it.")
    else:
        text = _("Open: the value is at the threshold of {limit}, but the interval reaches across it.")
    return text.format(limit=limit)


def probability_text(probability: float) -> str:
    """Return a probability in whole percent, cut at 5 and 95 %: the intervals were tested at 90 %."""
    if probability < 0.05:
        return _("under 5 %")
    if probability > 0.95:
        return _("over 95 %")
    return _("{percent} %").format(percent=format_number(100 * probability, 0))
