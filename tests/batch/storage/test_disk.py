"""Results on a disk: published in one step, without losing other files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from posture.batch.layout import BACKUP_SUFFIX, MANIFEST, STAGING_FOLDER
from posture.batch.storage.disk import LocalStorage
from posture.errors import OutputError


def build(storage: LocalStorage, name: str, files: dict[str, str]) -> None:
    with storage.staging_folder() as folder:
        for file, text in files.items():
            (folder / file).write_text(text, encoding="utf-8")
        storage.publish(folder, name)


def files_of(folder: Path) -> dict[str, str]:
    return {p.relative_to(folder).as_posix(): p.read_text(encoding="utf-8") for p in folder.rglob("*") if p.is_file()}


def test_new_result_replaces_all_of_the_old_one(tmp_path: Path) -> None:
    storage = LocalStorage(str(tmp_path / "out"))
    build(storage, "a/jog", {MANIFEST: "1", "analysis.json": "1", "annotated.mp4": "1"})
    build(storage, "a/jog", {MANIFEST: "2", "analysis.json": "2"})
    storage.sweep()
    assert files_of(tmp_path / "out") == {f"a/jog/{MANIFEST}": "2", "a/jog/analysis.json": "2"}


def test_notes_of_the_user_are_kept(tmp_path: Path) -> None:
    storage = LocalStorage(str(tmp_path))
    build(storage, "jog", {MANIFEST: "1"})
    (tmp_path / "jog" / "notes.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "jog" / "pictures").mkdir()
    (tmp_path / "jog" / "pictures" / "one.txt").write_text("mine too", encoding="utf-8")
    build(storage, "jog", {MANIFEST: "2"})
    storage.sweep()
    assert files_of(tmp_path) == {
        f"jog/{MANIFEST}": "2",
        "jog/notes.txt": "mine",
        "jog/pictures/one.txt": "mine too",
    }


def test_folder_without_manifest_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "jog").mkdir()
    (tmp_path / "jog" / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match=r"contains other files\. Name another folder"):
        build(LocalStorage(str(tmp_path)), "jog", {MANIFEST: "1"})
    assert files_of(tmp_path) == {"jog/thesis.txt": "mine"}


def test_file_with_the_name_of_the_result_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "jog").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError):
        build(LocalStorage(str(tmp_path)), "jog", {MANIFEST: "1"})
    assert files_of(tmp_path) == {"jog": "mine"}


def test_unpublished_results_are_swept_away(tmp_path: Path) -> None:
    (tmp_path / STAGING_FOLDER / "half").mkdir(parents=True)
    (tmp_path / STAGING_FOLDER / "half" / "analysis.json").write_text("{", encoding="utf-8")
    LocalStorage(str(tmp_path)).sweep()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("published", [False, True], ids=["before the new results", "after them"])
def test_kill_during_replacement_loses_no_notes(tmp_path: Path, published: bool) -> None:
    """The run was killed after it had moved the old results away, the user's notes among them."""
    manifest = json.dumps({"row": {"folder": "anna/jog"}})
    storage = LocalStorage(str(tmp_path))
    old = tmp_path / STAGING_FOLDER / f"0123{BACKUP_SUFFIX}"
    old.mkdir(parents=True)
    (old / MANIFEST).write_text(manifest, encoding="utf-8")
    (old / "notes.txt").write_text("mine", encoding="utf-8")
    if published:
        build(storage, "anna/jog", {MANIFEST: "new"})
    storage.sweep()
    assert files_of(tmp_path) == {
        f"anna/jog/{MANIFEST}": "new" if published else manifest,
        "anna/jog/notes.txt": "mine",
    }


def test_missing_file_reads_as_none(tmp_path: Path) -> None:
    assert LocalStorage(str(tmp_path)).read("nothing/here") is None
