"""Runs a batch: hands jobs out, a few at a time, and gives back what became of them as they finish."""

from __future__ import annotations

import queue
import time
from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future
from typing import Protocol

from posture.batch.model import Job, Outcome, SummaryRow, failed_row
from posture.batch.workers.local import WorkerPool
from posture.language import gettext as _

# How often a job is handed out that is lost with its worker.
MAX_LOSSES = 5
# Ctrl-C is noticed between two looks, on systems where waiting cannot be interrupted.
LOOK_S = 0.5


class Work(Protocol):
    """What gives out jobs; see `posture.batch.schedule.Plan`."""

    def next(self) -> Job | Outcome | None:
        """Return a job, a finished one's outcome, or None when nothing can be begun now."""

    def settled(self) -> Iterator[Outcome | None]:
        """Yield outcomes of those that need no work, and None for others, one look at a time."""

    def done(self, row: SummaryRow) -> None:
        """Take note of a finished one."""


def run_jobs(work: Work, crew: WorkerPool) -> Iterator[Outcome]:
    """Do all the work, and yield each outcome as it comes.

    No more than a window of jobs is handed out at a time, so that memory does not grow with their number. A job that
    is lost with its worker is handed out again.

    Parameters
    ----------
    work : Work
    crew : WorkerPool
    """
    hands = _JobsInFlight(work, crew)
    while True:
        yield from _recorded(work, hands.fill())
        if hands.idle:
            return
        # While others work: looking takes long where the results lie far away.
        yield from _recorded(work, _check_finished(work, hands))
        yield from _recorded(work, hands.collect())


def _check_finished(work: Work, hands: _JobsInFlight) -> Iterator[Outcome]:
    """Yield outcomes of those that need no work, as many as are found until a worker needs to be looked at."""
    end_s = time.monotonic() + LOOK_S
    if hands.ready:
        return
    for outcome in work.settled():
        if outcome is not None:
            yield outcome
        if hands.ready or time.monotonic() > end_s:
            return


def _recorded(work: Work, found: Iterator[Outcome]) -> Iterator[Outcome]:
    for outcome in found:
        work.done(outcome.row)
        yield outcome


class _JobsInFlight:
    """Jobs that are handed out, those that wait for another try, and what came back."""

    def __init__(self, work: Work, crew: WorkerPool) -> None:
        self._work, self._crew = work, crew
        self._running: dict[Future[Outcome], Job] = {}
        self._finished: queue.SimpleQueue[Future[Outcome]] = queue.SimpleQueue()
        self._again: deque[Job] = deque()
        self._losses: Counter[str] = Counter()

    @property
    def idle(self) -> bool:
        """Whether nothing is handed out any more."""
        return not self._running

    @property
    def ready(self) -> bool:
        """Whether something has come back."""
        return not self._finished.empty()

    def fill(self) -> Iterator[Outcome]:
        """Hand jobs out until the window is full; yield outcomes of those that need no work."""
        while len(self._running) < self._crew.window:
            found = self._again.popleft() if self._again else self._work.next()
            if found is None:
                return
            if isinstance(found, Outcome):
                yield found
                continue
            try:
                future = self._crew.executor.submit(self._crew.call, found)
            except Exception:
                yield from self._lost(found)
            else:
                self._running[future] = found
                future.add_done_callback(self._finished.put)

    def collect(self) -> Iterator[Outcome]:
        """Wait for the next job that is finished, and yield its outcome; nothing when it is to be tried again."""
        try:
            future = self._finished.get(timeout=LOOK_S)
        except queue.Empty:
            return
        job = self._running.pop(future, None)
        if job is None:
            # Of a crew that is no more.
            return
        try:
            outcome = future.result()
        except (CancelledError, Exception):
            yield from self._lost(job)
        else:
            yield outcome

    def _lost(self, job: Job) -> Iterator[Outcome]:
        """Put a lost job back; yield an outcome when it has been lost too often."""
        self._losses[job.clip.name] += 1
        if self._losses[job.clip.name] < MAX_LOSSES:
            self._again.append(job)
        else:
            reason = _("was lost {times} times with its worker").format(times=MAX_LOSSES)
            advice = _("Look at the workers' logs; the next run tries it once more.")
            yield Outcome(failed_row(job.clip, "lost", reason, advice))
        renewed = self._crew.renew()
        if renewed is not None:
            # With the way to the workers, all that was under way is lost.
            self._again.extend(self._running.values())
            self._running.clear()
            self._crew = renewed
