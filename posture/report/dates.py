"""Dates of clips in words: what a date is the date of, and what tells the clips of one day apart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from posture.language import format_date, gettext_noop
from posture.language import gettext as _
from posture.output.names import short_name
from posture.records.analysis import Source
from posture.records.history import DateOrigin, HistoryEntry

_WORDS: dict[DateOrigin, str] = {
    "recording": gettext_noop("Filmed {day}"),
    "file": gettext_noop("File of {day}"),
    "analysis": gettext_noop("Analysed {day}"),
}
_NOTES: dict[DateOrigin, str] = {
    "recording": gettext_noop("when filmed"),
    "file": gettext_noop("when the files were last changed"),
    "analysis": gettext_noop("when analysed"),
}


def common_origin(entries: Sequence[HistoryEntry]) -> DateOrigin | None:
    """Return what all dates are; None where they differ, or there are none."""
    origins = {entry.dated_by for entry in entries}
    return origins.pop() if len(origins) == 1 else None


def origin_note(origin: DateOrigin) -> str:
    """Return what dates are: ``when filmed``."""
    return _(_NOTES[origin])


def dated(day: str, origin: DateOrigin) -> str:
    """Return a day and what it is: ``Filmed 3 May 2026``, or ``File of 3 May 2026``."""
    return _(_WORDS[origin]).format(day=day)


def filmed(source: Source) -> str:
    """Return when a clip was filmed or, where it does not say so, of when its file is; empty without a date."""
    if source.recorded_at is None:
        return ""
    origin: DateOrigin = "recording" if source.recorded_from == "container" else "file"
    return dated(format_date(source.recorded_at.date(), short=True), origin)


def same_day(entries: Sequence[HistoryEntry]) -> bool:
    """Return whether all runs are of one day."""
    return len({entry.date.date() for entry in entries}) == 1


def within_day(entry: HistoryEntry, entries: Sequence[HistoryEntry]) -> str:
    """Return what tells a run from the others of its day: its time, or its clip where these share the time.

    Empty for the only run of a day.
    """
    others = [other for other in entries if other is not entry and other.date.date() == entry.date.date()]
    if not others:
        return ""
    shared = any(time_of(other.date) == time_of(entry.date) for other in others)
    return short_name(entry.clip) if shared else time_of(entry.date)


def run_day(entry: HistoryEntry, entries: Sequence[HistoryEntry]) -> str:
    """Return the day of a run, with what tells it from the others of that day."""
    return ", ".join(filter(None, (format_date(entry.date, short=True), within_day(entry, entries))))


def time_of(date: datetime) -> str:
    """Return the time of a day to the minute."""
    return f"{date:%H:%M}"
