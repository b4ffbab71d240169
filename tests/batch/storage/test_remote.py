"""Clips and results behind URLs: in the memory of this process, and as file:// through the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from helpers import batch_folders, video_factory
from helpers.cli_runner import invoke

from posture.batch.analyse_clip import analyse_job
from posture.batch.discovery import discover_clips
from posture.batch.layout import ClipFilter
from posture.batch.manifest import read_manifest
from posture.batch.model import BatchOptions
from posture.batch.naming import assign_runners
from posture.batch.schedule import Schedule
from posture.batch.storage import open_storage
from posture.errors import OptionError, OutputError, VideoError

fsspec = pytest.importorskip("fsspec", reason="pip install fsspec")


@pytest.fixture
def memory() -> Iterator[Any]:
    """Return the file system in memory, empty."""
    system = fsspec.filesystem("memory")
    system.store.clear()
    system.pseudo_dirs[:] = [""]
    yield system
    system.store.clear()


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return video_factory.write_clip(tmp_path_factory.mktemp("clip") / "clip.mp4", frames=6).read_bytes()


def run(folder: str, out: str) -> dict[str, Any]:
    """Analyse all clips of a URL in this process; return the outcomes."""
    found = assign_runners(discover_clips(folder, ClipFilter(recursive=True), out=out))
    schedule = Schedule(found, options=BatchOptions(film=False), storage=open_storage(out), out=out)
    done = {}
    while (job := schedule.next()) is not None:
        outcome = job if not hasattr(job, "clip") else analyse_job(job)
        schedule.record(outcome.row)  # type: ignore[union-attr]
        done[outcome.row.clip] = outcome  # type: ignore[union-attr]
    return done


def test_run_on_storage_in_memory(memory: Any, clip: bytes) -> None:
    memory.pipe("/in/jog.mp4", clip)
    memory.pipe("/in/b/jog.mov", b"no video")
    memory.pipe("/in/notes.txt", b"hello")
    done = run("memory://in", "memory://in/out")
    assert {name: outcome.row.state for name, outcome in done.items()} == {
        "jog.mp4": "analysed",
        "b/jog.mov": "failed",
    }
    analysis = json.loads(memory.cat("/in/out/jog/analysis.json"))
    assert analysis["source"]["path"] == "jog.mp4"
    entry = read_manifest(open_storage("memory://in/out"), "jog")
    assert entry is not None
    assert entry.sha256 == analysis["source"]["sha256"]


def test_second_run_downloads_nothing(memory: Any, clip: bytes) -> None:
    memory.pipe("/in/jog.mp4", clip)
    assert not run("memory://in", "memory://out")["jog.mp4"].unchanged
    assert run("memory://in", "memory://out")["jog.mp4"].unchanged
    memory.pipe("/in/jog.mp4", clip + b"\0")
    assert not run("memory://in", "memory://out")["jog.mp4"].unchanged


def test_result_without_manifest_does_not_count(memory: Any, clip: bytes) -> None:
    """A killed upload leaves some files, but no manifest."""
    memory.pipe("/in/jog.mp4", clip)
    run("memory://in", "memory://out")
    memory.rm("/out/jog/batch.json")
    memory.rm("/out/jog/report.html")
    assert not run("memory://in", "memory://out")["jog.mp4"].unchanged
    assert memory.exists("/out/jog/report.html")


def test_files_of_an_earlier_run_are_removed(memory: Any, clip: bytes, tmp_path: Path) -> None:
    memory.pipe("/in/jog.mp4", clip)
    run("memory://in", "memory://out")
    memory.pipe("/out/jog/annotated.mp4", b"old")
    memory.pipe("/out/jog/notes.txt", b"mine")
    memory.pipe("/in/jog.mp4", clip + b"\0")
    run("memory://in", "memory://out")
    assert not memory.exists("/out/jog/annotated.mp4")
    assert memory.exists("/out/jog/notes.txt")


def test_refused_write_is_one_line(memory: Any, tmp_path: Path) -> None:
    (tmp_path / "jog").write_text("a file in the way", encoding="utf-8")
    storage = open_storage(f"file://{tmp_path}")
    with pytest.raises(OutputError, match="cannot be written"):
        storage.write("jog/summary.csv", b"x")


@pytest.mark.parametrize("url", ["nowhere://clips", "memory://empty"])
def test_unlistable_url_is_one_line(memory: Any, url: str) -> None:
    with pytest.raises((OptionError, VideoError)) as caught:
        discover_clips(url, ClipFilter(recursive=True), out="out")
    assert "\n" not in str(caught.value)


def test_command_line_accepts_urls(clip: bytes, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "jog.mp4").write_bytes(clip)
    out = tmp_path / "out"
    for failures in (1, 0):
        done = invoke("batch", f"file://{tmp_path / 'in'}", "--out", f"file://{out}", *batch_folders.OPTIONS)
        assert done.exit_code == 0, done.stderr
        assert done.stderr.count("jog.mp4") == failures
    assert batch_folders.summary(out)["jog.mp4"]["label"] == "not_measurable"


def test_refused_write_is_reported_before_the_first_clip(clip: bytes, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "jog.mp4").write_bytes(clip)
    (tmp_path / "out").write_text("a file in the way", encoding="utf-8")
    done = invoke("batch", tmp_path / "in", "--out", f"file://{tmp_path}/out", *batch_folders.OPTIONS)
    assert "cannot be written" in done.the_line()


def test_write_check_leaves_no_file(memory: Any) -> None:
    open_storage("memory://out").check()
    assert memory.find("/out") == []


def test_unreadable_results_are_one_line(tmp_path: Path) -> None:
    """After a broken connection, for example: no traceback, and results are not taken for missing."""
    (tmp_path / "jog").mkdir()
    (tmp_path / "jog" / "batch.json").mkdir()
    with pytest.raises(OutputError, match=r"cannot be read .*\. Check the connection"):
        open_storage(f"file://{tmp_path}").read("jog/batch.json")
