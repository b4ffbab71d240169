"""The folder of clips: nothing that lies in it makes the app read, write or delete elsewhere."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from helpers.app_server import ANALYSIS_S, running_app, wait_until

from posture.app.library import INCOMING, Library
from posture.app.record import ClipRecord
from posture.batch.layout import BACKUP_SUFFIX, LOCK, MANIFEST, STAGING_FOLDER

CLIP = "2026-11-30-1"
links = pytest.mark.skipif(os.name != "posix", reason="links need a privilege on Windows")


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library(tmp_path / "clips")
    library.prepare()
    return library


def plant(library: Library, clip_id: str = CLIP, **fields: Any) -> Path:
    """Write the record of a clip as a stranger may have written it."""
    folder = library.folder / clip_id
    folder.mkdir()
    (folder / f"{clip_id}.mp4").write_bytes(b"not a video")
    record = {"id": clip_id, "file": f"{clip_id}.mp4", "sent_as": "a.mp4", "received_at": "2026-11-30T12:00:00+01:00"}
    (folder / "clip.json").write_text(json.dumps({"schema": "posture.clip/1", **record, **fields}))
    return folder


def test_record_as_written_is_found(library: Library) -> None:
    plant(library)
    found = library.find(CLIP)
    assert found is not None
    assert [clip.id for clip in library.clips()] == [CLIP]


@pytest.mark.parametrize(
    "fields",
    [
        {"id": "2026-11-30-2"},
        {"id": "../2026-11-30-1"},
        {"file": "../../secret.txt"},
        {"file": "/etc/passwd"},
        {"file": f"{CLIP}.mp4/../../x"},
        {"file": f"{CLIP}/../x.mp4"},
        {"file": "clip.json"},
        {"sent_as": "x" * 100_000},
        {"choices": {"start_s": 1e999}},
        {"choices": {"person": "x" * 100_000}},
        {"choices": {"slow_motion": -1}},
        {"choices": {"rotate": 45}},
        {"state": "root"},
        {"lang": "../../x"},
        {"received_at": "never"},
        {"surprise": "x" * (1 << 20)},
    ],
)
def test_record_of_a_stranger_that_names_something_else_is_none(library: Library, fields: dict[str, Any]) -> None:
    plant(library, **fields)
    assert library.find(CLIP) is None
    assert library.clips() == []


@pytest.mark.parametrize(
    "clip_id", ["", ".", "..", "../x", "2026-11-30", "2026-11-30-1/", "2026-11-30-1\n", "٢٠٢٦-11-30-1"]
)
def test_what_is_no_id_is_not_looked_for(library: Library, clip_id: str) -> None:
    plant(library)
    assert library.find(clip_id) is None


@links
@pytest.mark.parametrize("linked", ["", "clip.json", f"{CLIP}.mp4", "results", "results/report.html"])
def test_clip_with_a_link_in_it_is_neither_served_nor_deleted(library: Library, tmp_path: Path, linked: str) -> None:
    folder = plant(library)
    (folder / "results").mkdir()
    (folder / "results" / "report.html").write_text("report")
    moved = tmp_path / "elsewhere"
    (folder / linked).rename(moved)
    (folder / linked).symlink_to(moved)
    assert library.find(CLIP) is None
    assert library.clips() == []
    assert moved.exists()


@links
def test_device_in_the_place_of_a_record_keeps_nobody_waiting(library: Library) -> None:
    folder = plant(library)
    (folder / "clip.json").unlink()
    os.mkfifo(folder / "clip.json")
    assert library.clips() == []


@links
def test_deleting_leaves_what_a_link_points_to(library: Library, tmp_path: Path) -> None:
    folder = plant(library)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept.txt").write_text("kept")
    (folder / "deep").mkdir()
    (folder / "deep" / "link").symlink_to(outside)
    library.delete(CLIP)
    assert not folder.exists()
    assert (outside / "kept.txt").read_text() == "kept"


@links
@pytest.mark.parametrize("name", [LOCK, INCOMING, STAGING_FOLDER])
def test_links_in_place_of_the_apps_own_files_are_removed(library: Library, tmp_path: Path, name: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept.txt").write_text("kept")
    if (library.folder / name).is_dir():
        (library.folder / name).rmdir()
    (library.folder / name).symlink_to(outside)
    library.remove_links()
    library.prepare()
    assert not (library.folder / name).is_symlink()
    assert (outside / "kept.txt").read_text() == "kept"


def test_half_built_results_of_a_stranger_are_not_moved_out_of_the_folder(library: Library) -> None:
    backup = library.folder / STAGING_FOLDER / f"0{BACKUP_SUFFIX}"
    backup.mkdir(parents=True)
    (backup / MANIFEST).write_text(json.dumps({"row": {"folder": "../planted"}}))
    library.prepare()
    assert not (library.folder.parent / "planted").exists()


def test_id_of_a_deleted_clip_is_not_given_again(library: Library) -> None:
    first = library.add(received(library), "a.mp4")
    library.delete(first.id)
    assert library.add(received(library), "b.mp4").id != first.id


def received(library: Library) -> Path:
    path = library.folder / INCOMING / "0"
    path.write_bytes(b"x")
    return path


def test_clips_that_name_each_other_as_standing_clips_do_not_wait_forever(tmp_path: Path) -> None:
    library = Library(tmp_path)
    ids = [f"2026-11-30-{number}" for number in (1, 2, 3)]
    for clip_id, other in zip(ids, [ids[1], ids[0], ids[2]], strict=True):
        plant(library, clip_id, state="waiting", choices={"standing": other})
    with running_app(tmp_path) as client:
        for clip_id in ids:
            wait_until(
                lambda clip_id=clip_id: client.get(f"/clips/{clip_id}/state").json()["state"] == "failed", ANALYSIS_S
            )


def test_update_changes_the_newest_record(library: Library) -> None:
    record = added(library)
    library.update(record.id, lambda one: one.model_copy(update={"label": "borderline"}))
    changed = library.update(record.id, lambda one: one.model_copy(update={"state": "done"}))
    assert changed is not None
    assert (changed.label, changed.state) == ("borderline", "done")
    assert library.find(record.id) == changed


def test_nothing_comes_back_after_deletion(library: Library) -> None:
    record = added(library)
    library.delete(record.id)
    library.save(record)
    library.write_beside(record.id, {"still.jpg": b"picture"})
    assert library.update(record.id, lambda one: one) is None
    assert not (library.folder / record.id).exists()


def added(library: Library) -> ClipRecord:
    with library.incoming("one") as path:
        path.write_bytes(b"clip")
        return library.add(path, "jog.mp4")
