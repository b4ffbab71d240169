"""Content of the page as plain records: verdict, gauges, recording, numbers, changes, exercises."""

from __future__ import annotations

from dataclasses import dataclass

from posture.exercises.library import Exercise, load_library
from posture.language import format_number, ngettext
from posture.language import gettext as _
from posture.reasons import main_issues
from posture.records.analysis import Analysis, Change, Issue, Source, Suggestion
from posture.report.change_words import finding_of, signed_interval
from posture.report.plots.changes import ChangeRow, change_plot
from posture.report.plots.style import Plot
from posture.report.wording import (
    ASSUMPTIONS,
    frames_left_out,
    interval_text,
    is_limited,
    signed,
    unit_of,
    value_text,
    words_of,
)
from posture.types import PRIMARY_MEASURES

# So many remarks are shown outside the fold.
MAX_REMARKS = 3


def definition_of(name: str) -> str:
    """Return the definition of a measure; an empty text for an unknown one."""
    texts = {
        "pelvic_tilt_deg": _(
            "The steepest forward inclination of the back's outline between buttock and hollow, against the vertical. "
            "It is an angle of the body's surface, not of bones, and cannot be converted into a pelvic tilt measured "
            "between bony landmarks."
        ),
        "lumbar_arch_deg": _(
            "The angle between the two steepest places of the back's outline, below and above the hollow. It does not "
            "depend on how far the trunk leans. It is measured on the surface: a radiograph gives other numbers."
        ),
        "lumbar_arch_index": _(
            "How deep the hollow is, in percent of the straight line from buttock to upper back. It is the most robust "
            "of these numbers, because it needs no slopes."
        ),
        "thoracolumbar_deg": _(
            "The steepest backward inclination of the outline between hollow and upper back, against the vertical. "
            "Tilt and this inclination together are the arch."
        ),
        "trunk_lean_deg": _(
            "The line from the hips to the shoulders against the vertical; forward is positive. A camera that is not "
            "level turns it by as much."
        ),
        "pelvic_tilt_range_deg": _(
            "The difference between the largest and the smallest tilt within the mean stride. Rough: its error is as "
            "large as the difference between most people."
        ),
        "thorax_rotation_deg": _(
            "How far the shoulder line turns against the hip line over a stride, estimated from their lengths in the "
            "picture. A rough proxy."
        ),
        "cadence_spm": _("Steps a minute, both feet together. It has no interval because it is counted."),
        "pelvis_drop_deg": _("How far the pelvis sinks to one side. A side view does not show it."),
    }
    return texts.get(name, "")


@dataclass(frozen=True)
class Figure:
    """A plot with its alternative text."""

    plot: Plot
    alt: str


@dataclass(frozen=True)
class Number:
    """A number with its definition."""

    title: str
    value: str
    interval: str
    definition: str
    rests: str


@dataclass(frozen=True)
class ChangeLine:
    """Change of a measure against the baseline."""

    title: str
    value: str
    interval: str
    finding: str


def picture_alt(analysis: Analysis) -> str:
    """Return the alternative text of the photograph of the back."""
    parts = [_("The runner from the side, with the measured back line, its two tangents and the angles.")]
    for name in PRIMARY_MEASURES:
        measure, words = analysis.measures.get(name), words_of(name)
        if measure is not None:
            value = value_text(measure.value, measure.unit, words.digits)
            parts.append(_("{title} {value}.").format(title=words.title, value=value))
    return " ".join(parts)


def grade_of(analysis: Analysis) -> str:
    """Return the quality of the recording in one or two words."""
    if not analysis.quality.measurable:
        return _("not enough for a verdict")
    return _("good, with limits") if is_limited(analysis) else _("good")


def remarks_of(analysis: Analysis) -> tuple[list[Issue], list[Issue]]:
    """Return the remarks on the recording: what to do better next time, and what is merely assumed or matters less.

    What stands first in the way of a verdict is in neither, because it is said at the top of the page.
    """
    shown = list(main_issues(analysis.quality.issues))
    if not analysis.quality.measurable:
        shown = shown[1:]
    better = [issue for issue in shown if issue.code not in ASSUMPTIONS][:MAX_REMARKS]
    return better, [issue for issue in shown if issue not in better]


def facts_of(analysis: Analysis) -> list[tuple[str, str]]:
    """Return the known facts about the recording, each with its name."""
    quality, source = analysis.quality, analysis.source
    doing = {"running": _("Running"), "walking": _("Walking"), "standing": _("Standing")}
    facing = {"left": _("To the left"), "right": _("To the right")}
    facts: list[tuple[str, str | None]] = [
        (_("Seen"), doing.get(analysis.subject.activity)),
        (_("Direction"), facing.get(analysis.subject.direction or "")),
        (_("Strides used"), str(quality.strides) if quality.strides else None),
        (_("Off the side view"), _number(quality.view_yaw_deg, "{}°", 0, absolute=True)),
        (_("Body height"), _number(quality.body_height_px, _("{} pixels"))),
        (_("Back visible"), _percent(quality.arm_free_share)),
        (_("Found while in the picture"), _percent(quality.detected_share)),
        (_("Camera roll"), _number(quality.camera_roll_deg, "{}°", 1)),
        (_("Length"), None if source.start_s else _number(source.duration_s, "{} s", 1)),
        (_("Part that was read"), _part_read(source)),
        (_("Picture"), f"{source.width} × {source.height}"),
        (_("Frames a second"), _number(source.fps, "{}", 0)),
        (_("Frames read"), frames_left_out(source)),
        (_("Slow motion"), None if source.slow_motion == 1 else _number(source.slow_motion, "{} ×", 1)),
        (_("People seen"), str(analysis.subject.people_seen) if analysis.subject.people_seen > 1 else None),
    ]
    return [(name, value) for name, value in facts if value is not None]


def _part_read(source: Source) -> str | None:
    """Return which part of the clip was read; None where reading began with it."""
    if not source.start_s or source.duration_s is None:
        return None
    start, end = format_number(source.start_s, 1), format_number(source.start_s + source.duration_s, 1)
    return _("{start} to {end} s").format(start=start, end=end)


def _number(value: float | None, form: str, digits: int = 0, *, absolute: bool = False) -> str | None:
    if value is None:
        return None
    return form.format(format_number(abs(value) if absolute else value, digits))


def _percent(share: float | None) -> str | None:
    return None if share is None else f"{format_number(100 * share, 0)} %"


def numbers_of(analysis: Analysis) -> list[Number]:
    """Return all measured numbers with their definitions."""
    numbers = []
    for name, measure in analysis.measures.items():
        if measure is None:
            continue
        words = words_of(name)
        rests = ngettext("Rests on {count} stride.", "Rests on {count} strides.", measure.strides).format(
            count=measure.strides
        )
        if analysis.subject.activity == "standing":
            rests = ""
        elif measure.sd is not None:
            rests += " " + _("Standard deviation between strides: {sd}.").format(
                sd=value_text(measure.sd, measure.unit, words.digits)
            )
        value = value_text(measure.value, measure.unit, words.digits)
        interval = interval_text(measure.ci90, words.digits)
        numbers.append(Number(words.title, value, interval, definition_of(name), rests))
    if analysis.gait.cadence_spm is not None:
        value = value_text(analysis.gait.cadence_spm, "spm", 0)
        numbers.append(Number(words_of("cadence_spm").title, value, "", definition_of("cadence_spm"), ""))
    return numbers


def changes_of(analysis: Analysis) -> dict[str, Change]:
    """Return the known changes against the baseline."""
    changes = {} if analysis.baseline is None else analysis.baseline.change
    return {name: change for name, change in changes.items() if change is not None}


def change_lines(analysis: Analysis) -> list[ChangeLine]:
    """Return the changes against the baseline as rows of the table."""
    lines = []
    for name, change in changes_of(analysis).items():
        value, interval = signed_interval(change, name, unit_of(analysis, name))
        lines.append(ChangeLine(words_of(name).title, value, interval, finding_of(change)))
    return lines


def change_figure(analysis: Analysis) -> Figure | None:
    """Return the plot of the changes in degrees; the index has points and stands in the table only."""
    rows, findings = [], []
    for name, change in changes_of(analysis).items():
        if unit_of(analysis, name) != "deg":
            continue
        words = words_of(name)
        text = signed(change.value, "deg", words.digits)
        rows.append(ChangeRow(name, words.title, text, change.value, change.ci95, change.mdc95, change.real))
        findings.append(f"{words.title} {text}: {finding_of(change)}.")
    plot = change_plot(rows)
    return None if plot is None else Figure(plot, " ".join(findings))


def advised_of(analysis: Analysis) -> list[tuple[Suggestion, Exercise | None]]:
    """Return the suggested exercises in full; None for one that the library no longer has."""
    library = {exercise.id: exercise for exercise in load_library()}
    return [(suggestion, library.get(suggestion.id)) for suggestion in analysis.exercises]


def stop_signs_of(analysis: Analysis) -> tuple[str, ...]:
    """Return when to stop and see a doctor; without exercises when to see one, without a verdict nothing."""
    signs = load_library()[0].stop_signs
    if analysis.exercises:
        return signs.sentences
    return () if analysis.verdict.label == "not_measurable" else signs.medical
