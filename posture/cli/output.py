"""Output of the commands: lines, JSON and progress bars."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TextIO

import click

from posture.language import gettext as _


def sanitise(text: object) -> str:
    """Return a text, such as a path, as one line without characters that control the terminal."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in str(text))


def print_out(line: str, *, err: bool = False) -> None:
    """Print a line to standard output; characters that it cannot encode are escaped."""
    try:
        click.echo(line, err=err)
    except UnicodeEncodeError:
        click.echo(line.encode("ascii", "backslashreplace").decode(), err=err)


def print_err(line: str) -> None:
    """Print a line to standard error."""
    print_out(line, err=True)


def results_line(path: object) -> str:
    """Return the line that names the place of the results."""
    return _("Results: {path}").format(path=sanitise(path))


def check_json_file(json_file: str | None, inputs: Iterable[Path | None]) -> None:
    """Check that the file of ``--json``, if it is one, can be written and is no input."""
    from posture.output.checks import check_not_an_input, check_target

    if json_file not in (None, "-"):
        check_target(json_file)
        check_not_an_input([json_file], inputs)


def write_json(text: str, json_file: str | None) -> bool:
    """Write a result as ``--json`` asks, if it does; return whether to print the report too."""
    from posture.output.files import write_text

    if json_file == "-":
        click.echo(text, nl=False)
        return False
    if json_file is not None:
        write_text(Path(json_file), text)
    return True


@contextmanager
def progress_bars(quiet: bool, waiting: str = "") -> Iterator[Callable[[str], Callable[[int, int], None]]]:
    """Yield a factory of progress functions, which takes the label of a bar.

    A bar is drawn on a terminal only, as soon as the expected number of frames is known, and replaces the one before.
    Until then `waiting` is shown.
    """
    from posture.report.text.progress import progress_bar, waiting_line

    with _own_stderr() as stream, ExitStack() as stack:
        stack.enter_context(waiting_line(waiting, quiet=quiet, file=stream))
        advance: list[Callable[[int], None]] = []

        def labelled(label: str) -> Callable[[int, int], None]:
            def progress(done: int, expected: int) -> None:
                if done == 1:
                    # A second pass over the clip has a bar of its own.
                    stack.close()
                    bar = progress_bar(expected or None, label=label, quiet=quiet, file=stream)
                    advance[:] = [stack.enter_context(bar)]
                advance[0](1)

            return progress

        yield labelled


@contextmanager
def _own_stderr() -> Iterator[TextIO | None]:
    """Yield standard error under a descriptor of its own; None where it has no descriptor.

    The usual one points to nowhere for moments, while another thread keeps MediaPipe from writing its log to it.
    """
    try:
        descriptor = os.dup(sys.stderr.fileno())
    except (AttributeError, OSError, ValueError):
        yield None
        return
    with os.fdopen(descriptor, "w", encoding=sys.stderr.encoding, errors=sys.stderr.errors) as stream:
        yield stream


def can_draw_film() -> bool:
    """Return whether the annotated video can be written; say why not."""
    from posture.video import can_write

    if not can_write():
        print_err(
            _(
                "posture: annotated.mp4 is left out, because the installed PyAV has no H.264 encoder. "
                "Reinstall it with: pip install --force-reinstall av"
            )
        )
    return can_write()
