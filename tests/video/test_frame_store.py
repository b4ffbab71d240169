"""FrameStore returns small copies of every frame and never interrupts the reader."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import numpy as np
import pytest
from helpers.synthetic_runner import many
from helpers.video_factory import corners_of, number_in, write_clip, write_images
from helpers.waiting import no_thread_left
from hypothesis import given
from hypothesis import strategies as st

from posture.errors import OutputError
from posture.types import Image
from posture.video import FrameStore, frame_store, open_video
from posture.video.frame_store import BOX, kept_size


def read_and_stored(clip: Path, **options: float) -> tuple[list[Image], list[Image]]:
    """Return the frames of a clip as read and as stored."""
    with FrameStore() as store, open_video(clip, **options, tee=store) as video:  # type: ignore[arg-type]
        measured = [frame.rgb for frame in video.frames()]
        assert store.count == len(measured)
        return measured, [image.copy() for image in store.images()]


@pytest.mark.parametrize("full_range", [False, True])
@pytest.mark.parametrize("matrix", [1, 6])
def test_stored_frames_keep_order_and_colours(tmp_path: Path, full_range: bool, matrix: int) -> None:
    colour = {"color_range": 2 if full_range else 1, "colorspace": matrix}
    clip = write_clip(tmp_path / "c.mp4", frames=70, size=(192, 128), colour=colour)
    measured, stored = read_and_stored(clip)
    assert [number_in(rgb) for rgb in stored] == list(range(70))
    for name, rgb in corners_of(stored[33]).items():
        assert np.abs(np.subtract(rgb, corners_of(measured[33])[name])).max() < 12


def test_stored_frames_of_folders_and_rotated_videos_are_upright(tmp_path: Path) -> None:
    folder = tmp_path / "images"
    write_images(folder, count=7, size=(120, 90))
    assert [number_in(rgb) for rgb in read_and_stored(folder)[1]] == list(range(7))
    turned = write_clip(tmp_path / "t.mp4", frames=5, size=(192, 128), clockwise_deg=90)
    measured, stored = read_and_stored(turned)
    assert stored[0].shape == measured[0].shape == (192, 128, 3)
    assert np.abs(stored[0].astype(int) - measured[0]).mean() < 6


def test_store_contains_the_range_only(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "c.mp4", frames=60)
    assert [number_in(rgb) for rgb in read_and_stored(clip, start_s=0.5, end_s=1.0)[1]] == list(range(15, 30))


def test_large_frames_are_stored_smaller(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "c.mp4", frames=3, size=(1920, 1080))
    measured, stored = read_and_stored(clip)
    assert (measured[0].shape, stored[0].shape) == ((1080, 1920, 3), (720, 1280, 3))
    assert [number_in(rgb) for rgb in stored] == [0, 1, 2]


@many
@given(st.integers(1, 4000), st.integers(1, 4000))
def test_stored_size_is_even_and_within_the_box(width: int, height: int) -> None:
    small = kept_size(width, height)
    assert all(side % 2 == 0 and side >= 2 for side in small)
    assert min(small) <= BOX[0]
    assert max(small) <= BOX[1]
    scale = min(1.0, BOX[0] / min(width, height), BOX[1] / max(width, height))
    for stored, side in zip(small, (width, height), strict=True):
        assert stored <= max(side, 2)
        assert abs(stored - side * scale) <= 2


def test_temporary_file_is_anonymous(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.name == "nt":
        pytest.skip("Windows gives every file a name, and removes this one when it is closed")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "t"))
    (tmp_path / "t").mkdir()
    clip = write_clip(tmp_path / "c.mp4", frames=20)
    with FrameStore() as store, open_video(clip, tee=store) as video:
        for _frame in video.frames():
            assert list((tmp_path / "t").iterdir()) == []
        assert sum(1 for _ in store.images()) == 20


def test_missing_temporary_folder_is_an_error_of_images(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    clip = write_clip(tmp_path / "c.mp4", frames=40)
    with FrameStore() as store, open_video(clip, tee=store) as video:
        assert [number_in(frame.rgb) for frame in video.frames()] == list(range(40))
        with pytest.raises(OutputError) as caught:
            next(store.images())
    line = str(caught.value)
    assert line.startswith("annotated.mp4: ")
    assert "TMPDIR" in line


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is always full")
def test_full_disk_is_an_error_of_images_but_not_of_close(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: Path("/dev/full").open("w+b"))  # noqa: SIM115
    clip = write_clip(tmp_path / "c.mp4", frames=40)

    def look() -> None:
        with FrameStore() as store, open_video(clip, tee=store) as video:
            assert [number_in(frame.rgb) for frame in video.frames()] == list(range(40))
            next(store.images())

    with pytest.raises(OutputError, match=r"annotated\.mp4: .*No space left.*TMPDIR"):
        look()


def test_encoder_failure_is_an_error_of_images(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # x264 refuses to open, with the same error as without memory.
    monkeypatch.setitem(frame_store._OPTIONS, "x264-params", "level=99")
    clip = write_clip(tmp_path / "c.mp4", frames=40)
    with FrameStore() as store, open_video(clip, tee=store) as video:
        assert [number_in(frame.rgb) for frame in video.frames()] == list(range(40))
        with pytest.raises(OutputError, match=r"annotated\.mp4: .*could not be compressed"):
            next(store.images())


def test_store_of_an_unfinished_reader_leaves_no_thread(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "c.mp4", frames=200)
    with no_thread_left(), FrameStore() as store, open_video(clip, tee=store) as video:
        next(iter(video.frames()))


def test_empty_store_has_no_size_and_no_frames() -> None:
    with FrameStore() as store:
        store.end()
        assert store.size is None
        assert list(store.images()) == []
