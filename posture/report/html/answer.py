"""First screen of the page: verdict, two bars, what to do now, and whose clip of which day it is."""

from __future__ import annotations

from dataclasses import dataclass

from posture.calibration import calibration
from posture.exercises.library import Picture, load_library
from posture.language import format_date, format_number, gettext_noop
from posture.language import gettext as _
from posture.records.analysis import Analysis, Change, Label, Measure
from posture.report.dates import dated, filmed
from posture.report.wording import (
    LIVE_CHANGE_GAUGE_RANGE,
    PAGE_GAUGE_RANGES,
    condition_sentence,
    headline_of,
    how_sure,
    next_step,
    own_change,
    sentence,
    sureness,
    why_sentence,
    words_of,
)
from posture.thresholds import Relation, relation_to_threshold
from posture.types import PRIMARY_MEASURES

# So many exercises have a drawing on the first screen; the one that shows the effort, not the start.
_DRAWN_EXERCISES, _DRAWN_STEP = 2, 1
# Room beyond the outermost mark of a bar, degrees.
_MARGIN_DEG = 2.0
_MEANINGS = {
    "pelvic_tilt_deg": gettext_noop("how far your pelvis tips forward"),
    "lumbar_arch_deg": gettext_noop("how hollow your lower back is"),
}
# Of a change from the own standing posture: below zero, and above.
_CHANGE_MEANINGS = {
    "pelvic_tilt_deg": (
        gettext_noop("less far forward than when you stand"),
        gettext_noop("further forward than when you stand"),
    ),
    "lumbar_arch_deg": (gettext_noop("flatter than when you stand"), gettext_noop("hollower than when you stand")),
}
_CHANGE_WORDS: dict[Relation, str] = {
    "above": gettext_noop("clearly more than in most runners"),
    "open": gettext_noop("close to the limit"),
    "below": gettext_noop("no more than in most runners"),
}


@dataclass(frozen=True)
class Head:
    """The verdict: label, title, why, how far from the limit, and what to do now."""

    label: Label
    title: str
    text: str
    sure: str  # With what it depends on, in a sentence each.
    conditions: str  # What else there is to say about them, below the first screen.
    next_step: str


@dataclass(frozen=True)
class Bar:
    """A judged measure in whole degrees on a scale from 0 to 100.

    Attributes
    ----------
    name
        Of the measure in the record; gives the colour.
    meaning, words
        What the number says in everyday words, and its limit or how it compares with most runners.
    value, interval, limit
        Places on the scale: of the number, of the ends of its interval, and of the limit (None without one).
    usual
        Where 9 in 10 neutral runners lie.
    standing
        Place of the own standing posture; None where the measure itself is shown, not its change.
    """

    name: str
    title: str
    meaning: str
    number: str
    words: str
    value: float
    interval: tuple[float, float]
    limit: float | None
    usual: tuple[float, float] | None
    standing: float | None = None


@dataclass(frozen=True)
class DrawnExercise:
    """An exercise on the first screen."""

    title: str
    picture: Picture


def head_of(analysis: Analysis) -> Head:
    """Return the verdict in words."""
    label = analysis.verdict.label
    parts = [condition_sentence(condition).partition(". ") for condition in analysis.quality.conditions]
    grade = None if label == "borderline" or not parts else how_sure(analysis)
    # The conditions follow: that there are some need not be said.
    grade = sureness(analysis) if grade is None else sentence(grade)
    sure = " ".join([grade or "", *(sentence(first) for first, _dot, _rest in parts)])
    rest = " ".join(rest for _first, _dot, rest in parts)
    text, step = why_sentence(analysis), sentence(next_step(analysis))
    return Head(label, headline_of(label), text, sure.strip(), rest, step)


def days_of(analysis: Analysis) -> list[str]:
    """Return when the clip was filmed, as far as that is known, and when it was analysed."""
    made = analysis.created_at
    days = filmed(analysis.source), made and dated(format_date(made.date(), short=True), "analysis")
    return [day for day in days if day]


def drawn_exercises(analysis: Analysis) -> list[DrawnExercise]:
    """Return the first suggested exercises, each with one drawing."""
    library = {exercise.id: exercise for exercise in load_library()}
    known = [library[one.id] for one in analysis.exercises if one.id in library and library[one.id].pictures]
    return [
        DrawnExercise(exercise.title, exercise.pictures[min(_DRAWN_STEP, len(exercise.pictures) - 1)])
        for exercise in known[:_DRAWN_EXERCISES]
    ]


def bars_of(analysis: Analysis) -> list[Bar]:
    """Return tilt and arch, or what running changes in them where that decides; none for a clip without a verdict."""
    if analysis.verdict.label == "not_measurable":
        return []
    return [bar for name in PRIMARY_MEASURES if (bar := _bar_of(analysis, name)) is not None]


def bars_note(analysis: Analysis) -> str:
    """Return what the limit or the green range of the bars is, and what stands behind the sign ±."""
    limits = [own_change(analysis, name)[1] for name in PRIMARY_MEASURES]
    if any(limit is not None for limit in limits):
        return _(
            "Green: what running changes in most runners. Grey line: no change. Black line: the limit. "
            "±: margin of error. All rounded."
        )
    about = _("19 of 20 runners without a hollow back stay below the limit.")
    margin = _("±: margin of error.")
    return f"{about} {margin}"


def _bar_of(analysis: Analysis, name: str) -> Bar | None:
    change, limit = own_change(analysis, name)
    if change is not None and limit is not None:
        relation = relation_to_threshold(change, limit)
        # Above the limit and yet perhaps no change: the limit lies below zero.
        words = _("could be measuring error") if relation == "above" and not change.real else _(_CHANGE_WORDS[relation])
        scale = _Scale.over(LIVE_CHANGE_GAUGE_RANGE, (*change.interval, limit))
        number = _whole(change.value, change.interval, plus=True)
        meaning = _(_CHANGE_MEANINGS[name][change.value >= 0])
        return scale.bar(name, meaning, number, words, change, limit, (scale.low, limit), standing=0.0)
    measure, limit = analysis.measures.get(name), analysis.verdict.thresholds.get(name)
    if measure is None:
        return None
    usual = calibration().neutral.get(name)
    words = "" if limit is None else _("limit {value}").format(value=f"{format_number(limit, 0)}°")
    scale = _Scale.over(PAGE_GAUGE_RANGES[name], (*measure.ci90, *(() if limit is None else (limit,))))
    number = _whole(measure.value, measure.ci90)
    return scale.bar(name, _(_MEANINGS[name]), number, words, measure, limit, usual)


def _whole(value: float, interval: tuple[float, float], *, plus: bool = False) -> str:
    """Return a number in whole degrees with half the width of its interval."""
    half = (interval[1] - interval[0]) / 2
    return f"{format_number(value, 0, plus=plus)}° ± {format_number(max(half, 1.0), 0)}°"


@dataclass(frozen=True)
class _Scale:
    """A range in degrees that becomes 0 to 100."""

    low: float
    high: float

    @classmethod
    def over(cls, least: tuple[float, float], marks: tuple[float, ...]) -> _Scale:
        """Return the scale that shows at least a range, and all marks with a margin."""
        return cls(min(least[0], min(marks) - _MARGIN_DEG), max(least[1], max(marks) + _MARGIN_DEG))

    def place(self, value: float) -> float:
        """Return a place on the scale."""
        return round(100 * (value - self.low) / (self.high - self.low), 2)

    def bar(
        self,
        name: str,
        meaning: str,
        number: str,
        words: str,
        shown: Measure | Change,
        limit: float | None,
        usual: tuple[float, float] | None,
        standing: float | None = None,
    ) -> Bar:
        """Return the bar of a number on this scale."""
        return Bar(
            name,
            words_of(name).title,
            meaning,
            number,
            words,
            self.place(shown.value),
            (self.place(shown.interval[0]), self.place(shown.interval[1])),
            None if limit is None else self.place(limit),
            None if usual is None else (self.place(usual[0]), self.place(usual[1])),
            None if standing is None else self.place(standing),
        )
