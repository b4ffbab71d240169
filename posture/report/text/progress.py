"""The progress bar: on a terminal, on standard error, a few times a second."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from posture.language import format_number, language, use_language
from posture.language import gettext as _

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

REDRAWS_PER_S = 4
"""Redraws a second; more only costs time that the analysis needs."""

BAR_FROM_WIDTH = 56
"""Characters; narrower terminals show the numbers only."""

Advance = Callable[..., None]
"""Called as ``advance()`` or ``advance(n)`` after one or n more steps, with ``label`` where the one shown has changed;
safe from any thread."""


@contextmanager
def progress_bar(
    total: int | None,
    *,
    label: str = "",
    unit: str = "",
    quiet: bool = False,
    file: TextIO | None = None,
) -> Iterator[Advance]:
    """Show how far a loop is, how fast, and how long it still takes.

    Parameters
    ----------
    total : int or None
        Expected number of steps; None when unknown. A container may promise too few: the bar then stays full.
    label : str
        What is going on, in one or two words; reading by default.
    unit : str
        What is counted; frames by default.
    quiet : bool
        Show nothing.
    file : text file, optional
        Where to draw; standard error by default. Nothing is drawn unless it is a terminal.

    Yields
    ------
    callable
        ``advance(n=1, label="")``.
    """
    stream = sys.stderr if file is None else file
    if quiet or stream is None or not stream.isatty():
        yield _silent
        return
    from posture.report.text.console import sanitise_line

    progress = _progress(stream, unit or _("frames"))
    with progress:
        # Percentage, rate, time left and blanks take 30 characters: what is drawn must stay one line.
        room = max(progress.console.width - 30, 1)

        def shown(text: str) -> str:
            return sanitise_line(text, progress.console.encoding)[:room]

        task = progress.add_task(shown(label or _("Reading")), total=total or None)
        yield _advancer(progress, task, shown)


def _silent(n: int = 1, label: str = "") -> None:
    """Count nothing."""


def _advancer(progress: Progress, task: TaskID, shown: Callable[[str], str]) -> Advance:
    def advance(n: int = 1, label: str = "") -> None:
        if label:
            progress.update(task, description=shown(label))
        progress.advance(task, n)
        state = progress.tasks[0]
        if state.total is not None and state.completed > state.total:
            progress.update(task, total=state.completed)

    return advance


def _progress(stream: TextIO, unit: str) -> Progress:
    from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn
    from rich.table import Column
    from rich.text import Text

    from posture.report.text.console import make_console

    lang = language()

    class Rate(ProgressColumn):
        """Steps a second and the time left, in as few characters as a narrow terminal needs."""

        max_refresh = 0.5

        def render(self, task: Task) -> Text:
            # Drawn in a thread of its own, which has a context of its own.
            with use_language(lang):
                return Text(rate_text(task.speed, task.time_remaining, unit))

    console = make_console(stream)
    return Progress(
        TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True, overflow="crop")),
        *([BarColumn(bar_width=None)] if console.width >= BAR_FROM_WIDTH else []),
        TextColumn("{task.percentage:>3.0f}%", markup=False, table_column=Column(min_width=4, no_wrap=True)),
        Rate(table_column=Column(min_width=22, no_wrap=True, overflow="crop", justify="right")),
        console=console,
        refresh_per_second=REDRAWS_PER_S,
        transient=True,
        # Standard output carries results: it must not be routed through the bar's stream.
        redirect_stdout=False,
        redirect_stderr=False,
        expand=True,
    )


def rate_text(speed: float | None, seconds_left: float | None, unit: str) -> str:
    """Return rate and time left in words.

    Parameters
    ----------
    speed : float or None
        Steps a second; None while unknown.
    seconds_left : float or None
        Seconds; None while unknown.
    unit : str
        What is counted.
    """
    rate = "" if speed is None else f"{format_number(speed, 0 if speed >= 10 else 1)} {unit}/s"
    if seconds_left is None:
        return rate
    minutes, seconds = divmod(round(seconds_left), 60)
    left = _("{time} left").format(time=f"{minutes}:{seconds:02d}")
    return f"{rate}, {left}" if rate else left
