"""Dispatch of the jobs of a batch: a few at a time go to the workers, outcomes come back as they finish."""

from __future__ import annotations

import queue
import time
from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future

from posture.batch.model import Job, Outcome, failed_row
from posture.batch.schedule import Schedule
from posture.batch.workers.local import WorkerPool
from posture.language import gettext as _

# A job that was lost with its worker this often is given up.
MAX_LOSSES = 5
# Waiting is interrupted this often so that Ctrl-C is noticed on every system.
POLL_S = 0.5


def run_jobs(schedule: Schedule, pool: WorkerPool) -> Iterator[Outcome]:
    """Run all jobs of a schedule, and yield each outcome as it comes.

    At most a window of jobs is submitted at a time, so that memory does not grow with their number. A job that is lost
    with its worker is submitted again.
    """
    jobs = _JobsInFlight(schedule, pool)
    while True:
        yield from _recorded(schedule, jobs.submit())
        if jobs.is_idle:
            return
        # While the workers are busy: checking earlier results takes long on remote storage.
        yield from _recorded(schedule, _check_finished(schedule, jobs))
        yield from _recorded(schedule, jobs.collect())


def _check_finished(schedule: Schedule, jobs: _JobsInFlight) -> Iterator[Outcome]:
    """Yield outcomes of clips that are up to date until a worker needs attention."""
    end_s = time.monotonic() + POLL_S
    if jobs.is_any_done:
        return
    for outcome in schedule.check_finished():
        if outcome is not None:
            yield outcome
        if jobs.is_any_done or time.monotonic() > end_s:
            return


def _recorded(schedule: Schedule, outcomes: Iterator[Outcome]) -> Iterator[Outcome]:
    for outcome in outcomes:
        schedule.record(outcome.row)
        yield outcome


class _JobsInFlight:
    """Jobs that are submitted, and those that were lost and wait for another try."""

    def __init__(self, schedule: Schedule, pool: WorkerPool) -> None:
        self._schedule, self._pool = schedule, pool
        self._running: dict[Future[Outcome], Job] = {}
        self._done: queue.SimpleQueue[Future[Outcome]] = queue.SimpleQueue()
        self._retries: deque[Job] = deque()
        self._losses: Counter[str] = Counter()

    @property
    def is_idle(self) -> bool:
        """Whether no job is submitted."""
        return not self._running

    @property
    def is_any_done(self) -> bool:
        """Whether `collect` would return at once."""
        return not self._done.empty()

    def submit(self) -> Iterator[Outcome]:
        """Submit jobs until the window is full; yield outcomes of clips that are up to date."""
        while len(self._running) < self._pool.window:
            job = self._retries.popleft() if self._retries else self._schedule.next()
            if job is None:
                return
            if isinstance(job, Outcome):
                yield job
                continue
            try:
                future = self._pool.executor.submit(self._pool.call, job)
            except Exception:
                yield from self._retry(job)
            else:
                self._running[future] = job
                future.add_done_callback(self._done.put)

    def collect(self) -> Iterator[Outcome]:
        """Wait for the next finished job and yield its outcome; yield nothing when it has to be retried."""
        try:
            future = self._done.get(timeout=POLL_S)
        except queue.Empty:
            return
        job = self._running.pop(future, None)
        if job is None:
            # A job of a pool that has been replaced.
            return
        try:
            outcome = future.result()
        except (CancelledError, Exception):
            yield from self._retry(job)
        else:
            yield outcome

    def _retry(self, job: Job) -> Iterator[Outcome]:
        """Queue a lost job again; yield a failed outcome when it has been lost too often."""
        self._losses[job.clip.name] += 1
        if self._losses[job.clip.name] < MAX_LOSSES:
            self._retries.append(job)
        else:
            reason = _("was lost {times} times with its worker").format(times=MAX_LOSSES)
            advice = _("Check the workers' logs; the next run tries the clip again.")
            yield Outcome(failed_row(job.clip, "lost", reason, advice))
        renewed = self._pool.renew()
        if renewed is not None:
            # The connection was lost, and every submitted job with it.
            self._retries.extend(self._running.values())
            self._running.clear()
            self._pool = renewed
