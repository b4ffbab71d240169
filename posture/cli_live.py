"""``posture live``: the check with a camera, while running."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from posture.cli_language import LANG_OPTION
from posture.language import mark

if TYPE_CHECKING:
    from posture.watch import ModelName


@click.command(
    short_help=mark("Watch your back with a camera, while you run."),
    help=mark(
        "Watch your back while you run on a treadmill: SOURCE is the number of a camera [0], an address such as "
        "http://phone:8080/video or rtsp://..., a video file, or a folder of numbered images.\n\n"
        "Set the camera up at the side, level, at hip height, the whole body in the picture. It starts by itself when "
        "the view is good. Stand still for five seconds first: then the verdict rests on the change from your own "
        "posture. A hollow back that is held over several strides gives a gentle tone. Nothing leaves this machine."
    ),
)
@click.argument("source", default="0")
@click.option(
    "--no-window", is_flag=True, help=mark("Show it in the terminal; so it is without a screen, too.")
)
@click.option(
    "--record",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help=mark("Keep the session: its video, analysis.json and report.html."),
)
@click.option(
    "--baseline",
    type=click.Path(path_type=Path),
    metavar="STAND.mp4|ANALYSIS.json",
    help=mark("Your own standing posture, taken earlier by the same camera from the same place."),
)
@click.option(
    "--model",
    type=click.Choice(["lite", "full", "heavy"]),
    default="full",
    show_default=True,
    help=mark("Pose model: lite is faster, heavy slower; how they err: docs/models.md."),
)
@click.option("--mute", is_flag=True, help=mark("No sound."))
@click.option("--voice", is_flag=True, help=mark("Say it instead of a tone (needs the extra voice)."))
@click.option(
    "--no-mirror", is_flag=True, help=mark("Show the picture as the camera sees it, not as a mirror.")
)
@click.option("--full-screen", is_flag=True, help=mark("Fill the screen."))
@click.option(
    "--seconds", type=click.FloatRange(min=0.1), metavar="S", help=mark("End after so many seconds.")
)
@click.option(
    "--every-frame",
    is_flag=True,
    help=mark("Of a file: take each picture, as fast as it goes, instead of playing it."),
)
@click.option("-q", "--quiet", is_flag=True, help=mark("Without a window: only changes of the state."))
@LANG_OPTION
def live(
    source: str,
    no_window: bool,
    record: Path | None,
    baseline: Path | None,
    model: ModelName,
    mute: bool,
    voice: bool,
    no_mirror: bool,
    full_screen: bool,
    seconds: float | None,
    every_frame: bool,
    quiet: bool,
) -> None:
    """Run a session, and say at its end what was seen."""
    from posture.live.opencv import load_before_pyav

    load_before_pyav()
    from posture.live.run import Options, run_live

    options = Options(
        source=source,
        window=not no_window,
        record=record,
        baseline=baseline,
        model=model,
        mute=mute,
        voice=voice,
        mirror=not no_mirror,
        full_screen=full_screen,
        seconds=seconds,
        every_frame=every_frame,
        quiet=quiet,
    )
    for line in run_live(options, say=lambda line: click.echo(line, err=True)):
        click.echo(line)
