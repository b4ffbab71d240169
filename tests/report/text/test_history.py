"""A history on the terminal."""

from __future__ import annotations

import io
from pathlib import Path

from helpers.analysis_factory import FRONT
from helpers.dated_results import dated_run, write_result

import posture
from posture.report.text.console import make_console
from posture.report.text.history import render_history


def printed(folder: Path) -> list[str]:
    out = io.StringIO()
    render_history(posture.history(folder), make_console(out))
    return out.getvalue().splitlines()


def test_history_without_a_measured_run_says_what_is_left_out(tmp_path: Path) -> None:
    write_result(tmp_path, "stand", dated_run(0, activity="standing"))
    write_result(tmp_path, "front", dated_run(1, issues=(FRONT,)))
    lines = printed(tmp_path)
    assert lines[0] == "No run could be measured."
    assert "Not in this list: 1 standing clip, 1 clip that could not be measured." in lines


def test_single_run_has_no_change(tmp_path: Path) -> None:
    write_result(tmp_path, "a", dated_run(0))
    (row,) = (line for line in printed(tmp_path) if "Tilt" in line)
    assert "change" not in row
