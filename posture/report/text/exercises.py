"""Exercises on the terminal: one in full, and the library."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from posture.exercises.library import Exercise, StopSigns
from posture.language import SOURCE, language
from posture.language import gettext as _
from posture.report.text.console import Page

if TYPE_CHECKING:
    from rich.console import Console


def render_exercise(exercise: Exercise, console: Console) -> None:
    """Print one exercise in full, with its stop signs."""
    page = Page(console)
    page.line(_title(exercise), style="bold")
    page.line(exercise.aim)
    console.print()
    page.line(_("How long, how often: {dose}").format(dose=exercise.dose.text))
    page.line(_("You need: {things}").format(things=", ".join(exercise.needs)))
    for part in exercise.parts:
        page.heading(part.name)
        page.bullets(part.steps, numbered=True)
    for title, items in (
        (_("What you should feel"), exercise.feel),
        (_("Common mistakes"), exercise.mistakes),
        (_("Easier"), exercise.easier),
        (_("When that is easy"), exercise.progression),
    ):
        page.heading(title)
        page.bullets(items)
    stop_sign_lines(page, exercise.stop_signs)
    console.print()
    page.line(_("Source: {source}").format(source=exercise.source), style="dim")
    page.line(_("Evidence: {evidence}").format(evidence=exercise.evidence), style="dim")


def _title(exercise: Exercise) -> str:
    """Return the title, on an English page with the German one, by which videos of it are found."""
    if language() != SOURCE:
        return exercise.title
    return f"{exercise.title} (German: {exercise.title_de})"


def render_library(exercises: Iterable[Exercise], console: Console) -> None:
    """Print the library: each exercise with aim and dose, and the stop signs once."""
    page = Page(console)
    listed = tuple(exercises)
    for exercise in listed:
        page.line(f"{exercise.id}: {_title(exercise)}", style="bold")
        page.line(exercise.aim, indent=2)
        page.line(_("How long, how often: {dose}").format(dose=exercise.dose.text), indent=2)
        page.line(_("Evidence: {evidence}").format(evidence=exercise.evidence), indent=2, style="dim")
        console.print()
    page.line(_("One exercise, step by step: posture exercises NAME"))
    if listed:
        stop_sign_lines(page, listed[0].stop_signs)


def stop_sign_lines(page: Page, stop_signs: StopSigns, *, exercising: bool = True) -> None:
    """Print the stop signs, which belong to every exercise; without one, only when to see a doctor."""
    page.heading(_("When to stop and see a doctor") if exercising else _("When to see a doctor"))
    page.bullets(stop_signs.sentences if exercising else stop_signs.sentences[1:])
