"""Dispatch: windows of jobs, retries of lost ones, standing clips before running ones."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from posture.batch.dispatch import MAX_LOSSES, run_jobs
from posture.batch.layout import MANIFEST
from posture.batch.manifest import Manifest, package_versions, settings_fingerprint
from posture.batch.model import BatchOptions, ClipFile, Job, Outcome, SummaryRow
from posture.batch.naming import assign_runners
from posture.batch.schedule import Schedule
from posture.batch.storage.disk import LocalStorage
from posture.batch.workers.local import WorkerPool


def clips(*names: str) -> list[ClipFile]:
    return assign_runners([ClipFile(name, name, "1 file", size) for size, name in enumerate(names)])


def make_schedule(folder: Path, found: list[ClipFile]) -> Schedule:
    return Schedule(found, options=BatchOptions(), storage=LocalStorage(str(folder)), out=str(folder))


def analysed(job: Job) -> Outcome:
    return Outcome(SummaryRow(job.clip.name, job.clip.folder, "analysed", sha256=job.clip.name, baseline=job.baseline))


def worker_pool(
    executor: Executor, call: Callable[[Job], Outcome], *, workers: int = 2, renew: Any = None
) -> WorkerPool:
    return WorkerPool(executor, call, lambda: workers, lambda: None, renew or (lambda: None))


@pytest.fixture
def pool() -> Iterator[Executor]:
    with ThreadPoolExecutor(2) as executor:
        yield executor


def test_every_clip_is_analysed_once(tmp_path: Path, pool: Executor) -> None:
    found = clips(*(f"{n}.mp4" for n in range(50)))
    done = [outcome.row.clip for outcome in run_jobs(make_schedule(tmp_path, found), worker_pool(pool, analysed))]
    assert sorted(done) == sorted(clip.name for clip in found)


def test_no_more_than_a_window_of_jobs_is_submitted(tmp_path: Path, pool: Executor) -> None:
    class Counting(Executor):
        under_way = most = 0
        lock = threading.Lock()

        def submit(self, call: Any, /, *arguments: Any, **named_ones: Any) -> Future[Any]:
            with Counting.lock:
                Counting.under_way += 1
                Counting.most = max(Counting.most, Counting.under_way)
            future = pool.submit(call, *arguments, **named_ones)
            future.add_done_callback(self._back)
            return future

        def _back(self, _future: Future[Any]) -> None:
            with Counting.lock:
                Counting.under_way -= 1

    found = clips(*(f"{n}.mp4" for n in range(200)))
    assert len(list(run_jobs(make_schedule(tmp_path, found), worker_pool(Counting(), analysed)))) == 200
    assert Counting.most <= 4


def test_running_clip_waits_for_standing_clip(tmp_path: Path, pool: Executor) -> None:
    found = clips("a/stand.mp4", "a/run1.mp4", "a/run2.mp4", "b/run.mp4", "c/stand.mp4", "c/run.mp4")
    may_go = threading.Event()

    def call(job: Job) -> Outcome:
        if job.clip.name == "a/stand.mp4":
            may_go.wait(10)
        if job.clip.name == "c/run.mp4":
            may_go.set()
        return analysed(job)

    done = [outcome.row for outcome in run_jobs(make_schedule(tmp_path, found), worker_pool(pool, call))]
    order = [row.clip for row in done]
    assert order.index("a/stand.mp4") < min(order.index("a/run1.mp4"), order.index("a/run2.mp4"))
    assert {row.clip: row.baseline for row in done} == {
        "a/stand.mp4": None,
        "a/run1.mp4": "a/stand.mp4",
        "a/run2.mp4": "a/stand.mp4",
        "b/run.mp4": None,
        "c/stand.mp4": None,
        "c/run.mp4": "c/stand.mp4",
    }


def test_failed_standing_clip_releases_the_running_clips(tmp_path: Path, pool: Executor) -> None:
    def call(job: Job) -> Outcome:
        return Outcome(SummaryRow(job.clip.name, job.clip.folder, "failed", baseline=job.baseline))

    done = list(run_jobs(make_schedule(tmp_path, clips("a/stand.mp4", "a/run.mp4")), worker_pool(pool, call)))
    assert [outcome.row.baseline for outcome in done] == [None, None]
    assert len(done) == 2


def keep(folder: Path, clip: ClipFile, baseline: str | None = None) -> None:
    """Write the manifest of an earlier run."""
    row = SummaryRow(clip.name, clip.folder, "analysed", runner=clip.runner, session=clip.session, sha256=clip.name)
    settings = settings_fingerprint(BatchOptions(), package_versions(), baseline)
    place = folder / clip.folder
    place.mkdir(parents=True)
    (place / MANIFEST).write_bytes(Manifest(clip.name, clip.signature, clip.name, settings, row).to_json())


def test_earlier_results_are_reported_while_long_new_clips_run(tmp_path: Path, pool: Executor) -> None:
    """Otherwise an interrupted run would leave a summary without them."""
    found = clips("a/run.mp4", "a/stand.mp4", *(f"old{n}.mp4" for n in range(20)), *"wxyz")
    for clip in found[2:-4]:
        keep(tmp_path, clip)
    keep(tmp_path, found[1])
    keep(tmp_path, found[0], "a/stand.mp4 a/stand.mp4")
    may_end = threading.Event()

    def call(job: Job) -> Outcome:
        may_end.wait(30)
        return analysed(job)

    going = run_jobs(make_schedule(tmp_path, found), worker_pool(pool, call))
    first = [next(going) for _ in range(22)]
    assert all(outcome.unchanged for outcome in first)
    assert {outcome.row.clip for outcome in first} == {clip.name for clip in found[:-4]}
    may_end.set()
    assert sorted(outcome.row.clip for outcome in going) == ["w", "x", "y", "z"]


def test_longest_clips_are_analysed_first(tmp_path: Path, pool: Executor) -> None:
    with ThreadPoolExecutor(1) as one:
        found = clips("small.mp4", "middle.mp4", "large.mp4")
        done = [
            outcome.row.clip
            for outcome in run_jobs(make_schedule(tmp_path, found), worker_pool(one, analysed, workers=1))
        ]
    assert done == ["large.mp4", "middle.mp4", "small.mp4"]


def test_lost_job_is_retried_and_given_up_after_too_many_losses(tmp_path: Path, pool: Executor) -> None:
    times: dict[str, int] = {}

    def call(job: Job) -> Outcome:
        times[job.clip.name] = times.get(job.clip.name, 0) + 1
        if job.clip.name == "bad.mp4" or times[job.clip.name] == 1:
            raise ConnectionError
        return analysed(job)

    done = {
        o.row.clip: o.row
        for o in run_jobs(make_schedule(tmp_path, clips("good.mp4", "bad.mp4")), worker_pool(pool, call))
    }
    assert done["good.mp4"].state == "analysed"
    assert done["bad.mp4"].trouble == "lost"
    assert times == {"good.mp4": 2, "bad.mp4": MAX_LOSSES}


def test_broken_pool_is_replaced_and_all_jobs_are_repeated(tmp_path: Path, pool: Executor) -> None:
    class Broken(Executor):
        """Executor that never finishes its jobs, until one is lost."""

        def __init__(self) -> None:
            self.taken: list[Future[Any]] = []

        def submit(self, call: Any, /, *arguments: Any, **named_ones: Any) -> Future[Any]:
            future: Future[Any] = Future()
            self.taken.append(future)
            if len(self.taken) == 4:
                self.taken[0].set_exception(ConnectionError())
            return future

    found = clips(*(f"{n}.mp4" for n in range(9)))
    first = worker_pool(Broken(), analysed, renew=lambda: worker_pool(pool, analysed))
    done = [outcome.row.clip for outcome in run_jobs(make_schedule(tmp_path, found), first)]
    assert sorted(done) == sorted(clip.name for clip in found)
