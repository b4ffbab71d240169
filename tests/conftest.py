"""Fixtures for all tests: sample clips, shared real clips, and the command line as a process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, Protocol

import hypothesis
import pytest

ROOT = Path(__file__).resolve().parents[1]
# What a terminal or a CI service may set, and what changes how texts are written.
TERMINAL = ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE")


def pytest_configure() -> None:
    """Use English and no terminal whatever the machine has set, handle Ctrl-C, and put no deadline on examples.

    Where ``CI`` is set, property tests try the same examples every time, so that a change is judged by itself; every
    other run tries new ones.

    Tests that a shell starts in the background would ignore Ctrl-C, and so would the programs that they start.
    """
    os.environ["LANGUAGE"] = "en"
    for name in TERMINAL:
        os.environ.pop(name, None)
    # Results of two runs are compared byte by byte.
    os.environ["SOURCE_DATE_EPOCH"] = "1780000000"
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # On a busy machine the time of one example says nothing.
    hypothesis.settings.register_profile("posture", deadline=None, derandomize="CI" in os.environ)
    hypothesis.settings.load_profile("posture")


class CliResult(NamedTuple):
    """Exit code and output of a finished ``python -m posture``."""

    exit_code: int
    stdout: str
    stderr: str


class RunCli(Protocol):
    """The type of the fixture ``run_cli``."""

    def __call__(
        self,
        *arguments: str | Path,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        timeout_s: float = 120.0,
    ) -> CliResult: ...


@pytest.fixture(scope="session")
def samples_dir() -> Path:
    """Return the folder of the rendered clips; a checkout always has them."""
    return ROOT / "samples"


@pytest.fixture(scope="session")
def shared_clips() -> Path:
    """Return the folder of the real clips, which lie outside the repository; skip where they are absent."""
    folder = Path(os.environ.get("POSTURE_SHARED", ROOT.parent / "shared" / "clips"))
    if not folder.is_dir():
        pytest.skip(f"no real clips at {folder}: name their folder with POSTURE_SHARED")
    return folder


@pytest.fixture
def run_cli(tmp_path: Path) -> RunCli:
    """Return a function that runs ``python -m posture`` in a folder of its own and returns what it said.

    ``env`` is added to the environment of the tests. A run that takes longer than ``timeout_s`` is ended
    and fails the test. Exit codes below zero are the number of the signal that ended the process.
    """

    def run(
        *arguments: str | Path,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        timeout_s: float = 120.0,
    ) -> CliResult:
        command = [sys.executable, "-m", "posture", *map(str, arguments)]
        try:
            done = subprocess.run(
                command,
                cwd=cwd or tmp_path,
                env={**os.environ, "PYTHONUTF8": "1", **(env or {})},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                timeout=timeout_s,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            pytest.fail(f"{' '.join(command[1:])} was not done after {timeout_s:g} s: {error.stderr!r}")
        return CliResult(done.returncode, done.stdout, done.stderr)

    return run
