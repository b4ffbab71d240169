"""Worker pool of this machine, and the parts that a cluster's pool shares with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from posture.batch.model import FailureKind, Job, Outcome, failed_row
from posture.batch.workers.guarded import ChildPool, EarlyExit, Limits
from posture.language import format_number, use_language
from posture.language import gettext as _
from posture.runtime import usable_memory
from posture.types import Progress

# Jobs submitted for each worker: enough that none has to wait, few enough that a hundred thousand clips take no memory.
JOBS_AHEAD = 2
# Share of this machine's memory for all workers together; the rest is for everything else.
MEMORY_SHARE = 0.8
# The libraries and the pose model need at least this, bytes.
MIN_MEMORY = 1 << 30


@dataclass(frozen=True)
class WorkerPool:
    """A pool of workers."""

    executor: Executor
    call: Callable[[Job], Outcome]  # Function that the executor calls with a job on the worker.
    workers: Callable[[], int]  # Returns the number of jobs that run at a time, which may change.
    stop: Callable[[], None]  # Ends all work at once.
    # Called after work was lost; returns the pool to continue with, or None when it is the same.
    renew: Callable[[], WorkerPool | None]
    min_window: int = 0  # Smallest number of jobs to submit at a time.

    @property
    def window(self) -> int:
        """Number of jobs to submit at a time."""
        return max(self.workers() * JOBS_AHEAD, self.min_window)


@dataclass(frozen=True)
class GuardedAnalyser:
    """Analyser of clips in guarded processes. Thread-safe: each thread that calls it gets a process."""

    children: ChildPool
    on_start: Callable[[str], None] | None = None

    def __call__(self, job: Job, progress: Progress | None = None) -> Outcome:
        """Return the outcome of a job, also when its process ends early; ``progress`` is called while it works."""
        if self.on_start is not None:
            self.on_start(job.clip.name)
        answer = self.children.run(analyse_job, job, progress, name=job.clip.name)
        if isinstance(answer, EarlyExit):
            with use_language(job.options.lang):
                return _early_exit_outcome(job, answer, self.children.limits)
        return answer


def analyse_job(job: Job, progress: Progress | None = None) -> Outcome:
    """Analyse a clip; see `posture.batch.analyse_clip.analyse_job`.

    A process that only hands jobs out must not load what an analysis needs.
    """
    from posture.batch import analyse_clip

    return analyse_clip.analyse_job(job, progress)


@contextmanager
def local_pool(workers: int, limits: Limits, on_start: Callable[[str], None] | None = None) -> Iterator[WorkerPool]:
    """Yield the pool of this machine: threads, each of which waits for a process of its own.

    ``on_start`` is called with the name of each clip whose analysis starts, from any thread.
    """
    with ChildPool(limits) as children:
        executor = ThreadPoolExecutor(workers, thread_name_prefix="posture-batch")

        def stop() -> None:
            executor.shutdown(wait=False, cancel_futures=True)
            children.stop()

        try:
            yield WorkerPool(executor, GuardedAnalyser(children, on_start), lambda: workers, stop, renew=lambda: None)
        except BaseException:
            stop()
            raise
        finally:
            executor.shutdown()


def default_memory(workers: int) -> int:
    """Return the default memory limit of each worker, bytes."""
    import psutil

    return max(MIN_MEMORY, int(usable_memory(psutil.virtual_memory().total) * MEMORY_SHARE / workers))


def _early_exit_outcome(job: Job, exit_: EarlyExit, limits: Limits) -> Outcome:
    kind: FailureKind
    if exit_.why == "time":
        kind, minutes = "time", limits.seconds / 60
        reason = _("took longer than {minutes} min").format(minutes=format_number(minutes, 0 if minutes >= 10 else 1))
        advice = _("Shorten the clip, or allow more time with --time-limit.")
    elif exit_.why == "memory":
        kind = "memory"
        reason = _("needed more than {gigabytes} GB of memory").format(
            gigabytes=format_number(limits.memory_bytes / 2**30, 1)
        )
        advice = _("Export the clip smaller, or allow more with --memory and use fewer --workers.")
    elif exit_.why == "stopped":
        kind, reason, advice = "lost", _("was stopped"), _("Run the same command again.")
    else:
        kind = "crashed"
        reason = _("its process ended unexpectedly, twice (exit code {code})").format(code=exit_.exit_code)
        advice = _("Export the clip again, as MP4 with H.264; the next run tries it again.")
    return Outcome(failed_row(job.clip, kind, reason, advice))
