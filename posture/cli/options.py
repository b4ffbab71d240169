"""Options that several commands share, and their types."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from posture.language import format_list, format_short_number, gettext_noop
from posture.language import gettext as _


def check_finite(_context: click.Context, _option: click.Parameter, value: float | None) -> float | None:
    """Refuse what is a number only by name."""
    if value is not None and not isfinite(value):
        raise click.BadParameter(_("{value} is no number to count with").format(value=value))
    return value


class NonEmptyPath(click.Path):
    """A path; an empty one, such as an unset shell variable gives, is wrong usage and not this folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path."""
        if not str(value):
            self.fail(_("the name is empty"), param, ctx)
        return super().convert(value, param, ctx)


MODEL_OPTION = click.option(
    "--model",
    type=click.Choice(["lite", "full", "heavy"]),
    default="full",
    show_default=True,
    help=gettext_noop("Pose model: lite is faster, heavy slower; how they err: docs/models.md."),
)
BLUR_OPTION = click.option(
    "--blur-face",
    is_flag=True,
    help=gettext_noop("Make the heads of everybody found unrecognisable, in the film and in all pictures."),
)


if TYPE_CHECKING:
    from posture.export.formats import Formats

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS = (
    click.option(
        "--parquet",
        is_flag=True,
        help=gettext_noop("Write the tables as Parquet too (needs the extra parquet)."),
    ),
    click.option(
        "--opensim",
        is_flag=True,
        help=gettext_noop("Write landmarks.trc and angles.mot for OpenSim, Pose2Sim and Sports2D."),
    ),
    click.option(
        "--height",
        type=float,
        metavar="M",
        help=gettext_noop("How tall the runner is, in metres: landmarks.trc is then in metres, not pixels."),
    ),
    click.option(
        "--movement",
        is_flag=True,
        help=gettext_noop("Write movement.nc for the Python package movement (needs the extra movement)."),
    ),
)


def export_options(command: Command) -> Command:
    """Give a command the options of exports: ``parquet``, ``opensim``, ``height`` and ``movement``."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def export_formats(
    *, parquet: bool, opensim: bool, height: float | None, movement: bool, writes: bool
) -> Formats:
    """Return what is exported.

    Parameters
    ----------
    parquet, opensim, height, movement
        The options.
    writes : bool
        Whether the command writes a folder of results at all.

    Raises
    ------
    click.UsageError
        When the options do not go together, or the height is nobody's.
    OptionError
        When a library is missing that an export needs.
    """
    from posture.export.formats import Formats
    from posture.thresholds import BODY_HEIGHT

    if height is not None:
        if not opensim:
            raise click.UsageError(_("--height goes with --opensim"))
        low, high = BODY_HEIGHT.least_m, BODY_HEIGHT.most_m
        if not low <= height <= high:
            raise click.BadParameter(
                _("use metres, {low} to {high}").format(
                    low=format_short_number(low), high=format_short_number(high)
                ),
                param_hint="--height",
            )
    formats = Formats(parquet=parquet, opensim=opensim, height_m=height, movement=movement)
    if formats.names and not writes:
        raise click.UsageError(_("with --json alone no files are written; name a folder for them with --out"))
    formats.check()
    return formats


def missing_files_line(formats: Formats, folder: Path) -> str | None:
    """Return a line that names the files asked for and not written; None when there are all."""
    missing = [name for name in formats.names if not (folder / name).exists()]
    if not missing:
        return None
    return _("Not written, because nothing was measured for it: {files}").format(files=format_list(missing))
