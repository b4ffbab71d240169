"""History and comparison pages, made in a guarded process: they read files and draw plots."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from posture.language import Language, use_language
from posture.output.names import ANALYSIS, VIDEO

if TYPE_CHECKING:
    from posture.records.analysis import Analysis


@dataclass(frozen=True)
class ClipFolder:
    """A clip of which a page is made: its ID, the name that it was sent as, and the folder of its results."""

    clip_id: str
    name: str
    results: Path

    @property
    def page(self) -> str:
        """Address of the clip in the app."""
        return f"/clips/{self.clip_id}"


@dataclass(frozen=True)
class HistoryOrder:
    """Order for the history page of a runner; ``runner`` is None for clips without a name."""

    clips: tuple[ClipFolder, ...]
    runner: str | None
    lang: Language


@dataclass(frozen=True)
class ComparisonOrder:
    """Order for the page that compares two clips."""

    before: ClipFolder
    after: ClipFolder
    lang: Language


def make_history(order: HistoryOrder) -> str:
    """Return the history page of a runner; clips without an analysis that can be read are left out."""
    from posture.analysis.history import find_analyses, history_of
    from posture.report.html.history import history_page

    with use_language(order.lang):
        found = [
            # The address of a clip in the place of the analysis's: the page links to it.
            replace(one, path=clip.page, analysis=_renamed(one.analysis, clip.name))
            for clip in order.clips
            for one in find_analyses(clip.results)[0]
        ]
        return history_page(history_of(found, order.runner), order.lang, lambda entry: entry.path)


def _renamed(analysis: Analysis, name: str) -> Analysis:
    """Return an analysis that names its clip as its sender does."""
    return analysis.model_copy(update={"source": analysis.source.model_copy(update={"path": name})})


def make_comparison(order: ComparisonOrder) -> str:
    """Return the page that compares two clips; raise RecordError when one has no analysis that can be read."""
    from posture.analysis.compare_clips import comparison_of
    from posture.records.analysis import Analysis
    from posture.report.html.comparison import ClipResults, comparison_page

    def files_of(clip: ClipFolder) -> ClipResults:
        film = clip.results / VIDEO
        return ClipResults(film if film.is_file() else None, f"{clip.page}/results/{VIDEO}", clip.page)

    with use_language(order.lang):
        pair = order.before, order.after
        before, after = (_renamed(Analysis.from_json(clip.results / ANALYSIS), clip.name) for clip in pair)
        comparison = comparison_of(before, after)
        return comparison_page(comparison, (before, after), (files_of(pair[0]), files_of(pair[1])))
