"""Trunk axis, lean, and trunk coordinates."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import synthetic_runner
from helpers.synthetic_runner import Array, Figure, few, many
from hypothesis import given
from hypothesis import strategies as st

from posture.pose.landmarks import HIPS, midpoint
from posture.pose.trunk_frame import (
    HIPS_FORWARD_L,
    SHOULDERS_UP_L,
    body_height_px,
    inside_picture,
    lean_deg,
    to_trunk_frame,
    trunk_axis,
)
from posture.types import Facing

facings = st.sampled_from(["left", "right"])
angles = st.floats(-60, 60)


def upright(facing: Facing = "right", lean: float = 0.0, length: float = 100.0) -> tuple[Array, Array]:
    """Return hips and shoulders of a trunk with forward lean."""
    sign = 1.0 if facing == "right" else -1.0
    hips, angle = np.array([50.0, 200.0]), np.radians(lean)
    return hips, hips + length * np.array([sign * np.sin(angle), -np.cos(angle)])


@many
@given(facings, angles, st.floats(1, 1e4))
def test_lean_is_the_angle_to_the_vertical(facing: Facing, lean: float, length: float) -> None:
    assert lean_deg(*upright(facing, lean, length), facing) == pytest.approx(lean, abs=1e-6)


@pytest.mark.parametrize("facing", ["left", "right"])
def test_second_coordinate_is_positive_behind_the_runner(facing: Facing) -> None:
    hips, shoulders = upright(facing)
    behind = np.array([[10.0, 150.0]]) if facing == "right" else np.array([[90.0, 150.0]])
    assert to_trunk_frame(behind, hips, shoulders, facing) == pytest.approx(np.array([[0.5, 0.4]]))


@many
@given(facings, angles, st.floats(0.1, 50), st.floats(-500, 500), st.floats(-1, 1), st.floats(-1, 2))
def test_trunk_coordinates_are_invariant_to_position_scale_and_lean(
    facing: Facing, lean: float, scale: float, shift: float, c: float, t: float
) -> None:
    hips, shoulders = upright(facing, lean, 100 * scale)
    hips, shoulders = hips + shift, shoulders + shift
    axis = shoulders - hips
    back = np.array([axis[1], -axis[0]]) * (1 if facing == "right" else -1)
    point = hips + t * axis + c * back
    assert to_trunk_frame(point[None], hips, shoulders, facing)[0] == pytest.approx([t, c], abs=1e-9)


def test_axis_is_corrected_back_at_hips_and_down_at_shoulders() -> None:
    marks = Figure(lean_deg=0.0, bounce=0.0, rotation_deg=0.0).landmarks(np.zeros(1))
    hips, shoulders = trunk_axis(marks, "right")
    assert hips[0] == pytest.approx([400 - 120 * HIPS_FORWARD_L, 300])
    assert shoulders[0] == pytest.approx([400, 180 + 120 * SHOULDERS_UP_L])


@few
@given(facings, st.floats(-20, 30), st.floats(-40, 40))
def test_mirrored_image_has_the_same_trunk_coordinates(facing: Facing, lean: float, yaw: float) -> None:
    marks = Figure(facing=facing, lean_deg=lean, yaw_deg=yaw).landmarks(synthetic_runner.frame_times(0.5, 30))
    other: Facing = "left" if facing == "right" else "right"
    flipped = synthetic_runner.mirrored(marks, 640.0)
    here, there = trunk_axis(marks, facing), trunk_axis(flipped, other)
    assert lean_deg(*here, facing) == pytest.approx(lean_deg(*there, other), abs=1e-9)
    arms = to_trunk_frame(marks[:, [13, 15]], *here, facing)
    assert arms == pytest.approx(to_trunk_frame(flipped[:, [14, 16]], *there, other), abs=1e-9)


@few
@given(st.floats(-30, 30))
def test_lean_changes_one_to_one_with_the_trunk(lean: float) -> None:
    upright_marks = Figure(lean_deg=0.0).landmarks(np.zeros(1))
    marks = Figure(lean_deg=lean).landmarks(np.zeros(1))
    change = lean_deg(*trunk_axis(marks, "right"), "right") - lean_deg(*trunk_axis(upright_marks, "right"), "right")
    assert change == pytest.approx(lean, abs=1e-6)


@few
@given(st.floats(0.2, 8), st.floats(-300, 300))
def test_body_height_scales_and_ignores_position(scale: float, shift: float) -> None:
    marks = Figure().landmarks(synthetic_runner.frame_times(2, 30))
    height = body_height_px(marks)
    # A trunk is about 0.29 of the body's height (hip to shoulder joints), knees bent.
    assert 3.1 * 120 < height < 3.7 * 120
    assert body_height_px(marks * scale + shift) == pytest.approx(height * scale)


def test_inside_picture_counts_frames_with_the_whole_trunk() -> None:
    marks = np.full((4, 33, 2), 50.0)
    marks[1, 11, 0] = -1.0
    marks[2, 24, 1] = 100.0
    marks[3, 0] = 1000.0  # the head is not part of the criterion
    assert inside_picture(marks, 100, 100) == 0.5
    assert midpoint(marks, HIPS)[2] == pytest.approx([50.0, 75.0])
