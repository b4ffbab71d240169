"""Real clips, where they are present."""

from __future__ import annotations

import itertools
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from posture.video import frame_at, open_video, sample_frames


@pytest.mark.parametrize(
    ("name", "codec", "size", "fps", "count"),
    [
        ("sports2d_demo_walk_side.mp4", "vp9", (1768, 994), 30.0, 230),
        ("opencap_walk_oblique.mp4", "h264", (720, 1280), 59.75, 75),
        ("intel_frontwalk.gif", "gif", (480, 270), 12.5, 35),
        ("intel_backview_standing.mp4", "h264", (768, 432), 10.0, 1394),
    ],
)
def test_every_frame_of_the_real_clips_is_read(
    shared_clips: Path, *, name: str, codec: str, size: tuple[int, int], fps: float, count: int
) -> None:
    with open_video(shared_clips / name) as video:
        info, times = video.info, []
        for frame in video.frames():
            assert frame.rgb.shape == (info.height, info.width, 3)
            times.append(frame.time_s)
        summary = video.summary
    assert (info.codec, info.width, info.height) == (codec, *size)
    assert info.fps == pytest.approx(fps, abs=0.01)
    assert len(times) == summary.frames_read == count
    assert times[0] == 0.0
    assert all(later > earlier for earlier, later in itertools.pairwise(times))
    assert summary.complete


def test_hidden_frames_of_a_real_clip_are_counted(shared_clips: Path) -> None:
    with open_video(shared_clips / "opencap_walk_oblique.mp4") as video:
        assert sum(1 for _frame in video.frames()) == 75
        summary = video.summary
    assert summary.frames_promised == 271
    assert summary.frames_hidden == 196
    assert summary.remark == "the file contains 271 frames, but its edit list hides 196 of them"


def test_samples_of_a_long_clip_are_found_by_seeking(shared_clips: Path) -> None:
    found = sample_frames(shared_clips / "intel_backview_standing.mp4", 12)
    assert len(found) == 12
    assert found[-1].time_s > 120


def test_frame_at_equals_the_frame_read_in_order(shared_clips: Path) -> None:
    path = shared_clips / "sports2d_demo_walk_side.mp4"
    with open_video(path, start_s=4.9, end_s=5.2) as video:
        frames = list(video.frames())
    one = frame_at(path, 5.0)
    twin = next(frame for frame in frames if frame.time_s == one.time_s)
    assert np.array_equal(one.rgb, twin.rgb)


def test_memory_does_not_grow_with_the_length_of_the_clip(shared_clips: Path) -> None:
    tracemalloc.start()
    try:
        with open_video(shared_clips / "intel_backview_standing.mp4", end_s=60.0) as video:
            for _frame in video.frames():
                pass
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    one_frame = 768 * 432 * 3
    assert peak < 12 * one_frame
