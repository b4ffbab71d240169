"""Damaged videos yield what can be read, with a statement of the loss."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import Any

import pytest
from helpers.video_factory import damage, number_in, truncate, write_clip

from posture.video import Frame, ReadSummary, open_video

FASTSTART = {"container_options": {"movflags": "faststart"}}


def read(path: Path) -> tuple[list[Frame], ReadSummary]:
    with open_video(path) as video:
        return list(video.frames()), video.summary


@pytest.mark.parametrize(
    ("name", "making"),
    [
        ("a.mp4", FASTSTART),
        ("a.mov", {**FASTSTART, "codec": "libx265"}),
        ("a.mkv", {}),
        ("a.webm", {"codec": "libvpx-vp9"}),
        ("a.avi", {"codec": "mpeg4"}),
    ],
)
def test_truncated_video_reports_the_missing_end(tmp_path: Path, name: str, making: dict[str, Any]) -> None:
    path = truncate(write_clip(tmp_path / name, frames=120, **making), 0.5)
    frames, summary = read(path)
    assert 30 <= len(frames) <= 90
    assert summary.frames_read == len(frames)
    assert [number_in(f.rgb) for f in frames[:30]] == list(range(30))
    assert not summary.complete
    assert summary.damage is not None
    assert summary.frames_lost == pytest.approx(120 - len(frames), abs=2)
    assert f"{summary.frames_lost} of about" in summary.damage


@pytest.mark.parametrize(
    ("name", "making"),
    [
        ("a.mp4", {}),
        ("b.mp4", {"b_frames": 2}),
        ("a.mov", {"codec": "libx265"}),
        ("new.mp4", {"codec": "libsvtav1"}),
    ],
)
def test_damage_in_the_middle_is_counted_and_located(tmp_path: Path, name: str, making: dict[str, Any]) -> None:
    path = damage(write_clip(tmp_path / name, frames=120, **making), 0.4, 0.5)
    frames, summary = read(path)
    numbers = [number_in(f.rgb) for f in frames]
    assert 60 <= len(frames) <= 120
    assert numbers[:36] == list(range(36))
    assert numbers[-12:] == list(range(108, 120)), "the end behind the hole is read again"
    assert frames[-1].time_s == pytest.approx(119 / 30, abs=2e-3), "times do not slip"
    assert all(b.time_s > a.time_s for a, b in itertools.pairwise(frames))
    assert not summary.complete
    assert summary.damage is not None
    assert re.search(r"the data is damaged from [12]\.\d s on", summary.damage)
    assert summary.frames_lost == 120 - len(frames)
    assert summary.frames_lost + summary.frames_damaged > 0


@pytest.mark.parametrize("audio", [False, True])
def test_matroska_track_that_begins_late_is_complete(tmp_path: Path, audio: bool) -> None:
    """As cut by ``ffmpeg -ss`` with ``-c copy``."""
    times = [1.0 + n / 30 for n in range(60)]
    frames, summary = read(write_clip(tmp_path / "late.mkv", times=times, audio=audio))
    assert len(frames) == 60
    assert summary.complete
    assert summary.frames_lost == 0


def test_damage_in_a_matroska_file_is_counted(tmp_path: Path) -> None:
    frames, summary = read(damage(write_clip(tmp_path / "a.mkv", frames=120), 0.4, 0.6))
    assert [number_in(f.rgb) for f in frames][-6:] == list(range(114, 120))
    assert summary.damage is not None or summary.remark is not None


def test_intact_video_has_no_damage(tmp_path: Path) -> None:
    _frames, summary = read(write_clip(tmp_path / "a.mp4", frames=10))
    assert (summary.damage, summary.remark, summary.complete) == (None, None, True)


def test_longer_sound_than_video_is_no_damage(tmp_path: Path) -> None:
    for name in ("a.mp4", "a.mkv"):
        path = write_clip(tmp_path / name, frames=15, audio=True, sound_s=2.0)
        frames, summary = read(path)
        assert len(frames) == 15
        assert summary.complete, summary


def test_container_that_states_too_many_frames_gets_a_remark(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.avi", codec="mpeg4", frames=20)
    data = bytearray(path.read_bytes())
    at = data.index(b"strh") + 8 + 32  # dwLength of the stream header
    assert int.from_bytes(data[at : at + 4], "little") == 20
    data[at : at + 4] = (29).to_bytes(4, "little")
    path.write_bytes(data)
    frames, summary = read(path)
    assert len(frames) == 20
    assert summary.frames_promised == 29
    assert "29" in f"{summary.damage} {summary.remark}"


def test_reading_stopped_early_is_incomplete_and_counts_its_frames(tmp_path: Path) -> None:
    with open_video(write_clip(tmp_path / "a.mp4", frames=60)) as video:
        for frame in video.frames():
            if frame.index == 4:
                break
        assert video.summary.frames_read == 5
        assert not video.summary.complete
        assert video.summary.damage is None
