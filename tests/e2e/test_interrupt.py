"""Ctrl-C and SIGTERM: the process ends at once with a message, and leaves nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from helpers.derived_clips import sample

pty = pytest.importorskip("pty", reason="no pseudo-terminals on this system")


class Running:
    """An analysis in a process of its own, whose progress bar is watched."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.work = folder / "work"
        self.temporary = folder / "temporary"
        self.work.mkdir()
        self.temporary.mkdir()
        self._terminal, theirs = pty.openpty()
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "posture",
                "analyze",
                str(sample("run_neutral")),
                "--out",
                "out",
                *options,
            ],
            cwd=self.work,
            env={**os.environ, "TMPDIR": str(self.temporary), "TERM": "xterm", "COLUMNS": "100"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=theirs,
            text=True,
        )
        os.close(theirs)

    def wait_for(self, word: str) -> None:
        """Read the terminal's output until a word appears."""
        stderr = ""
        deadline = time.monotonic() + 240
        while word not in stderr and time.monotonic() < deadline:
            stderr += os.read(self._terminal, 4096).decode(errors="replace")
        assert word in stderr

    def end(self) -> tuple[int, str, str]:
        """Return exit code, standard output and the rest of the terminal's output."""
        assert self.process.stdout is not None
        output = self.process.stdout.read()
        self.process.stdout.close()
        code = self.process.wait(timeout=60)
        stderr = b""
        while True:
            try:
                part = os.read(self._terminal, 4096)
            except OSError:  # the other side is closed
                break
            if not part:
                break
            stderr += part
        os.close(self._terminal)
        return code, output, stderr.decode(errors="replace")

    def left_behind(self) -> list[Path]:
        return [*self.work.rglob("*"), *self.temporary.rglob("*")]


def once(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGINT)


def often(process: subprocess.Popen[str]) -> None:
    for _press in range(4):
        process.send_signal(signal.SIGINT)
        time.sleep(0.01)


def ended(process: subprocess.Popen[str]) -> None:
    process.terminate()


@pytest.mark.parametrize("press", [once, pytest.param(often, marks=pytest.mark.slow), ended])
def test_ctrl_c_during_analysis_leaves_nothing(tmp_path: Path, press: Callable[[subprocess.Popen[str]], None]) -> None:
    started_s = time.monotonic()
    running = Running(tmp_path)
    running.wait_for("Analysing")
    pressed_s = time.monotonic()
    press(running.process)
    code, output, stderr = running.end()
    assert code == 130
    # At once: sooner than it started, however fast the machine is.
    assert time.monotonic() - pressed_s < pressed_s - started_s
    assert output == ""
    assert "posture: interrupted; no half-written file is left" in stderr
    assert "Traceback" not in stderr
    assert running.left_behind() == []


@pytest.mark.parametrize("end", [pytest.param(once, marks=pytest.mark.slow), ended])
def test_ctrl_c_or_kill_during_drawing_leaves_complete_files_only(
    tmp_path: Path, end: Callable[[subprocess.Popen[str]], None]
) -> None:
    running = Running(tmp_path, "--end", "1", "--model", "lite", "--lang", "en")
    running.wait_for("Drawing")
    end(running.process)
    code, output, stderr = running.end()
    assert code == 130
    # The answer does not wait for the film; the place of the results does.
    assert output.startswith("Not measurable")
    assert "Results:" not in output
    assert "posture: interrupted; no half-written file is left" in stderr
    left = {p.name for p in running.left_behind() if p.is_file()}
    assert "analysis.json" in left
    assert not [name for name in left if name.startswith(".") or name.endswith((".mp4", ".html"))]


@pytest.mark.parametrize(
    "module", ["numpy", *(pytest.param(name, marks=pytest.mark.slow) for name in ("scipy", "cv2"))]
)
def test_ctrl_c_during_start_up_is_one_line(tmp_path: Path, module: str) -> None:
    """The key is pressed while a library is imported, whose first part Python reports as soon as it is there."""
    process = subprocess.Popen(
        [sys.executable, "-X", "importtime", "-m", "posture", "analyze", str(sample("run_neutral"))],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    while f" {module}" not in process.stderr.readline():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    output, stderr = process.communicate(timeout=60)
    assert process.returncode == 130
    assert output == ""
    lines = [line for line in stderr.splitlines() if line and not line.startswith("import time:")]
    assert lines == ["posture: interrupted; no half-written file is left"]
    assert list(tmp_path.iterdir()) == []
