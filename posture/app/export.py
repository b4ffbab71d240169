"""Clips with their results as one ZIP file."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from posture.app.library import INCOMING, Library
from posture.app.record import ClipRecord
from posture.output.files import os_errors_as_output_errors

CHUNK_BYTES = 1 << 18


def zip_clips(library: Library, records: Iterable[ClipRecord]) -> IO[bytes]:
    """Return an open ZIP file of clips, which is gone when it is closed; each clip is a folder named by its ID.

    Raises
    ------
    OutputError
        When it cannot be written.
    """
    folder = library.folder / INCOMING
    with os_errors_as_output_errors(folder):
        file = TemporaryFile(dir=folder)  # noqa: SIM115 - closed by whoever sends it
        try:
            # Films are compressed already.
            with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, strict_timestamps=False) as archive:
                for record in records:
                    for path in _files_below(library.folder / record.id):
                        archive.write(path, path.relative_to(library.folder))
        except BaseException:
            file.close()
            raise
    return file


def chunks_of(file: IO[bytes]) -> Iterator[bytes]:
    """Yield a file from its beginning, and close it, also when the reader goes away."""
    with file:
        file.seek(0)
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def _files_below(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder; links are left out, since they may lead elsewhere."""
    for path in sorted(folder.iterdir()):
        if path.is_symlink():
            continue
        if path.is_dir():
            yield from _files_below(path)
        elif path.is_file():
            yield path
