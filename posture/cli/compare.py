"""``posture compare``: compare two clips of one person."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from posture.cli.language import LANG_OPTION
from posture.cli.options import NonEmptyPath, model_option
from posture.cli.output import check_json_file, print_out, progress_bars, results_line, write_json
from posture.language import gettext as _
from posture.language import gettext_noop, language

if TYPE_CHECKING:
    from posture.types import PoseModel


@click.command(
    short_help=gettext_noop("Compare two clips of one person."),
    help=gettext_noop(
        "Say what changed from BEFORE to AFTER: two analysis.json, two videos, or one of each.\n\n"
        "Each measure with its change, its interval, and whether it is a real change or within the noise. Film both "
        "from the same place, at the same speed."
    ),
)
@click.argument("before", type=NonEmptyPath(path_type=Path))
@click.argument("after", type=NonEmptyPath(path_type=Path))
@click.option(
    "--json",
    "json_file",
    type=NonEmptyPath(path_type=str),
    metavar="FILE|-",
    help=gettext_noop("Write the comparison to FILE, or only it to standard output."),
)
@model_option(gettext_noop("Pose model for videos."))
@LANG_OPTION
@click.option("-q", "--quiet", is_flag=True, help=gettext_noop("Only what changed, in one sentence; no progress."))
def compare(before: Path, after: Path, json_file: str | None, model: PoseModel, quiet: bool) -> None:
    """Compare two clips, and print the changes."""
    from posture.analysis.compare_clips import compare as compare_clips
    from posture.report.text.comparison import render_comparison
    from posture.report.text.console import make_console

    check_json_file(json_file, (before, after))
    with progress_bars(quiet) as bar:
        comparison = compare_clips(
            before,
            after,
            model=model,
            progress=bar(_("Before")),
            progress_after=bar(_("After")),
            lang=language(),
        )
    if write_json(comparison.to_json(), json_file):
        render_comparison(comparison, make_console(), quiet=quiet)
        if json_file is not None and not quiet:
            print_out(results_line(json_file))
