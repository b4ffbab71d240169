"""Smaller pages for the terminal: one exercise, the library, and what the doctor found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Protocol

from posture.exercises.library import Exercise, StopSigns
from posture.report.console import Page

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
    page.line(f"{exercise.title} (German: {exercise.title_de})", style="bold")
    page.line(exercise.aim)
    console.print()
    page.line(f"How long, how often: {exercise.dose.text}")
    page.line(f"You need: {', '.join(exercise.needs)}")
    for part in exercise.parts:
        page.heading(part.name)
        page.bullets(part.steps, numbered=True)
    for title, items in (
        ("What you should feel", exercise.feel),
        ("Common mistakes", exercise.mistakes),
        ("Easier", exercise.easier),
        ("When that is easy", exercise.progression),
    ):
        page.heading(title)
        page.bullets(items)
    stop_sign_lines(page, exercise.stop_signs)
    console.print()
    page.line(f"Source: {exercise.source}", style="dim")
    page.line(f"Evidence: {exercise.evidence}", style="dim")


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
        page.line(f"{exercise.id}: {exercise.title} (German: {exercise.title_de})", style="bold")
        page.line(exercise.aim, indent=2)
        page.line(f"How long, how often: {exercise.dose.text}", indent=2)
        page.line(f"Evidence: {exercise.evidence}", indent=2, style="dim")
        console.print()
    page.line("One in full, step by step: posture exercises NAME")
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
    page.heading("Stop signs")
    page.bullets(stop_signs.sentences)


def _summary(failed: int, warned: int) -> str:
    if failed:
        return f"{failed} {'check' if failed == 1 else 'checks'} failed: see the advice above."
    if warned:
        return f"Ready, with {warned} {'limit' if warned == 1 else 'limits'}: see the advice above."
    return "Ready."
