"""The parts of a clip whose posture changes, as rows of a table for the terminal and the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from posture.language import format_number, gettext_noop
from posture.language import gettext as _
from posture.records.analysis import Analysis, Measure
from posture.report.text.console import Page
from posture.report.wording import headline_of, measure_text, sentence

NOTE = gettext_noop(
    "The posture changes, so each part has its own numbers. The numbers of the whole clip are means over "
    "its parts; their ranges cover those of all parts."
)


@dataclass(frozen=True)
class SegmentRow:
    """A part of the clip as texts: its seconds, tilt and arch with intervals, its verdict, and what disturbs it."""

    span: str
    tilt: str
    arch: str
    verdict: str
    notes: tuple[str, ...]
    start_s: float


def segment_rows(analysis: Analysis) -> list[SegmentRow]:
    """Return the parts of a clip in order; none where the posture stays the same."""
    return [
        SegmentRow(
            span=_("{start} to {end} s").format(start=format_number(one.start_s), end=format_number(one.end_s)),
            tilt=_text(one.measures, "pelvic_tilt_deg"),
            arch=_text(one.measures, "lumbar_arch_deg"),
            verdict=headline_of(one.label),
            notes=tuple(sentence(issue.message) for issue in one.issues),
            start_s=one.start_s,
        )
        for one in analysis.segments
    ]


def render_segments(page: Page, analysis: Analysis) -> None:
    """Print the section on the parts; nothing where the posture stays the same."""
    rows = segment_rows(analysis)
    if not rows:
        return
    page.heading(_("Parts of the clip"))
    for row in rows:
        page.line(f"{row.span}: {row.verdict}", indent=2, style="bold")
        page.line(_("Tilt {tilt}, arch {arch}").format(tilt=row.tilt, arch=row.arch), indent=4)
        for note in row.notes:
            page.line(note, indent=4)
    page.line(_(NOTE), indent=2, style="dim")


def _text(measures: Mapping[str, Measure | None], name: str) -> str:
    measure = measures.get(name)
    return "–" if measure is None else measure_text(name, measure)
