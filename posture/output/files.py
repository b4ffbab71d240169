"""Atomic writes, and operating-system errors as one line for the user.

A result is first written to a temporary file in the same folder, flushed to the disk and then renamed over the
target. The rename is atomic: a reader sees either the old file or the new one.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from posture.errors import OutputError
from posture.language import gettext as _

DISK_FULL = {errno.ENOSPC, errno.EDQUOT} if hasattr(errno, "EDQUOT") else {errno.ENOSPC}
"""Error numbers of a full disk or an exhausted quota."""

# A temporary file untouched for this long belongs to a killed process: one in use grows every few seconds.
STALE_AFTER_S = 3600.0
_TEMPORARY = re.compile(r"\.posture-[0-9a-f]{12}(\..*)?")


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """Yield a temporary path that replaces `path` when the block ends without an error.

    Parameters
    ----------
    path
        The target. Missing parent folders are created; a symbolic link is followed.

    Yields
    ------
    Path
        An empty file beside the target, with the same suffix. It is removed on any failure and on Ctrl-C.

    Raises
    ------
    OutputError
        When the folder or the file cannot be written, or the disk is full. Every ``OSError`` of the block becomes one.
    """
    target = Path(path)
    with os_errors_as_output_errors(target):
        refuse_folder(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        resolved = Path(os.path.realpath(target, strict=False))
        temporary = resolved.with_name(f".posture-{secrets.token_hex(6)}{resolved.suffix[:16]}")
        try:
            # O_EXCL: never write through a planted link; 0o666 leaves the mode to the umask.
            os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
            yield temporary
            with temporary.open("rb+") as file:
                os.fsync(file.fileno())
            temporary.replace(resolved)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


def remove_stale_temporaries(folder: str | Path) -> None:
    """Remove temporary files that a killed process left in a folder; see `replacing`.

    Younger files than `STALE_AFTER_S` stay, since another process may be writing them. So do files that cannot be
    removed.
    """
    with suppress(OSError):
        for path in Path(folder).glob(".posture-*"):
            with suppress(OSError):
                is_old = time.time() - path.lstat().st_mtime > STALE_AFTER_S
                if is_old and _TEMPORARY.fullmatch(path.name) and path.is_file():
                    path.unlink()


def write_bytes(path: str | Path, data: bytes) -> None:
    """Write `data` to `path` atomically; missing parent folders are created.

    A device or pipe (``/dev/stdout``) is written to directly, never replaced.

    Raises
    ------
    OutputError
        When it cannot be written: unwritable folder, a file where a folder should be, disk full.
    """
    target = Path(path)
    with os_errors_as_output_errors(target):
        if target.exists() and not target.is_file() and not target.is_dir():
            target.write_bytes(data)
            return
    with replacing(target) as temporary:
        temporary.write_bytes(data)


def write_text(path: str | Path, text: str) -> None:
    """Write `text` to `path` as UTF-8, atomically and with its line ends unchanged.

    Characters that UTF-8 cannot encode (lone surrogates of undecodable file names) become question marks.

    Raises
    ------
    OutputError
        As `write_bytes`.
    """
    write_bytes(path, text.encode("utf-8", errors="replace"))


def remove(path: str | Path) -> None:
    """Remove a file if it exists.

    Raises
    ------
    OutputError
        When it cannot be removed.
    """
    target = Path(path)
    with os_errors_as_output_errors(target):
        target.unlink(missing_ok=True)


@contextmanager
def os_errors_as_output_errors(target: Path) -> Iterator[None]:
    """Turn an ``OSError`` of the block into an `OutputError`: one line with advice."""
    try:
        yield
    except OSError as error:
        message, advice = _explanation(error, target)
        raise OutputError(message, where=target, advice=advice) from error


def _explanation(error: OSError, target: Path) -> tuple[str, str]:
    if error.errno in DISK_FULL:
        return _("cannot be written, the disk is full"), _("Free some space or name a folder on another disk.")
    if isinstance(error, IsADirectoryError):
        return _("cannot be written, it is a folder"), _("Name a file.")
    if isinstance(error, (NotADirectoryError, FileExistsError)):
        blocking = next(
            (str(p) for p in (target, *target.parents) if p.exists() and not p.is_dir()), str(target.parent)
        )
        message = _("cannot be written, {path} is a file, not a folder").format(path=blocking)
        return message, _("Name another folder.")
    if error.errno == errno.EROFS:
        return _("cannot be written, the disk is read-only"), _("Name a folder on another disk.")
    if isinstance(error, PermissionError):
        return _("cannot be written, permission denied"), _("Name a folder that you may write to.")
    message = _("cannot be written ({reason})").format(reason=error.strerror or error)
    return message, _("Name another file or folder.")


def refuse_folder(target: Path) -> None:
    """Raise `IsADirectoryError` where a folder stands in place of the file."""
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
