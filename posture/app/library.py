"""The app's folder: plain files, one folder for each clip.

``2026-11-30-1/`` holds ``clip.json``, the clip ``2026-11-30-1.mp4``, and its ``results`` as ``posture analyze`` writes
them.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path

from pydantic import ValidationError

from posture.app.record import CLIP_ID, MAX_NAME, ClipRecord
from posture.batch.layout import LOCK, RESULT_FILES, STAGING_FOLDER
from posture.batch.storage.disk import LocalStorage
from posture.output.files import os_errors_as_output_errors, write_bytes, write_text
from posture.output.names import VIDEO_SUFFIXES

RECORD, RESULTS = "clip.json", "results"
# Files on their way in; what a killed run left is removed at the next start.
INCOMING = ".posture-incoming"
# Records are much smaller.
MAX_RECORD_BYTES = 1 << 20
UNKNOWN_SUFFIX = ".video"


@dataclass(frozen=True)
class Library:
    """Clips below a folder. Thread-safe; a record is replaced as a whole."""

    folder: Path
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    # An analysis of a deleted clip may still be running: no other clip gets its ID.
    _used: set[str] = field(default_factory=set, repr=False)

    def remove_links(self) -> None:
        """Remove links in place of the app's own files, which would lead its writing elsewhere."""
        with os_errors_as_output_errors(self.folder):
            for name in (LOCK, INCOMING, STAGING_FOLDER):
                if (self.folder / name).is_symlink():
                    (self.folder / name).unlink()

    def prepare(self) -> None:
        """Create the folder, and remove half received files of a killed run.

        Raises
        ------
        OutputError
            When it cannot be written.
        """
        with os_errors_as_output_errors(self.folder):
            LocalStorage(str(self.folder)).sweep()
            shutil.rmtree(self.folder / INCOMING, ignore_errors=True)
            (self.folder / INCOMING).mkdir(parents=True)

    def clips(self) -> list[ClipRecord]:
        """Return all clips, the newest first."""
        names = (path.parent.name for path in self.folder.glob(f"*/{RECORD}"))
        found = [record for name in names if (record := self.find(name)) is not None]
        return sorted(found, key=lambda one: (one.received_at, one.id), reverse=True)

    def find(self, clip_id: str) -> ClipRecord | None:
        """Return the record of a clip; None for an invalid or unknown ID."""
        if not CLIP_ID.fullmatch(clip_id):
            return None
        folder = self.folder / clip_id
        try:
            if _leads_elsewhere(folder) or (folder / RECORD).stat().st_size > MAX_RECORD_BYTES:
                return None
            record = ClipRecord.model_validate_json((folder / RECORD).read_bytes())
        except (OSError, ValidationError):
            return None
        return record if record.id == clip_id else None

    def add(self, received: Path, sent_as: str) -> ClipRecord:
        """Move a received file into a folder of its own, and return its record."""
        now = datetime.now().astimezone()
        with os_errors_as_output_errors(self.folder):
            for number in count(1):
                folder = self.folder / f"{now:%Y-%m-%d}-{number}"
                with suppress(FileExistsError):
                    if self._takes(folder.name):
                        folder.mkdir()
                        break
            suffix = Path(sent_as).suffix.lower()
            file = folder.name + (suffix if suffix in VIDEO_SUFFIXES else UNKNOWN_SUFFIX)
            received.rename(folder / file)
        record = ClipRecord(id=folder.name, file=file, sent_as=sent_as[-MAX_NAME:], received_at=now)
        self.save(record)
        return record

    def _takes(self, clip_id: str) -> bool:
        with self._lock:
            is_new = clip_id not in self._used
            self._used.add(clip_id)
            return is_new

    def save(self, record: ClipRecord) -> None:
        """Write a record, but not that of a clip that was deleted meanwhile."""
        with self._lock:
            if (self.folder / record.id).is_dir():
                write_text(self.folder / record.id / RECORD, record.to_json())

    def update(self, clip_id: str, change: Callable[[ClipRecord], ClipRecord]) -> ClipRecord | None:
        """Replace the record of a clip by a changed copy of its newest state; None when there is no such clip."""
        with self._lock:
            record = self.find(clip_id)
            if record is not None:
                record = change(record)
                write_text(self.folder / record.id / RECORD, record.to_json())
            return record

    def write_beside(self, clip_id: str, files: Mapping[str, bytes]) -> None:
        """Write files into the folder of a clip, unless it was deleted meanwhile."""
        with self._lock:
            if (self.folder / clip_id).is_dir():
                for name, data in files.items():
                    write_bytes(self.folder / clip_id / name, data)

    def delete(self, clip_id: str) -> None:
        """Remove a clip, its results and its record from the disk."""
        with self._lock, os_errors_as_output_errors(self.folder / clip_id), suppress(FileNotFoundError):
            shutil.rmtree(self.folder / clip_id)

    def clip_path(self, record: ClipRecord) -> Path:
        """Return where a clip lies."""
        return self.folder / record.id / record.file

    def results(self, record: ClipRecord) -> Path:
        """Return the folder of a clip's results, which need not exist."""
        return self.folder / record.id / RESULTS

    @contextmanager
    def incoming(self, name: str) -> Iterator[Path]:
        """Yield a path for a file on its way in; it is removed unless it was moved away."""
        path = self.folder / INCOMING / name
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)


def _leads_elsewhere(folder: Path) -> bool:
    """Return whether a clip's folder, or a file that the app reads in it, is a link or a device.

    Other files beside the results, such as the user's notes, are never read.
    """
    if folder.is_symlink():
        return True
    for one, names in ((folder, None), (folder / RESULTS, RESULT_FILES)):
        with suppress(FileNotFoundError), os.scandir(one) as entries:
            read = [entry for entry in entries if names is None or entry.name in names]
            if any(entry.is_symlink() or not (entry.is_file() or entry.is_dir()) for entry in read):
                return True
    return False
