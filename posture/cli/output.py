"""What the commands say, on whatever can be written to: a stream may know few characters."""

from __future__ import annotations

import click

from posture.language import gettext as _


def shown(text: object) -> str:
    """Return a text of one line, such as a path, without characters that would act on a terminal."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in str(text))


def tell(line: str, *, err: bool = False) -> None:
    """Print a line; characters that the stream does not know are written as their numbers."""
    try:
        click.echo(line, err=err)
    except UnicodeEncodeError:
        click.echo(line.encode("ascii", "backslashreplace").decode(), err=err)


def say(line: str) -> None:
    """Print a line beside the output, on standard error."""
    tell(line, err=True)


def results_line(path: object) -> str:
    """Return the line that says where the results are."""
    return _("Results: {path}").format(path=shown(path))
