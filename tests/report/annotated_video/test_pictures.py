"""Each frame that was analysed gets its own picture, read from the clip again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.video_factory import damage, truncate, write_clip, write_images

from posture.records.analysis import Analysis, Source
from posture.report.annotated_video.pictures import ClipPictures, sections_of
from posture.types import Image
from posture.video import open_video

Make = Callable[..., Analysis]
FRAMES = 200


def shade(number: int, width: int, height: int) -> Image:
    return np.full((height, width, 3), 20 + number, dtype=np.uint8)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a clip in which the brightness is the number of the frame, plus 20."""
    return write_clip(tmp_path_factory.mktemp("clip") / "a.mp4", frames=FRAMES, draw=shade, options={"crf": "1"})


@pytest.fixture
def source_of(make_analysis: Make) -> Callable[..., Source]:
    def source(path: Path, **change: Any) -> Source:
        named = make_analysis("not_measurable").source
        return named.model_copy(update={"path": str(path), "fps": 30.0, "read_every": 1, **change})

    return source


def numbers_in(pictures: ClipPictures, scale: float = 1.0) -> list[int]:
    return [round(float(image.mean())) - 20 for image in pictures.read(scale)]


@pytest.mark.parametrize(
    "chosen",
    [
        range(FRAMES),
        range(40, 90),
        [*range(30), *range(100, 130), *range(170, FRAMES)],
        [*range(3), *range(5, 60), 61],
    ],
    ids=["all", "part", "sections", "gaps"],
)
def test_pictures_are_those_of_the_times(clip: Path, source_of: Callable[..., Source], chosen: list[int]) -> None:
    times_s = np.array(chosen) / 30
    assert numbers_in(ClipPictures(source_of(clip), times_s)) == pytest.approx(list(chosen), abs=1)


def test_every_fourth_picture_of_a_fast_clip(tmp_path: Path, source_of: Callable[..., Source]) -> None:
    path = write_clip(tmp_path / "a.mp4", frames=FRAMES, fps=120.0, draw=shade, options={"crf": "1"})
    with open_video(path, keep_every=4) as video:
        times_s = np.array([frame.time_s for frame in video.frames()])
    pictures = ClipPictures(source_of(path, read_every=4), times_s)
    assert numbers_in(pictures) == pytest.approx(np.round(120 * times_s), abs=1)


def test_pictures_are_reduced(clip: Path, source_of: Callable[..., Source]) -> None:
    pictures = ClipPictures(source_of(clip), np.arange(4) / 30)
    width, height = pictures.size
    assert [image.shape for image in pictures.read(0.5)] == 4 * [(height // 2, width // 2, 3)]


@pytest.mark.parametrize("harm", ["truncated", "damaged", "joined"])
def test_harmed_clip_has_a_picture_for_each_time(tmp_path: Path, harm: str, source_of: Callable[..., Source]) -> None:
    if harm == "joined":
        # The times begin again in the middle.
        path = tmp_path / "a.ts"
        first, second = (write_clip(tmp_path / f"{n}.ts", frames=120) for n in range(2))
        path.write_bytes(first.read_bytes() + second.read_bytes())
    else:
        path = write_clip(tmp_path / "a.mp4", frames=240, container_options={"movflags": "faststart"})
        _ = truncate(path, 0.4) if harm == "truncated" else damage(path, 0.6, 0.62)
    with open_video(path) as video:
        times_s = np.array([frame.time_s for frame in video.frames()])
    assert len(numbers_in(ClipPictures(source_of(path), times_s))) == len(times_s)


def test_folder_of_images_is_read_at_its_rate(tmp_path: Path, source_of: Callable[..., Source]) -> None:
    folder = write_images(tmp_path / "images", count=12)
    pictures = ClipPictures(source_of(folder, fps=None), np.arange(12) / 10)
    assert len(numbers_in(pictures)) == 12


def test_sections_end_where_frames_were_left_out_however_slow_the_rate() -> None:
    steady = np.arange(0.0, 6.0, 1 / 30)
    assert [len(part) for part in sections_of(np.concatenate([steady, 20 + steady]))] == [len(steady)] * 2
    for times in (steady, 2.5 * np.arange(30), np.zeros(1)):
        assert [len(part) for part in sections_of(times)] == [len(times)]
