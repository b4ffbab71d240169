"""``posture doctor``: check this machine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from posture.cli.language import LANG_OPTION
from posture.language import gettext as _
from posture.language import gettext_noop, ngettext

if TYPE_CHECKING:
    from rich.console import Console

    from posture.doctor import Check

_STATES = {"ok": ("ok", "green"), "unneeded": ("-", ""), "warn": ("warn", "yellow"), "fail": ("fail", "bold red")}
"""Mark and style of each state."""


@click.command(help=gettext_noop("Check what this computer has: models, codecs, camera, versions."))
@click.option("--json", "as_json", is_flag=True, help=gettext_noop("Print JSON, for other programs."))
@LANG_OPTION
def doctor(as_json: bool) -> int:
    """Print the checks of this machine; return 1 when one failed."""
    from posture.doctor import run_checks, to_dict
    from posture.report.text.console import make_console

    checks = run_checks()
    if as_json:
        click.echo(json.dumps(to_dict(checks), indent=2))
    else:
        render_doctor(checks, make_console())
    return 1 if any(check.state == "fail" for check in checks) else 0


def render_doctor(checks: Sequence[Check], console: Console) -> None:
    """Print one line for each check, with advice where something is wrong, and a summary."""
    from posture.report.text.console import Page

    page = Page(console)
    for check in checks:
        mark, style = _STATES[check.state]
        page.hanging(f"{mark:<4}  ", f"{check.name}: {check.detail}", mark_style=style)
        if check.advice:
            page.line(check.advice, indent=6)
    failed = sum(check.state == "fail" for check in checks)
    warned = sum(check.state == "warn" for check in checks)
    console.print()
    page.line(_summary(failed, warned), style="bold")


def _summary(failed: int, warned: int) -> str:
    if failed:
        return ngettext(
            "{count} check failed: see the advice above.",
            "{count} checks failed: see the advice above.",
            failed,
        ).format(count=failed)
    if warned:
        return ngettext(
            "Ready, with {count} limit: see the advice above.",
            "Ready, with {count} limits: see the advice above.",
            warned,
        ).format(count=warned)
    return _("Ready.")
