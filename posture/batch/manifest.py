"""Manifest of a result folder: the clip, settings and versions it was made from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from posture.batch.layout import MANIFEST
from posture.batch.model import BatchOptions, SummaryRow
from posture.batch.storage import Storage
from posture.records.reading import read_dataclass
from posture.version import __version__, installed_version
from posture.video import sha256_of
from posture.video.image_sequence import images_in

SCHEMA = "posture.batch/1"


@dataclass(frozen=True)
class Manifest:
    """Content of a result folder's batch.json.

    Attributes
    ----------
    clip, signature, sha256
        Name, signature and content hash of the clip when it was analysed; see `ClipFile`.
    settings
        As returned by `settings_fingerprint`.
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


def read_manifest(storage: Storage, folder: str) -> Manifest | None:
    """Return the manifest of a result folder; None when it is missing or not one of this version."""
    text = storage.read(f"{folder}/{MANIFEST}")
    return None if text is None else read_dataclass(Manifest, text, schema=SCHEMA)


def settings_fingerprint(options: BatchOptions, versions: Mapping[str, str], baseline: str | None) -> str:
    """Return a fingerprint of all that a clip's results depend on besides the clip.

    Parameters
    ----------
    baseline
        Name of the standing clip and hash of its content; None without one.
    """
    text = json.dumps([asdict(options), dict(versions), baseline], sort_keys=True)
    return sha256(text.encode()).hexdigest()[:32]


def package_versions() -> dict[str, str]:
    """Return the versions of the packages that results depend on."""
    names = ("mediapipe", "opencv-contrib-python", "av", "numpy", "scipy")
    return {"posture": __version__, **{name: installed_version(name) or "" for name in names}}


def content_hash(path: Path) -> str:
    """Return a hash of a clip's content; of a folder of images, of their names and contents in order."""
    if path.is_file() and path.stat().st_size == 0:
        # `sha256_of` refuses an empty file, but its content has a hash all the same.
        return sha256().hexdigest()
    if not path.is_dir():
        return sha256_of(path) or ""
    digest = sha256()
    for image in images_in(path):
        digest.update(f"{image.name}\0{sha256_of(image)}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()
