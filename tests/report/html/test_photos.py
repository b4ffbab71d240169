"""The page's photographs: the right frames, each with its own line, heads blurred on request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from helpers import synthetic_runner, video_factory
from helpers.html_page import Data, with_course, with_standing

from posture.analysis.examination import Examination
from posture.back.measure import BackResult, measure_back_of
from posture.back.models import Models
from posture.gait.runner_choice import TrackedPerson, describe
from posture.pose.tracking import link_detections
from posture.records.analysis import Analysis
from posture.report.html import Photo, Photos, standing_photo, take_photos
from posture.report.html.photos import extreme_strides, representative_frame
from posture.types import Image

Make = Callable[..., Analysis]
SIZE = (320, 240)
FPS, SECONDS = 15.0, 5.0
FIGURE = synthetic_runner.Figure(trunk_px=50.0, hips_px=(160.0, 130.0))


@dataclass(frozen=True)
class Run:
    """A clip that grows brighter with every frame, and its measurement."""

    analysis: Analysis
    runner: TrackedPerson
    back: BackResult


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, make_analysis: Make) -> Run:
    clip = video_factory.write_clip(
        tmp_path_factory.mktemp("clip") / "jog.mp4",
        size=SIZE,
        frames=round(FPS * SECONDS),
        fps=FPS,
        draw=lambda number, width, height: np.full((height, width, 3), 40 + 2 * number, dtype=np.uint8),
    )
    times = synthetic_runner.frame_times(SECONDS, FPS)
    frames = [[m] for m in FIGURE.landmarks(times)]
    runner = describe(link_detections(frames, times)[0], frames, times)
    # The back grows hollower from stride to stride.
    depths = np.linspace(0.03, 0.07, len(times))
    edges = np.array([synthetic_runner.plain_outline(depth) for depth in depths])
    back = measure_back_of(runner, edges, Models(synthetic_runner.shape_model()))
    assert back is not None

    def named(data: Data) -> None:
        data["source"]["path"] = str(clip)
        with_course(data)
        change = {"first": 30.0, "last": 36.0, "change": 6.0, "ci90": [3.0, 9.0], "p_value": 0.01, "real": True}
        data["course"]["drift"]["measures"] = {"pelvic_tilt_deg": change}

    return Run(make_analysis(change=named), runner, back)


def brightness(shot: Photo) -> float:
    picture = cv2.imdecode(np.frombuffer(shot.jpeg, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    assert picture.shape[:2] == (shot.height, shot.width)
    return float(np.median(picture))


def frame_of(shot: Photo) -> int:
    return round(shot.clip_s * FPS)


def test_main_photo_fits_the_mean_line_and_leans_like_it(run: Run) -> None:
    tilt = run.analysis.measures["pelvic_tilt_deg"]
    assert tilt is not None
    frame = representative_frame(run.back, "right", tilt.value, 0.0)
    residual = run.back.residual_by_frame.copy()
    assert np.isfinite(residual[frame])
    # A frame that fits better but leans differently is not taken; one that leans alike is.
    hips = run.back.hips.copy()
    residual[33] = 0.0
    hips[33, 0] += 8.0
    leaning = replace(run.back, residual_by_frame=residual, hips=hips)
    assert representative_frame(leaning, "right", tilt.value, 0.0) == frame
    alike = replace(run.back, residual_by_frame=residual)
    assert representative_frame(alike, "right", tilt.value, 0.0) == 33


def test_frame_of_a_tilted_camera_leans_in_the_picture(run: Run) -> None:
    plain = representative_frame(run.back, "right", 20.0, 0.0)
    c, s = np.cos(np.radians(5.0)), np.sin(np.radians(5.0))
    turn = np.array([[c, s], [-s, c]])
    rolled = replace(run.back, hips=run.back.hips @ turn, shoulders=run.back.shoulders @ turn)
    assert representative_frame(rolled, "right", 20.0, 5.0) == plain


def test_main_photo_is_taken_of_the_only_frame_that_fits(run: Run) -> None:
    residual = np.full(len(run.back.residual_by_frame), np.inf)
    residual[33] = 0.01
    shot = take_photos(run.analysis, run.runner, replace(run.back, residual_by_frame=residual)).back
    assert shot is not None
    assert frame_of(shot) == 33
    assert shot.stride is None
    assert brightness(shot) == pytest.approx(40 + 2 * 33, abs=4)


def test_extreme_strides_have_the_extreme_sums_of_tilt_and_arch(run: Run) -> None:
    shots = take_photos(run.analysis, run.runner, run.back)
    assert shots.least is not None
    assert shots.most is not None
    total = run.back.measured.by_stride["pelvic_tilt_deg"] + run.back.measured.by_stride["lumbar_arch_deg"]
    for shot, place in ((shots.least, np.argmin(total)), (shots.most, np.argmax(total))):
        assert shot.stride == run.back.measured_strides[place]
        number, phase = run.runner.strides.frame_stride, run.runner.strides.frame_phase
        frame = int(np.flatnonzero(np.isclose(run.runner.time_s, shot.clip_s))[0])
        assert number[frame] == shot.stride
        assert phase[frame] == pytest.approx(0.15, abs=0.06)
        assert brightness(shot) == pytest.approx(40 + 2 * frame_of(shot), abs=4)
    assert shots.least.stride < shots.most.stride


def test_strides_that_differ_by_chance_have_no_photos(run: Run) -> None:
    course = run.analysis.course
    assert course is not None
    steady = course.model_copy(update={"drift": course.drift.model_copy(update={"measures": {}})})
    analysis = run.analysis.model_copy(update={"course": steady})
    shots = take_photos(analysis, run.runner, run.back)
    assert shots.back is not None
    assert shots.least is shots.most is None
    assert extreme_strides(run.analysis, run.back) is not None


def test_standing_photo_is_taken_from_the_clip_or_found_beside_its_analysis(
    run: Run, make_analysis: Make, tmp_path: Path
) -> None:
    def compared(data: Data) -> None:
        with_standing(data)
        data["baseline"]["path"] = str(tmp_path)

    analysis = make_analysis("hollow_back", compared)
    assert standing_photo(analysis, None) is None
    taken = standing_photo(analysis, Examination(run.analysis, run.runner, run.back))
    assert taken is not None
    (tmp_path / "analysis.json").write_text("{}")
    (tmp_path / "back.jpg").write_bytes(taken.jpeg)
    found = standing_photo(analysis, None)
    assert found is not None
    assert (found.jpeg, found.width, found.height) == (taken.jpeg, taken.width, taken.height)
    # Without a standing posture that decides there is nothing to compare.
    assert standing_photo(make_analysis("hollow_back"), Examination(run.analysis, run.runner, run.back)) is None


def test_each_stride_has_its_own_line(run: Run) -> None:
    outlines = run.back.measured.stride_outlines
    assert len(outlines) == len(run.back.measured_strides)
    angles = run.back.measured.stride_angles
    # By how much the bias is taken off does not depend on the stride.
    off = angles.lumbar_arch_deg - run.back.measured.by_stride["lumbar_arch_deg"]
    assert np.ptp(off) < 1e-9
    assert angles.lumbar_arch_deg[-1] > angles.lumbar_arch_deg[0]


def test_heads_are_blurred_in_every_photo(run: Run) -> None:
    blurred: list[int] = []

    def blur(picture: Image, frame: int) -> Image:
        blurred.append(frame)
        return np.zeros_like(picture)

    shots = take_photos(run.analysis, run.runner, run.back, blur=blur)
    assert [brightness(shot) for shot in (shots.back, shots.least, shots.most) if shot] == [0, 0, 0]
    times = [shot.clip_s for shot in (shots.back, shots.least, shots.most) if shot]
    assert [run.runner.time_s[np.searchsorted(run.runner.frames, frame)] for frame in blurred] == times


def test_unmeasured_back_has_no_photos(run: Run, make_analysis: Make) -> None:
    assert take_photos(run.analysis, None, None) == Photos()
    assert take_photos(make_analysis("not_measurable"), run.runner, run.back) == Photos()


def test_few_strides_have_no_extremes(run: Run) -> None:
    few = replace(run.back, measured_strides=run.back.measured_strides[:2])
    assert extreme_strides(run.analysis, few) is None
    still = run.analysis.model_copy(
        update={"subject": run.analysis.subject.model_copy(update={"activity": "standing"})}
    )
    assert extreme_strides(still, run.back) is None
