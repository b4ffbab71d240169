"""Every kind of video file is read frame by frame with its true times."""

from __future__ import annotations

import itertools
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.video_factory import number_in, picture, skip_by_edit_list, write_clip, write_image

from posture.errors import OptionError, VideoError
from posture.video import Frame, ReadSummary, VideoInfo, open_video


@dataclass(frozen=True)
class Kind:
    name: str
    codec: str
    making: dict[str, Any] = field(default_factory=dict)
    bit_depth: int = 8
    step_s: float = 1e-3  # how finely the container resolves time


KINDS = [
    Kind("phone.mp4", "h264", {"b_frames": 2}),
    Kind("sound.mp4", "h264", {"audio": True, "b_frames": 2}),
    Kind("phone.mov", "hevc", {"codec": "libx265"}),
    Kind("ten_bit.mp4", "hevc", {"codec": "libx265", "pix_fmt": "yuv420p10le"}, 10),
    Kind("prores.mov", "prores", {"codec": "prores_ks", "pix_fmt": "yuv422p10le"}, 10),
    Kind("web.webm", "vp9", {"codec": "libvpx-vp9"}),
    Kind("sound.webm", "vp9", {"codec": "libvpx-vp9", "audio": True}),
    Kind("new.mp4", "av1", {"codec": "libsvtav1"}),
    Kind("old.avi", "mpeg4", {"codec": "mpeg4"}),
    Kind("old_b.avi", "mpeg4", {"codec": "mpeg4", "b_frames": 2}),
    Kind("new.avi", "h264", {"b_frames": 2}),
    Kind("film.mkv", "h264", {"b_frames": 2}),
    Kind("odd.mkv", "ffv1", {"codec": "ffv1", "size": (161, 97)}),
    Kind("odd.mp4", "h264", {"pix_fmt": "yuv444p", "size": (161, 97)}),
    Kind("camcorder.ts", "h264", {"b_frames": 2}),
    Kind("loop.gif", "gif", {"codec": "gif", "pix_fmt": "rgb8", "fps": 25.0}),
    Kind("stream.flv", "h264", {}),
    Kind("fast.mp4", "h264", {"fps": 240.0, "frames": 60}),
]


def read(path: Path) -> tuple[VideoInfo, list[Frame], ReadSummary]:
    with open_video(path) as video:
        frames = list(video.frames())
        return video.info, frames, video.summary


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_all_frames_come_in_order_with_their_times(tmp_path: Path, kind: Kind) -> None:
    path = write_clip(tmp_path / kind.name, **kind.making)
    count, fps = kind.making.get("frames", 24), kind.making.get("fps", 30.0)
    info, frames, summary = read(path)
    assert info.codec == kind.codec
    assert info.bit_depth == kind.bit_depth
    assert info.fps == pytest.approx(fps, rel=0.01)
    assert info.duration_s == pytest.approx(count / fps, abs=0.05)
    assert (info.width, info.height) == kind.making.get("size", (160, 96))
    assert [number_in(frame.rgb) for frame in frames] == list(range(count))
    assert [frame.index for frame in frames] == list(range(count))
    assert [frame.time_s for frame in frames] == pytest.approx([n / fps for n in range(count)], abs=kind.step_s)
    assert (summary.frames_read, summary.frames_lost, summary.frames_damaged) == (count, 0, 0)
    assert summary.complete
    assert summary.damage is None
    assert summary.remark is None
    assert summary.end_time_s == pytest.approx(count / fps, abs=2e-3)


RAMP = [0.0, 0.033, 0.066, 0.1, 0.108, 0.116, 0.125, 0.133, 0.141, 0.3, 0.35, 0.41]


@pytest.mark.parametrize(
    ("name", "making"),
    [
        ("ramp.mp4", {"b_frames": 2}),
        ("ramp.mov", {"codec": "libx265"}),
        ("ramp.webm", {"codec": "libvpx-vp9", "audio": True}),
        ("ramp.mkv", {"b_frames": 1}),
        ("ramp.ts", {}),
    ],
)
def test_variable_frame_rate_keeps_every_time(tmp_path: Path, name: str, making: dict[str, Any]) -> None:
    _info, frames, summary = read(write_clip(tmp_path / name, times=RAMP, **making))
    assert [frame.time_s for frame in frames] == pytest.approx(RAMP, abs=1e-3)
    assert [number_in(frame.rgb) for frame in frames] == list(range(len(RAMP)))
    assert summary.complete


def test_late_first_frame_has_time_zero(tmp_path: Path) -> None:
    _info, frames, _summary = read(write_clip(tmp_path / "late.mkv", times=[1.5, 1.6, 1.8]))
    assert [frame.time_s for frame in frames] == pytest.approx([0.0, 0.1, 0.3], abs=1e-3)


def test_gap_between_frames_gets_a_remark(tmp_path: Path) -> None:
    _info, frames, summary = read(write_clip(tmp_path / "pause.mp4", times=[0.0, 0.1, 0.2, 2.4, 2.5]))
    assert frames[3].time_s == pytest.approx(2.4, abs=1e-3)
    assert summary.complete
    assert summary.remark == "there are no pictures between 0.2 s and 2.4 s"


def test_edit_list_hides_frames_and_gets_a_remark(tmp_path: Path) -> None:
    path = skip_by_edit_list(write_clip(tmp_path / "cut.mp4", frames=60, b_frames=2), 0.5)
    info, frames, summary = read(path)
    assert info.frames_promised == 60
    assert [number_in(frame.rgb) for frame in frames] == list(range(15, 60))
    assert frames[0].time_s == 0.0
    assert frames[-1].time_s == pytest.approx(44 / 30, abs=1e-3)
    assert summary.frames_hidden == 15
    assert summary.complete
    assert summary.remark == "the file contains 60 frames, but its edit list hides 15 of them"


@pytest.mark.parametrize(("transfer", "hdr"), [(1, False), (16, True), (18, True)])
def test_hdr_transfer_curves_are_recognised(tmp_path: Path, transfer: int, hdr: bool) -> None:
    path = write_clip(
        tmp_path / "hdr.mp4",
        codec="libx265",
        pix_fmt="yuv420p10le",
        frames=12,  # x265 may lose the times of one or two frames (x265 issue 934)
        colour={"color_primaries": 9, "color_trc": transfer, "colorspace": 9, "color_range": 1},
    )
    info, frames, _summary = read(path)
    assert info.hdr is hdr
    assert number_in(frames[1].rgb) == 1


def test_video_of_one_frame_is_read(tmp_path: Path) -> None:
    _info, frames, summary = read(write_clip(tmp_path / "one.mp4", frames=1))
    assert [frame.time_s for frame in frames] == [0.0]
    assert summary.complete


@pytest.mark.parametrize("name", ["photo.png", "photo.jpg"])
def test_single_image_is_a_video_of_one_frame(tmp_path: Path, name: str) -> None:
    _info, frames, summary = read(write_image(tmp_path / name, picture(9, 160, 96)))
    assert [number_in(frame.rgb) for frame in frames] == [9]
    assert summary.complete


@pytest.mark.parametrize("name", ["a:b.mp4", "50%d.mp4", "läuft gut.mp4", "*.mp4", "-o.mp4"])
def test_file_names_with_special_characters_are_read(tmp_path: Path, name: str) -> None:
    _info, frames, _summary = read(write_clip(tmp_path / "plain.mp4", frames=2).rename(tmp_path / name))
    assert len(frames) == 2


def test_wrong_suffix_does_not_matter(tmp_path: Path) -> None:
    _info, frames, _summary = read(
        write_clip(tmp_path / "a.webm", codec="libvpx-vp9", frames=2).rename(tmp_path / "a.mp4")
    )
    assert len(frames) == 2


def test_raw_stream_without_times_runs_at_its_frame_rate(tmp_path: Path) -> None:
    info, frames, summary = read(write_clip(tmp_path / "bare.h264", b_frames=2))
    steps = np.diff([frame.time_s for frame in frames])
    assert [number_in(frame.rgb) for frame in frames] == list(range(24))
    assert info.fps is not None
    assert steps == pytest.approx(1 / info.fps, rel=0.01)
    assert summary.complete


def joined(path: Path, *parts: Path) -> Path:
    """Concatenate transport streams, as camcorders and ``cat`` do."""
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    return path


def test_concatenated_videos_continue_in_time(tmp_path: Path) -> None:
    one = write_clip(tmp_path / "one.ts", frames=30)
    _info, frames, _summary = read(joined(tmp_path / "two.ts", one, one))
    assert len(frames) >= 58
    steps = np.diff([frame.time_s for frame in frames])
    assert steps.min() > 0
    assert steps.max() < 0.2


def test_part_behind_the_stated_length_of_joined_files_is_read(tmp_path: Path) -> None:
    one = write_clip(tmp_path / "one.ts", frames=60)
    path = joined(tmp_path / "two.ts", one, one)
    _info, whole, _summary = read(path)
    # A file states the length of the first of them, 2 s.
    with open_video(path, start_s=2.5) as video:
        times = [frame.time_s for frame in video.frames()]
    assert times == [frame.time_s for frame in whole if frame.time_s >= 2.5]
    assert len(times) > 30
    with open_video(path, start_s=9.0) as video, pytest.raises(OptionError, match="no pictures from 9 s on"):
        list(video.frames())


def test_larger_frame_of_the_same_aspect_ratio_is_scaled(tmp_path: Path) -> None:
    parts = (
        write_clip(tmp_path / "small.ts"),
        write_clip(tmp_path / "large.ts", size=(320, 192), draw=lambda n, w, h: picture(n + 50, w, h)),
    )
    _info, frames, _summary = read(joined(tmp_path / "both.ts", *parts))
    assert {frame.rgb.shape for frame in frames} == {(96, 160, 3)}
    assert number_in(frames[-1].rgb) == 73


def test_frame_of_another_aspect_ratio_is_an_error(tmp_path: Path) -> None:
    parts = write_clip(tmp_path / "wide.ts"), write_clip(tmp_path / "high.ts", size=(96, 160))
    path = joined(tmp_path / "both.ts", *parts)
    with pytest.raises(VideoError, match="change their shape from 160x96 to 96x160"):
        read(path)


def test_frames_do_not_share_memory(tmp_path: Path) -> None:
    _info, frames, _summary = read(write_clip(tmp_path / "a.mp4", frames=8))
    assert not any(np.shares_memory(one.rgb, other.rgb) for one, other in itertools.pairwise(frames))


@pytest.mark.skipif(not hasattr(os, "sched_getscheduler"), reason="no scheduling policy on this system")
def test_clip_writer_leaves_the_process_priority_unchanged(tmp_path: Path) -> None:
    write_clip(tmp_path / "new.mp4", codec="libsvtav1")
    assert os.sched_getscheduler(0) == os.SCHED_OTHER


def test_second_pass_yields_the_same_frames(tmp_path: Path) -> None:
    with open_video(write_clip(tmp_path / "a.mp4", frames=8)) as video:
        first = [(f.index, f.time_s, number_in(f.rgb)) for f in video.frames()]
        assert [(f.index, f.time_s, number_in(f.rgb)) for f in video.frames()] == first
        assert video.summary.frames_read == 8


@pytest.mark.parametrize(
    ("tag", "fps", "capture_fps", "slow_motion"),
    [
        ("240.000000", 30.0, 240.0, 8.0),
        ("240", 29.97, 240.0, 8.0),
        ("120.0", 48.0, 120.0, 2.5),
        # High frame rates that are played as they were taken.
        ("240.0", 240.0, 240.0, None),
        ("30.0", 29.0, 30.0, None),
        # Time lapse, placeholders and nonsense.
        ("2.0", 30.0, 2.0, None),
        ("0", 30.0, None, None),
        ("nan", 30.0, None, None),
        ("fast", 30.0, None, None),
    ],
)
def test_android_slow_motion_is_read_from_the_tags(
    tmp_path: Path, tag: str, fps: float, capture_fps: float | None, slow_motion: float | None
) -> None:
    path = write_clip(
        tmp_path / "slow.mp4",
        fps=fps,
        frames=12,
        tags={"com.android.capture.fps": tag},
        container_options={"movflags": "use_metadata_tags"},
    )
    with open_video(path) as video:
        assert video.info.capture_fps == capture_fps
        assert video.info.slow_motion == (None if slow_motion is None else pytest.approx(slow_motion, rel=0.01))


def test_clip_without_tags_states_no_slow_motion(tmp_path: Path) -> None:
    with open_video(write_clip(tmp_path / "plain.mp4", frames=8)) as video:
        assert (video.info.capture_fps, video.info.slow_motion) == (None, None)
