"""Record of a lesson (``coach.json``), and its summary in a few lines."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field, FiniteFloat, NonNegativeFloat, NonNegativeInt

from posture.coach.criteria import CRITERION_WORDS
from posture.coach.plan import ExerciseId
from posture.language import SOURCE, Language, format_number, gettext_noop, ngettext
from posture.language import gettext as _
from posture.records.base import Record, RecordFile
from posture.records.fields import StoredPath
from posture.types import Side

SCHEMA_NAME: Literal["posture.coach/1"] = "posture.coach/1"


class ObservedTime(Record):
    """Seconds in which a criterion was observable, and in which it was met."""

    told_s: NonNegativeFloat = Field(description="Seconds in which the criterion was observable.")
    met_s: NonNegativeFloat = Field(description="Seconds in which it was met.")


class Difference(Record):
    """Difference of a measure from usual standing, degrees; negative is a flatter back."""

    value: FiniteFloat
    ci90: tuple[FiniteFloat, FiniteFloat] = Field(description="90 % interval.")


class BackMoment(Record):
    """Standing back over about two seconds of a set."""

    at_s: NonNegativeFloat = Field(description="Seconds of the set.")
    pelvic_tilt: Difference | None
    lumbar_arch: Difference | None


class Hold(Record):
    """One set of one side and move."""

    number: int = Field(description="Number of the set, counted from 1.", ge=1)
    part: str = Field(description="Name of the move in the library.")
    side: Side | None = Field(description="Null where both sides work at once.")
    planned_s: NonNegativeFloat
    held_s: NonNegativeFloat = Field(description="Seconds until it was ended or skipped.")
    watched_s: NonNegativeFloat = Field(
        description="Seconds in which any criterion was observable; the rest was only timed."
    )
    criteria: dict[str, ObservedTime] = Field(description="By name; criteria that were never observable are missing.")
    lifts: NonNegativeInt | None = Field(
        default=None, description="Crossing: observed knee lifts; null when not watched."
    )
    back: tuple[BackMoment, ...] = Field(default=(), description="Towel exercise, standing: measurements.")
    hints: dict[str, NonNegativeInt] = Field(default={}, description="Hints given, with their number.")


class CoachRecord(RecordFile):
    """Record of a lesson, written as ``coach.json``."""

    schema_: Literal["posture.coach/1"] = Field(default=SCHEMA_NAME, alias="schema")
    exercise: ExerciseId
    title: str
    begun: datetime
    source: StoredPath | None = Field(description="Camera, stream or file; null for a lesson without one.")
    sets: int = Field(description="Planned sets.", ge=1)
    hold_s: NonNegativeFloat = Field(description="Seconds planned for each set, side and move.")
    completed: bool = Field(description="Whether every set lasted as planned.")
    neutral_taken: bool = Field(description="Towel exercise: whether the usual standing was measured.")
    holds: tuple[Hold, ...]
    language: Language = SOURCE


# The library's sides: the swinging leg in the crossing, the first and second round in core training.
SIDE_WORDS = {
    ("crossing", "right"): gettext_noop("right leg"),
    ("crossing", "left"): gettext_noop("left leg"),
    ("core", "right"): gettext_noop("first side"),
    ("core", "left"): gettext_noop("other side"),
}


def summary(record: CoachRecord) -> list[str]:
    """Return the lesson in a few lines."""
    lines = [_head(record)]
    lines += [line for hold in record.holds for line in _hold_lines(record, hold)]
    if record.source is not None and not any(hold.watched_s for hold in record.holds) and record.holds:
        lines.append(_("The camera could not see enough to judge; only the time was kept."))
    return lines


def side_words(exercise: str, side: str | None) -> str:
    """Return the name of a side; empty for none."""
    return "" if side is None else _(SIDE_WORDS[exercise, side])


def _head(record: CoachRecord) -> str:
    if not record.holds:
        return _("{exercise}: stopped before the first set.").format(exercise=record.title)
    held = sum(hold.held_s for hold in record.holds)
    text = (
        ngettext(
            "{exercise}: {count} set, {seconds} s in all",
            "{exercise}: {count} sets, {seconds} s in all",
            record.sets,
        )
        if record.completed
        else ngettext(
            "{exercise}: stopped before the end of {count} set, {seconds} s in all",
            "{exercise}: stopped before the end of all {count} sets, {seconds} s in all",
            record.sets,
        )
    )
    return text.format(exercise=record.title, count=record.sets, seconds=format_number(held, 0))


def _hold_lines(record: CoachRecord, hold: Hold) -> list[str]:
    several = len({own.part for own in record.holds}) > 1 or record.exercise == "core"
    names = [hold.part if several else "", side_words(record.exercise, hold.side)]
    name = ", ".join([_("Set {number}").format(number=hold.number), *(n for n in names if n)])
    line = _("{name}: {held} of {planned} s").format(
        name=name, held=format_number(hold.held_s, 0), planned=format_number(hold.planned_s, 0)
    )
    if record.source is None:
        return [line]
    if hold.watched_s == 0 and not hold.back:
        return [_("{line}, timer only").format(line=line)]
    lines = [_("{line}, watched for {watched} s").format(line=line, watched=format_number(hold.watched_s, 0))]
    for key, words in CRITERION_WORDS.items():
        if (time := hold.criteria.get(key)) is not None:
            met, observed = format_number(time.met_s, 0), format_number(time.told_s, 0)
            lines.append("  " + _("{what}: {met} of {observed} s").format(what=_(words), met=met, observed=observed))
    if hold.lifts is not None:
        lifts = ngettext("knee lifted {count} time", "knee lifted {count} times", hold.lifts)
        lines.append("  " + lifts.format(count=hold.lifts))
    lines += [f"  {line}" for line in _back_lines(hold.back)]
    return lines


def _back_lines(moments: tuple[BackMoment, ...]) -> list[str]:
    """Return the median measurement of each measure, with its own interval."""
    lines = []
    for name, differences in (
        (_("Pelvic tilt"), [m.pelvic_tilt for m in moments]),
        (_("Lumbar arch"), [m.lumbar_arch for m in moments]),
    ):
        measured = [d for d in differences if d is not None]
        if measured:
            change = difference_text(middle(measured))
            lines.append(_("{measure} compared with your usual posture: {change}").format(measure=name, change=change))
    return lines


def middle(differences: list[Difference]) -> Difference:
    """Return the median by value; the lower one of an even number."""
    return sorted(differences, key=lambda d: d.value)[(len(differences) - 1) // 2]


def difference_text(difference: Difference) -> str:
    """Return a change with its interval."""
    low, high = difference.ci90
    return _("{value}° (90 %: {low} to {high})").format(
        value=format_number(difference.value, plus=True),
        low=format_number(low, plus=True),
        high=format_number(high, plus=True),
    )
