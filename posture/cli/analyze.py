"""``posture analyze``: analyse a recorded clip."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from posture.cli.language import LANG_OPTION
from posture.cli.options import (
    BLUR_OPTION,
    MODEL_OPTION,
    ROLL_OPTION,
    ROTATE_OPTION,
    ExportOptions,
    NonEmptyPath,
    export_options,
)
from posture.cli.output import check_json_file, print_err, print_out, progress_bars, results_line, write_json
from posture.language import format_list, gettext_noop
from posture.language import gettext as _

if TYPE_CHECKING:
    from posture.video import FrameStore


@click.command(
    short_help=gettext_noop("Analyse a recorded jog video."),
    help=gettext_noop(
        "Analyse a recorded jog VIDEO (a file, or a folder of numbered images).\n\n"
        "The standing clip for --baseline: stand relaxed for 3 seconds or more, the arms slightly forward so that the "
        "outline of the back is free; same camera, same place, same distance, facing the same way. Then run without "
        "touching the camera. An earlier run's analysis.json shows what has changed since."
    ),
)
@click.argument("video", type=NonEmptyPath(path_type=Path))
@click.option(
    "--out",
    type=NonEmptyPath(path_type=Path),
    metavar="DIR",
    help=gettext_noop("Where the results go [./NAME-posture]."),
)
@click.option(
    "--json",
    "json_file",
    type=NonEmptyPath(path_type=str),
    metavar="FILE|-",
    help=gettext_noop("Write only analysis.json, to FILE or to standard output."),
)
@MODEL_OPTION
@click.option("--start", type=float, metavar="S", help=gettext_noop("Begin at this second of the clip."))
@click.option("--end", type=float, metavar="S", help=gettext_noop("Stop at this second of the clip."))
@click.option(
    "--slow-motion",
    type=float,
    metavar="N",
    help=gettext_noop("The clip plays N times slower than life [as the file states, else 1]."),
)
@click.option(
    "--person",
    default="largest",
    show_default=True,
    metavar="largest|N",
    help=gettext_noop("Which person, when several are seen."),
)
@click.option(
    "--baseline",
    type=NonEmptyPath(path_type=Path),
    metavar="STAND.mp4|ANALYSIS.json",
    help=gettext_noop(
        "Your own standing clip, or its results (the folder or its analysis.json): the verdict then rests on the "
        "change from it."
    ),
)
@click.option(
    "--name",
    callback=lambda _context, _option, value: (value or "").strip() or None,
    metavar="TEXT",
    help=gettext_noop("Name of the runner, for analysis.json and the head of the page."),
)
@ROTATE_OPTION
@ROLL_OPTION
@export_options
@LANG_OPTION
@click.option("--no-video", is_flag=True, help=gettext_noop("Do not draw annotated.mp4."))
@BLUR_OPTION
@click.option("-q", "--quiet", is_flag=True, help=gettext_noop("Only the verdict; no progress."))
def analyze(
    video: Path,
    out: Path | None,
    json_file: str | None,
    exports: ExportOptions,
    baseline: Path | None,
    no_video: bool,
    blur_face: bool,
    quiet: bool,
    person: str,
    **options: Any,
) -> None:
    """Analyse a clip, write the results, and print the verdict.

    ``options`` (model, start, end, slow_motion, rotate, roll and name) are passed on to `examine`.
    """
    if person != "largest" and not (person.isascii() and person.isdigit()):
        raise click.BadParameter(_("use largest or a number"), param_hint="--person")
    from posture.analysis.pipeline import examine
    from posture.output.checks import check_folder, default_out_dir
    from posture.output.save import save

    folder = out or (default_out_dir(video) if json_file is None else None)
    formats = exports.formats(writes=folder is not None)
    if folder is not None:
        check_folder(folder, (video, baseline))
    check_json_file(json_file, (video, baseline))
    with _frame_store(folder is not None and not no_video) as store, progress_bars(quiet) as bar:
        examination = examine(
            video,
            person=person,
            baseline=baseline,
            progress=bar(_("Analysing")),
            baseline_progress=bar(_("Baseline")),
            frame_store=store,
            **options,
        )
        if folder is not None:
            save(examination, folder, formats=formats, blur_faces=blur_face, video_progress=bar(_("Drawing")))
            if missing := [name for name in formats.names if not (folder / name).exists()]:
                line = _("Not written, because nothing was measured for it: {files}")
                print_err(line.format(files=format_list(missing)))
    if write_json(examination.analysis.to_json(), json_file):
        from posture.report.text.analysis import render_analysis
        from posture.report.text.console import make_console

        render_analysis(examination.analysis, make_console(), quiet=quiet)
        if not quiet:
            print_out(results_line(folder if folder is not None else json_file))


def _frame_store(draws_video: bool) -> AbstractContextManager[FrameStore | None]:
    """Return a store for the frames of the annotated video; of None when it is not or cannot be drawn."""
    if draws_video:
        from posture.video import FrameStore, can_write

        if can_write():
            return FrameStore()
        print_err(
            _(
                "posture: annotated.mp4 is left out, because the installed PyAV has no H.264 encoder. "
                "Reinstall it with: pip install --force-reinstall av"
            )
        )
    return nullcontext()
