"""``posture exercises``: list the exercises, or explain one."""

from __future__ import annotations

import click

from posture.cli.language import LANG_OPTION
from posture.language import gettext_noop


@click.command(help=gettext_noop("List the exercises, or show the one called NAME in full."))
@click.argument("name", required=False)
@LANG_OPTION
def exercises(name: str | None) -> None:
    """Print the library or one exercise."""
    from posture.exercises.library import find, load_library
    from posture.report.text.console import make_console
    from posture.report.text.exercises import render_exercise, render_library

    if name is None:
        render_library(load_library(), make_console())
    else:
        render_exercise(find(name), make_console())
