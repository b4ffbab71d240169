"""A batch from start to end: analyse new clips, keep the summary and its page up to date."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

from posture.batch.dispatch import run_jobs
from posture.batch.layout import INDEX_PAGE, LOCK, SUMMARY, SUMMARY_PARQUET
from posture.batch.model import BatchOptions, ClipFile, Outcome, SummaryRow
from posture.batch.schedule import Schedule
from posture.batch.storage import Storage, open_storage
from posture.batch.storage.disk import LocalStorage, is_disk_full
from posture.batch.summary.table import summary_csv, summary_table
from posture.batch.workers.local import WorkerPool
from posture.errors import OutputError
from posture.export.table import to_parquet
from posture.language import gettext as _
from posture.output.lock import locked_folder

# The summary is first written after this time, and then takes at most this share of it.
FIRST_SUMMARY_S = 5.0
SUMMARY_SHARE = 0.02


@dataclass
class BatchResult:
    """Progress of a batch, and its result at the end.

    Attributes
    ----------
    total, unchanged
        Number of clips, and of those whose earlier results are up to date.
    name
        Folder of the clips.
    rows
        Rows of the finished clips, by name.
    full
        The outcome that did not fit on the disk.
    """

    total: int
    name: str = ""
    rows: dict[str, SummaryRow] = field(default_factory=dict)
    unchanged: int = 0
    full: Outcome | None = None

    @property
    def failed(self) -> list[SummaryRow]:
        """Clips that could not be analysed, sorted by name."""
        return sorted((row for row in self.rows.values() if row.state == "failed"), key=lambda row: row.clip)


def run_batch(
    clips: Sequence[ClipFile],
    out: str,
    pool: AbstractContextManager[WorkerPool],
    *,
    options: BatchOptions,
    restart: bool = False,
    result: BatchResult,
    on_outcome: Callable[[Outcome], None] | None = None,
) -> BatchResult:
    """Analyse clips, and write their results, the summary and the page.

    Parameters
    ----------
    clips
        As `posture.batch.naming.assign_runners` returns them.
    out
        Folder or URL of the results.
    restart
        Whether results that are up to date are made again.
    result
        Filled during the run, so that it is of use after an interruption.

    Raises
    ------
    OutputError
        When another run uses the same folder, or the disk is full.
    """
    storage = open_storage(out)
    with _locked(storage):
        schedule = Schedule(clips, options=options, storage=storage, out=out, restart=restart)
        summary = _SummaryWriter(storage, result, options)
        try:
            with pool as workers:
                for outcome in run_jobs(schedule, workers):
                    result.rows[outcome.row.clip] = outcome.row
                    result.unchanged += outcome.unchanged
                    if outcome.full:
                        result.full = outcome
                        schedule.stop()
                    if on_outcome is not None:
                        on_outcome(outcome)
                    if result.full is None:
                        summary.write_if_due()
        finally:
            if result.full is None:
                summary.write(is_last=True)
    if result.full is not None:
        raise _disk_full_error(result.full.row.reason or "", out)
    return result


def _disk_full_error(what: str, where: str) -> OutputError:
    return OutputError(
        what, where=where, advice=_("Free some space and run the same command again; finished clips are kept.")
    )


class _SummaryWriter:
    """Writer of summary and page, which takes a small share of the time only."""

    def __init__(self, storage: Storage, result: BatchResult, options: BatchOptions) -> None:
        self._storage, self._result, self._options = storage, result, options
        self._due_s = time.monotonic() + FIRST_SUMMARY_S

    def write_if_due(self) -> None:
        start_s = time.monotonic()
        if start_s >= self._due_s:
            self.write()
            self._due_s = time.monotonic() + (time.monotonic() - start_s) / SUMMARY_SHARE

    def write(self, *, is_last: bool = False) -> None:
        try:
            self._write(is_last=is_last)
        except OutputError as error:
            if is_disk_full(error):
                raise _disk_full_error(error.what, error.where) from error.__cause__
            raise

    def _write(self, *, is_last: bool) -> None:
        # The pages need matplotlib.
        from posture.batch.summary.histories import history_pages
        from posture.batch.summary.page import index_page

        rows = sorted(self._result.rows.values(), key=lambda row: row.clip)
        table = summary_table(rows)
        self._storage.write(SUMMARY, summary_csv(table, self._options.lang))
        if self._options.formats.parquet:
            self._storage.write(SUMMARY_PARQUET, to_parquet(table))
        histories = history_pages(rows, self._storage.read, self._options.lang) if is_last else {}
        for name, text in histories.values():
            self._storage.write(name, text.encode("utf-8", "replace"))
        page = index_page(
            rows,
            total=self._result.total,
            read=self._storage.read,
            lang=self._options.lang,
            name=self._result.name,
            histories={runner: name for runner, (name, _text) in histories.items()},
        )
        self._storage.write(INDEX_PAGE, page.encode("utf-8", "replace"))


@contextmanager
def _locked(storage: Storage) -> Iterator[None]:
    """Keep other runs out of the folder; on object storage the manifest of each clip has to suffice."""
    if not isinstance(storage, LocalStorage):
        # Fail before hours of work, not after the first clip.
        storage.check()
        yield
        return
    taken = _("another run is working on this folder")
    advice = _("Wait until it has finished, or name another folder with --out.")
    with locked_folder(storage.root, LOCK, taken=taken, advice=advice):
        try:
            storage.sweep()
            yield
        finally:
            storage.sweep()
