"""``posture analyze --guarded``: what ends the process that decodes becomes one line."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from conftest import RunCli
from helpers.derived_clips import sample
from helpers.video_factory import write_clip
from helpers.waiting import until


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be sent a signal")
@pytest.mark.parametrize(("number", "said"), [("SIGSEGV", "crashed (exit code -11)"), ("SIGKILL", "was killed")])
def test_crash_of_the_child_is_one_line(tmp_path: Path, number: str, said: str) -> None:
    command = [sys.executable, "-m", "posture", "analyze", str(sample("run_neutral")), "--guarded"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        parent = psutil.Process(process.pid)
        assert until(parent.children)
        parent.children()[0].send_signal(getattr(signal, number))
        output, errors = process.communicate(timeout=120)
    assert process.returncode == 1
    assert output == ""
    assert errors.startswith(f"posture: {sample('run_neutral')}: its analysis {said}")
    assert errors.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_guarded_answer_is_that_of_the_command(tmp_path: Path, run_cli: RunCli) -> None:
    clip = write_clip(tmp_path / "jog.mp4", frames=3)
    plain, guarded = run_cli("analyze", clip, "--json", "-"), run_cli("analyze", clip, "--json", "-", "--guarded")
    assert guarded == plain
    missing = run_cli("analyze", "none.mp4", "--guarded")
    assert missing.exit_code == 1
    assert missing.stderr == "posture: none.mp4: no such file or folder. Check the name.\n"
