"""The app's end and its next start: Ctrl-C, a kill in the middle, a port that is taken, a folder that is none."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import psutil
import pytest
from helpers.app_server import ANALYSIS_S, running_process, wait_until
from helpers.raw_http import connect, head

SAMPLE = Path(__file__).parents[2] / "samples" / "run_front.mp4"


def ended(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "posture", "app", "--no-open", *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def analysing(address: str) -> str:
    """Send a clip and start its analysis; return the address of its state once a child works on it."""
    page = f"{address}{httpx.post(f'{address}/clips?name=a.mp4', content=SAMPLE.read_bytes()).json()['page']}"
    assert httpx.post(f"{page}/start").status_code == 303
    wait_until(lambda: httpx.get(f"{page}/state").json()["state"] == "analysing", ANALYSIS_S)
    return f"{page}/state"


def path_of(url: str) -> str:
    return httpx.URL(url).path


@pytest.mark.skipif(os.name != "posix", reason="signals are those of POSIX")
def test_ctrl_c_and_a_kill_end_all_processes_and_the_next_start_goes_on(tmp_path: Path) -> None:
    with running_process(tmp_path) as (process, address):
        state = path_of(analysing(address))
        wait_until(lambda: bool(psutil.Process(process.pid).children()), 60)
        children = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGINT)
        # A job that runs to its end, or a child that stays, would take longer.
        process.wait(30)
        assert psutil.wait_procs(children, timeout=30)[1] == []
        assert process.stderr is not None
        said = process.stderr.read()
        assert "Traceback" not in said
    with running_process(tmp_path) as (process, address), connect(address) as upload:
        wait_until(lambda: httpx.get(f"{address}{state}").json()["state"] == "analysing", ANALYSIS_S)
        upload.sendall(head(address, "POST", "/clips?name=half.mp4", "Content-Length: 1000") + b"half")
        incoming = tmp_path / ".posture-incoming"
        wait_until(lambda: any(incoming.iterdir()), 60)
        wait_until(lambda: bool(psutil.Process(process.pid).children()), 60)
        children = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        process.wait(30)
        assert psutil.wait_procs(children, timeout=30)[1] == []
    with running_process(tmp_path) as (process, address):
        assert list(incoming.iterdir()) == []
        assert len(list(tmp_path.glob("*/clip.json"))) == 1
        assert httpx.get(f"{address}{state}").json()["state"] in ("waiting", "analysing")


def test_port_that_is_taken_gives_one_clear_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        found = ended("--port", str(other.getsockname()[1]), "--folder", str(tmp_path))
    assert found.returncode != 0
    assert found.stderr.count("\n") == 1
    assert "cannot be used" in found.stderr


def test_folder_that_cannot_be_written_gives_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        found = ended("--port", "0", "--folder", str(folder))
        assert found.returncode != 0
        assert found.stderr.count("\n") == 1
        assert str(tmp_path / "file") in found.stderr
