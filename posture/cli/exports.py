"""The options of ``posture analyze`` that ask for files for other programs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from posture.language import gettext as _
from posture.language import listed, mark, short_number

if TYPE_CHECKING:
    from posture.export.files import Formats

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS = (
    click.option(
        "--parquet",
        is_flag=True,
        help=mark("Write the tables as Parquet too (needs the extra parquet)."),
    ),
    click.option(
        "--opensim",
        is_flag=True,
        help=mark("Write landmarks.trc and angles.mot for OpenSim, Pose2Sim and Sports2D."),
    ),
    click.option(
        "--height",
        type=float,
        metavar="M",
        help=mark("How tall the runner is, in metres: landmarks.trc is then in metres, not pixels."),
    ),
    click.option(
        "--movement",
        is_flag=True,
        help=mark("Write movement.nc for the Python package movement (needs the extra movement)."),
    ),
)


def export_options(command: Command) -> Command:
    """Give a command the options of exports: ``parquet``, ``opensim``, ``height`` and ``movement``."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def asked_formats(
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
    from posture.export.files import Formats
    from posture.thresholds import BODY_HEIGHT

    if height is not None:
        if not opensim:
            raise click.UsageError(_("--height goes with --opensim"))
        low, high = (BODY_HEIGHT[end].value for end in ("least_m", "most_m"))
        if not low <= height <= high:
            raise click.BadParameter(
                _("use metres, {low} to {high}").format(low=short_number(low), high=short_number(high)),
                param_hint="--height",
            )
    formats = Formats(parquet=parquet, opensim=opensim, height_m=height, movement=movement)
    if formats.names and not writes:
        raise click.UsageError(_("with --json alone no files are written; name a folder for them with --out"))
    formats.check()
    return formats


def not_written(formats: Formats, folder: Path) -> str | None:
    """Return a line that names the files asked for and not written; None when there are all."""
    missing = [name for name in formats.names if not (folder / name).exists()]
    if not missing:
        return None
    return _("Not written, because nothing was measured for it: {files}").format(files=listed(missing))
