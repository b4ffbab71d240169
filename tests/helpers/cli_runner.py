"""Runs of the command line in this process, and their results."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest
from click.testing import CliRunner

from posture.cli import cli

Json = dict[str, Any]


@dataclass(frozen=True)
class Run:
    """Result of a finished command."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Json:
        """The analysis on standard output; NaN and infinity, which JSON does not know, are refused."""
        assert self.exit_code == 0, self.stderr
        return json.loads(self.stdout, parse_constant=pytest.fail)

    def the_line(self, exit_code: int = 1, *, answered: bool = False) -> str:
        """Return the one line of a failure: what, where, what to do; no traceback.

        With ``answered``, only the results failed: the answer is printed, but not that they are written.
        """
        assert self.exit_code == exit_code, self
        assert bool(self.stdout) == answered
        assert "Results:" not in self.stdout
        assert self.stderr.startswith("posture: ")
        assert self.stderr.count("\n") == 1, self.stderr
        assert "Traceback" not in self.stderr
        # What is wrong, and a second sentence with what to do.
        assert ". " in self.stderr
        return self.stderr.rstrip("\n")


class AnalysisOf(Protocol):
    """The type of the fixture ``analysis_of``."""

    def __call__(self, clip: str | Path, *options: str) -> Json: ...


class Clip(Protocol):
    """The type of the fixture ``clip``."""

    def __call__(self, filename: str, name: str, change: Any, **options: Any) -> Path: ...


def invoke(*arguments: str | Path) -> Run:
    """Run the command line in this process."""
    done = CliRunner().invoke(cli, [str(a) for a in arguments], prog_name="posture")
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Run(done.exit_code, done.stdout, done.stderr)


def value(analysis: Json, measure: str) -> float:
    """Return the value of a measure that must be there."""
    found = analysis["measures"][measure]
    assert found is not None, f"{measure} is null"
    return found["value"]


def codes(analysis: Json, *, blocking: bool | None = None) -> set[str]:
    """Return the codes of an analysis's issues, only those that block or do not block when asked."""
    return {
        issue["code"] for issue in analysis["quality"]["issues"] if blocking is None or issue["blocking"] == blocking
    }
