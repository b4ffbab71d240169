"""Order of the jobs of a batch: standing clips first, since others wait for them, then long clips before short."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Sequence

from posture.batch.manifest import package_versions, read_manifest, settings_fingerprint
from posture.batch.model import BatchOptions, ClipFile, Job, Outcome, SummaryRow
from posture.batch.naming import match_baselines
from posture.batch.storage import Storage
from posture.version import __version__


class Schedule:
    """Queue of the clips to analyse, which skips those whose results are up to date.

    Parameters
    ----------
    storage, out
        Results of this run and of earlier ones, and their path or URL for the workers.
    restart
        Whether results that are up to date are made again.
    """

    def __init__(
        self, clips: Sequence[ClipFile], *, options: BatchOptions, storage: Storage, out: str, restart: bool = False
    ) -> None:
        self._options, self._storage, self._out, self._restart = options, storage, out, restart
        self._versions = package_versions()
        self._cwd = os.getcwd()  # noqa: PTH109 - without resolving links
        self._baseline_of = match_baselines(clips)
        standing = {clip.name for clip in self._baseline_of.values()}
        # A long clip at the end would leave all cores but one idle.
        order = sorted(clips, key=lambda clip: (clip.name not in standing, -clip.size, clip.name))
        self._ready = deque(order)
        self._unchecked = deque(order)
        self._checked: set[str] = set()
        self._finished: set[str] = set()
        self._waiting: dict[str, list[ClipFile]] = {}
        self._standing_rows: dict[str, SummaryRow | None] = dict.fromkeys(standing)
        self._is_stopped = False

    def next(self) -> Job | Outcome | None:
        """Return a job, or the outcome of a clip that is up to date; None when nothing can be started now."""
        while self._ready and not self._is_stopped:
            clip = self._ready.popleft()
            if clip.name in self._finished:
                continue
            baseline = self._baseline_of.get(clip.name)
            if baseline is not None and self._standing_rows[baseline.name] is None:
                self._waiting.setdefault(baseline.name, []).append(clip)
                continue
            job = self._job(clip, baseline)
            outcome = None if clip.name in self._checked else self._earlier_outcome(job)
            self._checked.add(clip.name)
            return outcome or job
        return None

    def check_finished(self) -> Iterator[Outcome | None]:
        """Yield, clip by clip, the outcome if it is up to date, else None.

        A run that is interrupted while long new clips keep the workers busy has then listed the earlier results. Clips
        whose standing clip is still to be analysed are skipped; `next` checks them later.
        """
        while self._unchecked and not self._is_stopped:
            clip = self._unchecked.popleft()
            baseline = self._baseline_of.get(clip.name)
            must_wait = baseline is not None and self._standing_rows[baseline.name] is None
            if must_wait or clip.name in self._checked:
                continue
            outcome = self._earlier_outcome(self._job(clip, baseline))
            self._checked.add(clip.name)
            if outcome is not None:
                self._finished.add(clip.name)
            yield outcome

    def record(self, row: SummaryRow) -> None:
        """Record a finished clip; clips that waited for it can now be started."""
        if row.clip in self._standing_rows:
            self._standing_rows[row.clip] = row
            self._ready.extend(self._waiting.pop(row.clip, ()))

    def stop(self) -> None:
        """Start no more jobs."""
        self._is_stopped = True

    def _job(self, clip: ClipFile, baseline: ClipFile | None) -> Job:
        row = None if baseline is None else self._standing_rows[baseline.name]
        if row is not None and row.state != "analysed":
            row = None
        return Job(
            clip=clip,
            out=self._out,
            options=self._options,
            settings=settings_fingerprint(
                self._options, self._versions, row.sha256 and f"{row.clip} {row.sha256}" if row else None
            ),
            version=__version__,
            baseline=row.clip if row else None,
            baseline_folder=row.folder if row else None,
            cwd=self._cwd,
            restart=self._restart,
        )

    def _earlier_outcome(self, job: Job) -> Outcome | None:
        """Return the outcome of an earlier run if it is still valid, without reading the clip."""
        clip = job.clip
        if self._restart or not clip.signature:
            return None
        manifest = read_manifest(self._storage, clip.folder)
        if manifest is None:
            return None
        made_from = (manifest.clip, manifest.signature, manifest.settings)
        row = manifest.row
        is_valid = made_from == (clip.name, clip.signature, job.settings)
        is_same_row = (row.folder, row.runner, row.session) == (clip.folder, clip.runner, clip.session)
        return Outcome(row, unchanged=True) if is_valid and is_same_row else None
