"""A batch from end to end: find the clips, analyse what is new, keep the summary and the page up to date."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from posture.batch.dispatch import run_jobs
from posture.batch.model import BatchOptions, ClipFile, Outcome, SummaryRow
from posture.batch.schedule import Schedule
from posture.batch.storage import Storage, open_storage
from posture.batch.storage.disk import LocalStorage, is_disk_full
from posture.batch.summary.table import summary_csv, summary_table
from posture.batch.workers.local import WorkerPool
from posture.errors import OutputError
from posture.export.table import to_parquet
from posture.language import gettext as _

Listener = Callable[[Outcome], None]
# Writing the summary takes at most this share of the time.
SUMMARY_SHARE = 0.02
LOCK = ".posture-lock"


@dataclass
class BatchResult:
    """What has been done so far.

    Attributes
    ----------
    total : int
        Clips that were found.
    name : str
        Of the folder they lie in.
    rows : dict of str to Row
        Of the finished clips, by name.
    unchanged : int
        How many of them were done before.
    full : Outcome or None
        The one that the disk took no more of.
    """

    total: int
    name: str = ""
    rows: dict[str, SummaryRow] = field(default_factory=dict)
    unchanged: int = 0
    full: Outcome | None = None

    @property
    def failed(self) -> list[SummaryRow]:
        """Clips that could not be analysed, by name."""
        return sorted((row for row in self.rows.values() if row.state == "failed"), key=lambda row: row.clip)


def run_batch(
    clips: Sequence[ClipFile],
    out: str,
    crew: AbstractContextManager[WorkerPool],
    *,
    options: BatchOptions,
    restart: bool = False,
    result: BatchResult,
    listen: Listener | None = None,
) -> BatchResult:
    """Analyse clips, and write their results, the summary and the page.

    Parameters
    ----------
    clips : sequence of Clip
        As `posture.batch.naming.named` returns them.
    out : str
        Folder or URL of the results.
    crew : context manager
        Gives those who do the work.
    options : Options
    restart : bool
        Whether clips are done again whose results are there.
    result : Result
        Filled on the way, so that it tells what is done when the run is interrupted.
    listen : callable, optional
        Called with each outcome.

    Raises
    ------
    OutputError
        When another run works on the same folder, or the disk is full.
    """
    place = open_storage(out)
    with _locked(place):
        plan = Schedule(clips, options=options, place=place, out=out, restart=restart)
        books = _SummaryWriter(place, result, options)
        try:
            with crew as workers:
                for outcome in run_jobs(plan, workers):
                    result.rows[outcome.row.clip] = outcome.row
                    result.unchanged += outcome.unchanged
                    if outcome.full:
                        result.full = outcome
                        plan.stop()
                    if listen is not None:
                        listen(outcome)
                    if result.full is None:
                        books.write_if_due()
        finally:
            if result.full is None:
                books.write()
    if result.full is not None:
        raise _disk_full_error(result.full.row.reason or "", out)
    return result


def _disk_full_error(what: str, where: str) -> OutputError:
    return OutputError(
        what,
        where=where,
        advice=_("Free some space and run the same command again; what is done is kept."),
    )


class _SummaryWriter:
    """Keeps summary and page up to date, as often as is cheap."""

    def __init__(self, place: Storage, result: BatchResult, options: BatchOptions) -> None:
        self._place, self._result, self._options = place, result, options
        self._due_s = time.monotonic() + 5

    def write_if_due(self) -> None:
        begun_s = time.monotonic()
        if begun_s >= self._due_s:
            self.write()
            self._due_s = time.monotonic() + (time.monotonic() - begun_s) / SUMMARY_SHARE

    def write(self) -> None:
        try:
            self._write()
        except OutputError as error:
            if is_disk_full(error):
                raise _disk_full_error(error.what, error.where) from error.__cause__
            raise

    def _write(self) -> None:
        from posture.batch.summary import index_page

        rows = sorted(self._result.rows.values(), key=lambda row: row.clip)
        table = summary_table(rows)
        self._place.write("summary.csv", summary_csv(table).encode())
        if self._options.formats.parquet:
            self._place.write("summary.parquet", to_parquet(table))
        page = index_page(
            rows,
            total=self._result.total,
            read=self._place.read,
            lang=self._options.lang,
            name=self._result.name,
        )
        self._place.write("index.html", page.encode("utf-8", "replace"))


@contextmanager
def _locked(place: Storage) -> Iterator[None]:
    """Keep a second run out of the same folder; on object storage each clip's ledger must do."""
    if not isinstance(place, LocalStorage):
        # Before hours of work, and not after the first clip.
        place.check()
        yield
        return
    from filelock import FileLock, Timeout

    from posture.output.files import os_errors_as_output_errors

    with os_errors_as_output_errors(place.root):
        place.root.mkdir(parents=True, exist_ok=True)
        lock = FileLock(place.root / LOCK)
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise OutputError(
                _("another run is working on this folder"),
                where=place.root,
                advice=_("Wait for its end, or name another folder with --out."),
            ) from error
    try:
        place.sweep()
        yield
    finally:
        place.sweep()
        lock.release()


def default_out(folder: str) -> str:
    """Return where the results go when nobody says: ``./NAME-posture``."""
    from posture.output.checks import default_out_dir

    return str(default_out_dir(Path(folder)))
