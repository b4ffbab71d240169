"""Analyses of the app: a queue in front of the batch's guarded workers, which outlives a restart."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from posture.app.library import RESULTS, Library
from posture.app.record import ClipRecord
from posture.batch.discovery import size_and_signature
from posture.batch.manifest import package_versions, settings_fingerprint
from posture.batch.model import BatchOptions, ClipFile, Job
from posture.batch.workers.guarded import ChildPool, Limits
from posture.batch.workers.local import GuardedAnalyser, default_memory
from posture.runtime import usable_cores
from posture.version import __version__

# An analysis that takes longer is given up, seconds.
LONGEST_S = 1800.0


@dataclass(frozen=True)
class JobProgress:
    """How far an analysis is; ``expected`` is 0 while that is not known."""

    done: int
    expected: int
    seconds: float

    @property
    def left_s(self) -> float | None:
        """Time left, seconds, if the rest goes on as it began; None while that cannot be said."""
        if not (0 < self.done <= self.expected and self.seconds > 0):
            return None
        return self.seconds * (self.expected - self.done) / self.done


class _Clock:
    """Progress of a job with the time since its first frame."""

    def __init__(self, tell: Callable[[JobProgress], None]) -> None:
        self._tell = tell
        self._began_s: float | None = None

    def __call__(self, done: int, expected: int) -> None:
        now_s = time.monotonic()
        self._began_s = now_s if self._began_s is None else self._began_s
        self._tell(JobProgress(done, expected, now_s - self._began_s))


class JobQueue:
    """Analyses clips one after another, as many at a time as there are cores; see `running_queue`."""

    def __init__(self, library: Library, children: ChildPool, executor: ThreadPoolExecutor) -> None:
        self._library, self._executor = library, executor
        self._analyse = GuardedAnalyser(children)
        self._children = children
        self._lock = threading.Lock()
        self._futures: dict[str, Future[None]] = {}
        self._progress: dict[str, JobProgress] = {}
        self._is_stopped = False

    @property
    def children(self) -> ChildPool:
        """The guarded processes, for other work on files from outside."""
        return self._children

    def resume(self) -> None:
        """Queue again what an earlier run of the app did not finish."""
        for record in reversed(self._library.clips()):
            if record.state in ("waiting", "analysing"):
                self.submit(record)

    def submit(self, record: ClipRecord) -> None:
        """Queue a clip, and before it its standing clip where that was not analysed yet."""
        standing = None if record.choices.standing is None else self._library.find(record.choices.standing)
        if standing is not None and standing.state == "new":
            self.submit(standing)
        with self._lock:
            if record.id in self._futures:
                return
            self._library.save(record.model_copy(update={"state": "waiting", "reason": None, "advice": None}))
            self._futures[record.id] = self._executor.submit(self._run, record.id)

    def progress(self, clip_id: str) -> JobProgress | None:
        """Return how far a running analysis is; None for a clip that is not being analysed."""
        return self._progress.get(clip_id)

    def ahead_of(self, clip_id: str) -> int:
        """Return how many clips were queued before a clip and are not finished."""
        with self._lock:
            return list(self._futures).index(clip_id) if clip_id in self._futures else 0

    def stop(self) -> None:
        """Kill the running analyses; the records keep them for the next start."""
        self._is_stopped = True
        self._executor.shutdown(wait=False, cancel_futures=True)
        self._children.stop()

    def _run(self, clip_id: str) -> None:
        try:
            record = self._library.find(clip_id)
            if record is not None and not self._is_stopped:
                self._analyse_clip(record.model_copy(update={"state": "analysing"}))
        finally:
            with self._lock:
                self._futures.pop(clip_id, None)
            self._progress.pop(clip_id, None)

    def _analyse_clip(self, record: ClipRecord) -> None:
        self._library.save(record)
        standing = self._standing(record)
        self._progress[record.id] = JobProgress(0, 0, 0.0)
        outcome = self._analyse(self._job(record, standing), _Clock(partial(self._progress.__setitem__, record.id)))
        if self._is_stopped:
            return
        row = outcome.row
        is_good = row.state == "analysed"
        update = {
            "state": "done" if is_good else "failed",
            "reason": None if is_good else row.reason,
            "advice": None if is_good else row.advice,
        }
        if self._library.find(record.id) is None:
            # Deleted meanwhile: its results, which came later, too.
            self._library.delete(record.id)
        else:
            self._library.save(record.model_copy(update=update))

    def _standing(self, record: ClipRecord) -> ClipRecord | None:
        """Return the runner's standing clip once it is analysed; None without one, or where that failed."""
        if record.choices.standing is None:
            return None
        with self._lock:
            future = self._futures.get(record.choices.standing)
        if future is not None and record.choices.standing != record.id:
            future.result()
        standing = self._library.find(record.choices.standing)
        return standing if standing is not None and standing.state == "done" else None

    def _job(self, record: ClipRecord, standing: ClipRecord | None) -> Job:
        path, chosen = self._library.clip_path(record), record.choices
        size, signature = size_and_signature(path)
        options = BatchOptions(
            slow_motion=chosen.slow_motion,
            person=chosen.person,
            rotate=chosen.rotate,
            start_s=chosen.start_s,
            end_s=chosen.end_s,
            lang=record.lang,
        )
        baseline = None if standing is None else standing.id
        with self._lock:
            is_alone = len(self._futures) == 1
        return Job(
            clip=ClipFile(
                name=record.file,
                path=str(path.absolute()),
                signature=signature,
                size=size,
                folder=f"{record.id}/{RESULTS}",
                runner=chosen.runner,
            ),
            out=str(self._library.folder.absolute()),
            options=options,
            settings=settings_fingerprint(options, package_versions(), baseline),
            version=__version__,
            baseline=None if standing is None else standing.file,
            baseline_folder=None if standing is None else f"{standing.id}/{RESULTS}",
            landmarkers=None if is_alone else 1,
        )


@contextmanager
def running_queue(library: Library) -> Iterator[JobQueue]:
    """Yield the queue of a folder of clips; what it has not finished at the end, it resumes at the next start."""
    workers = usable_cores()
    limits = Limits(LONGEST_S, default_memory(workers))
    with ChildPool(limits) as children:
        queue = JobQueue(library, children, ThreadPoolExecutor(workers, thread_name_prefix="posture-app"))
        queue.resume()
        try:
            yield queue
        finally:
            queue.stop()


def results_file(library: Library, record: ClipRecord, name: str) -> Path | None:
    """Return a file of a clip's results; None where there is none of that name."""
    from posture.batch.layout import RESULT_FILES

    path = library.results(record) / name
    return path if name in RESULT_FILES and path.is_file() else None
