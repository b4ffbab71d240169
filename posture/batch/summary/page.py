"""Puts the page together: style and script of the reports, and what the table needs besides."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from posture.batch.layout import THUMBNAIL
from posture.batch.model import SummaryRow
from posture.batch.summary import page_content
from posture.language import Language, use_language
from posture.report.html.document import asset, environment, policy_of
from posture.version import __version__

PACKAGE = "posture.batch.summary"


def index_page(
    rows: Sequence[SummaryRow],
    *,
    total: int,
    read: Callable[[str], bytes | None],
    lang: Language,
    name: str = "",
) -> str:
    """Return the page over all clips as HTML.

    It loads nothing: pictures, plots, style and script are inside it. Only its links lead to the reports beside it.

    Parameters
    ----------
    rows : sequence of Row
        Of the finished clips, in the order they are shown.
    total : int
        How many clips there are, unfinished ones too.
    read : callable
        Gives a file's content by its name below the folder of the page, or None.
    lang : {"en", "de"}
    name : str
        Of the folder of clips.
    """
    with use_language(lang):
        style = asset("style.css") + asset("index.css", PACKAGE)
        script = asset("index.js", PACKAGE)
        analysed = [row for row in rows if row.state == "analysed"]
        shown = analysed[: page_content.MAX_ROWS]
        lines = []
        pictures = 0
        for row in shown:
            wanted = row.pelvic_tilt_deg is not None and pictures < page_content.MAX_PICTURES
            picture = read(f"{row.folder}/{THUMBNAIL}") if wanted else None
            pictures += picture is not None
            lines.append(page_content.table_line(row, picture))
        return (
            environment(PACKAGE)
            .get_template("index.html")
            .render(
                lang=lang,
                version=__version__,
                policy=policy_of(style, script),
                style=style,
                script=script,
                name=name,
                total=total,
                finished=len(rows),
                analysed=len(analysed),
                lines=lines,
                failed=len(rows) - len(analysed),
                failures=page_content.list_failures(rows)[: page_content.MAX_ROWS],
                tallies=page_content.count_verdicts(rows),
                spreads=page_content.spread_figures(rows),
                trends=page_content.runner_trends(rows),
                runners=any(line.runner for line in lines),
                sessions=any(line.session for line in lines),
                changes=any(line.cells[2].text for line in lines),
            )
        )
