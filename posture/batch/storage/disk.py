"""Results on a disk: each result folder is built in a staging folder and then renamed."""

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
from posture.output.files import DISK_FULL, os_errors_as_output_errors, write_bytes


def is_disk_full(error: PostureError) -> bool:
    """Return whether the disk can take no more results; one that became read-only counts too."""
    cause = error.__cause__
    if not (isinstance(error, OutputError) and isinstance(cause, OSError)):
        return False
    return cause.errno in DISK_FULL or cause.errno == errno.EROFS


class LocalStorage:
    """Folder of results on a disk, perhaps one that several machines share; created with the first file."""

    def __init__(self, root: str) -> None:
        self.root = Path(root).absolute()

    def read(self, name: str) -> bytes | None:
        """Return a file's content; None when it does not exist."""
        try:
            path = self.root / name
            # Reading a pipe or a device might never end.
            return path.read_bytes() if path.is_file() else None
        except OSError:
            return None

    def write(self, name: str, data: bytes) -> None:
        """Write a file atomically."""
        write_bytes(self.root / name, data)

    @contextmanager
    def staging_folder(self) -> Iterator[Path]:
        """Yield an empty folder on the same disk to build results in; it is removed afterwards."""
        folder = self.root / STAGING_FOLDER / secrets.token_hex(8)
        with os_errors_as_output_errors(folder):
            folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def publish(self, built: Path, name: str) -> None:
        """Replace the result folder ``name`` by a folder that was built.

        Files in the old folder that are not results, such as notes, are kept.

        Raises
        ------
        OutputError
            When something other than results has that name, or the folder cannot be written.
        """
        target = self.root / name
        with os_errors_as_output_errors(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            _flush(built)
            backup = None
            if target.exists():
                _check_is_result(target)
                backup = built.with_name(f"{built.name}{BACKUP_SUFFIX}")
                target.rename(backup)
            built.rename(target)
            _flush(target.parent)
            if backup is not None:
                _keep_notes(backup, target)
        if backup is not None:
            shutil.rmtree(backup, ignore_errors=True)

    def sweep(self) -> None:
        """Remove half-built results of a killed run, and restore the results that it was replacing."""
        # Restore all of them before anything is removed.
        backups = (self.root / STAGING_FOLDER).glob(f"*{BACKUP_SUFFIX}")
        restored = [self._restore(backup) for backup in backups]
        if all(restored):
            shutil.rmtree(self.root / STAGING_FOLDER, ignore_errors=True)

    def _restore(self, backup: Path) -> bool:
        """Restore a backup, or the notes in it; return whether it holds nothing more to keep."""
        with suppress(OSError, ValueError, TypeError, KeyError, RecursionError):
            target = self.root / json.loads((backup / MANIFEST).read_bytes())["row"]["folder"]
            if not target.resolve().is_relative_to(self.root.resolve()):
                raise ValueError("its manifest names a folder outside")
            if target.exists():
                _keep_notes(backup, target)
            else:
                target.parent.mkdir(parents=True, exist_ok=True)
                backup.rename(target)
            return True
        return all(entry.name in RESULT_FILES for entry in backup.iterdir())


def _check_is_result(target: Path) -> None:
    if not target.is_dir() or (any(target.iterdir()) and not (target / MANIFEST).is_file()):
        raise OutputError(
            _("already exists and contains other files"),
            where=target,
            advice=_("Name another folder for the results with --out."),
        )


def _keep_notes(backup: Path, target: Path) -> None:
    """Move the user's own files from old results to new ones."""
    for entry in backup.iterdir():
        if entry.name not in RESULT_FILES and not (target / entry.name).exists():
            entry.rename(target / entry.name)


def _flush(folder: Path) -> None:
    """Flush a folder's directory entries to the disk, where the system can."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
