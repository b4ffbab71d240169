"""Options that several commands share, and their types."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import wraps
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from posture.language import gettext as _
from posture.language import gettext_noop

if TYPE_CHECKING:
    from posture.export.formats import Formats

# A larger height is in centimetres.
LARGEST_METRES = 3.0

Command = TypeVar("Command", bound=Callable[..., Any])


def packed(name: str, kind: type) -> Callable[[Command], Command]:
    """Pass the options that are the fields of the dataclass ``kind`` to a command as one argument."""
    names = [field.name for field in fields(kind)]

    def decorate(command: Command) -> Command:
        @wraps(command)
        def call(**options: Any) -> Any:
            pack = kind(**{option: options.pop(option) for option in names})
            return command(**options, **{name: pack})

        return call  # type: ignore[return-value]

    return decorate


def check_finite(_context: click.Context, _option: click.Parameter, value: float | None) -> float | None:
    """Reject nan and inf."""
    if value is not None and not isfinite(value):
        raise click.BadParameter(_("{value} is not a finite number").format(value=value))
    return value


class NonEmptyPath(click.Path):
    """Path option that rejects "", the value of an unset shell variable, which would mean the current folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path."""
        if not str(value):
            self.fail(_("the name is empty"), param, ctx)
        return super().convert(value, param, ctx)


def seconds_of(text: str) -> float:
    """Return a time in a clip as seconds: ``12.5``, ``12,5`` or ``1:02.5``; the type of an option."""
    *larger, seconds = text.replace(",", ".").split(":")
    try:
        if len(larger) > 2 or any(not (part.isascii() and part.isdigit()) for part in larger):
            raise ValueError
        # The largest unit may be any number: 90:00 is an hour and a half.
        if any(not 0 <= float(part) < 60 for part in [*larger[1:], *([seconds] if larger else ())]):
            raise ValueError
        units = sum(int(part) * 60**power for power, part in enumerate(reversed(larger), start=1))
        return units + float(seconds)
    except ValueError:
        message = _("{value} is not a time; use seconds (12.5) or minutes and seconds (1:02.5)")
        raise click.BadParameter(message.format(value=text)) from None


def out_option(text: str) -> Callable[[Command], Command]:
    """Return the option ``--out`` of a command that writes a folder, with a help text."""
    return click.option("--out", type=NonEmptyPath(path_type=Path), metavar="DIR", help=text)


def json_option(text: str) -> Callable[[Command], Command]:
    """Return the option ``--json`` of a command that writes a record, with a help text."""
    return click.option("--json", "json_file", type=NonEmptyPath(path_type=str), metavar="FILE|-", help=text)


def quiet_option(text: str) -> Callable[[Command], Command]:
    """Return the option ``--quiet`` with a help text."""
    return click.option("-q", "--quiet", is_flag=True, help=text)


def slow_motion_option(text: str) -> Callable[[Command], Command]:
    """Return the option ``--slow-motion`` with a help text."""
    return click.option("--slow-motion", type=float, metavar="N", help=text)


def model_option(text: str, default: str | None = "full") -> Callable[[Command], Command]:
    """Return the option ``--model`` with a help text."""
    models = click.Choice(["lite", "full", "heavy"])
    return click.option("--model", type=models, default=default, show_default=True, help=text)


MODEL_OPTION = model_option(
    gettext_noop("Pose model: lite is faster, heavy slower. Accuracy: docs/validation/pose-models.md.")
)
FPS_OPTION = click.option(
    "--fps",
    type=click.FloatRange(0, min_open=True),
    callback=check_finite,
    metavar="N",
    help=gettext_noop("Frame rate of a folder of images."),
)
ROTATE_OPTION = click.option(
    "--rotate",
    type=click.Choice(["0", "90", "180", "270"]),
    callback=lambda _context, _option, value: None if value is None else int(value),
    metavar="90|180|270",
    help=gettext_noop(
        "Turn the picture clockwise by this many degrees, so that it stands upright; 0 leaves it as it is."
    ),
)
ROLL_OPTION = click.option(
    "--roll",
    type=click.FloatRange(-45.0, 45.0),
    callback=check_finite,
    metavar="DEG",
    help=gettext_noop("The camera's roll, if you know it: how far the scene appears turned clockwise."),
)
AUTO_BASELINE_OPTION = click.option(
    "--no-auto-baseline",
    "auto_baseline",
    is_flag=True,
    callback=lambda _context, _option, value: not value,
    help=gettext_noop("Do not compare the run with the part of the clip in which you stand still."),
)
BLUR_OPTION = click.option(
    "--blur-face",
    is_flag=True,
    help=gettext_noop("Make every head that is found unrecognisable, in the film and in all pictures."),
)

_EXPORT_OPTIONS = (
    click.option(
        "--parquet", is_flag=True, help=gettext_noop("Write the tables as Parquet too (needs the extra parquet).")
    ),
    click.option(
        "--opensim",
        is_flag=True,
        help=gettext_noop("Write landmarks.trc and angles.mot for OpenSim, Pose2Sim and Sports2D."),
    ),
    click.option(
        "--height",
        type=float,
        metavar="CM",
        help=gettext_noop("The runner's height: gives the bounce in centimetres and landmarks.trc in metres."),
    ),
    click.option(
        "--movement",
        is_flag=True,
        help=gettext_noop("Write movement.nc for the Python package movement (needs the extra movement)."),
    ),
    click.option("--pdf", is_flag=True, help=gettext_noop("Write report.pdf, one page to print or hand on.")),
    click.option("--card", is_flag=True, help=gettext_noop("Write card.png, a picture to send by messenger.")),
)


@dataclass(frozen=True)
class ExportOptions:
    """Values of the export options."""

    parquet: bool
    opensim: bool
    height: float | None
    movement: bool
    pdf: bool
    card: bool

    @property
    def height_m(self) -> float | None:
        """The runner's height in metres, given in metres or centimetres."""
        in_cm = self.height is not None and self.height > LARGEST_METRES
        return self.height / 100 if self.height is not None and in_cm else self.height

    def formats(self, *, writes: bool) -> Formats:
        """Return the formats to export; ``writes`` says whether the command writes a result folder at all.

        Raises
        ------
        click.UsageError
            When the options do not go together.
        OptionError
            When an export needs a library that is missing, or nobody is so tall.
        """
        from posture.analysis.options import check_height
        from posture.export.formats import Formats

        check_height(self.height_m)
        formats = Formats(self.parquet, self.opensim, self.height_m, self.movement, self.pdf, self.card)
        if formats.names and not writes:
            raise click.UsageError(
                _("with --json alone, no other files are written; name a folder for them with --out")
            )
        formats.check()
        return formats


def export_options(command: Command) -> Command:
    """Add the export options to a command, which receives them as ``exports``, an `ExportOptions`."""
    command = packed("exports", ExportOptions)(command)
    for option in reversed(_EXPORT_OPTIONS):
        command = option(command)
    return command
