"""``posture analyze`` on the results of an earlier run."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.analysis_factory import analysis
from helpers.cli_runner import invoke
from helpers.dated_results import write_result


@pytest.mark.parametrize(
    "options",
    [
        ("--out", "x"),
        ("--baseline", "x"),
        ("--pdf",),
        ("--card",),
        ("--parquet",),
        ("--name", "Anna"),
        ("--roll", "3"),
        ("--no-auto-baseline",),
        ("--blur-face",),
    ],
    ids=lambda options: options[0],
)
def test_finished_analysis_refuses_options_of_a_new_one(tmp_path: Path, options: tuple[str, ...]) -> None:
    write_result(tmp_path, "jog-posture", analysis())
    found = invoke("analyze", tmp_path / "jog-posture", *options)
    assert found.exit_code == 2
    assert "is a finished analysis; name its clip to analyse it again" in found.stderr
    assert options[0] in found.stderr
    assert [path.name for path in (tmp_path / "jog-posture").iterdir()] == ["analysis.json"]


@pytest.mark.parametrize("option", ["--details", "--quiet", "--no-video"])
def test_finished_analysis_is_printed_again(tmp_path: Path, option: str) -> None:
    write_result(tmp_path, "jog-posture", analysis())
    found = invoke("analyze", tmp_path / "jog-posture", option)
    assert found.exit_code == 0
    assert "No hollow back" in found.stdout
