"""One runner's history as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from posture.language import format_date, ngettext
from posture.language import gettext as _
from posture.records.comparison import Comparison
from posture.records.history import History
from posture.report.change_words import change_grade
from posture.report.dates import common_origin, dated, origin_note, run_day, same_day, time_of, within_day
from posture.report.text.comparison import summary
from posture.report.text.console import Page
from posture.report.wording import headline_of, value_text
from posture.types import PRIMARY_MEASURES

if TYPE_CHECKING:
    from rich.console import Console

# Runs that the terminal lists; the page has all.
MAX_RUNS = 8


def overall_sentence(history: History) -> str:
    """Return what changed from the first run to the last, in one sentence."""
    if not history.entries:
        return _("No run could be measured.")
    if history.overall is None:
        return _("One run so far: film again in four weeks, from the same place and at the same speed.")
    return summary(history.overall, _than(history))


def _than(history: History) -> str:
    """Return which run the last one is compared with: its date, or its time or clip where both are of one day."""
    first, last = history.entries[0], history.entries[-1]
    if not same_day((first, last)):
        return _("on {date}").format(date=format_date(first.date))
    apart = within_day(first, (first, last))
    text = _("in {clip}") if time_of(first.date) == time_of(last.date) else _("at {time}")
    return text.format(clip=apart, time=apart)


def period_words(history: History) -> str:
    """Return the number of runs and their dates: ``6 runs, 1 March 2026 to 30 May 2026``, or ``2 runs of one day``."""
    count = len(history.entries)
    runs = ngettext("{count} run", "{count} runs", count).format(count=count)
    if not count:
        return runs
    first, last = (format_date(history.entries[place].date) for place in (0, -1))
    if count == 1:
        return f"{runs}, {first}"
    text = _("{runs} of one day, {first}") if same_day(history.entries) else _("{runs}, {first} to {last}")
    return text.format(runs=runs, first=first, last=last)


def step_words(step: Comparison) -> str:
    """Return what changed from one run to the next, in a few words."""
    known = {name: c for name in PRIMARY_MEASURES if (c := step.changes.get(name)) is not None}
    if not known:
        return _("cannot be compared with the run before")
    ups = {change.value > 0 for change in known.values() if change_grade(change) == "real"}
    if not ups:
        return _("no clear change")
    words = (
        _("more hollow in one number, less in the other")
        if len(ups) == 2
        else _("more hollow")
        if ups == {True}
        else _("less hollow")
    )
    return _("{change}, but the recordings differ").format(change=words) if _differs(step) else words


def steps_before(history: History) -> list[str]:
    """Return for each run what changed from the run before; empty for the first."""
    return ["", *map(step_words, history.steps)] if history.entries else []


def clips_left_out(history: History) -> str:
    """Return how many clips are no part of the history, and why; empty without any."""
    parts = []
    if count := history.standing:
        parts.append(ngettext("{count} standing clip", "{count} standing clips", count).format(count=count))
    if count := history.not_measured:
        parts.append(
            ngettext(
                "{count} clip that could not be measured", "{count} clips that could not be measured", count
            ).format(count=count)
        )
    return _("Not in this list: {clips}.").format(clips=", ".join(parts)) if parts else ""


def _differs(step: Comparison) -> bool:
    return any(note.blocking for note in step.notes)


def render_history(history: History, console: Console, *, quiet: bool = False) -> None:
    """Print a history: a sentence, and a line for each of the last runs; if quiet, only the sentence."""
    page = Page(console)
    sentence = overall_sentence(history)
    if quiet:
        page.unwrapped(sentence, style="bold")
        return
    page.line(f"{history.runner}: {sentence}" if history.runner else sentence, style="bold")
    origin = common_origin(history.entries)
    page.line(period_words(history) + (f" ({origin_note(origin)})" if origin else ""))
    rows = [_row(history, place, step) for place, step in enumerate(steps_before(history))]
    if rows:
        console.print()
        page.table(rows[-MAX_RUNS:], indent=0)
    elif left_out := clips_left_out(history):
        page.line(left_out)
    console.print()


def _row(history: History, place: int, step: str) -> tuple[str, str, str]:
    entry = history.entries[place]
    tilt, arch = (
        "–" if (m := entry.measures.get(name)) is None else value_text(m.value, m.unit, 0) for name in PRIMARY_MEASURES
    )
    values = _("Tilt {tilt}, arch {arch}").format(tilt=tilt, arch=arch)
    date = run_day(entry, history.entries)
    if common_origin(history.entries) is None:
        date = dated(date, entry.dated_by)
    return date, values, "; ".join(filter(None, (headline_of(entry.label), step)))
