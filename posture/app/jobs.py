"""Analyses of the app: a queue in front of the batch's guarded workers, which outlives a restart."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path

from posture.app.library import RESULTS, Library
from posture.app.progress import JobProgress, ProgressClock
from posture.app.record import ClipRecord
from posture.batch.discovery import size_and_signature
from posture.batch.manifest import package_versions, settings_fingerprint
from posture.batch.model import BatchOptions, ClipFile, FailureKind, Job, SummaryRow
from posture.batch.workers.guarded import ChildPool, Limits
from posture.batch.workers.local import GuardedAnalyser, default_memory
from posture.language import gettext as _
from posture.language import gettext_noop, use_language
from posture.output.names import ANALYSIS
from posture.runtime import usable_cores
from posture.version import __version__

# An analysis that takes longer is given up, seconds.
LONGEST_S = 1800.0
# Attempts to end an analysis, and the time between them, seconds.
MAX_TRIES, TRY_S = 20, 0.05
# What to do where the batch's advice names its options.
ADVICE: dict[FailureKind, str] = {
    "time": gettext_noop("Choose a shorter part of the clip, and analyse it again."),
    "memory": gettext_noop("Export the clip smaller, and send it again."),
    "crashed": gettext_noop("Export the clip again, as MP4 with H.264."),
    "lost": gettext_noop("Analyse it again."),
    "error": gettext_noop("Analyse it again. If it fails again, please report the error."),
}


class JobQueue:
    """Analyses clips one after another, as many at a time as there are cores; see `running_queue`."""

    def __init__(self, library: Library, children: ChildPool, executor: ThreadPoolExecutor) -> None:
        self._library, self._executor = library, executor
        self._analyse = GuardedAnalyser(children)
        self._children = children
        self._lock = threading.Lock()
        self._futures: dict[str, Future[None]] = {}
        self._clocks: dict[str, ProgressClock] = {}
        self._cancelled: set[str] = set()
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
        if standing is not None and standing.id != record.id and standing.state not in ("done", "failed"):
            self._queue(standing)
        self._queue(record)

    def _queue(self, record: ClipRecord) -> None:
        with self._lock:
            if record.id in self._futures:
                return
            self._library.save(record.model_copy(update={"state": "waiting", "reason": None, "advice": None}))
            self._futures[record.id] = self._executor.submit(self._run, record.id)

    def progress(self, clip_id: str) -> JobProgress | None:
        """Return how far a running analysis is; None for a clip that is not being analysed."""
        clock = self._clocks.get(clip_id)
        return None if clock is None else clock.progress()

    def ahead_of(self, clip_id: str) -> int:
        """Return how many clips were queued before a clip and are not finished."""
        with self._lock:
            return list(self._futures).index(clip_id) if clip_id in self._futures else 0

    def cancel(self, clip_id: str) -> None:
        """End the analysis of a clip, or take it out of the queue; results of an earlier one stay."""
        with self._lock:
            future = self._futures.get(clip_id)
            if future is None:
                return
            self._cancelled.add(clip_id)
        if future.cancel():
            self._forget(clip_id)
            return
        record = self._library.find(clip_id)
        # It may be on its way to a child process, or waits for its standing clip and looks up afterwards.
        for _attempt in range(MAX_TRIES if record else 0):
            if future.done() or (record is not None and self._children.interrupt(record.file)):
                return
            wait([future], TRY_S)

    def stop(self) -> None:
        """Kill the running analyses; the records keep them for the next start."""
        self._is_stopped = True
        self._executor.shutdown(wait=False, cancel_futures=True)
        self._children.stop()

    def _run(self, clip_id: str) -> None:
        try:
            record = self._library.update(clip_id, lambda one: one.model_copy(update={"state": "analysing"}))
            if record is not None and not self._is_stopped:
                self._analyse_clip(record)
        finally:
            self._forget(clip_id)

    def _forget(self, clip_id: str) -> None:
        """Forget a finished clip; a cancelled one gets back the state that it had before it was queued."""
        with self._lock:
            self._futures.pop(clip_id, None)
            self._clocks.pop(clip_id, None)
            is_cancelled = clip_id in self._cancelled
            self._cancelled.discard(clip_id)
        if is_cancelled and not self._is_stopped:
            self._library.update(clip_id, self._as_before)

    def _as_before(self, record: ClipRecord) -> ClipRecord:
        has_results = (self._library.results(record) / ANALYSIS).is_file()
        return record.model_copy(update={"state": "done" if has_results else "new"})

    def _analyse_clip(self, record: ClipRecord) -> None:
        standing = self._standing(record)
        job = self._job(record, standing)
        clock = self._clocks[record.id] = ProgressClock()
        if record.id in self._cancelled:
            return
        row = self._analyse(job, clock).row
        if self._is_stopped or record.id in self._cancelled:
            return
        with use_language(record.lang):
            update = _outcome(row)
        if self._library.update(record.id, lambda one: one.model_copy(update=update)) is None:
            # Deleted meanwhile: its results, which came later, too.
            self._library.delete(record.id)

    def _standing(self, record: ClipRecord) -> ClipRecord | None:
        """Return the runner's standing clip once it is analysed; None without one, or where that failed."""
        if record.choices.standing is None:
            return None
        with self._lock:
            # Only of those before it: two clips that name each other must not wait for each other.
            before = list(takewhile(lambda one: one != record.id, self._futures))
            future = self._futures[record.choices.standing] if record.choices.standing in before else None
        if future is not None:
            wait([future])
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
            # A repeated request replaces the one before, perhaps with another name.
            restart=True,
        )


def _outcome(row: SummaryRow) -> dict[str, str | None]:
    """Return the fields of a clip's record after its analysis."""
    if row.state == "analysed":
        return {"state": "done", "label": row.label, "reason": None, "advice": None}
    advice = row.advice if row.trouble not in ADVICE else _(ADVICE[row.trouble])
    return {"state": "failed", "reason": row.reason, "advice": advice}


@contextmanager
def running_queue(library: Library) -> Iterator[JobQueue]:
    """Yield the queue of a folder of clips; it resumes unfinished analyses at the next start."""
    workers = usable_cores()
    limits = Limits(LONGEST_S, default_memory(workers))
    with ChildPool(limits, in_background=True) as children:
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
