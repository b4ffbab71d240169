"""comparison.html: two clips of one person side by side, in one file without network access.

The two films play in step: the script warps the second one so that its foot strikes fall on those of the first.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from posture.language import format_number, use_language
from posture.language import gettext as _
from posture.output.names import short_name
from posture.records.analysis import Analysis
from posture.records.comparison import Comparison, MeasureChange
from posture.report.change_words import ChangeGrade, change_grade, finding_of, signed_interval
from posture.report.dates import filmed
from posture.report.html.content import Figure
from posture.report.html.document import PACKAGE, asset, render_page
from posture.report.html.strides import NUDGE_S
from posture.report.plots.outlines import outline_plot
from posture.report.text.comparison import clip_words, summary
from posture.report.wording import sentence, value_text, words_of
from posture.types import PRIMARY_MEASURES

# Both films together; larger ones stay where they are: browsers on phones hold a page's text in memory more than once.
MAX_EMBEDDED_BYTES = 20_000_000
# Strides that end and begin within this time follow each other.
_GAP_S = 0.05

Span = tuple[float, float]


@dataclass(frozen=True)
class ClipLine:
    """One of the two clips: which, its name, date and verdict, and the address of its report; empty when unknown."""

    title: str
    name: str
    date: str
    words: str
    link: str


@dataclass(frozen=True)
class ComparedFilm:
    """One of the two annotated videos."""

    data: bytes | None  # MP4; None when the two are too large for the page.
    link: str  # Address of the file, relative to the page; empty when there is none.
    strides: str  # Begin and end of each stride in the film, seconds, as JSON.


@dataclass(frozen=True)
class ClipResults:
    """Results of a clip beside the page.

    Attributes
    ----------
    film
        The annotated video; None without one.
    film_link, report_link
        Addresses relative to the page; empty without a report.
    """

    film: Path | None = None
    film_link: str = ""
    report_link: str = ""


@dataclass(frozen=True)
class ChangeCard:
    """A measure in both clips, and its change."""

    name: str
    title: str
    before: str
    after: str
    change: str
    interval: str
    grade: ChangeGrade
    finding: str

    @property
    def is_shown(self) -> bool:
        """Whether it is always shown, not only on request."""
        return self.name in PRIMARY_MEASURES or self.grade != "unclear"


def comparison_page(
    comparison: Comparison,
    analyses: tuple[Analysis, Analysis],
    results: tuple[ClipResults, ClipResults] = (ClipResults(), ClipResults()),
) -> str:
    """Return the page on two clips, in the language of the comparison.

    Parameters
    ----------
    analyses
        What was compared, the earlier one first.
    results
        Films and reports of the two.
    """
    before, after = analyses
    with use_language(comparison.language):
        return render_page(
            "comparison.html",
            PACKAGE,
            asset("style.css") + asset("comparison.css"),
            asset("comparison.js"),
            lang=comparison.language,
            version=comparison.software.posture,
            name=f"{_clip_name(before)} → {_clip_name(after)}",
            comparison=comparison,
            lead=summary(comparison),
            clips=_clips(comparison, analyses, results),
            films=films_of(analyses, results),
            outlines=_outlines(before, after),
            changes=change_cards(comparison),
        )


def _clips(
    comparison: Comparison, analyses: tuple[Analysis, Analysis], results: tuple[ClipResults, ClipResults]
) -> list[ClipLine]:
    clips = (_("Before"), comparison.before, results[0]), (_("After"), comparison.after, results[1])
    return [
        ClipLine(title, _clip_name(analysis), filmed(analysis.source), clip_words(clip), files.report_link)
        for (title, clip, files), analysis in zip(clips, analyses, strict=True)
    ]


def _clip_name(analysis: Analysis) -> str:
    return short_name(analysis.source.path)


def change_cards(comparison: Comparison) -> list[ChangeCard]:
    """Return the measures of both clips with their changes, tilt and arch first."""
    names = dict.fromkeys((*PRIMARY_MEASURES, *comparison.changes))
    return [_card(name, change) for name in names if (change := comparison.changes.get(name)) is not None]


def _card(name: str, change: MeasureChange) -> ChangeCard:
    words = words_of(name)
    text, interval = signed_interval(change, name, change.unit)
    return ChangeCard(
        name,
        words.title,
        format_number(change.before, words.digits),
        value_text(change.after, change.unit, words.digits),
        text,
        interval,
        change_grade(change),
        sentence(finding_of(change)),
    )


def _outlines(before: Analysis, after: Analysis) -> Figure | None:
    plot = outline_plot(before, after, (_("Before"), _("After")))
    alt = _("The line of the back before (dashed) and after, drawn over each other with the hips in one place.")
    return None if plot is None else Figure(plot, alt)


def films_of(
    analyses: tuple[Analysis, Analysis], results: tuple[ClipResults, ClipResults], max_bytes: int = MAX_EMBEDDED_BYTES
) -> list[ComparedFilm]:
    """Return both films with their strides, without data when they are too large; none when one is missing."""
    paths = [clip.film for clip in results if clip.film is not None]
    if len(paths) < 2:
        return []
    fit = sum(path.stat().st_size for path in paths) <= max_bytes
    spans = matching_strides(*analyses)
    return [
        ComparedFilm(path.read_bytes() if fit else None, clip.film_link, json.dumps(strides))
        for path, clip, strides in zip(paths, results, spans, strict=True)
    ]


def matching_strides(before: Analysis, after: Analysis) -> tuple[list[Span], list[Span]]:
    """Return the strides of both films, seconds of the film, each from a strike of the same foot to the next.

    The foot is the one nearer to the camera in both or the farther one in both: of two people who run in opposite
    directions that looks alike. Where the analyses name different feet, the second clip's strides are taken from
    middle to middle.
    """
    first, second = (_in_film(analysis) for analysis in (before, after))
    if _near_foot(before) == _near_foot(after):
        return first, second
    middles = [(sum(a) / 2, sum(b) / 2) for a, b in pairwise(second) if b[0] - a[1] < _GAP_S]
    return first, middles


def _in_film(analysis: Analysis) -> list[Span]:
    source = analysis.source
    offset = source.start_s or 0.0
    shifts = [(s, NUDGE_S - offset - source.unread_before_s(s.start_s)) for s in analysis.gait.strides]
    return [(round(s.start_s + by, 4), round(s.end_s + by, 4)) for s, by in shifts if s.start_s >= offset]


def _near_foot(analysis: Analysis) -> bool:
    """Return whether the strides are those of the foot nearer to the camera."""
    strides = analysis.gait.strides
    return not strides or analysis.subject.visible_side in (None, strides[0].side)
