"""Dask cluster: the results of a local run, and no loss with a worker or the scheduler."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from helpers.batch_folders import contents, finished, small_clips, start
from helpers.cli_runner import invoke
from helpers.waiting import until

pytest.importorskip("distributed", reason="pip install distributed")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


class Cluster:
    """A scheduler and two workers in separate processes, as on several machines."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port = free_port()
        self.processes: list[subprocess.Popen[bytes]] = []
        self.begin()

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    def begin(self) -> None:
        """Start all three."""
        self._start("scheduler", "--host", "127.0.0.1", "--port", str(self.port), "--no-dashboard")
        self._start(
            *("worker", self.address, "--nworkers", "2", "--nthreads", "1", "--no-dashboard"),
            *("--local-directory", str(self._folder)),
        )

    def _start(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "dask", *arguments]
        log = (self._folder / f"{arguments[0]}.log").open("ab")
        with log:
            self.processes.append(subprocess.Popen(command, stdout=log, stderr=log))

    def workers(self) -> list[psutil.Process]:
        """Return the processes that analyse, below those of Dask."""
        found = []
        for process in psutil.Process(self.processes[-1].pid).children(recursive=True):
            with suppress(psutil.Error):  # it has just ended
                if "posture.batch.workers.child_main" in " ".join(process.cmdline()):
                    found.append(process)
        return found

    def end(self) -> None:
        """Kill everything."""
        for process in self.processes:
            family = psutil.Process(process.pid).children(recursive=True)
            process.kill()
            process.wait()
            for one in family:
                if one.is_running():
                    one.kill()
        self.processes.clear()


@pytest.fixture
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    made = Cluster(tmp_path_factory.mktemp("cluster"))
    yield made
    made.end()


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_clips(tmp_path_factory.mktemp("clips"))


@pytest.fixture(scope="module")
def whole(clips: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the results of a run on this machine."""
    out = tmp_path_factory.mktemp("whole") / "out"
    finished(clips, out)
    return out


def wait_for_workers(cluster: Cluster, count: int) -> list[psutil.Process]:
    found: list[psutil.Process] = []

    def enough() -> bool:
        found[:] = cluster.workers()
        return len(found) >= count

    assert until(enough, 240.0), "no clip came to a worker"
    return found


def test_results_equal_a_local_run_though_a_worker_is_killed(
    cluster: Cluster, clips: Path, whole: Path, tmp_path: Path
) -> None:
    process = start(clips, tmp_path / "out", "--scheduler", cluster.address)
    victim = wait_for_workers(cluster, 1)[0].parent()
    assert victim is not None
    victim.kill()
    _output, stderr = process.communicate(timeout=300)
    assert process.returncode == 0, stderr
    assert contents(tmp_path / "out") == contents(whole)
    assert until(lambda: cluster.workers() == [])


@pytest.mark.slow
def test_run_survives_a_restart_of_the_scheduler(cluster: Cluster, clips: Path, whole: Path, tmp_path: Path) -> None:
    process = start(clips, tmp_path / "out", "--scheduler", cluster.address)
    wait_for_workers(cluster, 1)
    cluster.end()
    time.sleep(3)
    cluster.begin()
    _output, stderr = process.communicate(timeout=400)
    assert process.returncode == 0, stderr
    assert contents(tmp_path / "out") == contents(whole)


def test_missing_scheduler_is_one_line(clips: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from posture.batch.workers import dask_cluster

    monkeypatch.setattr(dask_cluster, "CONNECT_S", 0.5)
    done = invoke("batch", clips, "--out", tmp_path / "out", "--scheduler", "tcp://127.0.0.1:9")
    assert "no Dask scheduler answers at tcp://127.0.0.1:9" in done.the_line()


@pytest.mark.parametrize(
    "address", ["foo", "", "tcp://127.0.0.1:99999", "tcp://127.0.0.1", "http://127.0.0.1:9", "tcp://[::1"]
)
def test_malformed_address_is_one_line_at_once(clips: Path, tmp_path: Path, address: str) -> None:
    done = invoke("batch", clips, "--out", tmp_path / "out", "--scheduler", address)
    assert "is not the address of a Dask scheduler. Use one such as tcp://" in done.the_line(2)


def test_tls_without_certificates_is_one_line(clips: Path, tmp_path: Path) -> None:
    done = invoke("batch", clips, "--out", tmp_path / "out", "--scheduler", "tls://127.0.0.1:9")
    assert "needs certificates" in done.the_line()


def test_missing_extra_is_one_line(clips: Path, tmp_path: Path) -> None:
    blocker = tmp_path / "distributed.py"
    blocker.write_text("raise ModuleNotFoundError('not installed')\n", encoding="utf-8")
    process = subprocess.run(
        [sys.executable, "-m", "posture", "batch", str(clips), "--scheduler", "tcp://127.0.0.1:9"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(tmp_path), os.environ.get("PYTHONPATH", "")))},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 1
    assert 'pip install "running-posture[cluster]"' in process.stderr
