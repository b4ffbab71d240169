"""Smaller pages for the terminal: one exercise, the library, and what the doctor found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

from posture.exercises.library import Exercise, StopSigns
from posture.language import SOURCE, language, ngettext
from posture.language import gettext as _
from posture.report.text.console import Page

if TYPE_CHECKING:
    from rich.console import Console


class CheckLike(Protocol):
    """One line of ``posture doctor``: `posture.doctor.Check`."""

    @property
    def name(self) -> str:
        """What was looked at."""

    @property
    def state(self) -> str:
        """``ok``, ``warn`` or ``fail``."""

    @property
    def detail(self) -> str:
        """What was found."""

    @property
    def advice(self) -> str:
        """What to do about it; empty when nothing."""


_STATE_STYLES = {"ok": "green", "warn": "yellow", "fail": "bold red"}


def render_exercise(exercise: Exercise, console: Console) -> None:
    """Print one exercise in full, with its stop signs.

    Parameters
    ----------
    exercise : Exercise
        What to show.
    console : rich.console.Console
        Where to print.
    """
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
    """Return the title; on an English page the German one beside it, under which the videos are found."""
    if language() != SOURCE:
        return exercise.title
    return f"{exercise.title} (German: {exercise.title_de})"


def render_library(exercises: Iterable[Exercise], console: Console) -> None:
    """Print the library: each exercise with aim and dose, and the stop signs once.

    Parameters
    ----------
    exercises : iterable of Exercise
        What to show.
    console : rich.console.Console
        Where to print.
    """
    page = Page(console)
    shown = tuple(exercises)
    for exercise in shown:
        page.line(f"{exercise.id}: {_title(exercise)}", style="bold")
        page.line(exercise.aim, indent=2)
        page.line(_("How long, how often: {dose}").format(dose=exercise.dose.text), indent=2)
        page.line(_("Evidence: {evidence}").format(evidence=exercise.evidence), indent=2, style="dim")
        console.print()
    page.line(_("One in full, step by step: posture exercises NAME"))
    if shown:
        stop_sign_lines(page, shown[0].stop_signs)


def render_doctor(checks: Sequence[CheckLike], console: Console) -> None:
    """Print what the doctor found, one check per line, and what to do where something is wrong.

    Parameters
    ----------
    checks : sequence of Check
        From `posture.doctor.examine`.
    console : rich.console.Console
        Where to print.
    """
    page = Page(console)
    for check in checks:
        style = _STATE_STYLES.get(check.state, "")
        page.hanging(f"{check.state:<4}  ", f"{check.name}: {check.detail}", mark_style=style)
        if check.advice:
            page.line(check.advice, indent=6)
    failed = sum(check.state == "fail" for check in checks)
    warned = sum(check.state == "warn" for check in checks)
    console.print()
    page.line(_summary(failed, warned), style="bold")


def stop_sign_lines(page: Page, stop_signs: StopSigns) -> None:
    """Print the stop signs, as they go with every exercise."""
    page.heading(_("Stop signs"))
    page.bullets(stop_signs.sentences)


def _summary(failed: int, warned: int) -> str:
    if failed:
        return ngettext(
            "{count} check failed: see the advice above.",
            "{count} checks failed: see the advice above.",
            failed,
        ).format(count=failed)
    if warned:
        return ngettext(
            "Ready, with {count} limit: see the advice above.",
            "Ready, with {count} limits: see the advice above.",
            warned,
        ).format(count=warned)
    return _("Ready.")
