"""Finds the clips of a folder: by what files hold, not only by how they are called."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from posture.batch.layout import RESULT_MARKS, STAGING_FOLDER, VIDEO_SUFFIXES, is_url, wanted
from posture.batch.model import ClipFile
from posture.errors import OutputError, PostureError, VideoError
from posture.language import gettext as _
from posture.video import open_video
from posture.video.image_sequence import IMAGE_SUFFIXES, images_in

OTHER_SUFFIXES = frozenset(
    {
        *(".json", ".csv", ".txt", ".md", ".html", ".htm", ".xml", ".yaml", ".yml", ".toml", ".log", ".srt"),
        *(".pdf", ".doc", ".docx", ".xls", ".xlsx", ".ods", ".zip", ".gz", ".tar", ".7z", ".parquet", ".nc"),
        *(".trc", ".mot", ".c3d", ".py", ".ini", ".db", ".lock", ".mp3", ".wav", ".m4a", ".aac", ".flac"),
        *(".svg", ".heic", ".heif", ".cr2", ".nef", ".dng", ".aae", ".thm", ".lrv", ".xmp", ".vtt"),
    }
)
"""A file called so is no clip; looking into each of them would take long."""
# A folder with fewer images is no clip: five strides take more than a hundred pictures.
MIN_IMAGES = 24


def discover_clips(
    folder: str,
    *,
    recursive: bool,
    include: Sequence[str],
    exclude: Sequence[str],
    out: str,
    closed: Callable[[Path], None] | None = None,
) -> list[ClipFile]:
    """Return the clips of a folder or URL; see `find_clips`.

    Raises
    ------
    VideoError
        When there is no such folder, or no clip in it.
    OutputError
        When the results are to go where the clips are.
    """
    if _same(folder, out):
        raise OutputError(
            _("is the folder of the clips"), where=out, advice=_("Name another one for the results.")
        )
    if is_url(folder):
        from posture.batch.storage.remote import find_remote

        found = find_remote(folder, recursive=recursive, include=include, exclude=exclude, out=out)
    else:
        own = None if is_url(out) else Path(out)
        found = find_clips(
            Path(folder), recursive=recursive, include=include, exclude=exclude, out=own, closed=closed
        )
    clips = list(found)
    if not clips:
        raise VideoError(
            _("holds no clips"),
            where=folder,
            advice=_("Look at --include and --exclude.")
            if include or exclude
            else _("Name another folder.")
            if recursive
            else _("Name another folder, or search the folders below with --recursive."),
        )
    return clips


def find_clips(
    folder: Path,
    *,
    recursive: bool = False,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    out: Path | None = None,
    closed: Callable[[Path], None] | None = None,
) -> Iterator[ClipFile]:
    """Yield the clips of a folder, sorted by name.

    A clip is a file that holds moving pictures, whatever it is called, or a folder of numbered images. Hidden files,
    folders of results and the folder the results go to are passed over.

    Parameters
    ----------
    folder : Path
    recursive : bool
        Whether folders below it are searched too.
    include, exclude : sequence of str
        Globs such as ``*.mov`` or ``march/*``, of names or of paths below the folder. Where there are some to include,
        only what fits one of them is taken.
    out : Path, optional
        Where the results go.
    closed : callable, optional
        Called with each folder below that cannot be read.

    Raises
    ------
    VideoError
        When there is no such folder, or it cannot be read.
    """
    if not os.path.isdir(folder):  # noqa: PTH112 - Path.is_dir raises for a name that is too long
        raise VideoError(
            _("is no folder") if os.path.exists(folder) else _("there is no such folder"),  # noqa: PTH110
            where=folder,
            advice=_("Name a folder of clips; posture analyze takes a single one."),
        )
    try:
        os.listdir(folder)  # noqa: PTH208 - only whether it can be
    except OSError as error:
        raise VideoError(
            _("cannot be read ({reason})").format(reason=error.strerror or error),
            where=folder,
            advice=_("Check the folder and its permissions."),
        ) from error
    results = None if out is None else Path(os.path.realpath(out))
    for path in _candidates(folder, recursive=recursive, results=results, closed=closed):
        name = path.relative_to(folder).as_posix() if path != folder else folder.resolve().name
        if wanted(name, include=include, exclude=exclude) and (path.is_dir() or _is_clip(path)):
            size, signature = size_and_signature(path)
            yield ClipFile(name=name, path=str(path), signature=signature, size=size)


def _same(folder: str, out: str) -> bool:
    if is_url(folder) or is_url(out):
        return folder.rstrip("/") == out.rstrip("/")
    # Not Path.resolve, which raises for a name that is too long.
    return os.path.realpath(folder) == os.path.realpath(out)


def _candidates(
    folder: Path,
    *,
    recursive: bool,
    results: Path | None,
    closed: Callable[[Path], None] | None,
) -> Iterator[Path]:
    """Yield files that may be clips, and folders of images; each folder once, even through links."""
    seen: set[Path] = set()
    waiting = [folder]
    while waiting:
        here = waiting.pop()
        resolved = Path(os.path.realpath(here))
        if resolved in seen or resolved == results:
            continue
        seen.add(resolved)
        try:
            entries = sorted(p for p in here.iterdir() if not p.name.startswith("."))
            files, below = _files_and_folders(entries)
        except OSError:
            # The first folder has been looked into before, so this is one below it.
            if closed is not None:
                closed(here)
            continue
        names = {p.name for p in entries}
        if here != folder and (STAGING_FOLDER in names or any(mark in names for mark in RESULT_MARKS)):
            continue
        if _is_sequence(here, entries):
            yield here
            continue
        yield from files
        if recursive:
            waiting.extend(reversed(below))
        elif here == folder:
            yield from (p for p in below if Path(os.path.realpath(p)) != results and _is_sequence(p))


def _files_and_folders(entries: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """Return files and folders among entries; what cannot be told, such as a link to a dead mount, is neither.

    Raises
    ------
    OSError
        When none can be told: a folder may be listed and yet not entered.
    """
    files: list[Path] = []
    below: list[Path] = []
    failed: list[OSError] = []
    for entry in entries:
        try:
            if entry.is_dir():
                below.append(entry)
            elif entry.is_file():
                files.append(entry)
        except OSError as error:
            failed.append(error)
    if failed and len(failed) == len(entries):
        raise failed[0]
    return files, below


def _is_sequence(folder: Path, entries: Sequence[Path] | None = None) -> bool:
    """Return whether a folder holds numbered images and nothing that is more likely the clip."""
    try:
        found = entries if entries is not None else list(folder.iterdir())
        if any(p.suffix.lower() in VIDEO_SUFFIXES or p.name in RESULT_MARKS for p in found):
            return False
        if sum(p.suffix.lower() in IMAGE_SUFFIXES for p in found) < MIN_IMAGES:
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
            # A single picture is no clip, whatever it is called.
            return not video.source.info.container.endswith(("_pipe", "image2"))
    except (PostureError, OSError):
        return False


def size_and_signature(path: Path) -> tuple[int, str]:
    """Return size in bytes, and what stays the same as long as the content does; 0 and nothing when it is gone."""
    try:
        stats = [p.stat() for p in (images_in(path) if path.is_dir() else [path])]
    except OSError:
        return 0, ""
    size = sum(s.st_size for s in stats)
    return size, f"{len(stats)} files, {size} bytes, {max((s.st_mtime_ns for s in stats), default=0)} ns"
