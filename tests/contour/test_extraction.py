"""The mask's back edge, at sub-pixel precision."""

from __future__ import annotations

import numpy as np
import pytest
from helpers import synthetic_runner
from helpers.synthetic_runner import Array, few
from hypothesis import given
from hypothesis import strategies as st

from posture.contour.extraction import R_MAX, R_STEP, sample_edges
from posture.contour.grid import T_GRID
from posture.contour.observation import FACINGS
from posture.types import Facing

WELL_INSIDE = (T_GRID > -0.4) & (T_GRID < 1.1)
OUTLINE = synthetic_runner.plain_outline(0.06)
facings = st.sampled_from(["left", "right"])


def trunk(
    facing: Facing, length: float, lean: float, hips: tuple[float, float] = (160.3, 190.7)
) -> tuple[Array, Array]:
    sign, angle = (1.0 if facing == "right" else -1.0), np.radians(lean)
    start = np.array(hips)
    return start, start + length * np.array([sign * np.sin(angle), -np.cos(angle)])


def edge_of(mask: Array, hips: Array, shoulders: Array, facing: Facing) -> Array:
    both = sample_edges(mask.astype(np.float32), np.stack([hips] * 2), np.stack([shoulders] * 2))
    return both[FACINGS.index(facing)]


@few
@given(facings, st.floats(40, 140), st.floats(-20, 30), st.floats(0, 1), st.floats(0, 1))
def test_soft_edge_is_located_to_a_tenth_of_a_pixel(
    facing: Facing, length: float, lean: float, dx: float, dy: float
) -> None:
    """A mask has 256 cells over the person's box; its ramps are a few cells wide, about 0.03 trunk lengths."""
    hips, shoulders = trunk(facing, length, lean, (160 + dx, 190 + dy))
    soft = max(0.03, 2.0 / length)
    mask = synthetic_runner.paint(OUTLINE, hips, shoulders, facing, (320, 320), soft_l=soft)
    error = (edge_of(mask, hips, shoulders, facing) - OUTLINE)[WELL_INSIDE] * length
    assert np.abs(error).max() < 0.1


@few
@given(facings, st.floats(40, 140), st.floats(-20, 30))
def test_hard_edge_is_located_within_a_sample_without_bias(facing: Facing, length: float, lean: float) -> None:
    hips, shoulders = trunk(facing, length, lean)
    mask = synthetic_runner.paint(OUTLINE, hips, shoulders, facing, (320, 320), soft_l=0.0)
    error = (edge_of(mask, hips, shoulders, facing) - OUTLINE)[WELL_INSIDE]
    assert np.abs(error).max() <= max(0.75 * R_STEP, 0.2 / length)
    assert abs(error.mean()) < 0.002


@few
@given(facings, st.floats(50, 120), st.floats(-15, 20))
def test_mirrored_mask_has_the_same_edge(facing: Facing, length: float, lean: float) -> None:
    hips, shoulders = trunk(facing, length, lean)
    mask = synthetic_runner.paint(OUTLINE, hips, shoulders, facing, (321, 300), arms=ELBOW_OUT)
    flip, offset = np.array([-1.0, 1.0]), np.array([321.0, 0.0])
    other: Facing = "left" if facing == "right" else "right"
    here = edge_of(mask, hips, shoulders, facing)
    there = edge_of(mask[:, ::-1], hips * flip + offset, shoulders * flip + offset, other)
    assert there == pytest.approx(here, abs=1e-6, nan_ok=True)


@few
@given(st.integers(-40, 40), st.integers(-20, 20))
def test_shifted_picture_has_the_same_edge(dx: int, dy: int) -> None:
    hips, shoulders = trunk("right", 80, 7)
    shift = np.array([dx, dy])
    here = synthetic_runner.paint(OUTLINE, hips, shoulders, "right", (320, 320))
    there = synthetic_runner.paint(OUTLINE, hips + shift, shoulders + shift, "right", (320, 320))
    assert edge_of(there, hips + shift, shoulders + shift, "right") == pytest.approx(
        edge_of(here, hips, shoulders, "right"), abs=1e-4, nan_ok=True
    )


@pytest.mark.parametrize("size", [(320, 320), (321, 319), (163, 227), (322, 301)])
def test_odd_picture_sizes_give_the_same_edge_as_even_ones(size: tuple[int, int]) -> None:
    hips, shoulders = trunk("left", 60, 7, (60.5, 120.5))
    mask = synthetic_runner.paint(OUTLINE, hips, shoulders, "left", size, soft_l=0.04)
    assert edge_of(mask, hips, shoulders, "left")[WELL_INSIDE] == pytest.approx(OUTLINE[WELL_INSIDE], abs=0.0015)


# Joints in the trunk frame (t, c): an upper arm away from the back, with light below it.
ELBOW_OUT = np.array([[[1.0, 0.3], [0.6, 0.6], [0.3, 0.55]]])


def test_light_between_arm_and_trunk_shows_the_trunks_edge() -> None:
    hips, shoulders = trunk("right", 120, 5)
    mask = synthetic_runner.paint(OUTLINE, hips, shoulders, "right", (320, 320), arms=ELBOW_OUT, arm_radius_l=0.06)
    edge = edge_of(mask, hips, shoulders, "right")
    light = (T_GRID > 0.3) & (T_GRID < 0.65)
    assert edge[light] == pytest.approx(OUTLINE[light], abs=0.002)


def test_arm_touching_the_back_pushes_the_edge_outward() -> None:
    hips, shoulders = trunk("right", 120, 5)
    arm = np.array([[[0.9, 0.15], [0.5, 0.24]]])
    mask = synthetic_runner.paint(OUTLINE, hips, shoulders, "right", (320, 320), arms=arm, arm_radius_l=0.08)
    edge = edge_of(mask, hips, shoulders, "right")
    at = np.abs(T_GRID - 0.55) < 0.03
    assert np.all(edge[at] > OUTLINE[at] + 0.08)
    assert np.all(edge[WELL_INSIDE] >= OUTLINE[WELL_INSIDE] - 0.002)


def test_border_of_the_picture_is_no_edge() -> None:
    """Rows that reach the border behind the runner are unknown."""
    hips, shoulders = trunk("right", 100, 0, (18.0, 160.0))
    mask = synthetic_runner.paint(OUTLINE, hips, shoulders, "right", (200, 260))
    edge = edge_of(mask, hips, shoulders, "right")
    reaches = OUTLINE > 0.19
    assert np.isnan(edge[reaches & WELL_INSIDE]).all()
    known = np.isfinite(edge) & WELL_INSIDE
    assert edge[known] == pytest.approx(OUTLINE[known], abs=0.003)
    whole = edge_of(np.ones((200, 260)), *trunk("right", 100, 0), "right")
    assert np.isnan(whole).all()


@pytest.mark.parametrize("hips", [(-400.0, 100.0), (900.0, 100.0), (100.0, -900.0), (100.0, 2000.0)])
def test_axis_outside_the_picture_has_no_edge(hips: tuple[float, float]) -> None:
    assert np.isnan(edge_of(np.ones((200, 200)), *trunk("right", 100, 5, hips), "right")).all()


@pytest.mark.parametrize("value", [0.0, 0.49, 0.5, 1.0])
def test_uniform_mask_has_no_edge(value: float) -> None:
    mask = np.full((300, 300), value)
    edge = edge_of(mask, *trunk("right", 60, 5, (150, 150)), "right")
    assert np.isnan(edge).all()


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (2, 3)])
def test_tiny_mask_has_no_edge(shape: tuple[int, int]) -> None:
    assert np.isnan(edge_of(np.ones(shape), *trunk("right", 60, 5, (1.0, 1.0)), "right")).all()


def test_edge_beyond_the_sampled_range_is_unknown() -> None:
    wide = np.full(len(T_GRID), R_MAX + 0.1)
    hips, shoulders = trunk("right", 60, 0, (200, 150))
    assert np.isnan(
        edge_of(synthetic_runner.paint(wide, hips, shoulders, "right", (320, 320)), hips, shoulders, "right")
    ).all()
