"""Progress bar on standard error, drawn on terminals only."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from posture.language import format_number, language, use_language
from posture.language import gettext as _

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

# More redraws only cost time that the analysis needs.
REDRAWS_PER_S = 4
# Characters; narrower terminals show the numbers only.
BAR_FROM_WIDTH = 56

Advance = Callable[..., None]
"""Called as ``advance(n=1, label="")`` after n more steps, with the label where it changes; thread-safe."""


@contextmanager
def progress_bar(
    total: int | None, *, label: str = "", unit: str = "", quiet: bool = False, file: TextIO | None = None
) -> Iterator[Advance]:
    """Show progress, rate and time left of a loop; yield the function that advances it.

    Parameters
    ----------
    total
        Expected number of steps; None when unknown. A container may promise too few: the bar then stays full.
    label
        One or two words; reading by default.
    unit
        Name of a step; frames by default.
    file
        Standard error by default. Nothing is drawn unless it is a terminal.
    """
    stream = sys.stderr if file is None else file
    if quiet or stream is None or not stream.isatty():
        yield _silent
        return
    from posture.report.text.console import sanitise_line

    progress = _progress(stream, unit or _("frames"))
    with progress:
        # Percentage, rate, time left and blanks take 30 characters of the one line.
        room = max(progress.console.width - 30, 1)

        def fitted(text: str) -> str:
            return sanitise_line(text, progress.console.encoding)[:room]

        task = progress.add_task(fitted(label or _("Reading")), total=total or None)
        yield _advancer(progress, task, fitted)


@contextmanager
def waiting_line(text: str, *, quiet: bool = False, file: TextIO | None = None) -> Iterator[None]:
    """Show a line on a terminal until the block ends; it needs no library, so it can stand while those are imported.

    Parameters
    ----------
    text
        Printable characters only.
    file
        Standard error by default.
    """
    stream = sys.stderr if file is None else file
    if quiet or not text or stream is None or not stream.isatty():
        yield
        return
    encoding = stream.encoding or "utf-8"
    line = text.encode(encoding, "replace").decode(encoding)[: shutil.get_terminal_size().columns - 1]
    stream.write(line)
    stream.flush()
    try:
        yield
    finally:
        stream.write(f"\r{' ' * len(line)}\r")
        stream.flush()


def _silent(n: int = 1, label: str = "") -> None:
    """Count nothing."""


def _advancer(progress: Progress, task: TaskID, fitted: Callable[[str], str]) -> Advance:
    def advance(n: int = 1, label: str = "") -> None:
        if label:
            progress.update(task, description=fitted(label))
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
        """Steps a second and the time left, short enough for a narrow terminal."""

        max_refresh = 0.5

        def render(self, task: Task) -> Text:
            # Drawn in another thread, whose context has another language.
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
        # Standard output carries results and must not be routed through the bar's stream.
        redirect_stdout=False,
        redirect_stderr=False,
        expand=True,
    )


def rate_text(speed: float | None, seconds_left: float | None, unit: str) -> str:
    """Return rate (steps a second) and time left as text; None while they are unknown."""
    rate = "" if speed is None else f"{format_number(speed, 0 if speed >= 10 else 1)} {unit}/s"
    if seconds_left is None:
        return rate
    minutes, seconds = divmod(round(seconds_left), 60)
    left = _("{time} left").format(time=f"{minutes}:{seconds:02d}")
    return f"{rate}, {left}" if rate else left
