"""history.html: one runner's runs over dates, in one file without network access."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from posture.language import Language, format_date, format_number, use_language
from posture.language import gettext as _
from posture.output.names import short_name
from posture.records.analysis import Label
from posture.records.history import History, HistoryEntry
from posture.report.dates import dated, run_day, same_day, within_day
from posture.report.html.comparison import change_cards
from posture.report.html.content import Figure
from posture.report.html.document import PACKAGE, asset, render_page
from posture.report.plots.batch import Point, trend_plot
from posture.report.text.history import clips_left_out, overall_sentence, period_words, steps_before
from posture.report.wording import headline_of, interval_text, value_text, words_of
from posture.types import PRIMARY_MEASURES
from posture.version import __version__

_DAY_S = 86400.0


@dataclass(frozen=True)
class RunCard:
    """One run on the page."""

    date: str
    clip: str
    link: str
    label: Label
    verdict: str
    numbers: list[tuple[str, str, str]]  # Tilt and arch: title, value and interval.
    step: str  # What changed from the run before; empty for the first.


def history_page(history: History, lang: Language, link: Callable[[HistoryEntry], str] = lambda _entry: "") -> str:
    """Return the page on one runner's runs.

    Parameters
    ----------
    link
        Returns the address of a run's report, relative to the page; empty without one.
    """
    with use_language(lang):
        entries = history.entries
        runs = [
            _run_card(entry, dated(run_day(entry, entries), entry.dated_by), step, link(entry))
            for entry, step in zip(entries, steps_before(history), strict=True)
        ]
        overall = history.overall
        return render_page(
            "history.html",
            PACKAGE,
            asset("style.css") + asset("comparison.css"),
            asset("script.js"),
            lang=lang,
            version=__version__,
            name=history.runner or "",
            title=history.runner or _("Your runs"),
            period=period_words(history),
            lead=overall_sentence(history),
            differences=[] if overall is None else [note for note in overall.notes if note.blocking],
            changes=[] if overall is None else change_cards(overall),
            runs=runs[::-1],
            trend=_trend(history),
            left_out=clips_left_out(history),
        )


def _run_card(entry: HistoryEntry, date: str, step: str, link: str) -> RunCard:
    numbers = []
    for name in PRIMARY_MEASURES:
        if (measure := entry.measures.get(name)) is not None:
            value = value_text(measure.value, measure.unit, words_of(name).digits)
            numbers.append((words_of(name).title, value, interval_text(measure.ci90, words_of(name).digits)))
    # The date of runs at one time ends with the clip.
    clip = "" if date.endswith(short_name(entry.clip)) else short_name(entry.clip)
    return RunCard(date, clip, link, entry.label, headline_of(entry.label), numbers, step)


def _trend(history: History) -> Figure | None:
    """Plot tilt and arch over dates; None with fewer than two runs."""
    if len(history.entries) < 2:
        return None
    titles = {name: words_of(name).title for name in PRIMARY_MEASURES}
    one_day = same_day(history.entries)
    points = {
        name: [
            # Runs of one day stand side by side, by their times or clips.
            Point(within_day(entry, history.entries), m.value, *m.ci90)
            if one_day
            else Point(format_date(entry.date, short=True), m.value, *m.ci90, day=entry.date.timestamp() / _DAY_S)
            for entry in history.entries
            if (m := entry.measures.get(name)) is not None
        ]
        for name in PRIMARY_MEASURES
    }
    plot = trend_plot(points, titles=titles, axis="")
    texts = [
        _("{measure}: {values}").format(
            measure=titles[name], values=", ".join(f"{p.place} {format_number(p.value, 0)}°" for p in points[name])
        )
        for name in PRIMARY_MEASURES
        if points[name]
    ]
    return None if plot is None else Figure(plot, ". ".join(texts))
