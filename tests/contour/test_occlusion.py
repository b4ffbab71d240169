"""Distance of edge samples to the arms, against brute force."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from helpers.synthetic_runner import Array, few
from hypothesis import given
from hypothesis import strategies as st

from posture.contour.grid import T_GRID
from posture.contour.occlusion import arm_distance


def by_brute_force(edge: Array, arms: Array) -> Array:
    """Walk along every segment in small steps."""
    share = np.linspace(0, 1, 401)[:, None]
    out = np.full(edge.shape, np.inf)
    for frame, column in np.ndindex(*edge.shape):
        point = np.array([T_GRID[column], edge[frame, column]])
        for arm in arms[frame]:
            for a, b in pairwise(arm):
                gap = np.linalg.norm(a + share * (b - a) - point, axis=1).min()
                out[frame, column] = np.fmin(out[frame, column], gap)
    return out


@few
@given(st.integers(0, 10_000), st.integers(2, 4))
def test_arm_distance_equals_brute_force(seed: int, joints: int) -> None:
    rng = np.random.default_rng(seed)
    edge = rng.uniform(0, 0.8, (2, len(T_GRID)))
    arms = rng.uniform(-0.2, 1.0, (2, 2, joints, 2))
    assert arm_distance(edge, arms) == pytest.approx(by_brute_force(edge, arms), abs=2.5e-3)


def test_arm_distance_of_known_segments() -> None:
    edge = np.full((1, len(T_GRID)), 0.3)
    arm = np.array([[[[0.2, 0.1], [0.4, 0.1], [0.4, 0.1]]]])
    distance = arm_distance(edge, arm)[0]
    assert distance[np.isclose(T_GRID, 0.3)] == pytest.approx([0.2])
    assert distance[np.isclose(T_GRID, 0.55)] == pytest.approx([0.25])
    assert distance[np.isclose(T_GRID, 0.2)] == pytest.approx([0.2])


def test_unknown_edge_or_arm_is_infinitely_far() -> None:
    edge = np.full((3, len(T_GRID)), 0.3)
    edge[0] = np.nan
    arms = np.full((3, 2, 4, 2), 0.5)
    arms[1] = np.nan
    arms[2, 0] = np.nan
    distance = arm_distance(edge, arms)
    assert np.isinf(distance[0]).all()
    assert np.isinf(distance[1]).all()
    assert np.isfinite(distance[2]).all()


def test_unknown_joint_leaves_the_other_segments() -> None:
    edge = np.full((1, len(T_GRID)), 0.3)
    arms = np.array([[[[0.9, 0.2], [0.5, 0.3], [np.nan, np.nan]]]])
    known = arm_distance(edge, arms[:, :, :2])
    assert arm_distance(edge, arms) == pytest.approx(known)


def test_no_frames_give_an_empty_distance() -> None:
    assert arm_distance(np.zeros((0, len(T_GRID))), np.zeros((0, 2, 4, 2))).shape == (0, len(T_GRID))


@few
@given(st.integers(0, 10_000))
def test_order_of_arms_and_joints_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    edge, arms = rng.uniform(0, 0.8, (3, len(T_GRID))), rng.uniform(-0.2, 1.0, (3, 2, 4, 2))
    assert arm_distance(edge, arms) == pytest.approx(arm_distance(edge, arms[:, ::-1]))
    assert arm_distance(edge, arms) == pytest.approx(arm_distance(edge, arms[:, :, ::-1]))
