"""``posture history``: one runner's analyses over dates."""

from __future__ import annotations

from pathlib import Path

import click

from posture.cli.language import LANG_OPTION
from posture.cli.options import NonEmptyPath, json_option, out_option, quiet_option
from posture.cli.output import check_json_file, print_err, print_out, results_line, sanitise, write_json
from posture.language import gettext as _
from posture.language import gettext_noop, language


@click.command(
    short_help=gettext_noop("Follow one runner over weeks and months."),
    help=gettext_noop(
        "Show how one runner's back has changed over time, from all results in FOLDER and its "
        "subfolders.\n\n"
        "Writes history.html into FOLDER: tilt and arch over time, the changes that are real, and a link "
        "to each report. Runners are kept apart by the --name of their analyses, or by their folders."
    ),
)
@click.argument("folder", type=NonEmptyPath(path_type=Path))
@out_option(gettext_noop("Folder for the page [FOLDER]."))
@json_option(gettext_noop("Write only the history, to FILE or (-) to standard output."))
@click.option("--runner", metavar="NAME", help=gettext_noop("Only this runner."))
@click.option("--together", is_flag=True, help=gettext_noop("Take all results in FOLDER for one runner's."))
@LANG_OPTION
@quiet_option(gettext_noop("Print one sentence only: what has changed."))
def history(
    folder: Path, out: Path | None, json_file: str | None, runner: str | None, together: bool, quiet: bool
) -> None:
    """Write the page of each runner, and print what changed."""
    from posture.analysis.history import (
        by_runner,
        check_only_runner,
        find_analyses,
        history_of,
        no_analysis,
        runners_results,
    )
    from posture.output.history import save_history
    from posture.report.text.console import make_console
    from posture.report.text.history import overall_sentence, render_history

    found, unreadable = find_analyses(folder)
    inputs = [*(folder / one.path for one in found), *(Path(error.where) for error in unreadable if error.where)]
    check_json_file(json_file, inputs)
    for error in unreadable:
        print_err(f"posture: {error}")
    if not found:
        raise no_analysis(folder)
    groups = {"": found} if together else by_runner(found)
    if runner is not None:
        groups = {runner: runners_results(groups, runner)}
    elif json_file is not None:
        check_only_runner(groups, folder, "--runner NAME")
    pages = out or (folder if json_file is None else None)
    for name, results in groups.items():
        one = history_of(results, name or None)
        page = None
        if pages is not None:
            page = save_history(one, folder, pages, language(), is_only=len(groups) == 1)
        if not write_json(one.to_json(), json_file):
            continue
        if len(groups) == 1:
            render_history(one, make_console(), quiet=quiet)
        else:
            who = name or _("A runner without a name")
            print_out(sanitise(f"{who}: {overall_sentence(one)}"))
        if not quiet:
            print_out(results_line(page or json_file))
