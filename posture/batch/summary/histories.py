"""The history page of each runner of a batch with measured runs on several dates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import quote

from posture.analysis.history import FoundAnalysis, history_of
from posture.batch.model import SummaryRow
from posture.language import Language, use_language
from posture.output.history import page_name
from posture.output.names import ANALYSIS, REPORT
from posture.records.analysis import Analysis
from posture.report.html.history import history_page

# A page takes half a second; ``posture history`` makes those of more runners.
MAX_HISTORIES = 50


def history_pages(
    rows: Sequence[SummaryRow], read: Callable[[str], bytes | None], lang: Language
) -> dict[str, tuple[str, str]]:
    """Return the page of each such runner: its file's name and its text, by runner.

    Parameters
    ----------
    rows
        Of the finished clips.
    read
        Returns a file's content by its name below the folder of all results, or None.
    """
    by_runner: dict[str, list[SummaryRow]] = {}
    for row in rows:
        if row.runner and row.activity == "running" and row.pelvic_tilt_deg is not None:
            by_runner.setdefault(row.runner, []).append(row)
    repeated = [(runner, runs) for runner, runs in sorted(by_runner.items()) if len(runs) > 1]
    folders = {row.folder for row in rows}
    pages: dict[str, tuple[str, str]] = {}
    with use_language(lang):
        for runner, runs in repeated[:MAX_HISTORIES]:
            history = history_of([found for row in runs if (found := _found(row, read)) is not None], runner)
            name = page_name(runner)
            taken = folders | {other for other, _text in pages.values()}
            if len({entry.date.date() for entry in history.entries}) > 1 and name not in taken:
                text = history_page(
                    history,
                    lang,
                    lambda entry: quote(entry.path.removesuffix(ANALYSIS) + REPORT, errors="surrogateescape"),
                )
                pages[runner] = name, text
    return pages


def _found(row: SummaryRow, read: Callable[[str], bytes | None]) -> FoundAnalysis | None:
    """Return the analysis of a clip; None when it cannot be read, or has no date of its own."""
    path = f"{row.folder}/{ANALYSIS}"
    data = read(path)
    if data is None:
        return None
    try:
        analysis = Analysis.model_validate_json(data)
    except ValueError:
        return None
    date = analysis.created_at
    return None if date is None else FoundAnalysis(analysis, path, date, row.runner)
