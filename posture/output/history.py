"""The page of a runner's history, beside the results."""

from __future__ import annotations

import re
from pathlib import Path

from posture.language import Language
from posture.output.comparison import relative_link
from posture.output.files import write_text
from posture.output.names import HISTORY_PAGE, REPORT
from posture.records.history import History, HistoryEntry
from posture.report.html.history import history_page


def page_name(runner: str | None) -> str:
    """Return the name of a runner's page: ``history-anna.html``."""
    safe = re.sub(r"[^\w-]+", "-", runner or "").strip("-")
    return HISTORY_PAGE.replace(".", f"-{safe}.") if safe else HISTORY_PAGE


def save_history(history: History, folder: Path, out: Path, lang: Language, *, is_only: bool) -> Path:
    """Write a runner's page, and return its path.

    Parameters
    ----------
    folder
        That the results were found in.
    out
        Folder of the page.
    is_only
        Whether the folder holds no other runner's results; the page's name then is `HISTORY_PAGE`.

    Raises
    ------
    OutputError
        When it cannot be written.
    """

    def link(entry: HistoryEntry) -> str:
        report = (folder / entry.path).with_name(REPORT)
        return relative_link(report, out) if report.is_file() else ""

    page = out / (HISTORY_PAGE if is_only else page_name(history.runner))
    write_text(page, history_page(history, lang, link))
    return page
