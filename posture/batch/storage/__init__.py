"""Storage of the results: a folder on a disk, or an object store behind a URL."""

from __future__ import annotations

from posture.batch.layout import is_url
from posture.batch.storage.disk import LocalStorage
from posture.batch.storage.remote import RemoteStorage

Storage = LocalStorage | RemoteStorage
"""A folder of results, in which a result folder is either complete or absent."""


def open_storage(location: str) -> Storage:
    """Return the storage that a path or URL names."""
    return RemoteStorage(location) if is_url(location) else LocalStorage(location)
