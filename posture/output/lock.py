"""Lock of a folder that only one process may use at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from posture.errors import OutputError
from posture.output.files import os_errors_as_output_errors


@contextmanager
def locked_folder(folder: Path, file: str, *, taken: str, advice: str) -> Iterator[None]:
    """Create a folder and hold its lock inside the block.

    Parameters
    ----------
    file
        Name of the lock in the folder.
    taken, advice
        What to say when another process holds it.

    Raises
    ------
    OutputError
        When another process holds it, or the folder cannot be written.
    """
    from filelock import FileLock, Timeout

    with os_errors_as_output_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / file)
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise OutputError(taken, where=folder, advice=advice) from error
    try:
        yield
    finally:
        lock.release()
