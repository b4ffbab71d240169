"""What several commands ask of the values of their options."""

from __future__ import annotations

from math import isfinite

import click

from posture.language import gettext as _


def finite(_context: click.Context, _option: click.Parameter, value: float | None) -> float | None:
    """Refuse what is a number only by name."""
    if value is not None and not isfinite(value):
        raise click.BadParameter(_("{value} is no number to count with").format(value=value))
    return value
