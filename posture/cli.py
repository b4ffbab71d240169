"""The command line: parses options, calls `posture.analyze`, shows the result.

Heavy libraries are imported inside the commands, so that ``posture --help`` answers at once.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from posture.cli_batch import batch
from posture.cli_export import asked_formats, export_options, not_written
from posture.cli_language import LANG_OPTION, asked_language, everything_speaks, spoken
from posture.cli_live import live
from posture.cli_output import say, shown, tell
from posture.cli_values import Name
from posture.errors import PostureError, UsageError
from posture.language import gettext as _
from posture.language import language, mark
from posture.version import __version__

if TYPE_CHECKING:
    from posture.video import Spool

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class Commands(click.Group):
    """Speaks the user's language, and turns errors that concern them into one line and the documented exit code."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command with its help in the active language."""
        command = super().get_command(ctx, cmd_name)
        return None if command is None else spoken(command)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run; exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted."""
        arguments = list(sys.argv[1:] if args is None else args)
        with everything_speaks(asked_language(arguments)):
            # A copy, since click keeps the help option that it makes, and its language.
            told = spoken(self)
            if standalone_mode:
                told._run(arguments, prog_name, complete_var, **extra)
            return super(Commands, told).main(
                arguments, prog_name, complete_var, standalone_mode=False, **extra
            )

    def _run(
        self, arguments: list[str], prog_name: str | None, complete_var: str | None, **extra: Any
    ) -> NoReturn:
        try:
            result = super().main(arguments, prog_name, complete_var, standalone_mode=False, **extra)
        except PostureError as error:
            say(f"posture: {error}")
            sys.exit(2 if isinstance(error, UsageError) else 1)
        except click.exceptions.Abort:
            stopped = _("interrupted, nothing half-written is left")
            say(f"posture: {stopped}")
            sys.exit(130)
        except click.ClickException as error:
            error.show()
            sys.exit(error.exit_code)
        except BrokenPipeError:
            _leave_quietly()
        except OSError as error:
            # What the rooms do not foresee: a disk that fails while a clip is read, a full disk behind ``> FILE``.
            where = f"{error.filename}: " if error.filename else ""
            advice = _("Check the disk, and where the output goes.")
            say(shown(f"posture: {where}{error.strerror or error}. {advice}"))
            _forget_output()
            sys.exit(1)
        except MemoryError:
            full = _("the machine's memory is full. Analyse a shorter part with --start and --end.")
            say(f"posture: {full}")
            sys.exit(1)
        sys.exit(result if isinstance(result, int) else 0)


@click.group(
    cls=Commands,
    context_settings=CONTEXT,
    help=mark(
        "Measure pelvic tilt and lumbar arch from a side-view running video.\n\n"
        "Film from the side, camera level at hip height, the whole body in the picture, for at least 10 strides. "
        "Nothing leaves this machine. Not a medical device."
    ),
)
@LANG_OPTION
@click.version_option(__version__, prog_name="posture", help=mark("Show the version and exit."))
def cli() -> None:
    """Stand for all commands."""


cli.add_command(batch)
cli.add_command(live)


@cli.command(
    short_help=mark("Analyse a recorded jog video."),
    help=mark(
        "Analyse a recorded jog VIDEO (a file, or a folder of numbered images).\n\n"
        "The standing clip for --baseline: stand relaxed for 3 seconds or more, the arms slightly forward so that the "
        "outline of the back is free; same camera, same place, same distance, facing the same way. Then run without "
        "touching the camera. An earlier run's analysis.json shows what has changed since."
    ),
)
@click.argument("video", type=Name(path_type=Path))
@click.option(
    "--out", type=Name(path_type=Path), metavar="DIR", help=mark("Where the results go [./NAME-posture].")
)
@click.option(
    "--json",
    "json_file",
    type=Name(path_type=str),
    metavar="FILE|-",
    help=mark("Write only analysis.json, to FILE or to standard output."),
)
@click.option(
    "--model",
    type=click.Choice(["lite", "full", "heavy"]),
    default="full",
    show_default=True,
    help=mark("Pose model: lite is faster, heavy slower; how they err: docs/models.md."),
)
@click.option("--start", type=float, metavar="S", help=mark("Begin at this second of the clip."))
@click.option("--end", type=float, metavar="S", help=mark("Stop at this second of the clip."))
@click.option(
    "--slow-motion",
    type=float,
    default=1.0,
    metavar="N",
    help=mark("The clip plays N times slower than life."),
)
@click.option(
    "--person",
    default="largest",
    show_default=True,
    metavar="largest|N",
    help=mark("Which person, when several are seen."),
)
@click.option(
    "--baseline",
    type=Name(path_type=Path),
    metavar="STAND.mp4|ANALYSIS.json",
    help=mark("Your own standing clip, or its analysis.json: the verdict then rests on the change from it."),
)
@export_options
@LANG_OPTION
@click.option("--no-video", is_flag=True, help=mark("Do not draw annotated.mp4."))
@click.option(
    "--blur-face",
    is_flag=True,
    help=mark("Make the heads of everybody found unrecognisable, in the film and in all pictures."),
)
@click.option("-q", "--quiet", is_flag=True, help=mark("Only the verdict; no progress."))
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
    from posture.analysis import examine
    from posture.report.files import check_spared, check_target, default_out_dir, write_text
    from posture.report.terminal import make_console, render
    from posture.results import check_folder, save

    folder = out or (default_out_dir(video) if json_file is None else None)
    formats = asked_formats(
        parquet=parquet, opensim=opensim, height=height, movement=movement, writes=folder is not None
    )
    if folder is not None:
        check_folder(folder, (video, baseline))
    if json_file not in (None, "-"):
        check_target(json_file)
        check_spared([json_file], (video, baseline))
    with _pictures(folder is not None and not no_video) as spool, _progress(quiet) as bar:
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
            save(found, folder, formats=formats, blur_faces=blur_face, film_progress=bar(_("Drawing")))
            if (line := not_written(formats, folder)) is not None:
                say(line)
    text = found.analysis.to_json()
    if json_file == "-":
        click.echo(text, nl=False)
        return
    if json_file is not None:
        write_text(Path(json_file), text)
    render(found.analysis, make_console(), quiet=quiet)
    if not quiet:
        tell(_results(folder if folder is not None else json_file))


@cli.command(
    short_help=mark("Compare two clips of one person."),
    help=mark(
        "Say what changed from BEFORE to AFTER: two analysis.json, two videos, or one of each.\n\n"
        "Each measure with its change, its interval, and whether it is a real change or within the noise. Film both "
        "from the same place, at the same speed."
    ),
)
@click.argument("before", type=Name(path_type=Path))
@click.argument("after", type=Name(path_type=Path))
@click.option(
    "--json",
    "json_file",
    type=Name(path_type=str),
    metavar="FILE|-",
    help=mark("Write the comparison to FILE, or only it to standard output."),
)
@click.option(
    "--model",
    type=click.Choice(["lite", "full", "heavy"]),
    default="full",
    show_default=True,
    help=mark("Pose model for videos."),
)
@LANG_OPTION
@click.option("-q", "--quiet", is_flag=True, help=mark("Only what changed, in one sentence; no progress."))
def compare(before: Path, after: Path, json_file: str | None, model: str, quiet: bool) -> None:
    """Compare two clips, and show what changed."""
    from posture.comparing import compare as compare_clips
    from posture.report.files import check_spared, check_target, write_text
    from posture.report.terminal import make_console, render_comparison

    if json_file not in (None, "-"):
        check_target(json_file)
        check_spared([json_file], (before, after))
    with _progress(quiet) as bar:
        found = compare_clips(
            before,
            after,
            model=model,  # type: ignore[arg-type]
            progress=bar(_("Before")),
            progress_after=bar(_("After")),
            lang=language(),
        )
    text = found.to_json()
    if json_file == "-":
        click.echo(text, nl=False)
        return
    if json_file is not None:
        write_text(Path(json_file), text)
    render_comparison(found, make_console(), quiet=quiet)
    if json_file is not None and not quiet:
        tell(_results(json_file))


@cli.command(help=mark("List the exercises, or show the one called NAME in full."))
@click.argument("name", required=False)
@LANG_OPTION
def exercises(name: str | None) -> None:
    """Show the library or one exercise."""
    from posture.exercises.library import find, load_library
    from posture.report.terminal import make_console, render_exercise, render_library

    if name is None:
        render_library(load_library(), make_console())
    else:
        render_exercise(find(name), make_console())


@cli.command(help=mark("Say what this machine has: models, codecs, camera, versions."))
@click.option("--json", "as_json", is_flag=True, help=mark("Machine-readable, to standard output."))
@LANG_OPTION
def doctor(as_json: bool) -> int:
    """Show what this machine has."""
    import json

    from posture.doctor import examine, to_dict
    from posture.report.terminal import make_console, render_doctor

    checks = examine()
    if as_json:
        click.echo(json.dumps(to_dict(checks), indent=2))
    else:
        render_doctor(checks, make_console())
    return 1 if any(check.state == "fail" for check in checks) else 0


@contextmanager
def _pictures(wanted: bool) -> Iterator[Spool | None]:
    """Yield what keeps the clip's pictures for the film; None when there is to be none, or none can be written."""
    if not wanted:
        yield None
        return
    from posture.video import Spool, can_write

    if not can_write():
        say(
            _(
                "posture: annotated.mp4 is left out, because the installed PyAV has no H.264 encoder. "
                "Reinstall it with: pip install --force-reinstall av"
            )
        )
        yield None
        return
    with Spool() as spool:
        yield spool


@contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[str], Callable[[int, int], None]]]:
    """Yield what makes progress functions: one for each label.

    Each draws a bar on a terminal once the expected number of frames is known, in the place of the one before.
    """
    from contextlib import ExitStack

    from posture.report.progress import progress_bar

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


def _results(path: object) -> str:
    return _("Results: {path}").format(path=shown(path))


def _leave_quietly() -> None:
    """Whoever read our output has gone: no word about it."""
    _forget_output()
    sys.exit(1)


def _forget_output() -> None:
    """Keep the interpreter from failing once more when it writes the rest of the output at exit."""
    import os

    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
