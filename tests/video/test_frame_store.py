"""The spool gives back every picture in order, small, and never stands in the way of the analysis."""

from __future__ import annotations

import os
import tempfile
import threading
from pathlib import Path

import numpy as np
import pytest
from helpers.synthetic_runner import many
from helpers.video_factory import corners_of, number_in, write_clip, write_images
from hypothesis import given
from hypothesis import strategies as st

from posture.errors import OutputError
from posture.types import Image
from posture.video import FrameStore, open_video
from posture.video import frame_store as spool_module
from posture.video.frame_store import BOX, kept_size


def spooled(clip: Path, **options: float) -> tuple[list[Image], list[Image]]:
    """Return the pictures of a clip as they were measured and as they were kept."""
    with FrameStore() as spool, open_video(clip, **options, tee=spool) as video:  # type: ignore[arg-type]
        measured = [frame.rgb for frame in video.frames()]
        assert spool.count == len(measured)
        return measured, [picture.copy() for picture in spool.images()]


@pytest.mark.parametrize("full_range", [False, True])
@pytest.mark.parametrize("matrix", [1, 6])
def test_pictures_come_back_in_order_and_colour(tmp_path: Path, full_range: bool, matrix: int) -> None:
    colour = {"color_range": 2 if full_range else 1, "colorspace": matrix}
    clip = write_clip(tmp_path / "c.mp4", frames=70, size=(192, 128), colour=colour)
    measured, kept = spooled(clip)
    assert [number_in(rgb) for rgb in kept] == list(range(70))
    for name, rgb in corners_of(kept[33]).items():
        assert np.abs(np.subtract(rgb, corners_of(measured[33])[name])).max() < 12


def test_images_and_turned_clips_are_kept_upright(tmp_path: Path) -> None:
    folder = tmp_path / "images"
    write_images(folder, count=7, size=(120, 90))
    assert [number_in(rgb) for rgb in spooled(folder)[1]] == list(range(7))
    turned = write_clip(tmp_path / "t.mp4", frames=5, size=(192, 128), clockwise_deg=90)
    measured, kept = spooled(turned)
    assert kept[0].shape == measured[0].shape == (192, 128, 3)
    assert np.abs(kept[0].astype(int) - measured[0]).mean() < 6


def test_only_the_chosen_part_is_kept(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "c.mp4", frames=60)
    assert [number_in(rgb) for rgb in spooled(clip, start_s=0.5, end_s=1.0)[1]] == list(range(15, 30))


def test_large_pictures_are_made_smaller(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "c.mp4", frames=3, size=(1920, 1080))
    measured, kept = spooled(clip)
    assert (measured[0].shape, kept[0].shape) == ((1080, 1920, 3), (720, 1280, 3))
    assert [number_in(rgb) for rgb in kept] == [0, 1, 2]


@many
@given(st.integers(1, 4000), st.integers(1, 4000))
def test_the_kept_size(width: int, height: int) -> None:
    small = kept_size(width, height)
    assert all(side % 2 == 0 and side >= 2 for side in small)
    assert min(small) <= BOX[0]
    assert max(small) <= BOX[1]
    scale = min(1.0, BOX[0] / min(width, height), BOX[1] / max(width, height))
    for kept, side in zip(small, (width, height), strict=True):
        assert kept <= max(side, 2)
        assert abs(kept - side * scale) <= 2


def test_the_file_has_no_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.name == "nt":
        pytest.skip("Windows gives every file a name, and removes this one when it is closed")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "t"))
    (tmp_path / "t").mkdir()
    clip = write_clip(tmp_path / "c.mp4", frames=20)
    with FrameStore() as spool, open_video(clip, tee=spool) as video:
        for _frame in video.frames():
            assert list((tmp_path / "t").iterdir()) == []
        assert sum(1 for _ in spool.images()) == 20


def test_no_room_is_told_when_the_pictures_are_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    clip = write_clip(tmp_path / "c.mp4", frames=40)
    with FrameStore() as spool, open_video(clip, tee=spool) as video:
        assert [number_in(frame.rgb) for frame in video.frames()] == list(range(40))
        with pytest.raises(OutputError) as caught:
            next(spool.images())
    line = str(caught.value)
    assert line.startswith("annotated.mp4: ")
    assert "TMPDIR" in line


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is always full")
def test_a_full_disk_is_told_when_the_pictures_are_wanted_and_not_once_more_at_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: Path("/dev/full").open("w+b"))  # noqa: SIM115
    clip = write_clip(tmp_path / "c.mp4", frames=40)

    def look() -> None:
        with FrameStore() as spool, open_video(clip, tee=spool) as video:
            assert [number_in(frame.rgb) for frame in video.frames()] == list(range(40))
            next(spool.images())

    with pytest.raises(OutputError, match=r"annotated\.mp4: .*No space left.*TMPDIR"):
        look()


def test_an_encoder_that_gives_up_is_told_when_the_pictures_are_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # x264 refuses to open, with the error that it has for want of memory too.
    monkeypatch.setitem(spool_module._OPTIONS, "x264-params", "level=99")
    clip = write_clip(tmp_path / "c.mp4", frames=40)
    with FrameStore() as spool, open_video(clip, tee=spool) as video:
        assert [number_in(frame.rgb) for frame in video.frames()] == list(range(40))
        with pytest.raises(OutputError, match=r"annotated\.mp4: .*could not be compressed"):
            next(spool.images())


def test_a_reader_that_stops_early_leaves_no_thread(tmp_path: Path) -> None:
    before = threading.active_count()
    clip = write_clip(tmp_path / "c.mp4", frames=200)
    with FrameStore() as spool, open_video(clip, tee=spool) as video:
        next(iter(video.frames()))
    assert threading.active_count() == before


def test_an_empty_spool_has_no_size_and_no_pictures() -> None:
    with FrameStore() as spool:
        spool.end()
        assert spool.size is None
        assert list(spool.images()) == []
