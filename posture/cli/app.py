"""``posture app``: serve posture to the browser."""

from __future__ import annotations

from pathlib import Path

import click

from posture.cli.language import LANG_OPTION
from posture.cli.options import NonEmptyPath
from posture.cli.output import print_err
from posture.language import gettext_noop, language

DEFAULT_PORT = 8791


@click.command(
    short_help=gettext_noop("Use everything in the browser."),
    help=gettext_noop(
        "Open posture in the browser: drop a clip, look at its report, follow a runner over months.\n\n"
        "Only this computer can open the page, and nothing leaves it. "
        "With --phone, a phone in the same network may send clips too."
    ),
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=DEFAULT_PORT,
    show_default=True,
    metavar="N",
    help=gettext_noop("Port of the page; 0 for any that is free."),
)
@click.option(
    "--folder",
    type=NonEmptyPath(path_type=Path),
    metavar="DIR",
    help=gettext_noop("Folder for clips and results [posture in your home folder]."),
)
@click.option("--phone", is_flag=True, help=gettext_noop("Let a phone in this network send clips, for an hour."))
@click.option(
    "--phone-address",
    metavar="ADDRESS",
    help=gettext_noop("Address of this computer in the phone's network [found by itself]."),
)
@click.option("--no-open", is_flag=True, help=gettext_noop("Do not open the browser."))
@LANG_OPTION
def app(port: int, folder: Path | None, phone: bool, phone_address: str | None, no_open: bool) -> None:
    """Serve the app until Ctrl-C."""
    from posture.export.table import needed

    with needed("starlette", option="posture app", extra="app"):
        from posture.app.server import run_app
    from posture.app.settings import AppOptions

    options = AppOptions(
        folder or Path.home() / "posture",
        port,
        phone=phone,
        phone_address=phone_address,
        opens_browser=not no_open,
        lang=language(),
    )
    run_app(options, notify=print_err)
