"""Files that are written whole or not at all.

A result is first written to a temporary file in the same folder, flushed to the disk and then renamed over
the target, which is one step for the file system: whoever reads the target sees the old or the new file.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from posture.errors import OutputError
from posture.language import gettext as _

_FULL = {errno.ENOSPC, errno.EDQUOT} if hasattr(errno, "EDQUOT") else {errno.ENOSPC}

# A file that is being written grows every few seconds.
LEFT_BEHIND_S = 3600.0
_TEMPORARY = re.compile(r"\.posture-[0-9a-f]{12}(\..*)?")


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """Give a temporary path to write to, which replaces `path` when the block ends well.

    Parameters
    ----------
    path : str or Path
        The target. Missing folders above it are made; a symbolic link is followed.

    Yields
    ------
    Path
        An empty file beside the target, with the same suffix. It is removed on any failure and on Ctrl-C.

    Raises
    ------
    OutputError
        When the folder or the file cannot be written, or the disk is full. Every ``OSError`` of the block is
        turned into one.
    """
    target = Path(path)
    with explained(target):
        _refuse_folder(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        resolved = Path(os.path.realpath(target, strict=False))
        temporary = resolved.with_name(f".posture-{secrets.token_hex(6)}{resolved.suffix[:16]}")
        try:
            # O_EXCL: never write through a link somebody else put there; 0o666 leaves the mode to the umask.
            os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
            yield temporary
            _flush_to_disk(temporary)
            temporary.replace(resolved)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


def sweep(folder: str | Path) -> None:
    """Remove what a process left in a folder that was killed while it wrote; see `replacing`.

    Only what nobody has written to for `LEFT_BEHIND_S`: another process may be at work there. What cannot be removed
    stays.
    """
    with suppress(OSError):
        for path in Path(folder).glob(".posture-*"):
            with suppress(OSError):
                is_old = time.time() - path.lstat().st_mtime > LEFT_BEHIND_S
                if is_old and _TEMPORARY.fullmatch(path.name) and path.is_file():
                    path.unlink()


def write_bytes(path: str | Path, data: bytes) -> None:
    """Write `data` to `path`, whole or not at all.

    Parameters
    ----------
    path : str or Path
        The target. Missing folders above it are made. A device or pipe (``/dev/stdout``) is written to
        directly, never replaced.
    data : bytes
        The content.

    Raises
    ------
    OutputError
        When it cannot be written: unwritable folder, a file where a folder should be, disk full.
    """
    target = Path(path)
    with explained(target):
        special = target.exists() and not target.is_file() and not target.is_dir()
        if special:
            with target.open("wb", buffering=0) as device:
                _write_all(device.fileno(), data)
            return
    with replacing(target) as temporary:
        temporary.write_bytes(data)


def write_text(path: str | Path, text: str) -> None:
    """Write `text` to `path` as UTF-8, whole or not at all, with the line ends it has.

    Characters that UTF-8 cannot hold (lone surrogates of undecodable file names) become question marks.

    Raises
    ------
    OutputError
        As `write_bytes`.
    """
    write_bytes(path, text.encode("utf-8", errors="replace"))


def remove(path: str | Path) -> None:
    """Remove a file that an earlier run left, if it is there.

    Raises
    ------
    OutputError
        When it cannot be removed.
    """
    target = Path(path)
    with explained(target):
        target.unlink(missing_ok=True)


def default_out_dir(source_path: str | Path) -> Path:
    """Return the folder for the results of a clip when none was named.

    Parameters
    ----------
    source_path : str or Path
        The clip or folder of images, as the person typed it.

    Returns
    -------
    Path
        ``NAME-posture`` in the current folder, NAME being the stem of the clip.
    """
    source = Path(source_path)
    if not source.name or source.name == "..":
        source = source.resolve()
    # Not Path.is_dir, which raises for a name that is too long.
    name = source.name if os.path.isdir(source) else source.stem  # noqa: PTH112
    return Path(f"{name or 'clip'}-posture")


def check_writable(folder: str | Path) -> None:
    """Find out before long work whether results can be written to a folder, without making it.

    Raises
    ------
    OutputError
        When the folder or the nearest one above it cannot be written to, or is a file.
    """
    target = Path(folder)
    with explained(target):
        nearest = next((p for p in (target, *target.absolute().parents) if p.exists()), target)
        if not nearest.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(target))
        if os.access in os.supports_effective_ids:
            allowed = os.access(nearest, os.W_OK | os.X_OK, effective_ids=True)
        else:
            allowed = os.access(nearest, os.W_OK | os.X_OK)
        if not allowed:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))


def check_target(path: str | Path) -> None:
    """Find out before long work whether a file can be written, without making it.

    Raises
    ------
    OutputError
        When it is a folder, or the folder it belongs to cannot be written to.
    """
    target = Path(path)
    with explained(target):
        _refuse_folder(target)
        if target.exists() and not target.is_file():  # a device or pipe is written to in place
            return
    check_writable(Path(os.path.realpath(target)).parent)


def check_spared(targets: Iterable[str | Path], inputs: Iterable[str | Path | None]) -> None:
    """Find out whether a result would be written over a file that is read.

    Parameters
    ----------
    targets : iterable of str or Path
        What will be written.
    inputs : iterable of str, Path or None
        What is read; None is passed over.

    Raises
    ------
    OutputError
        When one of the targets is one of the inputs, under whatever name.
    """
    read = [path for path in inputs if path is not None]
    for target in targets:
        for path in read:
            with suppress(OSError, ValueError):
                # A folder on the way that is still to be made does not hide it. (Not Path.resolve, which raises
                # errors of other kinds for links that lead to themselves.)
                if Path(os.path.realpath(target)).samefile(path):
                    raise OutputError(
                        _("would be written over, and it is read"),
                        where=target,
                        advice=_("Name another file or folder for the results."),
                    )


@contextmanager
def explained(target: Path) -> Iterator[None]:
    """Turn an ``OSError`` of the block into an `OutputError`: one line that says what to do."""
    try:
        yield
    except OSError as error:
        what, advice = _explanation(error, target)
        raise OutputError(what, where=target, advice=advice) from error


def _explanation(error: OSError, target: Path) -> tuple[str, str]:
    if error.errno in _FULL:
        return _("cannot be written, the disk is full"), _(
            "Free some space or name a folder on another disk."
        )
    if isinstance(error, IsADirectoryError):
        return _("cannot be written, it is a folder"), _("Name a file.")
    if isinstance(error, (NotADirectoryError, FileExistsError)):
        blocking = next(
            (str(p) for p in (target, *target.parents) if p.exists() and not p.is_dir()), str(target.parent)
        )
        what = _("cannot be written, {path} is a file, not a folder").format(path=blocking)
        return what, _("Name another folder.")
    if error.errno == errno.EROFS:
        return _("cannot be written, the disk is read-only"), _("Name a folder on another disk.")
    if isinstance(error, PermissionError):
        return _("cannot be written, permission denied"), _("Name a folder that you may write to.")
    what = _("cannot be written ({reason})").format(reason=error.strerror or error)
    return what, _("Name another file or folder.")


def _refuse_folder(target: Path) -> None:
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))


def _flush_to_disk(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]
