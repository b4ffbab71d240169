"""A folder of numbered images as a video."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from helpers.video_factory import corners_of, number_in, picture, write_clip, write_image, write_images

from posture.errors import OptionError, UsageError, VideoError
from posture.video import Frame, ReadSummary, open_video
from posture.video.image_sequence import images_in


def read(path: Path, *, image_fps: float = 30.0) -> tuple[list[Frame], ReadSummary]:
    with open_video(path, image_fps=image_fps) as video:
        return list(video.frames()), video.summary


@pytest.mark.parametrize("name", ["frame{}.png", "{:03}.jpg", "IMG_{}.JPEG", "50%d *{}.png"])
def test_images_are_in_natural_order(tmp_path: Path, name: str) -> None:
    frames, summary = read(write_images(tmp_path / "run", count=12, name=name))
    assert [number_in(frame.rgb) for frame in frames] == list(range(12))
    assert [frame.time_s for frame in frames] == pytest.approx([n / 30 for n in range(12)])
    assert (summary.frames_promised, summary.complete) == (12, True)
    assert summary.end_time_s == pytest.approx(0.4)


def test_frame_rate_sets_the_times(tmp_path: Path) -> None:
    folder = write_images(tmp_path / "run", count=5)
    frames, _summary = read(folder, image_fps=50.0)
    assert frames[-1].time_s == pytest.approx(0.08)
    with open_video(folder, image_fps=50.0) as video:
        assert video.info.fps == 50.0
        assert video.info.duration_s == pytest.approx(0.1)


@pytest.mark.parametrize("fps", [0.0, -1.0, float("nan"), float("inf")])
def test_impossible_frame_rate_is_an_error(tmp_path: Path, fps: float) -> None:
    with pytest.raises(OptionError, match="is not a frame rate"):
        open_video(write_images(tmp_path / "run", count=1), image_fps=fps)


def test_other_files_are_ignored(tmp_path: Path) -> None:
    folder = write_images(tmp_path / "run", count=3)
    (folder / "notes.txt").write_text("x")
    (folder / "._frame1.png").write_bytes(b"\0\1")
    (folder / "frame9.png").mkdir()
    assert [path.name for path in images_in(folder)] == ["frame0.png", "frame1.png", "frame2.png"]


def test_damaged_image_leaves_a_gap_in_time(tmp_path: Path) -> None:
    folder = write_images(tmp_path / "run", count=5)
    (folder / "frame2.png").write_bytes(b"no image")
    frames, summary = read(folder)
    assert [number_in(frame.rgb) for frame in frames] == [0, 1, 3, 4]
    assert frames[2].time_s == pytest.approx(0.1)
    assert summary.frames_lost == 1
    assert summary.damage == "the data is damaged from 0.1 s on; 1 of about 5 frames could not be read"


def test_rate_of_images_is_refused_for_a_file(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "jog.mp4", frames=4)
    with pytest.raises(UsageError, match=r"--fps: is for a folder of images"):
        open_video(clip, image_fps=60.0)


def test_folder_of_clips_is_no_clip(tmp_path: Path) -> None:
    folder = write_images(tmp_path / "day", count=2)
    (folder / "jog.MOV").write_bytes(b"clip")
    with pytest.raises(VideoError, match=r"is a folder of clips\. Use posture batch"):
        open_video(folder)


def test_folder_of_damaged_images_is_an_error(tmp_path: Path) -> None:
    folder = write_images(tmp_path / "run", count=2)
    for image in images_in(folder):
        image.write_bytes(b"no image")
    with pytest.raises(VideoError, match="not one of its 2 images could be decoded"):
        open_video(folder)


def test_image_of_another_aspect_ratio_is_an_error(tmp_path: Path) -> None:
    folder = write_images(tmp_path / "run", count=2)
    write_image(folder / "frame2.png", picture(2, 96, 160))
    with pytest.raises(VideoError, match="change their shape from 160x96 to 96x160"):
        read(folder)


def test_image_of_another_size_is_scaled(tmp_path: Path) -> None:
    folder = write_images(tmp_path / "run", count=2)
    write_image(folder / "frame2.png", picture(2, 320, 192))
    frames, summary = read(folder)
    assert [frame.rgb.shape for frame in frames] == [(96, 160, 3)] * 3
    assert number_in(frames[2].rgb) == 2
    assert summary.complete


def test_exif_orientation_is_applied(tmp_path: Path) -> None:
    # Exif orientation 6: rotate clockwise for viewing.
    upright = picture(3, 96, 160)
    path = write_image(tmp_path / "photo1.jpg", np.rot90(upright))
    entry = struct.pack(">HHIHH", 0x0112, 3, 1, 6, 0)
    exif = b"Exif\0\0MM\0*\0\0\0\x08" + struct.pack(">H", 1) + entry + b"\0\0\0\0"
    data = path.read_bytes()
    path.write_bytes(data[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + data[2:])
    with open_video(tmp_path) as video:
        frame = next(video.frames())
        assert video.info.rotation_deg == 90
    assert frame.rgb.shape == (160, 96, 3)
    assert corners_of(frame.rgb)["top left"][0] > 200
    assert number_in(frame.rgb) == 3


def test_grey_and_16_bit_images_are_read(tmp_path: Path) -> None:
    for number, pix_fmt in enumerate(("gray", "rgb48be", "gray16be", "rgba")):
        write_clip(
            tmp_path / f"frame{number}.png",
            codec="png",
            frames=1,
            pix_fmt=pix_fmt,
            colour={"color_range": 2},
            draw=lambda n, w, h: np.full((h, w, 3), (180, 180, 180), np.uint8),
        )
    frames, summary = read(tmp_path)
    assert summary.complete
    for frame in frames:
        assert np.abs(frame.rgb.astype(int) - 180).max() <= 3
