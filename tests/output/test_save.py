"""The folder of results of a clip."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from helpers import synthetic_runner, video_factory

from posture.analysis.examination import EXAMINATION, Examination
from posture.back.measure import measure_back_of
from posture.back.models import Models
from posture.errors import OutputError
from posture.gait.runner_choice import describe
from posture.output.save import save
from posture.pose.tracking import link_detections
from posture.records.analysis import Analysis
from posture.types import Image
from posture.video import open_video

Make = Callable[..., Analysis]
SIZE = (320, 240)
TABLES = ("frames.csv", "strides.csv", "tables.json")
FIGURE = synthetic_runner.Figure(trunk_px=50.0, hips_px=(160.0, 130.0))


def grey(number: int, width: int, height: int) -> Image:
    return np.full((height, width, 3), 40 + 5 * number, dtype=np.uint8)


@pytest.fixture
def examination(tmp_path: Path, make_analysis: Make) -> Examination:
    """Return the examination of a synthetic runner on a short grey clip."""
    clip = video_factory.write_clip(tmp_path / "jog.mp4", size=SIZE, frames=30, fps=15.0, draw=grey)
    times = synthetic_runner.frame_times(2.0, 15)
    frames = [[m] for m in FIGURE.landmarks(times)]
    runner = describe(link_detections(frames, times)[0], frames, times)
    back = measure_back_of(
        runner,
        np.tile(synthetic_runner.plain_outline(), (30, 1)),
        Models(synthetic_runner.shape_model()),
    )
    assert back is not None
    residual = np.full(30, np.inf)
    residual[20] = 0.01

    def named(data: dict[str, Any]) -> None:
        data["source"]["path"] = str(clip)

    measured = replace(back, residual_by_frame=residual)
    return Examination(make_analysis(change=named), runner, measured, times, candidates=[runner])


def test_folder_holds_analysis_page_tables_and_photo(examination: Examination, tmp_path: Path) -> None:
    folder = tmp_path / "out" / "deep"
    save(examination, folder)
    assert {p.name for p in folder.iterdir()} == {"analysis.json", "back.jpg", "report.html", *TABLES}
    assert Analysis.from_json(folder / "analysis.json") == examination.analysis
    picture = cv2.imread(str(folder / "back.jpg"))
    assert picture is not None
    # The clip grows brighter: the frame shown is the one that fits best.
    assert np.median(picture) == pytest.approx(40 + 5 * 20, abs=4)


def test_temporary_files_of_a_killed_run_are_removed(make_analysis: Make, tmp_path: Path) -> None:
    left = tmp_path / ".posture-0123456789ab.mp4"
    left.touch()
    os.utime(left, (0.0, 0.0))
    save(Examination(make_analysis("not_measurable"), None, None), tmp_path)
    assert {p.name for p in tmp_path.iterdir()} == {"analysis.json", "report.html", *TABLES}


def test_unmeasured_back_has_no_photo(examination: Examination, make_analysis: Make, tmp_path: Path) -> None:
    nothing = Examination(make_analysis("not_measurable"), None, None)
    save(nothing, tmp_path / "out")
    assert {p.name for p in (tmp_path / "out").iterdir()} == {"analysis.json", "report.html", *TABLES}
    save(examination, tmp_path / "out")
    unmeasured = make_analysis("not_measurable").model_copy(update={"source": examination.analysis.source})
    save(replace(examination, analysis=unmeasured), tmp_path / "out")
    assert not (tmp_path / "out" / "back.jpg").exists()
    assert (tmp_path / "out" / "people.jpg").exists()
    save(examination, tmp_path / "out")
    assert not (tmp_path / "out" / "people.jpg").exists()


def test_unknown_arch_keeps_the_photo(examination: Examination, tmp_path: Path) -> None:
    measures = {**examination.analysis.measures, "lumbar_arch_deg": None}
    save(
        replace(examination, analysis=examination.analysis.model_copy(update={"measures": measures})),
        tmp_path,
    )
    assert (tmp_path / "back.jpg").read_bytes()[:2] == b"\xff\xd8"


def test_file_in_place_of_the_folder_is_one_line(examination: Examination, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("in the way", "utf-8")
    with pytest.raises(OutputError) as caught:
        save(examination, tmp_path / "out")
    assert len(str(caught.value).splitlines()) == 1


def of_images(examination: Examination, folder: Path) -> Examination:
    """Return the examination as of a folder of images, of 15 a second too."""
    source = examination.analysis.source.model_copy(
        update={"path": str(video_factory.write_images(folder, count=30, size=SIZE, draw=grey))}
    )
    return replace(examination, analysis=examination.analysis.model_copy(update={"source": source}))


def test_photos_of_a_folder_of_images_are_taken_at_its_own_rate(
    examination: Examination, make_analysis: Make, tmp_path: Path
) -> None:
    images = of_images(examination, tmp_path / "images")
    save(images, tmp_path / "out")
    assert np.median(cv2.imread(str(tmp_path / "out" / "back.jpg"))) == pytest.approx(40 + 5 * 20, abs=4)
    unmeasured = make_analysis("not_measurable").model_copy(update={"source": images.analysis.source})
    save(replace(images, analysis=unmeasured), tmp_path / "none")
    people = np.median(cv2.imread(str(tmp_path / "none" / "people.jpg")))
    clip = replace(examination, analysis=unmeasured.model_copy(update={"source": examination.analysis.source}))
    save(clip, tmp_path / "clip")
    assert people == pytest.approx(np.median(cv2.imread(str(tmp_path / "clip" / "people.jpg"))), abs=4)


@pytest.mark.parametrize("kind", ["file", "images"])
def test_film_of_an_analysis_leaves_out_what_was_not_read(examination: Examination, tmp_path: Path, kind: str) -> None:
    whole = examination if kind == "file" else of_images(examination, tmp_path / "images")
    # As of a long clip, of which only sections are read.
    numbers = [*range(6), *range(24, 30)]
    analysis = whole.analysis.model_copy()
    vars(analysis)[EXAMINATION] = Examination(analysis, None, None, times_s=examination.times_s[numbers])
    analysis.save(tmp_path / "out")
    with open_video(tmp_path / "out" / "annotated.mp4") as video:
        levels = [float(np.median(frame.rgb[-20:])) for frame in video.frames()]
    assert levels == pytest.approx([40 + 5 * number for number in numbers], abs=6)
