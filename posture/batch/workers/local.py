"""Who does the work: processes of this machine, or those of a Dask cluster, behind the same interface."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from posture.batch.model import FailureKind, Job, Outcome, failed_row
from posture.batch.workers.guarded import ChildPool, EarlyExit, Limits
from posture.language import format_number, use_language
from posture.language import gettext as _

# Jobs handed over ahead of those that are being worked on, for each of these: enough that nobody waits, few enough
# that a hundred thousand clips take no memory.
JOBS_AHEAD = 2
# Of this machine's memory, shared by all workers; the rest is for everything else.
MEMORY_SHARE = 0.8
# Less would not even hold the libraries and the pose model.
MIN_MEMORY = 1 << 30


@dataclass(frozen=True)
class WorkerPool:
    """Who works, and how to reach them.

    Attributes
    ----------
    executor : Executor
        Takes calls.
    call : callable
        What is called with a job where the work is done.
    workers : callable
        Gives how many jobs are worked on at the same time, which may change.
    stop : callable
        Ends all work at once.
    renew : callable
        After work was lost: gives the crew to go on with, or None when it is the same.
    least_window : int
        How many jobs are handed over at the same time at least.
    """

    executor: Executor
    call: Callable[[Job], Outcome]
    workers: Callable[[], int]
    stop: Callable[[], None]
    renew: Callable[[], WorkerPool | None]
    min_window: int = 0

    @property
    def window(self) -> int:
        """How many jobs are handed over at the same time."""
        return max(self.workers() * JOBS_AHEAD, self.min_window)


@dataclass(frozen=True)
class GuardedAnalyser:
    """Has clips analysed in guarded processes; called from as many threads as there are to be.

    Attributes
    ----------
    children : Children
    begun : callable, optional
        Called with the name of each clip that is begun.
    """

    children: ChildPool
    begun: Callable[[str], None] | None = None

    def __call__(self, job: Job) -> Outcome:
        """Return what became of a job; its process' end too is an outcome."""
        if self.begun is not None:
            self.begun(job.clip.name)
        answer = self.children.run(analyse_job, job)
        if isinstance(answer, EarlyExit):
            with use_language(job.options.lang):
                return _ended(job, answer, self.children.limits)
        return answer


def analyse_job(job: Job) -> Outcome:
    """Analyse a clip; see `posture.batch.analyse_clip.perform`.

    A process that only hands jobs out must not load what an analysis needs.
    """
    from posture.batch import analyse_clip

    return analyse_clip.analyse_job(job)


@contextmanager
def local_pool(
    workers: int, limits: Limits, begun: Callable[[str], None] | None = None
) -> Iterator[WorkerPool]:
    """Give workers on this machine: each is a thread that waits for a process of its own.

    Parameters
    ----------
    workers : int
    limits : Limits
        For each clip.
    begun : callable, optional
        Called with the name of each clip that is begun, from any thread.
    """
    with ChildPool(limits) as children:
        executor = ThreadPoolExecutor(workers, thread_name_prefix="posture-batch")

        def stop() -> None:
            executor.shutdown(wait=False, cancel_futures=True)
            children.stop()

        try:
            yield WorkerPool(
                executor, GuardedAnalyser(children, begun), lambda: workers, stop, renew=lambda: None
            )
        except BaseException:
            stop()
            raise
        finally:
            executor.shutdown()


def default_workers() -> int:
    """Return how many processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


def default_memory(workers: int) -> int:
    """Return how many bytes each worker may use when nobody says."""
    import psutil

    return max(MIN_MEMORY, int(psutil.virtual_memory().total * MEMORY_SHARE / workers))


def _ended(job: Job, ended: EarlyExit, limits: Limits) -> Outcome:
    trouble: FailureKind
    if ended.why == "time":
        trouble, minutes = "time", limits.seconds / 60
        reason = _("was not done within {minutes} min").format(
            minutes=format_number(minutes, 0 if minutes >= 10 else 1)
        )
        advice = _("Cut the clip, or allow more with --time-limit.")
    elif ended.why == "memory":
        trouble = "memory"
        reason = _("needed more than {gigabytes} GB of memory").format(
            gigabytes=format_number(limits.memory_bytes / 2**30, 1)
        )
        advice = _("Export the clip smaller, or allow more with --memory and fewer --workers.")
    elif ended.why == "stopped":
        trouble, reason, advice = "lost", _("was stopped"), _("Run the same command again.")
    else:
        trouble = "crashed"
        reason = _("its process ended unexpectedly, twice (exit code {code})").format(code=ended.exit_code)
        advice = _("Export the clip again, as MP4 with H.264; the next run tries it once more.")
    return Outcome(failed_row(job.clip, trouble, reason, advice))
