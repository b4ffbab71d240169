"""Camera pitch from the heights of a runner's two sides."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import synthetic_runner
from helpers.synthetic_runner import Array, Figure, few
from hypothesis import given
from hypothesis import strategies as st

from posture.gait.camera_pitch import camera_pitch_deg
from posture.gait.runner_choice import TrackedPerson, describe
from posture.pose.landmarks import ANKLES, HIPS, KNEES, SHOULDERS
from posture.pose.tracking import link_detections
from posture.types import Facing

TIMES = synthetic_runner.frame_times(4.2, 30)
TRUNK_PX = 100.0


def mover(marks: Array) -> TrackedPerson:
    frames = [[m] for m in marks]
    return describe(link_detections(frames, TIMES)[0], frames, TIMES)


def from_above(marks: Array, facing: Facing, degrees: float) -> Array:
    """Return the landmarks as seen by a camera that looks down: the far side stands higher in the picture."""
    marks = marks.copy()
    far = 0 if facing == "right" else 1
    for pair, width in ((SHOULDERS, 0.7), (HIPS, 0.4), (KNEES, 0.4), (ANKLES, 0.4)):
        marks[:, pair[far], 1] -= width * TRUNK_PX * np.sin(np.radians(degrees))
    return marks


def pitch(degrees: float, facing: Facing = "right") -> float:
    marks = Figure(facing=facing, trunk_px=TRUNK_PX).landmarks(TIMES)
    found = camera_pitch_deg(mover(from_above(marks, facing, degrees)))
    assert found is not None
    return found


@few
@given(st.floats(8, 15), st.sampled_from(["left", "right"]))
def test_camera_that_looks_down_reads_more_and_one_that_looks_up_less(degrees: float, facing: Facing) -> None:
    level = pitch(0.0, facing)
    assert pitch(degrees, facing) > level + 0.5 * degrees
    assert pitch(-degrees, facing) < level - 0.5 * degrees


@few
@given(st.floats(-12, 12), st.floats(0.3, 4))
def test_mirrored_or_larger_clip_has_the_same_pitch(degrees: float, scale: float) -> None:
    marks = from_above(Figure(trunk_px=TRUNK_PX).landmarks(TIMES), "right", degrees)
    here = camera_pitch_deg(mover(marks))
    there = camera_pitch_deg(mover(synthetic_runner.mirrored(marks, 900.0) * scale))
    assert here is not None
    assert there == pytest.approx(here, abs=1e-6)


@pytest.mark.parametrize(
    "figure", [Figure(gait="standing", stride_s=9.0), Figure(yaw_deg=40.0)], ids=["no strides", "oblique"]
)
def test_pitch_is_none_where_no_strides_are_seen_from_the_side(figure: Figure) -> None:
    assert camera_pitch_deg(mover(figure.landmarks(TIMES))) is None
