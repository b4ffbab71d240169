"""What is done: a small file in each folder of results says of which clip, settings and versions they are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from importlib import metadata
from pathlib import Path

from posture.batch.layout import MANIFEST
from posture.batch.model import BatchOptions, SummaryRow
from posture.batch.storage import Storage
from posture.version import __version__
from posture.video import sha256_of
from posture.video.image_sequence import images_in

SCHEMA = "posture.batch/1"


@dataclass(frozen=True)
class Manifest:
    """A ledger.

    Attributes
    ----------
    clip : str
        Name of the clip below the folder of clips.
    signature : str
        Of the clip's file when it was analysed.
    sha256 : str
        Of its content.
    settings : str
        Fingerprint of options, versions and baseline.
    row : Row
        What the summary tells of it.
    """

    clip: str
    signature: str
    sha256: str
    settings: str
    row: SummaryRow

    def to_json(self) -> bytes:
        """Return the content of the file."""
        data = {"schema": SCHEMA, **asdict(self)}
        return (json.dumps(data, indent=2) + "\n").encode("utf-8", "replace")


def read_manifest(place: Storage, folder: str) -> Manifest | None:
    """Return the ledger of a folder of results; None when there is none, or not one of this version."""
    text = place.read(f"{folder}/{MANIFEST}")
    if text is None:
        return None
    try:
        data = json.loads(text)
        if data.pop("schema") != SCHEMA:
            return None
        return Manifest(**{**data, "row": SummaryRow(**data["row"])})
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def settings_fingerprint(options: BatchOptions, versions: Mapping[str, str], baseline: str | None) -> str:
    """Return a fingerprint of all that a clip's results depend on besides the clip.

    Parameters
    ----------
    options : Options
    versions : mapping
        As `versions_here` returns them.
    baseline : str or None
        Hash of the standing clip's content; None without one.
    """
    text = json.dumps([asdict(options), dict(versions), baseline], sort_keys=True)
    return sha256(text.encode()).hexdigest()[:32]


def package_versions() -> dict[str, str]:
    """Return the versions that results depend on."""
    names = ("mediapipe", "opencv-contrib-python", "av", "numpy", "scipy")
    return {"posture": __version__, **{name: _version(name) for name in names}}


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def content_hash(path: Path) -> str:
    """Return a hash of a clip's content; of a folder of images, of their names and contents in order."""
    if path.is_file() and path.stat().st_size == 0:
        # Refused below, and yet it has a content: nothing.
        return sha256().hexdigest()
    if not path.is_dir():
        return sha256_of(path) or ""
    whole = sha256()
    for image in images_in(path):
        whole.update(f"{image.name}\0{sha256_of(image)}\n".encode("utf-8", "surrogateescape"))
    return whole.hexdigest()
