"""``posture doctor``: what this machine has."""

from __future__ import annotations

import json

import click

from posture.cli.language import LANG_OPTION
from posture.language import mark


@click.command(help=mark("Say what this machine has: models, codecs, camera, versions."))
@click.option("--json", "as_json", is_flag=True, help=mark("Machine-readable, to standard output."))
@LANG_OPTION
def doctor(as_json: bool) -> int:
    """Show what this machine has."""
    from posture.doctor import examine, to_dict
    from posture.report.terminal import make_console, render_doctor

    checks = examine()
    if as_json:
        click.echo(json.dumps(to_dict(checks), indent=2))
    else:
        render_doctor(checks, make_console())
    return 1 if any(check.state == "fail" for check in checks) else 0
