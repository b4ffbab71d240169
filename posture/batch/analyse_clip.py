"""The work on one clip: analyse it, build its folder of results, put the folder in its place."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, chdir, contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from posture.analysis.examination import Examination
from posture.analysis.examine import examine
from posture.batch.discovery import size_and_signature
from posture.batch.layout import MANIFEST, is_url
from posture.batch.manifest import Manifest, content_hash, read_manifest
from posture.batch.model import Job, Outcome, SummaryRow, failed_row, row_for_error
from posture.batch.storage import Storage, open_storage
from posture.batch.storage.disk import is_disk_full
from posture.batch.summary.table import summary_row
from posture.batch.summary.thumbnail import add_thumbnail
from posture.errors import OptionError, OutputError, PostureError, VideoError
from posture.language import gettext as _
from posture.language import use_language
from posture.output.files import write_bytes
from posture.output.folder import save
from posture.records.analysis import Analysis
from posture.version import __version__
from posture.video import FrameStore, can_write


@dataclass(frozen=True)
class _Timer:
    """How long a clip has taken, seconds."""

    begun_s: float

    def __call__(self) -> float:
        return round(time.monotonic() - self.begun_s, 2)


def analyse_job(job: Job) -> Outcome:
    """Analyse one clip and write its results; whatever goes wrong is told in the outcome and never raised.

    Parameters
    ----------
    job : Job

    Returns
    -------
    Outcome
    """
    seconds = _Timer(time.monotonic())
    with use_language(job.options.lang):
        try:
            if job.version != __version__:
                return Outcome(_other_version(job))
            with _where_names_begin(job):
                return _analyse(job, seconds)
        except PostureError as error:
            row = row_for_error(job.clip, error, seconds())
            return Outcome(row, full=is_disk_full(error))
        except MemoryError:
            advice = _("Analyse fewer clips at once with --workers, or give more with --memory.")
            return Outcome(failed_row(job.clip, "memory", _("the memory is full"), advice, seconds()))
        except Exception as error:
            reason = _("a fault of this program ({reason})").format(reason=f"{type(error).__name__}: {error}")
            advice = _("posture analyze tells more of it. Please report that, with the clip if you can.")
            return Outcome(failed_row(job.clip, "error", reason, advice, seconds()))


def _where_names_begin(job: Job) -> AbstractContextManager[None]:
    """Go to the folder that relative names begin at; where there is none, a worker elsewhere need not have it."""
    relative = any(not is_url(name) and not Path(name).is_absolute() for name in (job.clip.path, job.out))
    return chdir(job.cwd) if relative else nullcontext()


def _analyse(job: Job, seconds: _Timer) -> Outcome:
    # What this worker lacks is no fault of the clip, and nothing to keep.
    job.options.formats.check()
    place = open_storage(job.out)
    with _local_copy(job) as path:
        before = None if job.restart else read_manifest(place, job.clip.folder)
        content, found = None, size_and_signature(path)
        if before is not None and before.settings == job.settings and before.clip == job.clip.name:
            content = content_hash(path)
            if content == before.sha256:
                return _unchanged(job, before, place)
        with place.staging_folder() as folder, _errors_name_target(folder, job):
            try:
                row = _build_results(job, path, content, folder, place, seconds)
            except (VideoError, OptionError) as error:
                # The clip's own fault: it stays as long as the clip does, and so is no work for the next run.
                content = content or _hash_of_broken(path)
                row = row_for_error(job.clip, error, seconds())
                if not content:
                    return Outcome(row)
                row = replace(row, sha256=content)
            if size_and_signature(path) != found:
                # Still being copied, perhaps: neither its numbers nor its hash are to be kept.
                return Outcome(_changed(job, seconds()))
            entry = Manifest(job.clip.name, job.clip.signature, row.sha256 or "", job.settings, row)
            write_bytes(folder / MANIFEST, entry.to_json())
            place.publish(folder, job.clip.folder)
    return Outcome(row)


def _build_results(
    job: Job, path: Path, content: str | None, folder: Path, place: Storage, seconds: _Timer
) -> SummaryRow:
    """Analyse the clip and fill the folder; return the row."""
    options = job.options
    standing = _baseline(job, place)
    with _pictures(options.film) as spool:
        found = examine(
            path,
            model=options.model,
            slow_motion=options.slow_motion,
            person=options.person,
            baseline=standing,
            spool=spool,
        )
        found = _with_baseline_name(found, job)
        save(found, folder, formats=options.formats, blur_faces=options.blur_faces)
    add_thumbnail(folder)
    content = found.analysis.source.sha256 or content or content_hash(path)
    name = job.baseline if standing is not None else None
    return summary_row(found.analysis, job.clip, content=content, baseline=name, seconds=seconds())


def _baseline(job: Job, place: Storage) -> Analysis | None:
    """Return the analysis of the runner's standing clip; None without one."""
    if job.baseline_folder is None:
        return None
    text = place.read(f"{job.baseline_folder}/analysis.json")
    return None if text is None else Analysis.model_validate_json(text)


def _with_baseline_name(found: Examination, job: Job) -> Examination:
    """Call the baseline by its name below the folder of clips, on whichever machine it was analysed."""
    baseline = found.analysis.baseline
    if baseline is None or job.baseline is None:
        return found
    named = baseline.model_copy(update={"path": job.baseline})
    return replace(found, analysis=found.analysis.model_copy(update={"baseline": named}))


def _unchanged(job: Job, before: Manifest, place: Storage) -> Outcome:
    row = replace(before.row, folder=job.clip.folder, runner=job.clip.runner, session=job.clip.session)
    if before.signature != job.clip.signature or row != before.row:
        # Copied or touched: the next run needs no look at the content.
        entry = replace(before, signature=job.clip.signature, row=row)
        place.write(f"{job.clip.folder}/{MANIFEST}", entry.to_json())
    return Outcome(row, unchanged=True)


@contextmanager
def _local_copy(job: Job) -> Iterator[Path]:
    """Give the clip as a file of this machine."""
    if is_url(job.clip.path):
        from posture.batch.storage.remote import downloaded

        with downloaded(job.clip.path) as path:
            yield path
    else:
        yield Path(job.clip.path)


@contextmanager
def _pictures(wanted: bool) -> Iterator[FrameStore | None]:
    """Give what keeps the clip's pictures for the film; None when there is to be none, or none can be written."""
    if not wanted or not can_write():
        yield None
        return
    with FrameStore() as spool:
        yield spool


@contextmanager
def _errors_name_target(workshop: Path, job: Job) -> Iterator[None]:
    """Let errors name the place where results are to be, not the one where they are built."""
    try:
        yield
    except OutputError as error:
        where = error.where.replace(str(workshop), f"{job.out.rstrip('/')}/{job.clip.folder}")
        raise OutputError(error.what, where=where, advice=error.advice) from (error.__cause__ or error)


def _hash_of_broken(path: Path) -> str:
    """Return the hash of a clip that cannot be analysed; empty where it cannot even be read."""
    try:
        return content_hash(path)
    except (OSError, PostureError):
        return ""


def _changed(job: Job, seconds: float) -> SummaryRow:
    reason = _("was changed or removed while it was analysed")
    return failed_row(job.clip, "clip", reason, _("Run the same command again when it is complete."), seconds)


def _other_version(job: Job) -> SummaryRow:
    reason = _("the worker has version {theirs} of posture, and this is {ours}").format(
        theirs=__version__, ours=job.version
    )
    return failed_row(job.clip, "error", reason, _("Install the same version on all machines."))
