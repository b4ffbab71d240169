"""``posture live``: check the posture with a camera, while running."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from posture.cli.language import LANG_OPTION
from posture.cli.options import (
    AUTO_BASELINE_OPTION,
    ROLL_OPTION,
    ROTATE_OPTION,
    NonEmptyPath,
    check_finite,
    model_option,
    packed,
    quiet_option,
)
from posture.cli.output import print_err, print_out
from posture.language import gettext as _
from posture.language import gettext_noop

if TYPE_CHECKING:
    from posture.coach.plan import ExerciseId


@dataclass(frozen=True)
class _CoachOptions:
    """Values of ``--coach`` and of the options that go with it."""

    coach: ExerciseId | None
    no_camera: bool
    sets: int | None
    hold: float | None
    rest: float | None

    def check(self, baseline: Path | None) -> None:
        """Reject options of the coach without it, and a baseline with it."""
        if self.coach is None:
            for name in ("no_camera", "sets", "hold", "rest"):
                value = getattr(self, name)
                if value is not None and value is not False:
                    raise click.UsageError(
                        _("{option} works only with --coach.").format(option=f"--{name.replace('_', '-')}")
                    )
        elif baseline is not None:
            raise click.UsageError(_("--baseline and --coach do not go together."))


@click.command(
    short_help=gettext_noop("Watch your back by camera while you run."),
    help=gettext_noop(
        "Watch your back while you run on a treadmill. SOURCE is a camera's number [0], an address "
        "(http://phone:8080/video, rtsp://...), a video file, or a folder of numbered images.\n\n"
        "Put the camera at your side, level, at hip height, with your whole body in the picture. Keep "
        "handrails out of the view and the light behind the camera. Take off pack and hood, tie up long "
        "hair. Measuring starts by itself when the view is good. First stand still for five seconds: "
        "your run is then compared with how you stand. A soft tone reminds you when a hollow back lasts "
        "several strides. Nothing leaves this computer.\n\n"
        "With --coach it guides you through an exercise: steps, seconds, sets, and tips where the camera "
        "sees enough. --no-camera leaves the camera out and just keeps time."
    ),
)
@click.argument("source", default="0")
@click.option("--no-window", is_flag=True, help=gettext_noop("Run in the terminal, as it does without a screen."))
@click.option(
    "--record",
    type=NonEmptyPath(path_type=Path),
    metavar="DIR",
    help=gettext_noop("Keep the session in DIR: video, analysis.json and report.html."),
)
@click.option(
    "--baseline",
    type=NonEmptyPath(path_type=Path),
    metavar="STAND.mp4|ANALYSIS.json",
    help=gettext_noop("Your standing clip or its results, filmed earlier by the same camera from the same place."),
)
@AUTO_BASELINE_OPTION
@model_option(gettext_noop("Pose model [full, or lite where this computer is too slow for it]."), None)
@ROTATE_OPTION
@ROLL_OPTION
@click.option(
    "--coach",
    type=click.Choice(["towel", "crossing", "core"]),
    help=gettext_noop("Guide you through an exercise: towel, crossing or core."),
)
@click.option("--no-camera", is_flag=True, help=gettext_noop("Coach: a guided timer, without a camera."))
@click.option(
    "--sets",
    type=click.IntRange(1, 20),
    metavar="N",
    help=gettext_noop("Coach: number of sets [the smallest that the exercise names]."),
)
@click.option(
    "--hold",
    type=click.FloatRange(1.0, 600.0),
    callback=check_finite,
    metavar="S",
    help=gettext_noop("Coach: seconds for each set, side and move [the shortest that the exercise names]."),
)
@click.option(
    "--rest",
    type=click.FloatRange(0.0, 600.0),
    callback=check_finite,
    metavar="S",
    help=gettext_noop("Coach: seconds to get ready, to change sides and between sets [15, 8 and 30]."),
)
@click.option("--mute", is_flag=True, help=gettext_noop("No sound."))
@click.option("--voice", is_flag=True, help=gettext_noop("Speak instead of playing a tone (needs the extra voice)."))
@click.option("--no-mirror", is_flag=True, help=gettext_noop("Do not mirror the picture of this computer's camera."))
@click.option(
    "--full-screen/--windowed", default=True, help=gettext_noop("Fill the screen [the default], or use a window.")
)
@click.option(
    "--seconds",
    type=click.FloatRange(min=0.1),
    callback=check_finite,
    metavar="S",
    help=gettext_noop("End after this many seconds."),
)
@click.option(
    "--every-frame",
    is_flag=True,
    help=gettext_noop("For a file: analyse every picture, as fast as possible, instead of playing it."),
)
@quiet_option(gettext_noop("Without a window: print only what changes."))
@LANG_OPTION
@packed("coach_options", _CoachOptions)
def live(
    source: str, baseline: Path | None, coach_options: _CoachOptions, no_window: bool, no_mirror: bool, **options: Any
) -> None:
    """Run a session, and print its summary.

    ``options`` are the other fields of `posture.live.run.LiveOptions`.
    """
    coach_options.check(baseline)
    from posture.live.screen import load_opencv_before_pyav

    load_opencv_before_pyav()
    from posture.live.run import LiveOptions, run_live

    live_options = LiveOptions(source, baseline=baseline, window=not no_window, mirror=not no_mirror, **options)
    lines: Iterable[str]
    if coach_options.coach is None:
        lines = run_live(live_options, notify=print_err)
    else:
        from posture.live.coach.run import CoachOptions, run_coach

        coach = CoachOptions(
            coach_options.coach,
            live_options,
            camera=not coach_options.no_camera,
            sets=coach_options.sets,
            hold_s=coach_options.hold,
            pause_s=coach_options.rest,
        )
        lines = run_coach(coach, notify=print_err)
    for line in lines:
        print_out(line)
