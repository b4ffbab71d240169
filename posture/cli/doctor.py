"""``posture doctor``: what this machine has."""

from __future__ import annotations

import json

import click

from posture.cli.language import LANG_OPTION
from posture.language import gettext_noop


@click.command(help=gettext_noop("Say what this machine has: models, codecs, camera, versions."))
@click.option("--json", "as_json", is_flag=True, help=gettext_noop("Machine-readable, to standard output."))
@LANG_OPTION
def doctor(as_json: bool) -> int:
    """Show what this machine has."""
    from posture.doctor import run_checks, to_dict
    from posture.report.text.analysis import make_console, render_doctor

    checks = run_checks()
    if as_json:
        click.echo(json.dumps(to_dict(checks), indent=2))
    else:
        render_doctor(checks, make_console())
    return 1 if any(check.state == "fail" for check in checks) else 0
