"""The work on one clip: analyse it, build its result folder, and publish the folder."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, chdir, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

import numpy as np

from posture.analysis.examination import Examination
from posture.analysis.pipeline import examine
from posture.batch.discovery import size_and_signature
from posture.batch.layout import MANIFEST, THUMBNAIL, is_url
from posture.batch.manifest import Manifest, content_hash, read_manifest
from posture.batch.model import Job, Outcome, SummaryRow, failed_row, row_for_error
from posture.batch.storage import Storage, open_storage
from posture.batch.storage.disk import is_disk_full
from posture.batch.storage.remote import downloaded
from posture.batch.summary.table import summary_row
from posture.drawing.canvas import encode_jpeg, resize
from posture.errors import OptionError, OutputError, PostureError, VideoError
from posture.language import gettext as _
from posture.language import use_language
from posture.output.files import write_bytes
from posture.output.names import ANALYSIS, BACK_PHOTO, PEOPLE_PHOTO
from posture.output.save import save
from posture.records.analysis import Analysis
from posture.system_libraries import missing_library
from posture.types import Progress
from posture.version import __version__
from posture.video import can_write
from posture.video.image_sequence import decode_image

# Twice the height in the table of all clips, for high-resolution screens.
THUMBNAIL_HEIGHT_PX = 176


def analyse_job(job: Job, progress: Progress | None = None) -> Outcome:
    """Analyse one clip and write its results; every failure becomes an outcome, nothing is raised.

    ``progress`` is called with (frames done, expected frames or 0) after every frame.
    """
    start_s = time.monotonic()

    def elapsed_s() -> float:
        return round(time.monotonic() - start_s, 2)

    with use_language(job.options.lang):
        try:
            if job.version != __version__:
                return Outcome(_version_mismatch(job))
            with _in_job_folder(job):
                return _analyse(job, elapsed_s, progress)
        except PostureError as error:
            return Outcome(row_for_error(job.clip, error, elapsed_s()), full=is_disk_full(error))
        except MemoryError:
            advice = _("Analyse fewer clips at once with --workers, or allow more with --memory.")
            return Outcome(failed_row(job.clip, "memory", _("the memory is full"), advice, elapsed_s()))
        except Exception as error:
            if (missing := missing_library(error)) is not None:
                return Outcome(row_for_error(job.clip, missing, elapsed_s()))
            reason = _("internal error ({reason})").format(reason=f"{type(error).__name__}: {error}")
            advice = _("posture analyze shows more. Please report the error, with the clip if you can.")
            return Outcome(failed_row(job.clip, "error", reason, advice, elapsed_s()))


def _in_job_folder(job: Job) -> AbstractContextManager[None]:
    """Change to the folder that relative paths start from; without any, a remote worker need not have it."""
    is_relative = any(not is_url(name) and not Path(name).is_absolute() for name in (job.clip.path, job.out))
    return chdir(job.cwd) if is_relative else nullcontext()


def _analyse(job: Job, elapsed_s: Callable[[], float], progress: Progress | None) -> Outcome:
    # A missing library is this worker's fault, not the clip's: fail without a manifest.
    job.options.formats.check()
    storage = open_storage(job.out)
    with _local_copy(job) as path:
        earlier = None if job.restart else read_manifest(storage, job.clip.folder)
        content, signature = None, size_and_signature(path)
        if earlier is not None and earlier.settings == job.settings and earlier.clip == job.clip.name:
            content = content_hash(path)
            if content == earlier.sha256:
                return _unchanged(job, earlier, storage)
        with storage.staging_folder() as folder, _errors_name_target(folder, job):
            try:
                row = _build_results(job, path, content, folder, storage, elapsed_s, progress)
            except (VideoError, OptionError) as error:
                # The clip's own fault stays as long as the clip does: store it, so that the next run skips the clip.
                content = content or _hash_of_broken(path)
                row = row_for_error(job.clip, error, elapsed_s())
                if not content:
                    return Outcome(row)
                row = replace(row, sha256=content)
            if size_and_signature(path) != signature:
                # Perhaps still being copied: neither its numbers nor its hash are valid.
                reason = _("was changed or removed while it was analysed")
                advice = _("Run the same command again when it is complete.")
                return Outcome(failed_row(job.clip, "clip", reason, advice, elapsed_s()))
            manifest = Manifest(job.clip.name, job.clip.signature, row.sha256 or "", job.settings, row)
            write_bytes(folder / MANIFEST, manifest.to_json())
            storage.publish(folder, job.clip.folder)
    return Outcome(row)


def _build_results(
    job: Job,
    path: Path,
    content: str | None,
    folder: Path,
    storage: Storage,
    elapsed_s: Callable[[], float],
    progress: Progress | None,
) -> SummaryRow:
    """Analyse the clip and fill the staging folder; return the row."""
    options = job.options
    baseline = _read_baseline(job, storage)
    examination = examine(
        path,
        model=options.model,
        start=options.start_s,
        end=options.end_s,
        slow_motion=options.slow_motion,
        fps=options.fps if path.is_dir() else None,
        person=options.person,
        rotate=options.rotate,
        roll=options.roll,
        name=job.clip.runner,
        auto_baseline=options.auto_baseline,
        baseline=baseline,
        landmarkers=job.landmarkers,
        progress=progress,
    )
    examination = _with_baseline_name(examination, job)
    film = options.film and can_write()
    save(examination, folder, formats=options.formats, film=film, blur_faces=options.blur_faces)
    _add_thumbnail(folder)
    analysis = examination.analysis
    content = analysis.source.sha256 or content or content_hash(path)
    name = job.baseline if baseline is not None else None
    return summary_row(analysis, job.clip, content=content, baseline=name, seconds=elapsed_s())


def _read_baseline(job: Job, storage: Storage) -> Analysis | None:
    """Return the analysis of the runner's standing clip; None without one."""
    if job.baseline_folder is None:
        return None
    text = storage.read(f"{job.baseline_folder}/{ANALYSIS}")
    return None if text is None else Analysis.from_json(text.decode("utf-8", "replace"))


def _with_baseline_name(examination: Examination, job: Job) -> Examination:
    """Name the baseline by its path below the folder of clips, on whichever machine it was analysed."""
    analysis = examination.analysis
    if analysis.baseline is None or job.baseline is None:
        return examination
    baseline = analysis.baseline.model_copy(update={"path": job.baseline})
    return replace(examination, analysis=analysis.model_copy(update={"baseline": baseline}))


def _add_thumbnail(folder: Path) -> None:
    """Write a small copy of the photograph of the back, or of the people, if there is one."""
    photos = [folder / name for name in (BACK_PHOTO, PEOPLE_PHOTO) if (folder / name).is_file()]
    frame = decode_image(photos[0]) if photos else None
    if frame is not None:
        rgb = frame.to_ndarray(format="rgb24")
        small = resize(np.ascontiguousarray(rgb), min(THUMBNAIL_HEIGHT_PX / rgb.shape[0], 1.0))
        write_bytes(folder / THUMBNAIL, encode_jpeg(small))


def _unchanged(job: Job, earlier: Manifest, storage: Storage) -> Outcome:
    row = replace(earlier.row, folder=job.clip.folder, runner=job.clip.runner, session=job.clip.session)
    if earlier.signature != job.clip.signature or row != earlier.row:
        # Copied or touched: with the new signature the next run need not read the content.
        manifest = replace(earlier, signature=job.clip.signature, row=row)
        storage.write(f"{job.clip.folder}/{MANIFEST}", manifest.to_json())
    return Outcome(row, unchanged=True)


@contextmanager
def _local_copy(job: Job) -> Iterator[Path]:
    """Yield the clip as a file of this machine."""
    if is_url(job.clip.path):
        with downloaded(job.clip.path) as path:
            yield path
    else:
        yield Path(job.clip.path)


@contextmanager
def _errors_name_target(staging_folder: Path, job: Job) -> Iterator[None]:
    """Let errors name the result folder, not the staging folder."""
    try:
        yield
    except OutputError as error:
        where = error.where.replace(str(staging_folder), f"{job.out.rstrip('/')}/{job.clip.folder}")
        raise OutputError(error.what, where=where, advice=error.advice) from (error.__cause__ or error)


def _hash_of_broken(path: Path) -> str:
    """Return the hash of a clip that cannot be analysed; empty where it cannot even be read."""
    try:
        return content_hash(path)
    except (OSError, PostureError):
        return ""


def _version_mismatch(job: Job) -> SummaryRow:
    reason = _("the worker runs posture {theirs}, this computer {ours}").format(theirs=__version__, ours=job.version)
    return failed_row(job.clip, "error", reason, _("Install the same version on all machines."))
