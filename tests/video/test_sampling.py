"""Single frames and samples of a video."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest
from helpers.video_factory import damage, number_in, skip_by_edit_list, truncate, write_clip, write_images

from posture.errors import OptionError, VideoError
from posture.video import frame_at, sample_frames

CLIPS: list[tuple[str, dict[str, Any]]] = [
    ("a.mp4", {"b_frames": 2}),
    ("long_gop.mp4", {"b_frames": 2, "gop": 500}),
    ("a.mkv", {"audio": True, "b_frames": 2}),
    ("a.webm", {"codec": "libvpx-vp9"}),
    ("a.avi", {"b_frames": 2}),
    ("a.ts", {"b_frames": 2}),
    ("a.gif", {"codec": "gif", "pix_fmt": "rgb8", "fps": 25.0}),
]


@pytest.mark.parametrize(("name", "making"), CLIPS)
def test_frame_at_returns_the_nearest_frame(tmp_path: Path, name: str, making: dict[str, Any]) -> None:
    path = write_clip(tmp_path / name, frames=150, **making)
    fps = making.get("fps", 30.0)
    for number in (0, 1, 40, 77, 149):
        for offset in (-0.3, 0.0, 0.3):
            frame = frame_at(path, (number + offset) / fps)
            assert number_in(frame.rgb) == number
            assert frame.time_s == pytest.approx(number / fps, abs=2e-3)


def test_frame_at_is_clamped_to_the_first_and_last_frame(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", frames=40)
    assert number_in(frame_at(path, -3.0).rgb) == 0
    assert number_in(frame_at(path, 99.0).rgb) == 39


def test_frame_at_reads_an_image_folder(tmp_path: Path) -> None:
    folder = write_images(tmp_path / "run", count=30)
    assert number_in(frame_at(folder, 0.51).rgb) == 15
    assert number_in(frame_at(folder, 9.0).rgb) == 29
    assert number_in(frame_at(folder, 1.02, image_fps=15.0).rgb) == 15


def test_frame_at_counts_time_from_the_first_visible_frame(tmp_path: Path) -> None:
    path = skip_by_edit_list(write_clip(tmp_path / "a.mp4", frames=120, b_frames=2), 1.0)
    assert number_in(frame_at(path, 1.0).rgb) == 60


def test_frame_at_is_scaled_and_rotated_like_the_video(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", frames=3, size=(2000, 1200), clockwise_deg=90)
    assert frame_at(path, 0.0).rgb.shape == (1920, 1152, 3)


@pytest.mark.parametrize("count", [1, 5, 12, 100])
@pytest.mark.parametrize(("name", "making"), CLIPS)
def test_samples_are_spread_over_the_video(tmp_path: Path, *, name: str, making: dict[str, Any], count: int) -> None:
    frames, fps = 150, making.get("fps", 30.0)
    path = write_clip(tmp_path / name, frames=frames, **making)
    samples = sample_frames(path, count)
    assert 0.7 * min(count, frames) <= len(samples) <= count
    assert [frame.index for frame in samples] == list(range(len(samples)))
    assert [number_in(frame.rgb) for frame in samples] == [round(frame.time_s * fps) for frame in samples]
    times = [frame.time_s for frame in samples]
    assert all(later > earlier for earlier, later in itertools.pairwise(times))
    spacing = frames / fps / count
    for n, time_s in enumerate(times) if len(times) == count else ():
        assert time_s == pytest.approx((n + 0.5) * spacing, abs=spacing + 12 / fps)


@pytest.mark.parametrize(("name", "making"), CLIPS)
def test_samples_of_a_range_lie_within_it(tmp_path: Path, name: str, making: dict[str, Any]) -> None:
    path = write_clip(tmp_path / name, frames=150, **making)
    samples = sample_frames(path, 6, start_s=1.1, end_s=3.3)
    assert len(samples) >= 4
    assert all(1.1 <= frame.time_s < 3.3 for frame in samples)


def test_key_frame_samples_are_key_frames(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", frames=150, gop=30, options={"sc_threshold": "0"})
    numbers = [number_in(frame.rgb) for frame in sample_frames(path, 5, key_frames_only=True)]
    assert numbers == [0, 30, 60, 90, 120]


def test_samples_of_an_image_folder_are_evenly_spaced(tmp_path: Path) -> None:
    samples = sample_frames(write_images(tmp_path / "run", count=60), 6)
    assert [number_in(frame.rgb) for frame in samples] == [5, 15, 25, 35, 45, 55]


def test_samples_of_a_truncated_video_are_found(tmp_path: Path) -> None:
    for name, spoil in (("cut.mkv", lambda p: truncate(p, 0.5)), ("hole.mp4", lambda p: damage(p, 0.4, 0.6))):
        samples = sample_frames(spoil(write_clip(tmp_path / name, frames=150)), 10)
        assert len(samples) >= 4
        assert [number_in(f.rgb) for f in samples[:3]] == [round(f.time_s * 30) for f in samples[:3]]


def test_empty_range_zero_count_and_missing_file_are_errors(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "a.mp4", times=[0.0, 0.1, 1.0, 1.1])
    with pytest.raises(OptionError, match="no pictures"):
        sample_frames(path, 3, start_s=0.5, end_s=0.6)
    with pytest.raises(ValueError, match="count must be 1 or more"):
        sample_frames(path, 0)
    with pytest.raises(VideoError, match="no such file"):
        sample_frames(tmp_path / "none.mp4", 3)
