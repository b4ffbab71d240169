"""Sections of the page about the run: curves over the stride, strides over time, and their moments in the video."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from posture.language import format_number
from posture.language import gettext as _
from posture.output.names import VIDEO
from posture.records.analysis import Analysis, Source
from posture.records.course import Course, Estimate
from posture.report.html.content import Figure
from posture.report.moments import typical_stride
from posture.report.plots.course import phase_plot, stride_plot
from posture.report.plots.style import Plot
from posture.report.text.course import drift_sentences, left_out_sentence, noise_sentence, side_sentences
from posture.report.wording import value_text, words_of
from posture.types import PRIMARY_MEASURES

# Larger videos stay beside the page: browsers on phones hold a page's text in memory more than once.
MAX_EMBEDDED_BYTES = 40_000_000
# A jump lands a little after the moment, so that rounding never shows the frame before it.
NUDGE_S = 0.005


@dataclass(frozen=True)
class PageVideo:
    """The annotated video as the page shows it."""

    data: bytes | None  # MP4; None for a video that is too large for the page, which links to the file beside it.
    offset_s: float = 0.0  # The clip's time at the video's beginning, seconds.
    name: str = VIDEO  # Of the file beside the page.
    poster: bytes = b""  # JPEG to show before the video plays; empty for none.

    @classmethod
    def read(cls, path: Path, offset_s: float, poster: bytes = b"", max_bytes: int = MAX_EMBEDDED_BYTES) -> PageVideo:
        """Read a video, unless it is larger than `max_bytes`."""
        fits = path.stat().st_size <= max_bytes
        return cls(path.read_bytes() if fits else None, offset_s, path.name, poster)


@dataclass(frozen=True)
class TimedFigure:
    """A figure whose horizontal axis leads to moments of the video.

    Attributes
    ----------
    left, right
        Beginning and end of the axis, shares of the picture's width.
    first, last
        The video's seconds there; None without a video.
    strides
        For a figure over the stride's phase: begin and end of each stride in the video, as JSON; else empty.
    """

    figure: Figure
    left: float
    right: float
    first: float | None = None
    last: float | None = None
    strides: str = ""


@dataclass(frozen=True)
class MomentRow:
    """A table row: a stride or an event with its values; ``video_s`` is None without a video."""

    name: str
    clip: str
    tilt: str
    arch: str
    video_s: float | None


@dataclass(frozen=True)
class StrideSections:
    """The sections about the run; parts that were not measured are None or empty."""

    phase: TimedFigure | None
    phase_notes: list[str]
    events: list[MomentRow]
    over_time: TimedFigure | None
    time_notes: list[str]
    strides: list[MomentRow]
    thirds: bool


def stride_sections(analysis: Analysis, video_offset_s: float | None) -> StrideSections:
    """Return the sections about the run.

    Parameters
    ----------
    video_offset_s
        The clip's time at the video's beginning, seconds; None without a video.
    """
    course = analysis.course
    phase = None if course is None else _phase(analysis, course, video_offset_s)
    over_time = _over_time(analysis, video_offset_s)
    left_out = left_out_sentence(analysis.gait.left_out)
    notes = [] if course is None else list(side_sentences(course.sides))
    drift = [] if course is None or over_time is None else list(drift_sentences(course.drift))
    return StrideSections(
        phase=phase,
        phase_notes=[noise_sentence(course), *notes] if course is not None and phase is not None else [],
        events=[] if course is None else _events(analysis, course, video_offset_s),
        over_time=over_time,
        time_notes=[*drift, *([left_out] if left_out else [])],
        strides=_strides(analysis, video_offset_s),
        thirds=course is not None and any(course.drift.measures.values()),
    )


def _video_time(source: Source, clip_s: float, offset_s: float) -> float:
    """Return the video's second of a moment of the clip."""
    return round(max(clip_s - offset_s - source.unread_before_s(clip_s) + NUDGE_S, 0.0), 3)


def _phase(analysis: Analysis, course: Course, offset_s: float | None) -> TimedFigure | None:
    plot = phase_plot(course)
    if plot is None or plot.span is None:
        return None
    values = {name: curve.value for name, curve in course.curves.items() if curve is not None}
    figure = _figure(plot, _("Curves over the stride."), values)
    left, right, *_ends = plot.span
    typical = typical_stride(analysis)
    if offset_s is None or typical is None:
        return TimedFigure(figure, left, right)
    bounds = [
        (_video_time(analysis.source, s.start_s, offset_s), _video_time(analysis.source, s.end_s, offset_s))
        for s in analysis.gait.strides
    ]
    return TimedFigure(figure, left, right, *bounds[typical], strides=json.dumps(bounds))


def _over_time(analysis: Analysis, offset_s: float | None) -> TimedFigure | None:
    limits = analysis.verdict.thresholds if analysis.verdict.label != "not_measurable" else {}
    drift = None if analysis.course is None else analysis.course.drift
    plot = stride_plot(analysis.gait, limits, drift, analysis.segments)
    if plot is None or plot.span is None:
        return None
    values = {
        name: [v for s in analysis.gait.strides if (v := (s.measures or {}).get(name)) is not None]
        for name in PRIMARY_MEASURES
    }
    figure = _figure(plot, _("Each stride's values over the clip."), values)
    left, right, first, last = plot.span
    # The video leaves out what was not read, the figure does not.
    if offset_s is None or analysis.source.parts_read:
        return TimedFigure(figure, left, right)
    return TimedFigure(figure, left, right, round(first - offset_s, 4), round(last - offset_s, 4))


def _figure(plot: Plot, subject: str, values: Mapping[str, Sequence[float]]) -> Figure:
    """Return a plot with its alternative text: the subject and the range of each measure."""
    ranges = [
        _("{title} between {low} and {high}.").format(
            title=words_of(name).title,
            low=value_text(min(values[name]), "deg"),
            high=value_text(max(values[name]), "deg"),
        )
        for name in PRIMARY_MEASURES
        if values.get(name)
    ]
    return Figure(plot, " ".join([subject, *ranges]))


def _events(analysis: Analysis, course: Course, offset_s: float | None) -> list[MomentRow]:
    names = {
        "foot_strike": _("Foot strike, {foot}"),
        "mid_stance": _("Mid-stance, {foot}"),
        "toe_off": _("Toe-off, {foot}"),
    }
    feet = {"left": _("left foot"), "right": _("right foot")}
    typical = typical_stride(analysis)
    stride = None if typical is None else analysis.gait.strides[typical]
    # Beginning and duration of the stride whose moments the events lead to.
    span = None if stride is None else (stride.start_s, stride.end_s - stride.start_s)
    return [
        MomentRow(
            names[event.name].format(foot=feet[event.side]),
            f"{format_number(100 * event.phase, 0)} %",
            _degrees(event.measures.get("pelvic_tilt_deg")),
            _degrees(event.measures.get("lumbar_arch_deg")),
            None
            if offset_s is None or span is None
            else _video_time(analysis.source, span[0] + event.phase * span[1], offset_s),
        )
        for event in course.events
    ]


def _strides(analysis: Analysis, offset_s: float | None) -> list[MomentRow]:
    return [
        MomentRow(
            _("Stride {number}").format(number=place + 1),
            clip_time(stride.start_s),
            _degrees((stride.measures or {}).get("pelvic_tilt_deg")),
            _degrees((stride.measures or {}).get("lumbar_arch_deg")),
            None if offset_s is None else _video_time(analysis.source, stride.start_s, offset_s),
        )
        for place, stride in enumerate(analysis.gait.strides)
    ]


def clip_time(seconds: float) -> str:
    """Return a moment of the clip as text."""
    return _("{seconds} s").format(seconds=format_number(seconds, 1))


def _degrees(value: Estimate | float | None) -> str:
    if value is None:
        return "–"
    return value_text(value if isinstance(value, float) else value.value, "deg")
