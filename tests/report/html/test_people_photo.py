"""Still with numbered boxes: which frame, who, and what is written below it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from helpers import synthetic_runner, video_factory
from helpers.html_page import Data
from helpers.synthetic_runner import Figure

from posture.analysis.examination import Examination
from posture.gait.runner_choice import TrackedPerson, describe, rank
from posture.pose.tracking import link_detections
from posture.records.analysis import Analysis
from posture.report.html.people_photo import choose_frame, take_people_photo
from posture.types import Array, Image

Make = Callable[..., Analysis]
SIZE = (640, 360)
FPS, FRAMES = 15.0, 60
TIMES = synthetic_runner.frame_times(FRAMES / FPS, FPS)
STILL = Figure(trunk_px=70.0, hips_px=(320.0, 170.0))
# Comes from the right, and is level with the other one in the middle of the clip.
PASSING = Figure(trunk_px=60.0, hips_px=(600.0, 170.0), speed_px_s=140.0, facing="left")


def people(*figures: Figure) -> list[TrackedPerson]:
    """Return the people of a clip with these figures in every frame, number 1 first."""
    frames: list[list[Array]] = [list(marks) for marks in zip(*(f.landmarks(TIMES) for f in figures), strict=True)]
    return rank([describe(track, frames, TIMES) for track in link_detections(frames, TIMES)])


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return video_factory.write_clip(
        tmp_path_factory.mktemp("clip") / "jog.mp4",
        size=SIZE,
        frames=FRAMES,
        fps=FPS,
        draw=lambda number, width, height: np.full((height, width, 3), 40 + 2 * number, dtype=np.uint8),
    )


def examination(analysis: Analysis, candidates: list[TrackedPerson]) -> Examination:
    runner = candidates[0] if candidates else None
    return Examination(analysis, runner, None, TIMES, candidates=candidates)


def refused(make_analysis: Make, clip: Path, kind: str = "not_measurable") -> Analysis:
    def named(data: Data) -> None:
        data["source"] |= {"path": str(clip), "width": SIZE[0], "height": SIZE[1]}

    return make_analysis(kind, change=named)


def brightness(jpeg: bytes) -> float:
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return float(np.median(picture))


def test_one_person_is_shown_in_the_middle_of_the_clip(make_analysis: Make, clip: Path) -> None:
    photo = take_people_photo(examination(refused(make_analysis, clip), people(STILL)))
    assert photo is not None
    assert photo.clip_s == pytest.approx(TIMES[FRAMES // 2], abs=0.1)
    assert brightness(photo.jpeg) == pytest.approx(40 + 2 * photo.clip_s * FPS, abs=4)
    assert (photo.width, photo.height) == SIZE
    assert photo.caption == "The box shows the person who was analysed."


def test_caption_says_how_to_choose_another_person(make_analysis: Make, clip: Path) -> None:
    both = people(STILL, replace(PASSING, speed_px_s=0.0))
    photo = take_people_photo(examination(refused(make_analysis, clip), both))
    assert photo is not None
    assert photo.caption == "The person in box 1 was looked at. Another one? Choose person 2."
    other = replace(examination(refused(make_analysis, clip), both), runner=both[1])
    photo = take_people_photo(other)
    assert photo is not None
    assert photo.caption == "The person in box 2 was looked at. Another one? Choose person 1."


def test_clip_without_anybody_shows_its_middle_frame_and_says_so(make_analysis: Make, clip: Path) -> None:
    photo = take_people_photo(examination(refused(make_analysis, clip), []))
    assert photo is not None
    assert photo.clip_s == pytest.approx(TIMES[FRAMES // 2])
    assert photo.caption == "Nobody was found. This is the middle of the clip."


def test_clip_with_a_verdict_has_a_still_only_where_others_were_seen(make_analysis: Make, clip: Path) -> None:
    analysis = refused(make_analysis, clip, "hollow_back")
    assert take_people_photo(examination(analysis, people(STILL))) is None
    assert take_people_photo(examination(analysis, people(STILL, replace(PASSING, speed_px_s=0.0)))) is not None


def test_live_measurement_without_frames_has_no_still(make_analysis: Make) -> None:
    assert take_people_photo(Examination(make_analysis("not_measurable"), None, None)) is None


def test_heads_are_blurred_in_the_frame_that_is_shown(make_analysis: Make, clip: Path) -> None:
    blurred: list[int] = []

    def blur(picture: Image, frame: int) -> Image:
        blurred.append(frame)
        return np.zeros_like(picture)

    photo = take_people_photo(examination(refused(make_analysis, clip), people(STILL)), blur=blur)
    assert photo is not None
    assert brightness(photo.jpeg) == 0
    assert [TIMES[frame] for frame in blurred] == [photo.clip_s]


def test_frame_shows_people_side_by_side_and_whole() -> None:
    both = people(STILL, PASSING)
    runner = next(person for person in both if person.view.facing == "right")
    frame = choose_frame(both, runner, FRAMES, SIZE)
    hips = [person.landmarks[np.searchsorted(person.frames, frame), 23:25, 0].mean() for person in both]
    assert abs(hips[0] - hips[1]) > 100
    for person in both:
        marks = person.landmarks[np.searchsorted(person.frames, frame)]
        assert ((marks >= 0) & (marks < SIZE)).all()
