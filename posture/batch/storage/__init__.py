"""Storage of the results: a folder on a disk, or an object store behind a URL."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from posture.batch.layout import is_url
from posture.batch.storage.disk import LocalStorage


class Storage(Protocol):
    """A folder of results, in which a result folder is either complete or absent."""

    def read(self, name: str) -> bytes | None:
        """Return a file's content; None when it does not exist."""

    def write(self, name: str, data: bytes) -> None:
        """Write a file atomically."""

    def check(self) -> None:
        """Check before long work that the folder can be written to."""

    def staging_folder(self) -> AbstractContextManager[Path]:
        """Yield an empty local folder to build results in; it is removed afterwards."""

    def publish(self, built: Path, name: str) -> None:
        """Replace the result folder ``name`` by a folder that was built."""


def open_storage(location: str) -> Storage:
    """Return the storage that a path or URL names."""
    if is_url(location):
        from posture.batch.storage.remote import RemoteStorage

        return RemoteStorage(location)
    return LocalStorage(location)
