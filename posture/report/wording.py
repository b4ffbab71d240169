"""Names and sentences shared by all reports: measures, verdicts and numbers.

They describe the clip. They make no medical claim, and never say that a hollow back hurts.
"""

from __future__ import annotations

from dataclasses import dataclass

from posture.language import SOURCE, format_number, gettext_noop
from posture.language import gettext as _
from posture.records.analysis import Analysis, Change, Condition, Issue, Label, Leaning, Measure, Source
from posture.records.display import SHOWN_PROBABILITIES
from posture.thresholds import REMARKS, VERDICT, relation_to_threshold
from posture.types import PRIMARY_MEASURES, Activity
from posture.verdict import next_step_of

INTERVAL_NOTE = gettext_noop("In brackets: the 90 % interval. The narrower it is, the more certain the number.")

BASELINE_HINT = gettext_noop(
    "A standing clip of your own (--baseline) cancels out most of your body's shape. How to film it: "
    "docs/how-to/film.md"
)

CLOSING = gettext_noop(
    "An observation of running posture, not a medical device. It measures the surface of the back in the "
    "video, not the bones. Wear tight clothes: a loose shirt bridges the hollow, and is not always "
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
        gettext_noop("how far the lowest part of the back leans forward; the larger, the further"),
    ),
    "lumbar_arch_deg": MeasureWords(
        gettext_noop("Lumbar arch"),
        gettext_noop("lumbar arch"),
        gettext_noop("how strongly the lower back is arched; the larger, the deeper the hollow"),
    ),
    "lumbar_arch_index": MeasureWords(
        gettext_noop("Arch index"),
        gettext_noop("arch index"),
        gettext_noop("depth of the hollow in percent of its length"),
    ),
    "thoracolumbar_deg": MeasureWords(
        gettext_noop("Upper back inclination"),
        gettext_noop("upper back inclination"),
        gettext_noop("how far the back above the hollow leans backwards"),
    ),
    "trunk_lean_deg": MeasureWords(
        gettext_noop("Trunk lean"),
        gettext_noop("trunk lean"),
        gettext_noop("how far the whole trunk leans forward"),
    ),
    "pelvic_tilt_range_deg": MeasureWords(
        gettext_noop("Tilt range in a stride"),
        gettext_noop("tilt range in a stride"),
        gettext_noop("how much the tilt changes in one stride"),
    ),
    "thorax_rotation_deg": MeasureWords(
        gettext_noop("Thorax rotation"),
        gettext_noop("thorax rotation"),
        gettext_noop("how far the shoulders turn against the hips, a rough estimate"),
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
        "roll_doubtful",
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

_CAUTION = gettext_noop("Tested on computer-made runners only; expect larger errors on real people.")
_NO_ALL_CLEAR = gettext_noop('A "no" is not an all-clear.')

_HEADLINES: dict[Label, str] = {
    "hollow_back": gettext_noop("Hollow back"),
    "borderline": gettext_noop("Not clear yet"),
    "not_hollow_back": gettext_noop("No hollow back"),
    "not_measurable": gettext_noop("Not measurable"),
}
_INSIDE: dict[Label, str] = {
    "hollow_back": gettext_noop("hollow back"),
    "borderline": gettext_noop("not clear yet"),
    "not_hollow_back": gettext_noop("no hollow back"),
    "not_measurable": gettext_noop("not measurable"),
}
_SENTENCES: dict[Label, str] = {
    "hollow_back": gettext_noop(
        "your tilt and arch, taken together, are larger than in runners without a hollow back."
    ),
    "borderline": gettext_noop("tilt and arch are too close to the limit for this video to decide."),
    "not_hollow_back": gettext_noop("tilt and arch are like those of runners without a hollow back."),
    "not_measurable": gettext_noop("this recording does not show the back well enough to judge it."),
}
_OWN_SENTENCES: dict[Label, str] = {
    "hollow_back": gettext_noop("you arch your back more when you run than when you stand."),
    "borderline": gettext_noop("this video cannot decide whether you arch your back more when you run."),
    "not_hollow_back": gettext_noop("running flattens your back, as it does in most runners."),
}
# Where the change of the arch may be measuring error: with a real change of the tilt, and without one.
_OWN_TILT: dict[Label, str] = {
    "hollow_back": gettext_noop("your pelvis tips further forward when you run than when you stand."),
    "not_hollow_back": gettext_noop("your pelvis tips less far forward when you run, as in most runners."),
}
_OWN_SAME: dict[Label, str] = {
    "hollow_back": gettext_noop("your back stays as hollow as when you stand; most runners flatten theirs."),
    "not_hollow_back": gettext_noop("running does not make your back more hollow."),
}
_LEANINGS: dict[Leaning | None, str] = {
    "hollow_back": gettext_noop("It leans towards a hollow back."),
    "not_hollow_back": gettext_noop("It leans towards no hollow back."),
    None: gettext_noop("Both are about as likely."),
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
_GRADES: dict[Label, tuple[str, str]] = {
    "hollow_back": (gettext_noop("clearly above the limit"), gettext_noop("probably above the limit")),
    "borderline": (gettext_noop("close to the limit"), gettext_noop("close to the limit")),
    "not_hollow_back": (gettext_noop("clearly below the limit"), gettext_noop("probably below the limit")),
}


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
    """Return headline and reason of the verdict in one sentence."""
    text = why_sentence(analysis)
    if analysis.language == SOURCE:
        text = text[:1].lower() + text[1:]
    return f"{headline_of(analysis.verdict.label)}: {text}"


def why_sentence(analysis: Analysis) -> str:
    """Return why the verdict is what it is, in one sentence of everyday words."""
    verdict = analysis.verdict
    if verdict.label == "not_measurable" and verdict.reasons:
        # The first reason blocks most.
        return sentence(verdict.reasons[0])
    if analysis.segments and len({one.label for one in analysis.segments}) > 1:
        return _("The posture changes during the clip, and its parts have different results.")
    if verdict.basis == "own_standing" and verdict.label in _OWN_SENTENCES:
        return sentence(_(_own_sentences(analysis)[verdict.label]))
    return sentence(_(_SENTENCES[verdict.label]))


def _own_sentences(analysis: Analysis) -> dict[Label, str]:
    """Return the sentences that claim no more change from the own standing posture than is real."""
    label = analysis.verdict.label
    changes = {name: own_change(analysis, name)[0] for name in PRIMARY_MEASURES}
    real = {n for n, c in changes.items() if c is not None and c.real and (c.value > 0) == (label == "hollow_back")}
    if label == "borderline" or "lumbar_arch_deg" in real:
        return _OWN_SENTENCES
    return _OWN_TILT if real else _OWN_SAME


def leaning_sentence(analysis: Analysis) -> str | None:
    """Return the side that an unclear verdict leans to; None for other verdicts, and for older analyses."""
    verdict = analysis.verdict
    if verdict.label != "borderline" or verdict.probability is None or verdict.next_step is None:
        return None
    return _(_LEANINGS[verdict.leaning])


def next_step(analysis: Analysis) -> str:
    """Return what to do now, for an analysis without a stored next step too."""
    verdict = analysis.verdict
    return verdict.next_step or next_step_of(verdict.label, has_own_standing=verdict.basis == "own_standing")


def sureness(analysis: Analysis) -> str | None:
    """Return in one sentence how far from the limit the verdict lies, or to which side it leans; None if unknown."""
    if analysis.verdict.label == "borderline":
        return leaning_sentence(analysis)
    words = how_sure(analysis)
    if words is None:
        return None
    return sentence(_reservation(analysis).format(words=words))


def _reservation(analysis: Analysis) -> str:
    """Return the sentence around a grade that says why it is not higher."""
    if is_conditional(analysis):
        return _("{words}, on one condition")
    if _may_show_another(analysis):
        return _("{words}, because the standing clip may show another person")
    if is_doubtful(analysis):
        return _("{words}, because the recording has limits")
    if analysis.segments:
        return _("{words}, because the posture changes during the clip")
    return "{words}"


def how_sure(analysis: Analysis) -> str | None:
    """Return how far from the limit the verdict lies, in a few words; None without a verdict."""
    probability, label = analysis.verdict.probability, analysis.verdict.label
    if label == "not_measurable" or (probability is None and not analysis.segments):
        return None
    is_clear = probability is not None and max(probability, 1.0 - probability) >= VERDICT.clear
    clearly, probably = _GRADES[label]
    return _(clearly if is_clear and not is_doubtful(analysis) else probably)


def caution(analysis: Analysis) -> str:
    """Return the plain line that stands near every verdict: how far to trust it."""
    text = _(_CAUTION)
    return f"{text} {_(_NO_ALL_CLEAR)}" if analysis.verdict.label == "not_hollow_back" else text


def probability_sentence(analysis: Analysis) -> str | None:
    """Return the probability of a hollow back, for details; None when it is unknown."""
    probability = analysis.verdict.probability
    if probability is None or analysis.verdict.next_step is None:
        return None
    text = _("Probability of a hollow back: {percent} (if half of all runners have one).")
    return text.format(percent=probability_text(probability))


def is_conditional(analysis: Analysis) -> bool:
    """Return whether the verdict depends on something that the picture does not show."""
    return len(analysis.quality.conditions) > 0


def is_doubtful(analysis: Analysis) -> bool:
    """Return whether a condition, or a remark on what may disturb the outline, lowers the certainty of the verdict."""
    disturbed = any(issue.code in DOUBTS for issue in analysis.quality.issues)
    return is_conditional(analysis) or _may_show_another(analysis) or disturbed


def _may_show_another(analysis: Analysis) -> bool:
    return any(not note.blocking for note in baseline_doubts(analysis))


def baseline_doubts(analysis: Analysis) -> list[Issue]:
    """Return why the standing clip is not used, or may show another person; empty without such a reason."""
    notes = () if analysis.baseline is None else analysis.baseline.notes
    # Why the run itself was not measured is said at its own place.
    reasons = [note for note in notes if note.blocking and note.code != "after_not_measurable"]
    return reasons + [note for note in notes if note.code == "other_person" and not note.blocking]


def is_limited(analysis: Analysis) -> bool:
    """Return whether something limits the recording: an issue that is no mere assumption, or a condition."""
    return is_conditional(analysis) or any(issue.code not in ASSUMPTIONS for issue in analysis.quality.issues)


def condition_sentence(condition: Condition) -> str:
    """Return a condition as a sentence that follows the verdict."""
    return _("This holds {condition}.").format(condition=condition.message.strip().rstrip("."))


def frames_left_out(source: Source) -> str | None:
    """Return which frames of a fast or long clip were not read; None when all were."""
    parts = []
    if source.read_every > 1:
        text = _("One of {count} frames was read; --every-frame reads all of them.")
        parts.append(text.format(count=source.read_every))
    if source.fps and source.duration_s and source.frames_read / source.fps < REMARKS.read_share * source.duration_s:
        text = _("{read} s were read of {length} s, spread over the clip; --whole reads all of it.")
        read_s = format_number(source.frames_read / source.fps, 0)
        parts.append(text.format(read=read_s, length=format_number(source.duration_s, 0)))
    return " ".join(parts) or None


def unit_text(unit: str) -> str:
    """Return a unit as it follows its number, with a blank except for the degree sign."""
    if unit in ("deg", "degrees", "°"):
        return "°"
    if unit in ("1", ""):
        return ""
    known = {"spm": _("steps/min"), "percent": "%", "points": _("points")}
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


def against_threshold(number: Measure | Change, threshold: float) -> str:
    """Return where a measure or change lies against its limit in one sentence.

    A change's limit may lie below zero, since most runners have less tilt and arch running than standing: it is put
    into words.
    """
    where = relation_to_threshold(number, threshold)
    if isinstance(number, Change):
        words = {
            "above": _("In most runners it gets smaller when they run."),
            "open": _("About at the limit."),
            "below": _("As in most runners."),
        }
        return words[where]
    text = {
        "above": _("Above the limit of {limit}."),
        "open": _("Close to the limit of {limit}."),
        "below": _("Below the limit of {limit}."),
    }
    return text[where].format(limit=value_text(threshold, number.unit))


def probability_text(probability: float) -> str:
    """Return a probability in whole percent, cut at 5 and 95 %: too few runners were tried for more."""
    low, high = SHOWN_PROBABILITIES
    if probability < low:
        return _("under 5 %")
    if probability > high:
        return _("over 95 %")
    return _("{percent} %").format(percent=format_number(100 * probability, 0))
