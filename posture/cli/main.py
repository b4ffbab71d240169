"""Root command: language of the texts, errors and exit codes.

Heavy libraries are imported inside the commands, so that ``posture --help`` answers at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from itertools import takewhile
from typing import Any, NoReturn

import click

from posture.cli.analyze import analyze
from posture.cli.app import app
from posture.cli.batch import batch
from posture.cli.compare import compare
from posture.cli.doctor import doctor
from posture.cli.exercises import exercises
from posture.cli.history import history
from posture.cli.language import LANG_OPTION, language_of_arguments, translate_command, use_cli_language
from posture.cli.live import live
from posture.cli.output import print_err, sanitise
from posture.errors import PostureError, UsageError
from posture.language import gettext as _
from posture.language import gettext_noop
from posture.output.names import VIDEO_SUFFIXES
from posture.system_libraries import missing_library
from posture.version import __version__

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


class Commands(click.Group):
    """Command group that translates its texts and turns errors into one line and an exit code.

    A clip in place of a command's name means ``analyze``, several mean ``batch``.
    """

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the name of the command that was asked for, the command, and its arguments."""
        if self.get_command(ctx, args[0]) is None and _is_clip(args[0]):
            paths = list(takewhile(lambda argument: not argument.startswith("-"), args))
            args = ["analyze" if len(paths) == 1 else "batch", *args]
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command with its help in the active language."""
        command = super().get_command(ctx, cmd_name)
        return None if command is None else translate_command(command)

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
        with use_cli_language(language_of_arguments(arguments)):
            # A copy, since click caches the help option with its language.
            group = translate_command(self)
            if standalone_mode:
                group._run(arguments, prog_name, complete_var, **extra)
            return super(Commands, group).main(arguments, prog_name, complete_var, standalone_mode=False, **extra)

    def _run(self, arguments: list[str], prog_name: str | None, complete_var: str | None, **extra: Any) -> NoReturn:
        try:
            result = super().main(arguments, prog_name, complete_var, standalone_mode=False, **extra)
        except PostureError as error:
            print_err(f"posture: {error}")
            sys.exit(2 if isinstance(error, UsageError) else 1)
        except click.exceptions.Abort:
            message = _("interrupted; no half-written file is left")
            print_err(f"posture: {message}")
            sys.exit(130)
        except click.ClickException as error:
            error.show()
            sys.exit(error.exit_code)
        except BrokenPipeError:
            # The reader of our output is gone: exit silently.
            _discard_output()
            sys.exit(1)
        except (ImportError, OSError) as error:
            if (missing := missing_library(error)) is not None:
                print_err(f"posture: {missing}")
                sys.exit(1)
            if isinstance(error, ImportError):
                raise
            # Errors without an own message: a disk that fails while a clip is read, a full disk behind ``> FILE``.
            where = f"{error.filename}: " if error.filename else ""
            advice = _("Check the disk, and where the output goes.")
            print_err(sanitise(f"posture: {where}{error.strerror or error}. {advice}"))
            _discard_output()
            sys.exit(1)
        except MemoryError:
            message = _("the computer's memory is full. Analyse a shorter part with --start and --end.")
            print_err(f"posture: {message}")
            sys.exit(1)
        sys.exit(result if isinstance(result, int) else 0)


@click.group(
    cls=Commands,
    context_settings=CONTEXT,
    help=gettext_noop(
        "Measure pelvic tilt and lumbar arch from a side-view running video: posture jog.mp4\n\n"
        "Film from the side, camera level at hip height, the whole body in the picture, for at least 10 strides. "
        "Nothing leaves this machine. Not a medical device."
    ),
)
@LANG_OPTION
@click.version_option(__version__, prog_name="posture", help=gettext_noop("Show the version and exit."))
def cli() -> None:
    """Root command."""


for _command in (analyze, app, batch, compare, doctor, exercises, history, live):
    cli.add_command(_command)


def _is_clip(argument: str) -> bool:
    """Return whether an argument names a file or folder, or looks like one that is missing, and is no command."""
    if os.path.exists(argument) or os.sep in argument:  # noqa: PTH110 - Path.exists raises for a name that is too long
        return True
    return os.path.splitext(argument)[1].lower() in VIDEO_SUFFIXES  # noqa: PTH122


def _discard_output() -> None:
    """Keep the interpreter from failing again when it flushes standard output at exit."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
