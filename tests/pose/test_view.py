"""Facing, visible side, yaw, and upside-down images."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import synthetic_runner
from helpers.synthetic_runner import Figure, few, many
from hypothesis import given
from hypothesis import strategies as st

from posture.pose.view import WIDTH_L, WIDTH_OFFSET_L, estimate_view, is_upright, yaw_of
from posture.types import Facing

# Over four whole strides the rotation of the trunk cancels.
TIMES = synthetic_runner.frame_times(2.8, 30)
facings = st.sampled_from(["left", "right"])
# The joints of the stick figure differ from those of MediaPipe, on which the width model was fitted.
TOLERANCE_DEG = 4.5


@few
@given(facings, st.floats(-45, 45), st.floats(0, 1))
def test_yaw_matches_the_rotation_of_the_view(facing: Facing, yaw: float, phase: float) -> None:
    view = estimate_view(Figure(facing=facing, yaw_deg=yaw, phase=phase).landmarks(TIMES))
    assert view.yaw_deg == pytest.approx(yaw, abs=TOLERANCE_DEG)
    assert view.facing == facing == view.visible_side
    assert view.facing_share > 0.9
    assert view.turn_deg == 0


@pytest.mark.parametrize(("yaw", "low", "high"), [(90, 65, 90), (-90, -90, -65), (60, 50, 75)])
def test_front_rear_and_oblique_views_have_large_yaw(yaw: float, low: float, high: float) -> None:
    assert low <= estimate_view(Figure(yaw_deg=yaw).landmarks(TIMES)).yaw_deg <= high


@few
@given(facings, st.floats(-80, 80), st.floats(0, 20))
def test_mirrored_clip_has_opposite_facing_and_same_yaw(facing: Facing, yaw: float, rotation: float) -> None:
    marks = Figure(facing=facing, yaw_deg=yaw, rotation_deg=rotation).landmarks(TIMES)
    here, there = estimate_view(marks), estimate_view(synthetic_runner.mirrored(marks, 800.0))
    assert there.facing != here.facing
    assert there.visible_side != here.visible_side
    assert there.yaw_deg == pytest.approx(here.yaw_deg, abs=1e-6)
    assert there.facing_share == pytest.approx(here.facing_share)


@few
@given(st.floats(0.1, 10), st.floats(-500, 500), st.floats(-30, 30))
def test_view_is_invariant_to_position_and_scale(scale: float, shift: float, yaw: float) -> None:
    marks = Figure(yaw_deg=yaw).landmarks(TIMES)
    here, there = estimate_view(marks), estimate_view(marks * scale + shift)
    assert there.yaw_deg == pytest.approx(here.yaw_deg, abs=1e-6)
    assert there.facing == here.facing


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("lean", [-20.0, 0.0, 35.0])
def test_turn_of_a_picture_is_undone_by_its_turn_deg(turn: int, lean: float) -> None:
    marks = Figure(lean_deg=lean).landmarks(TIMES)
    # A picture that was turned counter-clockwise is upright after as many degrees clockwise.
    c, s = np.cos(np.radians(turn)), np.sin(np.radians(turn))
    turned = 400.0 + (marks - 400.0) @ np.array([[c, -s], [s, c]])
    assert estimate_view(turned).turn_deg == turn


def test_thing_that_is_no_stretched_body_has_no_direction() -> None:
    marks = Figure().landmarks(TIMES)
    hips = marks[:, 23:25].mean(axis=1, keepdims=True)
    folded = np.where(np.isin(np.arange(33), [27, 28])[:, None], hips, marks)
    lying = 400.0 + (folded - 400.0) @ np.array([[0.0, -1.0], [1.0, 0.0]])
    assert estimate_view(lying).turn_deg == 0
    assert not is_upright(folded)
    assert is_upright(marks)


def test_person_who_bends_forward_turns_no_picture() -> None:
    assert estimate_view(Figure(lean_deg=80.0).landmarks(TIMES)).turn_deg == 0


def test_person_who_turns_round_has_a_low_facing_share() -> None:
    there, back = Figure().landmarks(TIMES), Figure(facing="left").landmarks(TIMES)
    view = estimate_view(np.concatenate([there, back[: len(back) // 2]]))
    assert view.facing == "right"
    assert view.facing_share == pytest.approx(2 / 3, abs=0.1)


def test_single_frame_gives_a_view() -> None:
    assert estimate_view(Figure(facing="left").landmarks(np.zeros(1))).facing == "left"


@many
@given(st.floats(-85, 85))
def test_yaw_inverts_the_width_model(yaw: float) -> None:
    assert yaw_of(WIDTH_OFFSET_L + WIDTH_L * np.sin(np.radians(yaw))) == pytest.approx(yaw, abs=1e-6)


@many
@given(st.floats(-5, 5), st.floats(0, 5))
def test_yaw_is_bounded_and_monotonic(width: float, more: float) -> None:
    assert -90.0 <= yaw_of(width) <= yaw_of(width + more) <= 90.0
