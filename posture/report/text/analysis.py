"""All details of an analysis on the terminal: verdict, numbers, recording and exercises."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from posture.exercises.library import Exercise, load_library
from posture.language import format_number, format_short_number, ngettext
from posture.language import gettext as _
from posture.reasons import main_issues
from posture.records.analysis import Analysis, Change, Measure, Suggestion
from posture.report.running import running_notes, running_rows
from posture.report.text.answer import SCALE_STYLES, VERDICT_STYLES
from posture.report.text.comparison import baseline_section, change_text
from posture.report.text.console import Page, gauge
from posture.report.text.course import left_out_sentence, render_course
from posture.report.text.exercises import stop_sign_lines
from posture.report.text.segments import render_segments
from posture.report.wording import (
    BASELINE_HINT,
    CLOSING,
    INTERVAL_NOTE,
    against_threshold,
    caution,
    condition_sentence,
    doing_words,
    frames_left_out,
    interval_text,
    is_limited,
    issue_text,
    label_words,
    main_measures,
    measure_text,
    next_step,
    own_change,
    probability_sentence,
    sentence,
    sureness,
    value_text,
    verdict_sentence,
    words_of,
)
from posture.thresholds import relation_to_threshold

if TYPE_CHECKING:
    from rich.console import Console

# Characters of a gauge at most.
GAUGE_WIDTH = 52

# Below this angle the direction of the deviation from the side view is not mentioned, degrees.
NEARLY_SIDE_ON_DEG = 10.0


def render_analysis(analysis: Analysis, console: Console) -> None:
    """Print all of an analysis."""
    page = Page(console)
    page.line(verdict_sentence(analysis), style=VERDICT_STYLES[analysis.verdict.label])
    measurable = analysis.verdict.label != "not_measurable"
    if measurable:
        _verdict(page, analysis)
    else:
        _obstacles(page, analysis)
    render_segments(page, analysis)
    _recording(page, analysis)
    _other_measures(page, analysis, leave_out=main_measures(analysis) if measurable else ())
    _running(page, analysis)
    if analysis.course is not None:
        render_course(page, analysis.course)
    baseline_section(page, analysis)
    if analysis.exercises:
        _exercises(page, analysis.exercises)
    elif measurable:
        stop_sign_lines(page, load_library()[0].stop_signs, exercising=False)
    console.print()
    page.line(_(CLOSING), style="dim")


def _running(page: Page, analysis: Analysis) -> None:
    rows = running_rows(analysis)
    if not rows:
        return
    page.heading(_("Running numbers"))
    for row in rows:
        page.line(f"{row.title}: {row.value} {row.interval}".rstrip(), indent=2)
    for note in running_notes(analysis):
        page.line(note, indent=2, style="dim")


def _verdict(page: Page, analysis: Analysis) -> None:
    conditions = map(condition_sentence, analysis.quality.conditions)
    for text in (sureness(analysis), *conditions, _next(analysis), probability_sentence(analysis), caution(analysis)):
        if text is not None:
            page.line(text)
    for name in main_measures(analysis):
        _main_measure(page, analysis, name)
    page.console.print()
    page.line(_(INTERVAL_NOTE), style="dim")
    if analysis.verdict.reasons:
        page.heading(_("Why: {verdict}").format(verdict=label_words(analysis.verdict.label)))
        page.bullets(analysis.verdict.reasons)
    if analysis.verdict.reference:
        page.line(sentence(analysis.verdict.reference), indent=2)
    if analysis.baseline is None and analysis.subject.activity == "running":
        page.line(_(BASELINE_HINT), indent=2, style="dim")


def _next(analysis: Analysis) -> str:
    return _("Next: {step}").format(step=next_step(analysis))


def _main_measure(page: Page, analysis: Analysis, name: str) -> None:
    measure = analysis.measures.get(name)
    words = words_of(name)
    if measure is None:
        page.heading(_("{measure}: not measurable on this clip").format(measure=words.title))
        return
    page.heading(f"{words.title}: {measure_text(name, measure)}")
    change, limit = own_change(analysis, name)
    threshold = analysis.verdict.thresholds.get(name)
    if change is not None and limit is not None:
        text = change_text(name, change, measure.unit)
        page.line(_("Compared with your own standing posture: {change}.").format(change=text), indent=2)
        _against(page, change, limit)
    elif threshold is not None:
        _against(page, measure, threshold)
    page.line(f"{words.meaning[0].upper()}{words.meaning[1:]}.", indent=2, style="dim")


def _against(page: Page, number: Measure | Change, threshold: float) -> None:
    width = min(GAUGE_WIDTH, page.width - 2)
    # A change is drawn around zero, where the runner stands: its limit may lie below.
    mark = 0.0 if isinstance(number, Change) else threshold
    drawn = gauge(number.value, number.interval, mark, width=width, glyphs=page.glyphs)
    if drawn:
        page.line(drawn, indent=2, style=SCALE_STYLES[relation_to_threshold(number, threshold)])
    page.line(against_threshold(number, threshold), indent=2)


def _obstacles(page: Page, analysis: Analysis) -> None:
    issues = [issue for issue in main_issues(analysis.quality.issues) if issue.blocking]
    texts = [issue_text(issue) for issue in issues] or list(analysis.verdict.reasons)
    page.line(_next(analysis))
    page.heading(_("Why, and what to do"))
    page.bullets(texts or [_("The reason was not recorded. Film from the side, the whole body in the picture.")])


def _recording(page: Page, analysis: Analysis) -> None:
    quality = analysis.quality
    limits = [issue for issue in main_issues(quality.issues) if not issue.blocking]
    if not quality.measurable:
        page.heading(_("Recording: not enough"))
    elif is_limited(analysis):
        page.heading(_("Recording: with limits"))
    else:
        page.heading(_("Recording: good"))
    page.line(f"{analysis.source.path}", indent=2)
    facts = ", ".join(_facts(analysis))
    if facts:
        page.line(f"{facts[0].upper()}{facts[1:]}.", indent=2)
    left_out = left_out_sentence(analysis.gait.left_out)
    for text in (left_out, frames_left_out(analysis.source)):
        if text is not None:
            page.line(text, indent=2)
    if analysis.subject.people_seen > 1:
        chosen = analysis.subject.chosen
        text = _("{count} people seen; {chosen}.") if chosen else _("{count} people seen.")
        page.line(text.format(count=analysis.subject.people_seen, chosen=chosen), indent=2)
    page.bullets(issue_text(issue) for issue in limits)


def _facts(analysis: Analysis) -> Iterator[str]:
    """Yield the known facts about the recording."""
    quality = analysis.quality
    if analysis.subject.activity != "unknown":
        yield doing_words(analysis.subject.activity)
    if quality.strides:
        yield ngettext("{count} stride", "{count} strides", quality.strides).format(count=quality.strides)
    if quality.view_yaw_deg is not None:
        yield _view_text(quality.view_yaw_deg)
    if quality.body_height_px is not None:
        yield _("body {height} pixels tall").format(height=format_number(quality.body_height_px, 0))
    if quality.arm_free_share is not None:
        yield _("{percent} % of the back visible").format(percent=format_number(100 * quality.arm_free_share, 0))
    if quality.detected_share is not None:
        yield _("runner found in {percent} % of the frames while in the picture").format(
            percent=format_number(100 * quality.detected_share, 0)
        )
    if analysis.source.slow_motion != 1:
        yield _("slow motion {factor} times").format(factor=format_short_number(analysis.source.slow_motion))


def _view_text(yaw_deg: float) -> str:
    if abs(yaw_deg) < NEARLY_SIDE_ON_DEG:
        text = _("view {angle}° off a pure side view")
    elif yaw_deg > 0:
        text = _("view {angle}° off a pure side view, towards the front")
    else:
        text = _("view {angle}° off a pure side view, from behind")
    return text.format(angle=format_number(abs(yaw_deg), 0))


def _other_measures(page: Page, analysis: Analysis, *, leave_out: tuple[str, ...]) -> None:
    known = {k: m for k, m in analysis.measures.items() if m is not None and k not in leave_out}
    if analysis.gait.cadence_spm is None and not known:
        return
    page.heading(_("Other measures") if leave_out else _("Measured anyway"))
    rows = []
    for name, measure in known.items():
        words = words_of(name)
        value = value_text(measure.value, measure.unit, words.digits)
        rows.append((words.title, value, interval_text(measure.ci90, words.digits)))
    if analysis.gait.cadence_spm is not None and "cadence_spm" not in known:
        rows.append((words_of("cadence_spm").title, value_text(analysis.gait.cadence_spm, "spm", 0), ""))
    page.table(rows)


def _exercises(page: Page, suggestions: tuple[Suggestion, ...]) -> None:
    library = {exercise.id: exercise for exercise in load_library()}
    page.heading(_("Suggested exercises"))
    for suggestion in suggestions:
        _suggestion(page, suggestion, library.get(suggestion.id))
    page.line(_("Expert recommendations, no controlled trial."), indent=2)
    page.line(_("All steps: posture exercises NAME"), indent=2)
    stop_sign_lines(page, next(iter(library.values())).stop_signs)


def _suggestion(page: Page, suggestion: Suggestion, exercise: Exercise | None) -> None:
    page.line(f"{suggestion.title} ({suggestion.id})", style="bold", indent=2)
    page.line(_("Why: {reason}").format(reason=suggestion.why), indent=4)
    page.line(_("How long, how often: {dose}").format(dose=suggestion.dose), indent=4)
    if exercise is not None:
        page.line(_("How: {summary}").format(summary=exercise.in_short), indent=4)
    else:
        page.line(_("Source: {source}").format(source=suggestion.source), indent=4, style="dim")
