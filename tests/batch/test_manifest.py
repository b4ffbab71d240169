"""Manifests: a result is up to date by content, options, versions and baseline."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from posture.batch.layout import MANIFEST
from posture.batch.manifest import (
    Manifest,
    content_hash,
    package_versions,
    read_manifest,
    settings_fingerprint,
)
from posture.batch.model import BatchOptions, ClipFile, Job, Outcome, SummaryRow
from posture.batch.schedule import Schedule
from posture.batch.storage.disk import LocalStorage
from posture.export.formats import Formats

ROW = SummaryRow("jog.mp4", "jog", "analysed", pelvic_tilt_deg=30.5, sha256="abc")
CLIP = ClipFile("jog.mp4", "clips/jog.mp4", "9 bytes", 9, "jog")


def make_schedule(
    folder: Path, clip: ClipFile = CLIP, *, restart: bool = False, options: BatchOptions | None = None
) -> Schedule:
    storage = LocalStorage(str(folder))
    return Schedule([clip], options=options or BatchOptions(), storage=storage, out=str(folder), restart=restart)


@pytest.fixture
def done(tmp_path: Path) -> Path:
    """Return a result folder in which the clip is finished."""
    job = make_schedule(tmp_path).next()
    assert isinstance(job, Job)
    entry = Manifest("jog.mp4", CLIP.signature, "abc", job.settings, ROW)
    LocalStorage(str(tmp_path)).write(f"jog/{MANIFEST}", entry.to_json())
    return tmp_path


def test_manifest_round_trip(done: Path) -> None:
    entry = read_manifest(LocalStorage(str(done)), "jog")
    assert entry is not None
    assert entry.row == ROW


def test_finished_clip_needs_no_work(done: Path) -> None:
    assert make_schedule(done).next() == Outcome(ROW, unchanged=True)


@pytest.mark.parametrize(
    ("clip", "options", "restart"),
    [
        (replace(CLIP, signature="10 bytes"), BatchOptions(), False),
        (replace(CLIP, signature=""), BatchOptions(), False),
        (replace(CLIP, runner="anna"), BatchOptions(), False),
        (CLIP, BatchOptions(model="lite"), False),
        (CLIP, BatchOptions(lang="de"), False),
        (CLIP, BatchOptions(formats=Formats(opensim=True)), False),
        (CLIP, BatchOptions(), True),
    ],
)
def test_new_or_changed_clip_needs_work(done: Path, clip: ClipFile, options: BatchOptions, restart: bool) -> None:
    assert isinstance(make_schedule(done, clip, options=options, restart=restart).next(), Job)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"schema": "other/1"}', b'{"schema": "posture.batch/1"}'])
def test_damaged_manifest_is_ignored(done: Path, content: bytes) -> None:
    LocalStorage(str(done)).write(f"jog/{MANIFEST}", content)
    assert read_manifest(LocalStorage(str(done)), "jog") is None
    assert isinstance(make_schedule(done).next(), Job)


def test_fingerprint_depends_on_options_versions_and_baseline() -> None:
    versions = package_versions()
    prints = {
        settings_fingerprint(BatchOptions(), versions, None),
        settings_fingerprint(BatchOptions(), {**versions, "posture": "9"}, None),
        settings_fingerprint(BatchOptions(), versions, "abc"),
        settings_fingerprint(BatchOptions(film=False), versions, None),
        settings_fingerprint(BatchOptions(blur_faces=True), versions, None),
    }
    assert len(prints) == 5


def test_hash_of_image_folder_covers_names_and_contents(tmp_path: Path) -> None:
    hashes = set()
    for name, content in (("1.png", b"a"), ("2.png", b"a"), ("2.png", b"b")):
        for old in tmp_path.iterdir():
            old.unlink()
        (tmp_path / name).write_bytes(content)
        hashes.add(content_hash(tmp_path))
    assert len(hashes) == 3
