"""Where results lie: written so that a folder of results is there whole or not at all.

A folder on a disk is built beside the others and then renamed. On object storage, which knows no rename, the ledger
goes last (see `posture.batch.storage.remote`): what has no ledger does not count.
"""

from __future__ import annotations

import errno
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from posture.batch.layout import BACKUP_SUFFIX, MANIFEST, RESULT_FILES, STAGING_FOLDER
from posture.errors import OutputError, PostureError
from posture.language import gettext as _
from posture.output.checks import check_writable
from posture.output.files import os_errors_as_output_errors, write_bytes

# A disk that turned read-only under a run takes no more either.
_FULL = frozenset({errno.ENOSPC, errno.EROFS, *([errno.EDQUOT] if hasattr(errno, "EDQUOT") else [])})


def is_disk_full(error: PostureError) -> bool:
    """Whether the place takes no more of anything, so that going on is in vain."""
    cause = error.__cause__
    return isinstance(error, OutputError) and isinstance(cause, OSError) and cause.errno in _FULL


class LocalStorage:
    """A folder of results on a disk of this machine, or one that several machines share.

    Parameters
    ----------
    root : str
        The folder; made when the first thing is written.
    """

    def __init__(self, root: str) -> None:
        self.root = Path(root).absolute()

    def read(self, name: str) -> bytes | None:
        """Return a file's content; None when it is not there."""
        try:
            return (self.root / name).read_bytes()
        except OSError:
            return None

    def write(self, name: str, data: bytes) -> None:
        """Write a file, whole or not at all."""
        write_bytes(self.root / name, data)

    def check(self) -> None:
        """Find out before long work whether the folder can be written to."""
        check_writable(self.root)

    @contextmanager
    def staging_folder(self) -> Iterator[Path]:
        """Give an empty folder beside the results to build in; it is removed afterwards."""
        folder = self.root / STAGING_FOLDER / secrets.token_hex(8)
        with os_errors_as_output_errors(folder):
            folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def publish(self, built: Path, name: str) -> None:
        """Let a folder that was built take the place of the one called ``name``.

        Files in the old folder that are not this package's, such as notes, are kept.

        Raises
        ------
        OutputError
            When there is a folder of that name that holds something else, or it cannot be written.
        """
        target = self.root / name
        with os_errors_as_output_errors(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            _flush(built)
            old = None
            if target.exists():
                _check_own(target)
                old = built.with_name(f"{built.name}{BACKUP_SUFFIX}")
                target.rename(old)
            built.rename(target)
            _flush(target.parent)
            if old is not None:
                _keep_notes(old, target)
        if old is not None:
            shutil.rmtree(old, ignore_errors=True)

    def sweep(self) -> None:
        """Remove what a run that was killed left half-built, and put back what it had moved away."""
        # Each of them, before anything is removed.
        put_back = [self._put_back(old) for old in (self.root / STAGING_FOLDER).glob(f"*{BACKUP_SUFFIX}")]
        if all(put_back):
            shutil.rmtree(self.root / STAGING_FOLDER, ignore_errors=True)

    def _put_back(self, old: Path) -> bool:
        """Put results back that were moved away, or what lay beside them; return whether nothing is left to keep."""
        with suppress(OSError, ValueError, TypeError, KeyError):
            target = self.root / json.loads((old / MANIFEST).read_bytes())["row"]["folder"]
            if target.exists():
                _keep_notes(old, target)
            else:
                target.parent.mkdir(parents=True, exist_ok=True)
                old.rename(target)
            return True
        return all(entry.name in RESULT_FILES for entry in old.iterdir())


def _check_own(target: Path) -> None:
    if not target.is_dir() or (any(target.iterdir()) and not (target / MANIFEST).is_file()):
        raise OutputError(
            _("is there already and holds other files"),
            where=target,
            advice=_("Name another folder for the results with --out."),
        )


def _keep_notes(old: Path, target: Path) -> None:
    """Move what people put beside the old results to the new ones."""
    for entry in old.iterdir():
        if entry.name not in RESULT_FILES and not (target / entry.name).exists():
            entry.rename(target / entry.name)


def _flush(folder: Path) -> None:
    """Let a folder's list of names reach the disk, where the system can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
