"""Guarded processes: one that hangs, fills the memory or is killed is reported and replaced."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest
from helpers import failing_jobs
from helpers.waiting import all_end, no_thread_left, until

from posture.batch.workers.guarded import ChildPool, ChildProcess, EarlyExit, Limits

ROOMY = Limits(60.0, 2**33)


@pytest.fixture
def child() -> Iterator[Callable[[Limits], ChildProcess]]:
    """Return a function that makes a child, which ends with the test."""
    made: list[ChildProcess] = []

    def make(limits: Limits = ROOMY) -> ChildProcess:
        made.append(ChildProcess(limits))
        return made[-1]

    yield make
    for one in made:
        one.close()


def test_result_is_returned_whatever_the_function_prints(child: Any) -> None:
    one = child()
    assert one.run(failing_jobs.double, 21) == 42
    assert one.run(failing_jobs.double, 1) == 2


def test_file_in_the_current_folder_shadows_no_module(
    child: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "queue.py").write_text("raise SystemExit('not mine')", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert child().run(failing_jobs.double, 21) == 42


def test_one_process_is_reused_for_all_calls(child: Any) -> None:
    one = child()
    first = one.run(failing_jobs.process, 0)
    assert first == one.run(failing_jobs.process, 0) == one.pid
    assert first != os.getpid()


@pytest.mark.parametrize(
    ("function", "limits", "expected"),
    [
        (failing_jobs.hang, Limits(0.5, 2**33), "time"),
        (failing_jobs.fill_memory, Limits(60.0, 150_000_000), "memory"),
        (failing_jobs.die, ROOMY, "crashed"),
        (failing_jobs.leave, ROOMY, "crashed"),
    ],
)
def test_early_exit_is_reported_and_the_next_call_works(
    child: Any, function: Callable[[int], None], limits: Limits, expected: str
) -> None:
    one = child(limits)
    begun = time.monotonic()
    ended = one.run(function, 0)
    assert isinstance(ended, EarlyExit)
    assert ended.why == expected
    # Far less than a hanging job would take.
    assert time.monotonic() - begun < 300
    if expected != "time":  # half a second is too short for a new process on a busy machine
        assert one.run(failing_jobs.double, 4) == 8


def test_exit_code_is_reported(child: Any) -> None:
    assert child().run(failing_jobs.leave, 0).exit_code == 7


def test_crash_is_retried_once(tmp_path: Path) -> None:
    with ChildPool(ROOMY) as children:
        assert children.run(failing_jobs.die_once, str(tmp_path / "mark")) == "alive"
        assert children.run(failing_jobs.die, 0).why == "crashed"


def test_stop_ends_all_children_at_once(child: Any) -> None:
    with ChildPool(ROOMY) as children, ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(children.run, failing_jobs.hang, 0) for _ in range(2)]
        assert until(lambda: len(children.pids) == 2)
        pids = children.pids
        children.stop()
        assert [answer.result(timeout=120).why for answer in answers] == ["stopped", "stopped"]
    assert not any(psutil.pid_exists(pid) for pid in pids)


def test_stop_before_the_start_takes_effect(child: Any) -> None:
    with ChildPool(ROOMY) as children:
        children.stop()
        assert children.run(failing_jobs.hang, 0).why == "stopped"


def test_interrupt_ends_one_work_and_the_child_goes_on() -> None:
    with ChildPool(ROOMY) as children, ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(children.run, failing_jobs.hang, 0, name=name) for name in ("one", "two")]
        assert until(lambda: len(children.pids) == 2)
        assert children.interrupt("one")
        assert not children.interrupt("unknown")
        assert answers[0].result(timeout=120).why == "stopped"
        assert not answers[1].done()
        assert children.run(failing_jobs.double, 2) == 4
        assert children.interrupt("two")
        assert answers[1].result(timeout=120).why == "stopped"


def test_orphaned_child_ends_during_its_work(tmp_path: Path) -> None:
    """The parent is killed, so that nothing could write the result."""
    script = (
        "from helpers import failing_jobs; from posture.batch.workers.guarded import ChildProcess, Limits\n"
        "child = ChildProcess(Limits(600, 2**33)); print(child.run(failing_jobs.process, 0), flush=True)\n"
        "child.run(failing_jobs.hang, 0)\n"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, env=env)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    job = psutil.Process(pid)
    time.sleep(0.3)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert all_end([job])


def test_threads_share_children_without_mixing_results() -> None:
    with no_thread_left(), ChildPool(ROOMY) as children, ThreadPoolExecutor(3) as pool:
        assert list(pool.map(lambda n: children.run(failing_jobs.double, n), range(30))) == [2 * n for n in range(30)]
        assert len(children.pids) <= 3
