"""What several commands ask of the values of their options."""

from __future__ import annotations

from math import isfinite
from typing import Any

import click

from posture.language import gettext as _


def finite(_context: click.Context, _option: click.Parameter, value: float | None) -> float | None:
    """Refuse what is a number only by name."""
    if value is not None and not isfinite(value):
        raise click.BadParameter(_("{value} is no number to count with").format(value=value))
    return value


class Name(click.Path):
    """A path; an empty one, such as an unset shell variable gives, is wrong usage and not this folder."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path."""
        if not str(value):
            self.fail(_("the name is empty"), param, ctx)
        return super().convert(value, param, ctx)
