"""Frames are upright, with square pixels, within the size limit, and in true colours."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from helpers.video_factory import CORNERS, corners_of, number_in, picture, write_clip
from hypothesis import given
from hypothesis import strategies as st

from posture.types import Image, Rotation
from posture.video import frame_at, open_video, sample_frames
from posture.video.conversion import delivered_size
from posture.video.types import Frame, VideoInfo

SIZE = (160, 96)


def read(path: Path, *, max_side_px: int = 1920) -> tuple[VideoInfo, list[Frame]]:
    with open_video(path, max_side_px=max_side_px) as video:
        return video.info, list(video.frames())


def stored_for(turned: Image, clockwise_deg: int, *, mirrored: bool) -> Image:
    """Return the stored image that a player turns into this one."""
    upright = turned[:, ::-1] if mirrored else turned
    return np.ascontiguousarray(np.rot90(upright, clockwise_deg // 90))


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("clockwise_deg", [0, 90, 180, 270])
def test_display_matrix_turns_and_flips_the_frames(tmp_path: Path, clockwise_deg: int, mirrored: bool) -> None:
    upright_size = SIZE if clockwise_deg % 180 == 0 else SIZE[::-1]
    path = write_clip(
        tmp_path / "phone.mp4",
        frames=3,
        size=SIZE,
        clockwise_deg=clockwise_deg,
        mirrored=mirrored,
        draw=lambda n, w, h: stored_for(picture(n + 5, *upright_size), clockwise_deg, mirrored=mirrored),
    )
    info, frames = read(path)
    assert (info.rotation_deg, info.mirrored) == (clockwise_deg, mirrored)
    assert (info.width, info.height) == upright_size
    assert (info.source_width, info.source_height) == SIZE
    assert [number_in(f.rgb) for f in frames] == [5, 6, 7]
    for place, colour in CORNERS.items():
        assert np.abs(np.subtract(corners_of(frames[0].rgb)[place], colour)).max() < 25, place


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("tagged", [0, 90, 180])
@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_rotation_that_was_asked_for_follows_that_of_the_file(
    tmp_path: Path, rotate: Rotation, tagged: int, mirrored: bool
) -> None:
    path = write_clip(tmp_path / "phone.mp4", frames=1, size=SIZE, clockwise_deg=tagged, mirrored=mirrored)
    _info, (plain,) = read(path)
    with open_video(path, rotate=rotate) as video:
        (frame,) = video.frames()
        info = video.info
    expected = np.rot90(plain.rgb, -rotate // 90)
    assert (info.width, info.height) == expected.shape[1::-1]
    assert info.extra_rotation_deg == rotate
    assert np.abs(frame.rgb.astype(int) - expected).mean() < 3.0
    assert np.array_equal(frame_at(path, 0.0, rotate=rotate).rgb, frame.rgb)
    assert np.array_equal(sample_frames(path, 1, rotate=rotate)[0].rgb, frame.rgb)


def test_frames_with_odd_sides_are_complete_and_contiguous(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "odd.mkv", codec="ffv1", frames=2, size=(161, 97), clockwise_deg=0)
    info, frames = read(path)
    assert (info.width, info.height) == (161, 97)
    for frame in frames:
        assert frame.rgb.shape == (97, 161, 3)
        assert frame.rgb.dtype == np.uint8
        assert frame.rgb.flags.c_contiguous


@pytest.mark.parametrize(
    ("aspect", "size"), [(Fraction(4, 3), (213, 96)), (Fraction(3, 4), (160, 128)), (Fraction(1), (160, 96))]
)
def test_oblong_pixels_become_square(tmp_path: Path, aspect: Fraction, size: tuple[int, int]) -> None:
    info, frames = read(write_clip(tmp_path / "wide.mp4", frames=3, size=SIZE, pixel_aspect=aspect))
    assert (info.width, info.height) == size
    assert info.pixel_aspect == pytest.approx(float(aspect))
    assert frames[2].rgb.shape == (size[1], size[0], 3)
    assert number_in(frames[2].rgb) == 2


def test_circle_stays_round_with_oblong_pixels_and_rotation(tmp_path: Path) -> None:
    def disc(number: int, width: int, height: int) -> Image:
        y, x = np.mgrid[:height, :width]
        # Stored pixels are 4/3 wide: a circle of 60 pixels on the screen covers 45 columns.
        inside = ((x - width / 2) * 4 / 3) ** 2 + (y - height / 2) ** 2 < 30**2
        return np.where(inside[..., None], np.uint8(220), np.uint8(30)).repeat(3, axis=2)

    path = write_clip(
        tmp_path / "disc.mp4", frames=1, size=SIZE, pixel_aspect=Fraction(4, 3), clockwise_deg=90, draw=disc
    )
    _info, frames = read(path)
    bright = frames[0].rgb[..., 1] > 128
    assert np.ptp(np.flatnonzero(bright.any(axis=0))) + 1 == pytest.approx(60, abs=2)
    assert np.ptp(np.flatnonzero(bright.any(axis=1))) + 1 == pytest.approx(60, abs=2)


def test_8k_video_is_scaled_down(tmp_path: Path) -> None:
    info, frames = read(write_clip(tmp_path / "8k.mp4", frames=2, size=(7680, 4320)))
    assert (info.width, info.height) == (1920, 1080)
    assert (info.source_width, info.source_height) == (7680, 4320)
    assert frames[1].rgb.shape == (1080, 1920, 3)
    assert number_in(frames[1].rgb) == 1


def test_size_limit_applies_after_rotation(tmp_path: Path) -> None:
    path = write_clip(tmp_path / "portrait.mp4", frames=1, size=SIZE, clockwise_deg=90)
    info, _frames = read(path, max_side_px=80)
    assert (info.width, info.height) == (48, 80)


def test_small_video_is_not_enlarged(tmp_path: Path) -> None:
    info, _frames = read(write_clip(tmp_path / "small.mp4", frames=1, size=SIZE))
    assert (info.width, info.height) == (info.source_width, info.source_height) == SIZE


@pytest.mark.parametrize("size", [(1, 1), (1, 7), (3, 2)])
def test_frames_of_a_few_pixels_are_read(tmp_path: Path, size: tuple[int, int]) -> None:
    path = write_clip(
        tmp_path / "tiny.mov", codec="png", pix_fmt="rgb24", size=size, frames=2,
        draw=lambda n, w, h: np.full((h, w, 3), (200, 100, 50), np.uint8),
    )  # fmt: skip
    info, frames = read(path)
    assert (info.width, info.height) == size
    assert [tuple(f.rgb[0, 0]) for f in frames] == [(200, 100, 50)] * 2


BT709, BT601, LIMITED, FULL = 1, 5, 1, 2
SWATCHES = [(255, 255, 255), (0, 0, 0), (200, 60, 60), (60, 180, 60), (50, 60, 200), (128, 128, 128)]


def swatches(number: int, width: int, height: int) -> Image:
    stripes = np.array(SWATCHES, np.uint8).repeat(-(-width // len(SWATCHES)), axis=0)[:width]
    return np.broadcast_to(stripes, (height, width, 3)).copy()


@pytest.mark.parametrize(
    ("size", "colour", "matrix", "pix_fmt"),
    [
        ((240, 64), {"colorspace": BT709, "color_range": LIMITED}, None, "yuv420p"),
        ((240, 64), {"colorspace": BT601, "color_range": LIMITED}, None, "yuv420p"),
        ((240, 64), {"colorspace": BT709, "color_range": FULL}, None, "yuv420p"),
        ((240, 64), {"colorspace": BT601, "color_range": FULL}, None, "yuv444p"),
        ((240, 64), {"colorspace": BT709, "color_range": LIMITED}, None, "yuv420p10le"),
        ((240, 64), {}, BT601, "yuv420p"),
        ((1280, 720), {}, BT709, "yuv420p"),
    ],
)
@pytest.mark.parametrize("clockwise_deg", [0, 90])
def test_colours_match_for_every_matrix_range_and_format(
    tmp_path: Path,
    *,
    size: tuple[int, int],
    colour: dict[str, int],
    matrix: int | None,
    pix_fmt: str,
    clockwise_deg: int,
) -> None:
    path = write_clip(
        tmp_path / "colours.mkv", frames=1, size=size, colour=colour, matrix=matrix, pix_fmt=pix_fmt,
        draw=swatches, clockwise_deg=clockwise_deg, options={"crf": "4"},
    )  # fmt: skip
    _info, frames = read(path)
    rgb = np.rot90(frames[0].rgb, clockwise_deg // 90)
    step = size[0] / len(SWATCHES)
    seen = [rgb[size[1] // 2, int((n + 0.5) * step)] for n in range(len(SWATCHES))]
    assert np.abs(np.subtract(seen, SWATCHES, dtype=int)).max() <= 6


@given(
    st.integers(1, 9000),
    st.integers(1, 9000),
    st.floats(0.1, 10.0),
    st.sampled_from([0, 90, 180, 270]),
    st.integers(1, 4000),
)
def test_delivered_size_keeps_aspect_ratio_and_limit(
    width: int, height: int, aspect: float, clockwise_deg: int, limit: int
) -> None:
    w, h = delivered_size(width, height, pixel_aspect=aspect, clockwise_deg=clockwise_deg, max_side_px=limit)
    assert 1 <= w <= limit
    assert 1 <= h <= limit
    shown_w, shown_h = (w, h) if clockwise_deg % 180 == 0 else (h, w)
    if min(w, h) > 50:
        assert shown_w / shown_h == pytest.approx(width * aspect / height, rel=0.03)
    longest = max(width * max(1, aspect), height * max(1, 1 / aspect))
    if longest <= limit:
        assert max(w, h) == round(longest)
