"""``posture analyze``: one recorded clip."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from posture.cli.language import LANG_OPTION
from posture.cli.options import (
    BLUR_OPTION,
    MODEL_OPTION,
    NonEmptyPath,
    export_formats,
    export_options,
    missing_files_line,
)
from posture.cli.output import print_err, print_out, progress_bars, results_line
from posture.language import gettext as _
from posture.language import gettext_noop

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
    default=1.0,
    metavar="N",
    help=gettext_noop("The clip plays N times slower than life."),
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
        "Your own standing clip, or its analysis.json: the verdict then rests on the change from it."
    ),
)
@export_options
@LANG_OPTION
@click.option("--no-video", is_flag=True, help=gettext_noop("Do not draw annotated.mp4."))
@BLUR_OPTION
@click.option("-q", "--quiet", is_flag=True, help=gettext_noop("Only the verdict; no progress."))
def analyze(
    video: Path,
    out: Path | None,
    json_file: str | None,
    model: str,
    start: float | None,
    end: float | None,
    slow_motion: float,
    person: str,
    baseline: Path | None,
    parquet: bool,
    opensim: bool,
    height: float | None,
    movement: bool,
    no_video: bool,
    blur_face: bool,
    quiet: bool,
) -> None:
    """Analyse a clip, write what was found, and show it."""
    if person != "largest" and not (person.isascii() and person.isdigit()):
        raise click.BadParameter(_("use largest or a number"), param_hint="--person")
    from posture.analysis.examine import examine
    from posture.output.checks import check_folder, check_not_an_input, check_target, default_out_dir
    from posture.output.files import write_text
    from posture.output.folder import save
    from posture.report.text.analysis import render_analysis
    from posture.report.text.console import make_console

    folder = out or (default_out_dir(video) if json_file is None else None)
    formats = export_formats(
        parquet=parquet, opensim=opensim, height=height, movement=movement, writes=folder is not None
    )
    if folder is not None:
        check_folder(folder, (video, baseline))
    if json_file not in (None, "-"):
        check_target(json_file)
        check_not_an_input([json_file], (video, baseline))
    with _pictures(folder is not None and not no_video) as spool, progress_bars(quiet) as bar:
        found = examine(
            video,
            model=model,  # type: ignore[arg-type]
            start=start,
            end=end,
            slow_motion=slow_motion,
            person=person,
            baseline=baseline,
            progress=bar(_("Analysing")),
            baseline_progress=bar(_("Baseline")),
            spool=spool,
        )
        if folder is not None:
            save(found, folder, formats=formats, blur_faces=blur_face, video_progress=bar(_("Drawing")))
            if (line := missing_files_line(formats, folder)) is not None:
                print_err(line)
    text = found.analysis.to_json()
    if json_file == "-":
        click.echo(text, nl=False)
        return
    if json_file is not None:
        write_text(Path(json_file), text)
    render_analysis(found.analysis, make_console(), quiet=quiet)
    if not quiet:
        print_out(results_line(folder if folder is not None else json_file))


@contextmanager
def _pictures(wanted: bool) -> Iterator[FrameStore | None]:
    """Yield what keeps the clip's pictures for the film; None when there is to be none, or none can be written."""
    if not wanted:
        yield None
        return
    from posture.video import FrameStore, can_write

    if not can_write():
        print_err(
            _(
                "posture: annotated.mp4 is left out, because the installed PyAV has no H.264 encoder. "
                "Reinstall it with: pip install --force-reinstall av"
            )
        )
        yield None
        return
    with FrameStore() as spool:
        yield spool
