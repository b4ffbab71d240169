"""The work on one clip, in this process."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from helpers import video_factory

from posture.batch.analyse_clip import analyse_job
from posture.batch.discovery import MIN_IMAGES, find_clips
from posture.batch.model import BatchOptions, Job, Outcome
from posture.batch.naming import assign_runners
from posture.batch.schedule import Schedule
from posture.batch.storage import open_storage


def run(folder: Path, out: Path, **options: Any) -> Outcome:
    """Analyse the one clip of a folder."""
    schedule = Schedule(
        assign_runners(list(find_clips(folder))),
        options=BatchOptions(film=False, **options),
        storage=open_storage(str(out)),
        out=str(out),
    )
    found = schedule.next()
    assert found is not None
    return analyse_job(found) if isinstance(found, Job) else found


@contextmanager
def growing(path: Path) -> Iterator[None]:
    """Append to a file continuously, like a copy in progress."""
    done = threading.Event()

    def grow() -> None:
        while not done.is_set():
            with path.open("ab") as file:
                file.write(b"\0")
            time.sleep(0.005)

    thread = threading.Thread(target=grow)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


@pytest.mark.parametrize("content", [b"", b"no video"], ids=["empty", "text"])
def test_unreadable_clip_is_not_retried_until_it_changes(tmp_path: Path, content: bytes) -> None:
    clips, out = tmp_path / "clips", tmp_path / "out"
    clips.mkdir()
    (clips / "jog.mp4").write_bytes(content)
    assert run(clips, out).row.trouble == "clip"
    again = run(clips, out)
    assert again.unchanged
    assert again.row.trouble == "clip"
    video_factory.write_clip(clips / "jog.mp4", frames=6)
    assert run(clips, out).row.state == "analysed"


def test_worker_does_not_need_the_current_folder_of_the_caller(tmp_path: Path) -> None:
    clips, out = tmp_path / "clips", tmp_path / "out"
    clips.mkdir()
    (clips / "a.mp4").write_bytes(b"no video")
    schedule = Schedule(
        assign_runners(list(find_clips(clips))),
        options=BatchOptions(),
        storage=open_storage(str(out)),
        out=str(out),
    )
    job = schedule.next()
    assert isinstance(job, Job)
    row = analyse_job(replace(job, cwd=str(tmp_path / "only there"))).row
    assert row.state == "failed"
    assert "internal error" not in (row.reason or "")


def test_vanished_clip_is_reported(tmp_path: Path) -> None:
    clips, out = tmp_path / "clips", tmp_path / "out"
    clips.mkdir()
    path = video_factory.write_clip(clips / "jog.mp4", frames=6)
    schedule = Schedule(
        assign_runners(list(find_clips(clips))),
        options=BatchOptions(),
        storage=open_storage(str(out)),
        out=str(out),
    )
    path.unlink()
    job = schedule.next()
    assert isinstance(job, Job)
    row = analyse_job(job).row
    assert row.reason == "no such file or folder"
    assert not (out / "jog").exists()


def test_clip_being_copied_is_analysed_once_it_is_complete(tmp_path: Path) -> None:
    clips, out = tmp_path / "clips", tmp_path / "out"
    clips.mkdir()
    path = video_factory.write_clip(clips / "jog.mp4", frames=6)
    with growing(path):
        row = run(clips, out).row
    assert row.reason == "was changed or removed while it was analysed"
    assert row.advice
    assert not (out / "jog").exists()
    assert run(clips, out).row.state == "analysed"
    assert run(clips, out).unchanged


def test_turn_of_the_user_reaches_the_analysis_and_a_new_turn_or_roll_makes_a_new_one(tmp_path: Path) -> None:
    clips, out = tmp_path / "clips", tmp_path / "out"
    clips.mkdir()
    video_factory.write_clip(clips / "jog.mp4", frames=6, size=(160, 96))

    def source() -> tuple[int, int]:
        stored = json.loads((out / "jog" / "analysis.json").read_text(encoding="utf-8"))["source"]
        return stored["width"], stored["height"]

    assert run(clips, out).row.state == "analysed"
    assert source() == (160, 96)
    assert not run(clips, out, rotate=90).unchanged
    assert source() == (96, 160)
    assert not run(clips, out, rotate=90, roll=2.0).unchanged
    assert run(clips, out, rotate=90, roll=2.0).unchanged


def test_frame_rate_of_the_user_is_that_of_folders_of_images_only(tmp_path: Path) -> None:
    video_factory.write_images(tmp_path / "pictures" / "jog", count=MIN_IMAGES)
    (tmp_path / "video").mkdir()
    video_factory.write_clip(tmp_path / "video" / "jog.mp4", frames=MIN_IMAGES, fps=20)

    def rate(kind: str, **options: Any) -> float:
        assert run(tmp_path / kind, tmp_path / f"{kind}-out", **options).row.state == "analysed"
        stored = (tmp_path / f"{kind}-out" / "jog" / "analysis.json").read_text(encoding="utf-8")
        source = json.loads(stored)["source"]
        # Nobody is in the pictures, so only some of them are looked at.
        return float(source["fps"]) * source["read_every"]

    assert rate("pictures") == pytest.approx(30.0)
    assert rate("pictures", fps=12.5) == pytest.approx(12.5)
    assert rate("video", fps=12.5) == pytest.approx(20.0)
