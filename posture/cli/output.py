"""What the commands print, and their progress bars."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import click

from posture.language import gettext as _


def sanitise(text: object) -> str:
    """Return a text of one line, such as a path, without characters that would act on a terminal."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in str(text))


def print_out(line: str, *, err: bool = False) -> None:
    """Print a line; characters that the stream does not know are written as their numbers."""
    try:
        click.echo(line, err=err)
    except UnicodeEncodeError:
        click.echo(line.encode("ascii", "backslashreplace").decode(), err=err)


def print_err(line: str) -> None:
    """Print a line beside the output, on standard error."""
    print_out(line, err=True)


def results_line(path: object) -> str:
    """Return the line that says where the results are."""
    return _("Results: {path}").format(path=sanitise(path))


@contextmanager
def progress_bars(quiet: bool) -> Iterator[Callable[[str], Callable[[int, int], None]]]:
    """Yield what makes progress functions: one for each label.

    Each draws a bar on a terminal once the expected number of frames is known, in the place of the one before.
    """
    from posture.report.text.progress import progress_bar

    with ExitStack() as stack:
        advance: list[Callable[[int], None]] = []

        def labelled(label: str) -> Callable[[int, int], None]:
            def progress(done: int, expected: int) -> None:
                if done == 1:
                    # A second pass over the clip has a bar of its own.
                    stack.close()
                    bar = progress_bar(expected or None, label=label, quiet=quiet)
                    advance[:] = [stack.enter_context(bar)]
                advance[0](1)

            return progress

        yield labelled
