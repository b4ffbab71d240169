"""Discovery of the clips in a folder, by content and not only by suffix."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from posture.batch.layout import RESULT_MARKS, STAGING_FOLDER, ClipFilter, is_url
from posture.batch.model import ClipFile
from posture.batch.storage.remote import find_remote
from posture.errors import OutputError, PostureError, VideoError
from posture.language import gettext as _
from posture.output.names import VIDEO_SUFFIXES
from posture.video import open_video
from posture.video.image_sequence import IMAGE_SUFFIXES, images_in, refuse_results
from posture.video.open_errors import check_path

OTHER_SUFFIXES = frozenset(
    {
        *(".json", ".csv", ".txt", ".md", ".html", ".htm", ".xml", ".yaml", ".yml", ".toml", ".log", ".srt"),
        *(".pdf", ".doc", ".docx", ".xls", ".xlsx", ".ods", ".zip", ".gz", ".tar", ".7z", ".parquet", ".nc"),
        *(".trc", ".mot", ".c3d", ".py", ".ini", ".db", ".lock", ".mp3", ".wav", ".m4a", ".aac", ".flac"),
        *(".svg", ".heic", ".heif", ".cr2", ".nef", ".dng", ".aae", ".thm", ".lrv", ".xmp", ".vtt"),
    }
)
"""Suffixes that are never clips; opening each such file would take long."""
# A folder with fewer images is no clip: five strides take more than a hundred pictures.
MIN_IMAGES = 24


def discover_clips(
    folder: str, selection: ClipFilter, *, out: str, on_unreadable: Callable[[Path], None] | None = None
) -> list[ClipFile]:
    """Return the clips of a folder or URL; see `find_clips`.

    Raises
    ------
    VideoError
        When the folder does not exist or holds no clip.
    OutputError
        When the results would be written to the folder of the clips.
    """
    if _is_same_folder(folder, out):
        raise OutputError(_("is the folder of the clips"), where=out, advice=_("Name another folder for the results."))
    if is_url(folder):
        clips = list(find_remote(folder, selection, out=out))
    else:
        results = None if is_url(out) else Path(out)
        clips = list(find_clips(Path(folder), selection, out=results, on_unreadable=on_unreadable))
    if not clips:
        if selection.include or selection.exclude:
            advice = _("Check --include and --exclude.")
        elif selection.recursive:
            advice = _("Name another folder.")
        else:
            advice = _("Name another folder, or search its subfolders with --recursive.")
        raise VideoError(_("contains no clips"), where=folder, advice=advice)
    return clips


def discover_files(paths: Sequence[str], selection: ClipFilter, *, out: str) -> list[ClipFile]:
    """Return clips that are named one by one, without repetitions; their names are paths below `common_folder`.

    Raises
    ------
    VideoError
        When one does not exist, or is a folder that is no clip.
    OutputError
        When the results would be written to the folder of the clips.
    """
    top = common_folder(paths)
    if _is_same_folder(str(top), out):
        raise OutputError(_("is the folder of the clips"), where=out, advice=_("Name another folder for the results."))
    clips = {}
    for path in map(Path, paths):
        check_path(path)
        if path.is_dir() and not _is_sequence(path):
            raise VideoError(
                _("is a folder"), where=path, advice=_("Name files, or one folder alone: posture batch FOLDER.")
            )
        size, signature = size_and_signature(path)
        name = Path(os.path.relpath(path, top)).as_posix()
        if selection.matches(name):
            clips[name] = ClipFile(name=name, path=str(path), signature=signature, size=size)
    return [clips[name] for name in sorted(clips)]


def common_folder(paths: Sequence[str]) -> Path:
    """Return the deepest folder above all of some files."""
    try:
        return Path(os.path.commonpath([Path(os.path.abspath(path)).parent for path in paths]))  # noqa: PTH100
    except ValueError:  # two drives of Windows
        return Path()


def find_clips(
    folder: Path,
    selection: ClipFilter = ClipFilter(),  # noqa: B008 - immutable
    *,
    out: Path | None = None,
    on_unreadable: Callable[[Path], None] | None = None,
) -> Iterator[ClipFile]:
    """Yield the clips of a folder, sorted by name.

    A clip is a file that holds moving pictures, whatever its name, or a folder of numbered images. Hidden files,
    result folders and the output folder are skipped.

    Parameters
    ----------
    on_unreadable
        Called with each subfolder that cannot be read.

    Raises
    ------
    VideoError
        When the folder does not exist or cannot be read.
    """
    if not os.path.isdir(folder):  # noqa: PTH112 - Path.is_dir raises for a name that is too long
        raise VideoError(
            _("is not a folder") if os.path.exists(folder) else _("there is no such folder"),  # noqa: PTH110
            where=folder,
            advice=_("Name a folder of clips; posture analyze takes a single one."),
        )
    try:
        os.listdir(folder)  # noqa: PTH208 - only to see whether it can be listed
    except OSError as error:
        raise VideoError(
            _("cannot be read ({reason})").format(reason=error.strerror or error),
            where=folder,
            advice=_("Check the folder and its permissions."),
        ) from error
    refuse_results(folder)
    results = None if out is None else Path(os.path.realpath(out))
    for path in _candidates(folder, selection.recursive, results, on_unreadable):
        name = path.relative_to(folder).as_posix() if path != folder else folder.resolve().name
        if selection.matches(name) and (path.is_dir() or _is_clip(path)):
            size, signature = size_and_signature(path)
            yield ClipFile(name=name, path=str(path), signature=signature, size=size)


def _is_same_folder(folder: str, out: str) -> bool:
    if is_url(folder) or is_url(out):
        return folder.rstrip("/") == out.rstrip("/")
    # Not Path.resolve, which raises for a name that is too long.
    return os.path.realpath(folder) == os.path.realpath(out)


def _candidates(
    folder: Path, recursive: bool, results: Path | None, on_unreadable: Callable[[Path], None] | None
) -> Iterator[Path]:
    """Yield files that may be clips, and folders of images; each folder only once, even if links lead to it."""
    visited: set[Path] = set()
    pending = [folder]
    while pending:
        current = pending.pop()
        resolved = Path(os.path.realpath(current))
        if resolved in visited or resolved == results:
            continue
        visited.add(resolved)
        try:
            entries = sorted(p for p in current.iterdir() if not p.name.startswith("."))
            files, subfolders = _files_and_folders(entries)
        except OSError:
            # A subfolder: the top folder has been listed before.
            if on_unreadable is not None:
                on_unreadable(current)
            continue
        names = {p.name for p in entries}
        if current != folder and (STAGING_FOLDER in names or any(mark in names for mark in RESULT_MARKS)):
            continue
        if _is_sequence(current, entries):
            yield current
            continue
        yield from files
        if recursive:
            pending.extend(reversed(subfolders))
        elif current == folder:
            yield from (p for p in subfolders if Path(os.path.realpath(p)) != results and _is_sequence(p))


def _files_and_folders(entries: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """Split entries into files and folders; drop those that cannot be examined, such as links to a dead mount.

    Raise OSError when none can be examined: a folder may be listable and yet not searchable.
    """
    files: list[Path] = []
    subfolders: list[Path] = []
    errors: list[OSError] = []
    for entry in entries:
        try:
            if entry.is_dir():
                subfolders.append(entry)
            elif entry.is_file():
                files.append(entry)
        except OSError as error:
            errors.append(error)
    if errors and len(errors) == len(entries):
        raise errors[0]
    return files, subfolders


def _is_sequence(folder: Path, entries: Sequence[Path] | None = None) -> bool:
    """Return whether a folder is a sequence of numbered images, and neither results nor a folder of videos."""
    try:
        paths = entries if entries is not None else list(folder.iterdir())
        if any(p.suffix.lower() in VIDEO_SUFFIXES or p.name in RESULT_MARKS for p in paths):
            return False
        if sum(p.suffix.lower() in IMAGE_SUFFIXES for p in paths) < MIN_IMAGES:
            return False
        images = images_in(folder)
    except OSError:
        return False
    numbered = sum(any(c.isdigit() for c in p.stem) for p in images)
    return numbered >= MIN_IMAGES and 2 * numbered > len(images)


def _is_clip(path: Path) -> bool:
    suffix = path.suffix.lower()
    if suffix in VIDEO_SUFFIXES:
        return True
    if suffix in IMAGE_SUFFIXES or suffix in OTHER_SUFFIXES:
        return False
    try:
        with open_video(path) as video:
            # A single picture is no clip, whatever its suffix.
            return not video.source.info.container.endswith(("_pipe", "image2"))
    except (PostureError, OSError):
        return False


def size_and_signature(path: Path) -> tuple[int, str]:
    """Return a clip's size in bytes and its signature (see `ClipFile`); 0 and "" when it is gone."""
    try:
        stats = [p.stat() for p in (images_in(path) if path.is_dir() else [path])]
    except OSError:
        return 0, ""
    size = sum(s.st_size for s in stats)
    return size, f"{len(stats)} files, {size} bytes, {max((s.st_mtime_ns for s in stats), default=0)} ns"
