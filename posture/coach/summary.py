"""A lesson in a few lines, for people: what was held how long, what was watched, what was only timed."""

from __future__ import annotations

from posture.coach.reading import CRITERION_WORDS, HINT_WORDS
from posture.coach.record import BackMoment, CoachRecord, Difference, Hold
from posture.language import gettext as _
from posture.language import mark, ngettext, number

# The library's sides: of the crossing the leg that swings, of the core training the first and the second time.
SIDE_WORDS = {
    ("crossing", "right"): mark("right leg"),
    ("crossing", "left"): mark("left leg"),
    ("core", "right"): mark("first side"),
    ("core", "left"): mark("other side"),
}


def summary(record: CoachRecord) -> list[str]:
    """Return the lines."""
    lines = [_head(record)]
    lines += [line for hold in record.holds for line in _hold_lines(record, hold)]
    if record.source is not None and not any(hold.watched_s for hold in record.holds) and record.holds:
        lines.append(_("The camera could tell nothing of it: it was only timed."))
    return lines


def side_words(exercise: str, side: str | None) -> str:
    """Return how a side is called; empty for none."""
    return "" if side is None else _(SIDE_WORDS[exercise, side])


def _head(record: CoachRecord) -> str:
    if not record.holds:
        return _("{exercise}: nothing was held.").format(exercise=record.title)
    held = sum(hold.held_s for hold in record.holds)
    text = (
        ngettext(
            "{exercise}: {count} set, {seconds} s in all",
            "{exercise}: {count} sets, {seconds} s in all",
            record.sets,
        )
        if record.completed
        else ngettext(
            "{exercise}: ended before all of {count} set was done, {seconds} s in all",
            "{exercise}: ended before all of {count} sets were done, {seconds} s in all",
            record.sets,
        )
    )
    return text.format(exercise=record.title, count=record.sets, seconds=number(held, 0))


def _hold_lines(record: CoachRecord, hold: Hold) -> list[str]:
    several = len({own.part for own in record.holds}) > 1 or record.exercise == "core"
    names = [hold.part if several else "", side_words(record.exercise, hold.side)]
    name = ", ".join([_("Set {number}").format(number=hold.number), *(n for n in names if n)])
    line = _("{name}: {held} of {planned} s").format(
        name=name, held=number(hold.held_s, 0), planned=number(hold.planned_s, 0)
    )
    if record.source is None:
        return [line]
    if hold.watched_s == 0 and not hold.back:
        return [_("{line}, only timed").format(line=line)]
    found = [_("{line}, watched for {watched} s").format(line=line, watched=number(hold.watched_s, 0))]
    for key, words in CRITERION_WORDS.items():
        told = hold.criteria.get(key)
        if told is not None:
            found.append(
                "  "
                + _("{what}: {met} of {told} s").format(
                    what=_(words), met=number(told.met_s, 0), told=number(told.told_s, 0)
                )
            )
    if hold.lifts is not None:
        found.append(
            "  "
            + ngettext("{count} lift of a knee seen", "{count} lifts of a knee seen", hold.lifts).format(
                count=hold.lifts
            )
        )
    found += [f"  {line}" for line in _back_lines(hold.back)]
    if hold.hints:
        said = [_(words).rstrip(".") for key, words in HINT_WORDS.items() if key in hold.hints]
        found.append("  " + _("Said: {hints}").format(hints="; ".join(said)))
    return found


def _back_lines(moments: tuple[BackMoment, ...]) -> list[str]:
    """Return the middle one of what was measured, with its own interval."""
    lines = []
    for name, differences in (
        (_("Pelvic tilt"), [m.pelvic_tilt for m in moments]),
        (_("Lumbar arch"), [m.lumbar_arch for m in moments]),
    ):
        known = [d for d in differences if d is not None]
        if known:
            lines.append(
                _("{measure} against your usual standing: {change}").format(
                    measure=name, change=difference_text(middle(known))
                )
            )
    return lines


def middle(differences: list[Difference]) -> Difference:
    """Return the one in the middle; of an even number the one just below it."""
    return sorted(differences, key=lambda d: d.value)[(len(differences) - 1) // 2]


def difference_text(difference: Difference) -> str:
    """Return a change with its interval."""
    low, high = difference.ci90
    return _("{value}° (90 %: {low} to {high})").format(
        value=number(difference.value, plus=True), low=number(low, plus=True), high=number(high, plus=True)
    )
