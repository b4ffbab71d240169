"""``posture compare``: compare two clips of one person."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from posture.cli.language import LANG_OPTION
from posture.cli.options import NonEmptyPath, json_option, model_option, out_option, quiet_option
from posture.cli.output import (
    can_draw_film,
    check_json_file,
    print_out,
    progress_bars,
    results_line,
    sanitise,
    write_json,
)
from posture.language import format_list, gettext_noop
from posture.language import gettext as _

if TYPE_CHECKING:
    from posture.types import PoseModel, Progress


@click.command(
    short_help=gettext_noop("Compare two clips of one person."),
    help=gettext_noop(
        "Show what changed from BEFORE to AFTER: two folders of results, analysis.json files or videos.\n\n"
        "Writes comparison.html: both films in step, both back lines drawn over each other, and the "
        "changes that are real. The results of a video go to NAME-posture, as with analyze; results that "
        "exist are used again.\n\n"
        "Film both runs from the same place, at the same speed."
    ),
)
@click.argument("before", type=NonEmptyPath(path_type=Path))
@click.argument("after", type=NonEmptyPath(path_type=Path))
@out_option(gettext_noop("Folder for the page [./AFTER-vs-BEFORE]."))
@json_option(gettext_noop("Write only the comparison, to FILE or (-) to standard output."))
@model_option(gettext_noop("Pose model for videos."))
@LANG_OPTION
@quiet_option(gettext_noop("Print one sentence only: what has changed."))
def compare(before: Path, after: Path, out: Path | None, json_file: str | None, model: PoseModel, quiet: bool) -> None:
    """Compare two clips, write the page, and print the changes."""
    from posture.analysis.compare_clips import analyses_of, comparison_of, read_or_open
    from posture.analysis.options import AnalysisOptions
    from posture.output.checks import check_not_an_input, check_writable
    from posture.output.comparison import default_comparison_dir, numbered_for, save_comparison
    from posture.output.names import COMPARISON, COMPARISON_PAGE
    from posture.report.text.comparison import render_comparison
    from posture.report.text.console import make_console

    clips = before, after
    folder = out or (default_comparison_dir(before, after) if json_file is None else None)
    if folder is not None:
        check_writable(folder)
        check_not_an_input([folder / COMPARISON, folder / COMPARISON_PAGE], clips)
    check_json_file(json_file, clips)
    made: list[Path] = []
    with progress_bars(quiet) as bar:
        if folder is not None:
            # Report a faulty clip before reading any frames; of two faulty ones, the first.
            for clip in clips:
                read_or_open(clip)
            places = [
                _place_of_results(clip, model, out or Path(), bar(title), bar(_("Drawing")))
                for clip, title in zip(clips, (_("Before"), _("After")), strict=True)
            ]
            before, after = (place for place, _is_new in places)
            made = [place for place, is_new in places if is_new]
        analyses = analyses_of(before, after, AnalysisOptions(model), (bar(_("Before")), bar(_("After"))))
    comparison = comparison_of(*analyses, paths=(str(clips[0]), str(clips[1])))
    if folder is not None:
        folder = folder if out is not None else numbered_for(folder, comparison)
        save_comparison(comparison, analyses, (before, after), folder)
    if write_json(comparison.to_json(), json_file):
        render_comparison(comparison, make_console(), quiet=quiet)
        if made and not quiet:
            print_out(_("Results of the clips: {folders}").format(folders=format_list(map(sanitise, made))))
        if not quiet:
            print_out(results_line(json_file if folder is None else folder / COMPARISON_PAGE))


def _place_of_results(
    clip: Path, model: PoseModel, below: Path, progress: Progress, drawing: Progress
) -> tuple[Path, bool]:
    """Return where a clip's results are, and whether they were made just now because there were none."""
    from posture.analysis.pipeline import examine
    from posture.comparison.baseline import find_analysis_file
    from posture.output.checks import check_folder, choose_out_dir
    from posture.output.comparison import existing_results
    from posture.output.save import save

    known = (
        clip
        if find_analysis_file(clip) is not None
        else existing_results(clip, model) or existing_results(clip, model, below)
    )
    if known is not None:
        return known, False
    folder = choose_out_dir(clip, below)
    check_folder(folder, (clip,))
    film = can_draw_film()
    save(examine(clip, model=model, progress=progress), folder, film=film, video_progress=drawing)
    return folder, True
