"""The queue of analyses: order, cancelling, and what a restart finds."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from helpers.waiting import until

from posture.app.jobs import JobQueue
from posture.app.library import Library
from posture.app.record import ClipRecord
from posture.batch.workers.guarded import ChildPool, Limits
from posture.output.names import ANALYSIS


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library(tmp_path / "clips")
    library.prepare()
    return library


def received(library: Library, content: bytes = b"not a video") -> ClipRecord:
    with library.incoming("one") as path:
        path.write_bytes(content)
        return library.add(path, "jog.mp4")


@contextmanager
def busy_queue(library: Library) -> Iterator[tuple[JobQueue, threading.Event]]:
    """Yield a queue with one worker, which is busy until the event is set."""
    free = threading.Event()
    with ChildPool(Limits(60.0, 2 << 30)) as children, ThreadPoolExecutor(1) as executor:
        executor.submit(free.wait)
        try:
            yield JobQueue(library, children, executor), free
        finally:
            free.set()


def state(library: Library, record: ClipRecord) -> str:
    found = library.find(record.id)
    return "deleted" if found is None else found.state


def test_clips_wait_in_their_order(library: Library) -> None:
    first, second = received(library), received(library)
    with busy_queue(library) as (queue, free):
        for record in (first, second, first):
            queue.submit(record)
        assert [queue.ahead_of(record.id) for record in (first, second)] == [0, 1]
        assert (state(library, first), queue.progress(first.id)) == ("waiting", None)
        free.set()
        assert until(lambda: state(library, second) == "failed", 60.0)
        assert queue.ahead_of(second.id) == 0


@pytest.mark.parametrize("has_results", [False, True])
def test_cancelled_clip_gets_back_its_earlier_state(library: Library, has_results: bool) -> None:
    record = received(library)
    if has_results:
        library.results(record).mkdir()
        (library.results(record) / ANALYSIS).write_text("{}", encoding="utf-8")
    with busy_queue(library) as (queue, _free):
        queue.submit(record)
        queue.cancel(record.id)
        assert state(library, record) == ("done" if has_results else "new")
        # It may be queued again, and cancelling what is not queued does nothing.
        queue.submit(record)
        assert state(library, record) == "waiting"
        queue.cancel("2026-11-30-99")
        assert state(library, record) == "waiting"


def test_standing_clip_goes_first(library: Library) -> None:
    standing, run = received(library), received(library)
    run = run.model_copy(update={"choices": run.choices.model_copy(update={"standing": standing.id})})
    with busy_queue(library) as (queue, _free):
        queue.submit(run)
        assert [queue.ahead_of(record.id) for record in (standing, run)] == [0, 1]


def test_next_start_resumes_what_waited(library: Library) -> None:
    waiting, new = received(library), received(library)
    with busy_queue(library) as (queue, _free):
        queue.submit(waiting)
        queue.stop()
    assert (state(library, waiting), state(library, new)) == ("waiting", "new")
    with busy_queue(library) as (queue, free):
        queue.resume()
        free.set()
        assert until(lambda: state(library, waiting) == "failed", 60.0)
        assert state(library, new) == "new"
