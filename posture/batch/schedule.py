"""What is to be done, in which order: standing clips first, for which others wait; then long clips before short."""

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
    """Gives out what can be done next.

    Parameters
    ----------
    clips : sequence of Clip
    options : Options
    place : Place
        Of the results, for what is done already.
    out : str
        The same as a path or URL, for those who work.
    restart : bool
        Whether everything is done again.
    """

    def __init__(
        self,
        clips: Sequence[ClipFile],
        *,
        options: BatchOptions,
        place: Storage,
        out: str,
        restart: bool = False,
    ) -> None:
        self._options, self._place, self._out, self._restart = options, place, out, restart
        self._versions = package_versions()
        self._cwd = os.getcwd()  # noqa: PTH109 - as it is, links too
        self._baseline_of = match_baselines(clips)
        first = {clip.name for clip in self._baseline_of.values()}
        # The longest last would leave all cores but one without work.
        order = sorted(clips, key=lambda clip: (clip.name not in first, -clip.size, clip.name))
        self._ready = deque(order)
        self._unlooked = deque(order)
        self._looked: set[str] = set()
        self._settled: set[str] = set()
        self._waiting: dict[str, list[ClipFile]] = {}
        self._standing: dict[str, SummaryRow | None] = dict.fromkeys(first)
        self._stopped = False

    def next(self) -> Job | Outcome | None:
        """Return a job, or the outcome of a clip that is done already; None when nothing can be begun now."""
        while self._ready and not self._stopped:
            clip = self._ready.popleft()
            if clip.name in self._settled:
                continue
            baseline = self._baseline_of.get(clip.name)
            if baseline is not None and self._standing[baseline.name] is None:
                self._waiting.setdefault(baseline.name, []).append(clip)
                continue
            job = self._job(clip, baseline)
            known = None if clip.name in self._looked else self._known(job)
            self._looked.add(clip.name)
            return known or job
        return None

    def settled(self) -> Iterator[Outcome | None]:
        """Yield, clip by clip, the outcomes of those that are done already, None for the others.

        So a run that is interrupted while long new clips keep the workers busy has listed what was there before. Those
        whose standing clip is still to be analysed are passed over: they are looked at when that is done.
        """
        while self._unlooked and not self._stopped:
            clip = self._unlooked.popleft()
            baseline = self._baseline_of.get(clip.name)
            waits = baseline is not None and self._standing[baseline.name] is None
            if waits or clip.name in self._looked:
                continue
            known = self._known(self._job(clip, baseline))
            self._looked.add(clip.name)
            if known is not None:
                self._settled.add(clip.name)
            yield known

    def done(self, row: SummaryRow) -> None:
        """Take note of a finished clip; those that waited for it can be begun."""
        if row.clip in self._standing:
            self._standing[row.clip] = row
            self._ready.extend(self._waiting.pop(row.clip, ()))

    def stop(self) -> None:
        """Begin nothing more."""
        self._stopped = True

    def _job(self, clip: ClipFile, baseline: ClipFile | None) -> Job:
        row = None if baseline is None else self._standing[baseline.name]
        usable = row is not None and row.state == "analysed"
        name = baseline.name if baseline is not None and usable else None
        content = row.sha256 if row is not None and usable else None
        return Job(
            clip=clip,
            out=self._out,
            options=self._options,
            settings=settings_fingerprint(self._options, self._versions, content and f"{name} {content}"),
            version=__version__,
            baseline=name,
            baseline_folder=row.folder if row is not None and usable else None,
            cwd=self._cwd,
            restart=self._restart,
        )

    def _known(self, job: Job) -> Outcome | None:
        """Return the outcome of an earlier run where it still holds, judged without reading the clip."""
        clip = job.clip
        if self._restart or not clip.signature:
            return None
        entry = read_manifest(self._place, clip.folder)
        if entry is None or (entry.clip, entry.signature, entry.settings) != (
            clip.name,
            clip.signature,
            job.settings,
        ):
            return None
        same = (entry.row.folder, entry.row.runner, entry.row.session) == (
            clip.folder,
            clip.runner,
            clip.session,
        )
        return Outcome(entry.row, unchanged=True) if same else None
