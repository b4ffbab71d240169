"""Shows a lesson in a terminal, or line by line where the output goes into a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from posture.exercises.library import Exercise
from posture.live.coach.wording import (
    COACH_KEYS,
    back_lines,
    coach_title,
    hint_text,
    seconds_left,
    step_text,
    watch_text,
    where,
)
from posture.live.screen.terminal import LiveText
from posture.live.screen.wording import keys_line
from posture.live.session import Command, DisplayState
from posture.report.text.console import Page
from posture.report.text.exercises import stop_sign_lines

if TYPE_CHECKING:
    from rich.console import Console

_BAR = 30


class CoachTerminal(LiveText):
    """A screen of text; use it with ``with``.

    Parameters
    ----------
    exercise : Exercise
        Its steps and stop signs are printed first.
    quiet : bool
        Leave the steps out: only the stop signs, the stages and what to improve.
    """

    def __init__(self, exercise: Exercise, *, quiet: bool = False) -> None:
        super().__init__(COACH_KEYS)
        self._exercise, self._quiet = exercise, quiet
        self._told: tuple[str, ...] = ()

    def __enter__(self) -> Self:
        """Print the exercise, and begin."""
        introduce(self._exercise, self.console, steps=not self._quiet)
        return super().__enter__()

    def show(self, moment: DisplayState) -> Command | None:
        """Show a moment, and return what a key means where the terminal gives keys."""
        if moment.coach is None:
            return None
        if self.redraws:
            return self.redraw(_lines(moment, keys=self.hears_keys))
        self._write(moment)
        return None

    def snapshot(self) -> bytes | None:
        """Return nothing: there is no picture."""
        return None

    def close(self) -> None:
        """Do nothing."""

    def _write(self, moment: DisplayState) -> None:
        """Write a line when something else is to be done or said."""
        shown = moment.coach
        assert shown is not None
        title = coach_title(shown)
        stage = (title, where(shown))
        step = "" if self._quiet else step_text(shown)
        told = (*stage, step, hint_text(shown), watch_text(shown, moment))
        if told == self._told:
            return
        before, self._told = self._told or ("",) * len(told), told
        if before[:2] != stage:
            seconds = seconds_left(shown)
            head = f"{title} | {where(shown)}" + (f" | {seconds} s" if seconds else "")
            self.write(head)
        if step and before[:3] != told[:3]:
            self.write(f"  {step}")
        if told[4] and before[4] != told[4]:
            self.write(f"  {told[4]}")
        if told[3] and (before[:2] != stage or before[3] != told[3]):
            self.write(f"  -> {told[3]}")


def introduce(exercise: Exercise, console: Console, *, steps: bool = True) -> None:
    """Print the steps of an exercise, and when not to do it."""
    page = Page(console)
    page.line(exercise.title, style="bold")
    if steps:
        page.line(exercise.aim)
        for part in exercise.parts:
            page.heading(part.name)
            page.bullets(part.steps, numbered=True)
    stop_sign_lines(page, exercise.stop_signs)
    console.print()
    console.file.flush()


def _lines(moment: DisplayState, *, keys: bool) -> list[str]:
    shown = moment.coach
    assert shown is not None
    seconds = seconds_left(shown)
    lines = [f"{coach_title(shown)}  {seconds} s" if seconds else coach_title(shown), where(shown)]
    if shown.stage is not None and shown.stage.seconds > 0:
        done = round(_BAR * (1 - shown.left_s / shown.stage.seconds))
        lines.append("#" * done + "." * (_BAR - done))
    texts = [step_text(shown), watch_text(shown, moment), *back_lines(shown)]
    if hint := hint_text(shown):
        texts.append(f"-> {hint}")
    lines += [text for text in texts if text]
    if moment.note:
        lines.append(moment.note)
    if keys:
        lines.append(keys_line(COACH_KEYS))
    return lines
