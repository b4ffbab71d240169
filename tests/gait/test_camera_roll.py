"""Camera roll from the path of a passing runner."""

from __future__ import annotations

import pytest
from helpers import synthetic_runner
from helpers.synthetic_runner import Array, Figure, few
from hypothesis import given
from hypothesis import strategies as st

from posture.gait.camera_roll import camera_roll_deg
from posture.gait.runner_choice import TrackedPerson, describe
from posture.pose.tracking import link_detections
from posture.types import Facing

TIMES = synthetic_runner.frame_times(4.2, 30)
PASSING = {"trunk_px": 80.0, "speed_px_s": 150.0}


def mover(marks: Array, times: Array = TIMES) -> TrackedPerson:
    frames = [[m] for m in marks]
    return describe(link_detections(frames, times)[0], frames, times)


@few
@given(st.floats(-8, 8), st.sampled_from(["left", "right"]), st.floats(0, 1))
def test_passing_runner_shows_the_roll(roll: float, facing: Facing, phase: float) -> None:
    figure = Figure(facing=facing, roll_deg=roll, phase=phase, **PASSING)  # type: ignore[arg-type]
    assert camera_roll_deg(mover(figure.landmarks(TIMES))) == pytest.approx(roll, abs=0.3)


@few
@given(st.floats(-8, 8), st.floats(0.3, 4))
def test_mirrored_clip_has_the_opposite_roll(roll: float, scale: float) -> None:
    marks = Figure(roll_deg=roll, **PASSING).landmarks(TIMES)  # type: ignore[arg-type]
    here = camera_roll_deg(mover(marks))
    there = camera_roll_deg(mover(synthetic_runner.mirrored(marks, 900.0) * scale))
    assert here is not None
    assert there == pytest.approx(-here, abs=1e-6)


@pytest.mark.parametrize(
    "figure",
    [
        Figure(roll_deg=3.0),
        Figure(roll_deg=3.0, speed_px_s=20.0),
        Figure(growth=0.1, **PASSING),  # type: ignore[arg-type]
        Figure(yaw_deg=25.0, **PASSING),  # type: ignore[arg-type]
        Figure(gait="standing", stride_s=9.0, **PASSING),  # type: ignore[arg-type]
    ],
    ids=["treadmill", "hardly moves", "comes nearer", "oblique", "no strides"],
)
def test_roll_is_none_in_scenes_that_do_not_show_it(figure: Figure) -> None:
    assert camera_roll_deg(mover(figure.landmarks(TIMES))) is None


def test_roll_is_none_for_a_crooked_path() -> None:
    marks = Figure(**PASSING).landmarks(TIMES)  # type: ignore[arg-type]
    marks[..., 1] += 40.0 * (((TIMES / 0.7).astype(int) % 2) - 0.5)[:, None]
    assert camera_roll_deg(mover(marks)) is None


@pytest.mark.parametrize("frames", [1, 2, 10, 40])
def test_roll_is_none_for_short_clips(frames: int) -> None:
    figure = Figure(roll_deg=3.0, **PASSING)  # type: ignore[arg-type]
    assert camera_roll_deg(mover(figure.landmarks(TIMES[:frames]), TIMES[:frames])) is None
