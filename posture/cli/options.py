"""Options that several commands have."""

from __future__ import annotations

import click

from posture.language import mark

MODEL_OPTION = click.option(
    "--model",
    type=click.Choice(["lite", "full", "heavy"]),
    default="full",
    show_default=True,
    help=mark("Pose model: lite is faster, heavy slower; how they err: docs/models.md."),
)
BLUR_OPTION = click.option(
    "--blur-face",
    is_flag=True,
    help=mark("Make the heads of everybody found unrecognisable, in the film and in all pictures."),
)
