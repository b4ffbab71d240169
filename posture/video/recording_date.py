"""When a clip was recorded: as its container states, else when the file was last changed."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, NamedTuple

# Apple's key keeps the camera's time zone; the other one, of ISO base media and Matroska, is UTC.
_KEYS = ("com.apple.quicktime.creationdate", "creation_time")
# Cameras without a clock write the beginning of their calendar: 1904, 1970 or 1980.
_EARLIEST_YEAR = 1990


class RecordingDate(NamedTuple):
    """A moment with its time zone, and whether the container or only the file's last change gives it."""

    time: datetime
    origin: Literal["container", "file"]


def recording_date(path: Path, metadata: Mapping[str, str]) -> RecordingDate | None:
    """Return when a clip was recorded, in this computer's time zone unless the camera states its own.

    Parameters
    ----------
    path
        Of the file; its last change counts where the container states no date.
    metadata
        Of the container.

    Returns
    -------
    RecordingDate or None
        None when neither is known.
    """
    for key in _KEYS:
        with suppress(ValueError, OverflowError):
            time = datetime.fromisoformat(metadata.get(key, "").strip())
            if time.tzinfo is None:
                time = time.replace(tzinfo=UTC)
            if time.year >= _EARLIEST_YEAR:
                local = time if key == _KEYS[0] else time.astimezone()
                return RecordingDate(local.replace(microsecond=0), "container")
    with suppress(OSError, ValueError, OverflowError):
        changed = datetime.fromtimestamp(path.stat().st_mtime).astimezone()
        if changed.year >= _EARLIEST_YEAR:
            return RecordingDate(changed.replace(microsecond=0), "file")
    return None
