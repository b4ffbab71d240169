"""The report on the terminal: plain words first, then numbers, recording, exercises."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from posture.exercises.library import Exercise, load_library
from posture.records import Analysis, Change, Label, Measure, Suggestion
from posture.report.cards import render_doctor, render_exercise, render_library, stop_sign_lines
from posture.report.change import baseline_section, change_text, render_comparison
from posture.report.console import Page, make_console
from posture.report.course import left_out_sentence, render_course
from posture.report.gauge import ASCII, UNICODE, gauge
from posture.report.words import (
    BASELINE_HINT,
    CLOSING,
    INTERVAL_NOTE,
    Standing,
    against_threshold,
    headline,
    interval_text,
    issue_text,
    main_measures,
    measure_text,
    own_change,
    standing,
    sureness,
    threshold_of,
    value_text,
    verdict_sentence,
    words_of,
)

if TYPE_CHECKING:
    from rich.console import Console

__all__ = [
    "make_console",
    "render",
    "render_comparison",
    "render_doctor",
    "render_exercise",
    "render_library",
]

_EVIDENCE = "Expert recommendations, no controlled trial."

GAUGE_WIDTH = 52
"""Characters of a gauge at most."""

_COLORS: dict[Label, str] = {
    "hollow_back": "bold yellow",
    "borderline": "bold cyan",
    "not_hollow_back": "bold green",
    "not_measurable": "bold magenta",
}
_GAUGE_COLORS: dict[Standing, str] = {"raised": "yellow", "not_raised": "green", "open": "cyan"}

# Issues that only state what was taken for granted.
ASSUMPTIONS = {"roll_assumed"}
# Below this the side the view is off to is not worth saying, degrees.
NEARLY_SIDE_ON_DEG = 10.0


def render(analysis: Analysis, console: Console, *, quiet: bool = False) -> None:
    """Print an analysis.

    Parameters
    ----------
    analysis : Analysis
        What to show.
    console : rich.console.Console
        Where to print, see `make_console`.
    quiet : bool
        Only the line with the verdict.
    """
    page = Page(console)
    style = _COLORS[analysis.verdict.label]
    if quiet:
        page.unwrapped(verdict_sentence(analysis), style=style)
        return
    page.line(verdict_sentence(analysis), style=style)
    measurable = analysis.verdict.label != "not_measurable"
    if measurable:
        _verdict(page, analysis)
    else:
        _obstacles(page, analysis)
    _recording(page, analysis)
    _other_measures(page, analysis, leave_out=main_measures(analysis) if measurable else ())
    if analysis.course is not None:
        render_course(page, analysis.course)
    baseline_section(page, analysis)
    if analysis.exercises:
        _exercises(page, analysis.exercises)
    console.print()
    page.line(CLOSING, style="dim")


def _verdict(page: Page, analysis: Analysis) -> None:
    sure = sureness(analysis)
    if sure is not None:
        page.line(sure)
    for name in main_measures(analysis):
        _main_measure(page, analysis, name)
    page.console.print()
    page.line(INTERVAL_NOTE, style="dim")
    if analysis.verdict.reasons:
        page.heading(f"Why: {headline(analysis).lower()}")
        page.bullets(analysis.verdict.reasons)
    if analysis.verdict.reference:
        page.line(f"Held against: {analysis.verdict.reference}", indent=2)
    if analysis.baseline is None and analysis.subject.activity == "running":
        page.line(BASELINE_HINT, indent=2, style="dim")


def _main_measure(page: Page, analysis: Analysis, name: str) -> None:
    measure = analysis.measures.get(name)
    words = words_of(name)
    if measure is None:
        page.heading(f"{words.title}: not measurable on this clip")
        return
    page.heading(f"{words.title}: {measure_text(name, measure)}")
    change, limit = own_change(analysis, name)
    threshold = threshold_of(analysis, name)
    if change is not None and limit is not None:
        page.line(f"Against your own standing posture: {change_text(name, change, measure.unit)}.", indent=2)
        _against(page, change, limit)
    elif threshold is not None:
        _against(page, measure, threshold)
    page.line(f"{words.meaning[0].upper()}{words.meaning[1:]}.", indent=2, style="dim")


def _against(page: Page, number: Measure | Change, threshold: float) -> None:
    glyphs = UNICODE if page.drawing else ASCII
    drawn = gauge(number.value, number.ci90, threshold, width=min(GAUGE_WIDTH, page.width - 2), glyphs=glyphs)
    if drawn:
        page.line(drawn, indent=2, style=_GAUGE_COLORS[standing(number, threshold)])
    page.line(against_threshold(number, threshold), indent=2)


def _obstacles(page: Page, analysis: Analysis) -> None:
    issues = [issue for issue in analysis.quality.issues if issue.blocking]
    texts = [issue_text(issue) for issue in issues] or list(analysis.verdict.reasons)
    page.heading("Why, and what to do")
    page.bullets(texts or ["The reason was not recorded. Film from the side, the whole body in the picture."])


def _recording(page: Page, analysis: Analysis) -> None:
    quality = analysis.quality
    limits = [issue for issue in quality.issues if not issue.blocking]
    limited = any(issue.code not in ASSUMPTIONS for issue in limits)
    grade = "not enough" if not quality.measurable else "with limits" if limited else "good"
    page.heading(f"Recording: {grade}")
    page.line(f"{analysis.source.path}", indent=2)
    facts = ", ".join(_facts(analysis))
    if facts:
        page.line(f"{facts[0].upper()}{facts[1:]}.", indent=2)
    left_out = left_out_sentence(analysis.gait.left_out)
    if left_out is not None:
        page.line(left_out, indent=2)
    if analysis.subject.people_seen > 1:
        chosen = analysis.subject.chosen
        page.line(f"{analysis.subject.people_seen} people seen{f'; {chosen}' if chosen else ''}.", indent=2)
    page.bullets(issue_text(issue) for issue in limits)


def _facts(analysis: Analysis) -> Iterator[str]:
    """Yield what is known about the recording, shortest words first; nothing for what is not known."""
    quality = analysis.quality
    if analysis.subject.activity != "unknown":
        yield analysis.subject.activity
    if quality.strides:
        yield f"{quality.strides} {'stride' if quality.strides == 1 else 'strides'}"
    if quality.view_yaw_deg is not None:
        yield _view_text(quality.view_yaw_deg)
    if quality.body_height_px is not None:
        yield f"body {quality.body_height_px:.0f} pixels tall"
    if quality.arm_free_share is not None:
        yield f"{quality.arm_free_share * 100:.0f} % of the back free of arms"
    if quality.detected_share is not None:
        yield f"runner found in {quality.detected_share * 100:.0f} % of the frames"
    if analysis.source.slow_motion != 1:
        yield f"slow motion {analysis.source.slow_motion:g} times"


def _view_text(yaw_deg: float) -> str:
    off = f"view {abs(yaw_deg):.0f}° off the pure side view"
    if abs(yaw_deg) < NEARLY_SIDE_ON_DEG:
        return off
    return f"{off} {'towards the front' if yaw_deg > 0 else 'from behind'}"


def _other_measures(page: Page, analysis: Analysis, *, leave_out: tuple[str, ...]) -> None:
    known = {k: m for k, m in analysis.measures.items() if m is not None and k not in leave_out}
    if analysis.gait.cadence_spm is None and not known:
        return
    page.heading("Other measures" if leave_out else "Measured all the same")
    rows = [_measure_row(name, measure) for name, measure in known.items()]
    if analysis.gait.cadence_spm is not None and "cadence_spm" not in known:
        rows.append((words_of("cadence_spm").title, value_text(analysis.gait.cadence_spm, "spm", 0), ""))
    page.table(rows)


def _measure_row(name: str, measure: Measure) -> tuple[str, str, str]:
    words = words_of(name)
    value = value_text(measure.value, measure.unit, words.digits)
    return words.title, value, interval_text(measure.ci90, words.digits)


def _exercises(page: Page, suggestions: tuple[Suggestion, ...]) -> None:
    library = {exercise.id: exercise for exercise in load_library()}
    page.heading("Suggested exercises")
    for suggestion in suggestions:
        _suggestion(page, suggestion, library.get(suggestion.id))
    page.line(_EVIDENCE, indent=2)
    page.line("All steps: posture exercises NAME", indent=2)
    stop_sign_lines(page, next(iter(library.values())).stop_signs)


def _suggestion(page: Page, suggestion: Suggestion, exercise: Exercise | None) -> None:
    page.line(f"{suggestion.title} ({suggestion.id})", style="bold", indent=2)
    page.line(f"Why: {suggestion.why}", indent=4)
    page.line(f"How long, how often: {suggestion.dose}", indent=4)
    if exercise is not None:
        page.line(f"How: {exercise.in_short}", indent=4)
    else:
        page.line(f"Source: {suggestion.source}", indent=4, style="dim")
