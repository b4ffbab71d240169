"""Where a batch keeps its results: a folder on a disk, or an object store behind a URL."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from posture.batch.layout import is_url
from posture.batch.storage.disk import LocalStorage


class Storage(Protocol):
    """A folder of results, on a disk or elsewhere."""

    def read(self, name: str) -> bytes | None:
        """Return a file's content; None when it is not there."""

    def write(self, name: str, data: bytes) -> None:
        """Write a file, whole or not at all."""

    def check(self) -> None:
        """Find out before long work whether anything can be written."""

    def staging_folder(self) -> AbstractContextManager[Path]:
        """Give an empty folder of this machine to build results in; it is removed afterwards."""

    def publish(self, built: Path, name: str) -> None:
        """Let a folder that was built take the place of the one called ``name``, in one step."""


def open_storage(location: str) -> Storage:
    """Return the storage that a path or URL names."""
    if is_url(location):
        from posture.batch.storage.remote import RemoteStorage

        return RemoteStorage(location)
    return LocalStorage(location)
