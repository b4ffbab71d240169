"""Time ranges select frames by their time in the video."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from helpers.video_factory import number_in, write_clip, write_images

from posture.errors import OptionError
from posture.video import open_video

CLIPS: list[tuple[str, dict[str, Any]]] = [
    ("a.mp4", {"b_frames": 2}),
    ("a.mkv", {"audio": True}),
    ("a.webm", {"codec": "libvpx-vp9"}),
    ("a.avi", {"b_frames": 2}),
    ("a.ts", {"b_frames": 2}),
    ("a.gif", {"codec": "gif", "pix_fmt": "rgb8", "fps": 25.0}),
    ("a.mov", {"codec": "libx265", "b_frames": 2}),
]


@pytest.mark.parametrize(("name", "making"), CLIPS)
@pytest.mark.parametrize(("start_s", "end_s"), [(0.0, 1.0), (1.0, 2.0), (2.2, None), (None, 0.5), (3.0, 99.0)])
def test_range_yields_exactly_its_frames(
    tmp_path: Path, *, name: str, making: dict[str, Any], start_s: float | None, end_s: float | None
) -> None:
    fps = making.get("fps", 30.0)
    path = write_clip(tmp_path / name, frames=int(4 * fps), **making)
    with open_video(path, start_s=start_s, end_s=end_s) as video:
        expected = video.frames_expected
        frames = list(video.frames())
        summary = video.summary
    first = math.ceil((start_s or 0.0) * fps - 1e-6)
    last = min(int(4 * fps), math.ceil((end_s or 4.0) * fps - 1e-6))
    assert [number_in(frame.rgb) for frame in frames] == list(range(first, last))
    assert [frame.index for frame in frames] == list(range(last - first))
    assert frames[0].time_s == pytest.approx(first / fps, abs=2e-3), "times count from the clip's beginning"
    assert summary.complete
    assert summary.damage is None
    assert summary.first_time_s == frames[0].time_s
    if expected is not None:
        assert expected == pytest.approx(last - first, abs=2)


def test_range_of_a_folder_yields_its_images(tmp_path: Path) -> None:
    with open_video(write_images(tmp_path / "run", count=30), start_s=0.5, end_s=0.8) as video:
        assert [number_in(frame.rgb) for frame in video.frames()] == list(range(15, 24))
        assert video.frames_expected == 9


@pytest.mark.parametrize(
    ("start_s", "end_s", "words"),
    [
        (-1.0, None, "--start: -1 s is not a time in the clip"),
        (float("nan"), None, "is not a time in the clip"),
        (None, float("inf"), "--end: inf s is not a time in the clip"),
        (3.0, 2.0, "the part from 3 s to 2 s is empty"),
        (None, 0.0, "the part from 0 s to 0 s is empty"),
        (9.0, None, "has no pictures from 9 s on; the clip is 0.8 s long"),
        (9.0, 10.0, "has no pictures from 9 s to 10 s; the clip is 0.8 s long"),
        (0.8, None, "has no pictures from 0.8 s"),
    ],
)
def test_impossible_range_is_an_error(tmp_path: Path, start_s: float | None, end_s: float | None, words: str) -> None:
    path = write_clip(tmp_path / "a.mp4", frames=24)
    with pytest.raises(OptionError) as caught:
        open_video(path, start_s=start_s, end_s=end_s)
    assert words in str(caught.value)
    assert caught.value.advice


def test_range_between_two_frames_is_an_error(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", times=[0.0, 0.1, 1.0, 1.1])
    with open_video(path, start_s=0.5, end_s=0.6) as video, pytest.raises(OptionError, match="no pictures"):
        list(video.frames())


def test_impossible_size_limit_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="size limit of 0 pixels"):
        open_video(write_clip(tmp_path / "a.mp4", frames=1), max_side_px=0)
