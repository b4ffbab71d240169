"""Course of the posture through whole clips."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.cli_runner import AnalysisOf, Json, invoke, value
from helpers.derived_clips import FPS, frames_of, without_runner
from helpers.video_factory import write_clip

from posture.types import PRIMARY_MEASURES


def at_half_its_rate(path: Path, pictures: list[Any]) -> Path:
    """Write every other picture of a sample, or of several."""
    height, width = pictures[0].shape[:2]
    return write_clip(
        path,
        frames=len(pictures),
        fps=FPS / 2,
        size=(width, height),
        draw=lambda number, _width, _height: pictures[number],
    )


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Json:
    """The hollow-back run twice over at half its rate, the runner gone for half a second near the start."""
    pictures = list(frames_of("run_hollow"))[::2] * 2
    fps = FPS / 2
    for gone in range(round(2.0 * fps), round(2.6 * fps)):
        pictures[gone] = without_runner(pictures[gone])
    path = at_half_its_rate(tmp_path_factory.mktemp("clips") / "twice.mp4", pictures)
    return invoke("analyze", path, "--json", "-").json


def test_two_runners_in_one_film_are_measured_apart(tmp_path: Path, analysis_of: AnalysisOf) -> None:
    """Read as one back, the hollow one's neighbours were taken for arms: +10 and +3 degrees instead of +24 and +27."""
    pictures = [rgb for name in ("run_neutral", "run_hollow") for rgb in list(frames_of(name))[::2]]
    path = at_half_its_rate(tmp_path / "changed.mp4", pictures)
    for person, clip in (("1", "run_neutral"), ("2", "run_hollow")):
        found = invoke("analyze", path, "--person", person, "--json", "-").json
        assert found["quality"]["measurable"]
        assert found["quality"]["cuts_s"] == pytest.approx([8.0], abs=0.1)
        for name in PRIMARY_MEASURES:
            assert value(found, name) == pytest.approx(value(analysis_of(clip), name), abs=3.0)


def test_hollow_run_has_a_course_over_the_stride(analysis_of: AnalysisOf) -> None:
    analysis = analysis_of("run_hollow")
    course: Any = analysis["course"]
    assert course["side"] == "right"
    for name in PRIMARY_MEASURES:
        curve = course["curves"][name]
        assert len(curve["value"]) == len(curve["low"]) == len(curve["high"]) == len(course["phases"])
        assert np.mean(curve["value"]) == pytest.approx(value(analysis, name), abs=0.01)
        assert all(low < v < high for low, v, high in zip(*(curve[k] for k in ("low", "value", "high")), strict=True))
    near, far = course["events"][:3], course["events"][3:]
    assert [event["name"] for event in near] == ["foot_strike", "mid_stance", "toe_off"]
    assert near[0]["phase"] == 0.0
    assert 0.1 < near[1]["phase"] < near[2]["phase"] < 0.6
    # The other foot half a stride later.
    assert far[0]["side"] == "left"
    assert far[0]["phase"] == pytest.approx(0.5, abs=0.05)


def test_rendered_runner_is_symmetric(analysis_of: AnalysisOf) -> None:
    for name in PRIMARY_MEASURES:
        side = analysis_of("run_hollow")["course"]["sides"][name]
        assert side["left"] - side["right"] == pytest.approx(side["difference"], abs=0.002)
        assert not side["real"]


def test_too_few_strides_give_no_drift(analysis_of: AnalysisOf) -> None:
    drift = analysis_of("run_hollow")["course"]["drift"]
    assert drift["reason"].startswith("10 strides were measured")
    assert drift["measures"] == {"pelvic_tilt_deg": None, "lumbar_arch_deg": None}


def test_values_of_strides_scatter_around_that_of_the_clip(analysis_of: AnalysisOf) -> None:
    analysis = analysis_of("run_hollow")
    strides = analysis["gait"]["strides"]
    for name in (*PRIMARY_MEASURES, "lumbar_arch_index", "trunk_lean_deg"):
        own = [stride["measures"][name] for stride in strides]
        assert np.mean(own) == pytest.approx(value(analysis, name), abs=0.5)
        assert 0.0 < np.std(own) < 3.0
    assert analysis["gait"]["left_out"] == []


@pytest.mark.slow
def test_standing_or_frontal_view_has_no_course(analysis_of: AnalysisOf) -> None:
    assert analysis_of("stand_neutral", "--end", "2")["course"] is None
    assert analysis_of("run_front", "--end", "3")["course"] is None


@pytest.mark.slow
def test_long_run_of_uniform_strides_has_no_drift(twice: Json) -> None:
    drift = twice["course"]["drift"]
    assert drift["reason"] is None
    assert 3 * drift["strides"] <= len(twice["gait"]["strides"])
    assert drift["strides"] >= 5
    assert abs(drift["turn_deg"]) < 5.0
    for name in PRIMARY_MEASURES:
        change = drift["measures"][name]
        assert change["ci90"][0] <= change["change"] <= change["ci90"][1]
        assert not change["real"], change


@pytest.mark.slow
def test_no_stride_reaches_over_the_time_without_the_runner(twice: Json) -> None:
    strides = twice["gait"]["strides"]
    assert len(strides) > 10
    # The empty picture is another shot of the film, so no stride is left out because of it.
    assert twice["quality"]["cuts_s"] == pytest.approx([2.0, 2.6], abs=0.1)
    for stride in strides:
        assert stride["end_s"] <= 2.1 or stride["start_s"] >= 2.5
    for odd in twice["gait"]["left_out"]:
        assert all(
            stride["end_s"] <= odd["start_s"] + 1e-3 or stride["start_s"] >= odd["end_s"] - 1e-3 for stride in strides
        )
