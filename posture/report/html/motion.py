"""Through the run: curves over the stride, strides over time, and where in the film each of them is."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np

from posture.language import format_number
from posture.language import gettext as _
from posture.records.analysis import Analysis, Course, Estimate, GaitEvent
from posture.report.html.content import Figure
from posture.report.html.video import Clock
from posture.report.plots.course import PhaseWords, StrideWords, phase_plot, stride_plot
from posture.report.text.course import drift_sentences, left_out_sentence, noise_sentence, side_sentences
from posture.report.wording import value_text
from posture.types import PRIMARY_MEASURES


@dataclass(frozen=True)
class Timed:
    """A figure whose horizontal axis leads to moments of the film.

    Attributes
    ----------
    figure : Figure
    left, right : float
        Where the axis begins and ends, shares of the picture's width.
    first, last : float or None
        The film's seconds there; None without a film.
    strides : str
        For a figure over the stride's phase: begin and end of each stride in the film, as JSON; else empty.
    """

    figure: Figure
    left: float
    right: float
    first: float | None
    last: float | None
    strides: str = ""


@dataclass(frozen=True)
class Moment:
    """A row of the tables: a stride or an event with its values; ``film_s`` is None without a film."""

    name: str
    clip: str
    tilt: str
    arch: str
    film_s: float | None


@dataclass(frozen=True)
class Motion:
    """The sections about the run; parts that were not measured are None or empty."""

    phase: Timed | None
    phase_notes: list[str]
    events: list[Moment]
    over_time: Timed | None
    time_notes: list[str]
    strides: list[Moment]
    thirds: bool


def motion_of(analysis: Analysis, clock: Clock | None) -> Motion:
    """Return what can be shown about the run."""
    course = analysis.course
    phase = None if course is None else _phase(analysis, course, clock)
    over_time = _over_time(analysis, clock)
    left_out = left_out_sentence(analysis.gait.left_out)
    notes = [] if course is None else list(side_sentences(course.sides))
    drift = [] if course is None or over_time is None else list(drift_sentences(course.drift))
    return Motion(
        phase=phase,
        phase_notes=[noise_sentence(course), *notes] if course is not None and phase is not None else [],
        events=[] if course is None else _events(analysis, course, clock),
        over_time=over_time,
        time_notes=[*drift, *([left_out] if left_out else [])],
        strides=_strides(analysis, clock),
        thirds=course is not None and any(course.drift.measures.values()),
    )


def _titles() -> dict[str, str]:
    return {"pelvic_tilt_deg": _("Pelvic tilt, degrees"), "lumbar_arch_deg": _("Lumbar arch, degrees")}


def foot(side: str) -> str:
    """Return what a foot is called."""
    return _("left foot") if side == "left" else _("right foot")


def _phase(analysis: Analysis, course: Course, clock: Clock | None) -> Timed | None:
    feet = {side: foot(side) for side in ("left", "right")}
    plot = phase_plot(course, PhaseWords(_titles(), _("percent of the stride"), feet))
    if plot is None or plot.span is None:
        return None
    parts = [_("Curves over the stride.")]
    for name, title in ((PRIMARY_MEASURES[0], _("Pelvic tilt")), (PRIMARY_MEASURES[1], _("Lumbar arch"))):
        curve = course.curves.get(name)
        if curve is not None:
            parts.append(
                _("{title} between {low} and {high}.").format(
                    title=title,
                    low=value_text(min(curve.value), "deg"),
                    high=value_text(max(curve.value), "deg"),
                )
            )
    left, right, *_ends = plot.span
    typical = _typical(analysis)
    if clock is None or typical is None:
        return Timed(Figure(plot, " ".join(parts)), left, right, None, None)
    bounds = [(clock.at(s.start_s), clock.at(s.end_s)) for s in analysis.gait.strides]
    return Timed(Figure(plot, " ".join(parts)), left, right, *bounds[typical], strides=json.dumps(bounds))


def _typical(analysis: Analysis) -> int | None:
    """Return the stride that lies nearest to the clip's own tilt and arch; None without any."""
    best, found = np.inf, None
    for place, stride in enumerate(analysis.gait.strides):
        away = [
            abs(value - measure.value)
            for name in PRIMARY_MEASURES
            if (measure := analysis.measures.get(name)) is not None
            and (value := (stride.measures or {}).get(name)) is not None
        ]
        if away and sum(away) < best:
            best, found = sum(away), place
    return found


def _over_time(analysis: Analysis, clock: Clock | None) -> Timed | None:
    limits = analysis.verdict.thresholds if analysis.verdict.label != "not_measurable" else {}
    words = StrideWords(_titles(), _("seconds of the clip"), _("threshold"), _("left out"))
    drift = None if analysis.course is None else analysis.course.drift
    plot = stride_plot(analysis.gait, limits, words, drift)
    if plot is None or plot.span is None:
        return None
    parts = [_("Each stride's values over the clip.")]
    for name, title in ((PRIMARY_MEASURES[0], _("Pelvic tilt")), (PRIMARY_MEASURES[1], _("Lumbar arch"))):
        values = [v for s in analysis.gait.strides if (v := (s.measures or {}).get(name)) is not None]
        if values:
            parts.append(
                _("{title} between {low} and {high}.").format(
                    title=title, low=value_text(min(values), "deg"), high=value_text(max(values), "deg")
                )
            )
    left, right, first, last = plot.span
    if clock is None:
        return Timed(Figure(plot, " ".join(parts)), left, right, None, None)
    ends = (round(first - clock.offset_s, 4), round(last - clock.offset_s, 4))
    return Timed(Figure(plot, " ".join(parts)), left, right, *ends)


def _events(analysis: Analysis, course: Course, clock: Clock | None) -> list[Moment]:
    names = {
        "foot_strike": _("Foot strike, {foot}"),
        "mid_stance": _("Mid-stance, {foot}"),
        "toe_off": _("Toe-off, {foot}"),
    }
    typical = _typical(analysis)
    return [
        Moment(
            names[event.name].format(foot=foot(event.side)),
            f"{format_number(100 * event.phase, 0)} %",
            _value(event.measures.get(PRIMARY_MEASURES[0])),
            _value(event.measures.get(PRIMARY_MEASURES[1])),
            None if clock is None or typical is None else clock.at(_moment(analysis, typical, event)),
        )
        for event in course.events
    ]


def _moment(analysis: Analysis, stride: int, event: GaitEvent) -> float:
    bounds = analysis.gait.strides[stride]
    return bounds.start_s + event.phase * (bounds.end_s - bounds.start_s)


def _strides(analysis: Analysis, clock: Clock | None) -> list[Moment]:
    return [
        Moment(
            _("Stride {number}").format(number=place + 1),
            clip_time(stride.start_s),
            _plain((stride.measures or {}).get(PRIMARY_MEASURES[0])),
            _plain((stride.measures or {}).get(PRIMARY_MEASURES[1])),
            None if clock is None else clock.at(stride.start_s),
        )
        for place, stride in enumerate(analysis.gait.strides)
    ]


def clip_time(seconds: float) -> str:
    """Return a moment of the clip."""
    return _("{seconds} s").format(seconds=format_number(seconds, 1))


def _value(estimate: Estimate | None) -> str:
    return _plain(None if estimate is None else estimate.value)


def _plain(value: float | None) -> str:
    return "–" if value is None else value_text(value, "deg")
