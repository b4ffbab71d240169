"""Observations of one person in one frame, alone and packed."""

from __future__ import annotations

from itertools import chain

import numpy as np
import pytest
from helpers import synthetic_runner
from helpers.synthetic_runner import few
from hypothesis import given
from hypothesis import strategies as st

from posture.contour.grid import T_GRID
from posture.contour.observation import FACINGS, Observation, observe, pack_arrays
from posture.pose.appearance import appearance_of
from posture.pose.landmarker import PoseDetection
from posture.pose.trunk_frame import trunk_axis
from posture.types import Facing

WELL_INSIDE = (T_GRID > -0.4) & (T_GRID < 1.1)
OUTLINE = synthetic_runner.plain_outline(0.06)


def random_observation(seed: int) -> Observation:
    rng = np.random.default_rng(seed)
    edges = rng.normal(size=(2, len(T_GRID))).astype(np.float32)
    edges[:, seed % len(T_GRID)] = np.nan
    appearance = None if seed % 3 else rng.uniform(size=(2, 64)).astype(np.float32)
    return Observation(rng.normal(size=(33, 2)), rng.uniform(size=33), edges, appearance)


@few
@given(st.lists(st.integers(0, 3), max_size=12))
def test_packed_observations_equal_the_originals(people: list[int]) -> None:
    frames = [[random_observation(10 * f + p) for p in range(count)] for f, count in enumerate(people)]
    packed = pack_arrays(frames)
    assert [len(observations) for observations in packed] == people
    for observation, original in zip(chain.from_iterable(packed), chain.from_iterable(frames), strict=True):
        for name in ("landmarks", "visibility", "edges"):
            one, other = getattr(observation, name), getattr(original, name)
            assert one.dtype == other.dtype
            assert np.array_equal(one, other, equal_nan=True)
        assert (observation.appearance is None) == (original.appearance is None)
        if original.appearance is not None:
            assert np.array_equal(observation.appearance, original.appearance)  # type: ignore[arg-type]


@pytest.mark.parametrize("facing", ["left", "right"])
def test_observed_person_has_the_painted_edge_behind_the_trunk(facing: Facing) -> None:
    figure = synthetic_runner.Figure(facing=facing, trunk_px=80.0, hips_px=(160.0, 180.0))
    marks = figure.landmarks(np.zeros(1))[0]
    mask = synthetic_runner.figure_mask(marks, facing, OUTLINE, (320, 360))
    seen = observe(PoseDetection(landmarks=marks, visibility=np.ones(33), mask=mask))
    assert seen.edges.shape == (2, len(T_GRID))
    row = seen.edges[FACINGS.index(facing)]
    assert row[WELL_INSIDE] == pytest.approx(OUTLINE[WELL_INSIDE], abs=0.002)
    # In front the figure is flat.
    front = seen.edges[1 - FACINGS.index(facing)]
    assert np.nanmedian(front) == pytest.approx(0.5, abs=0.12)


def test_mask_of_a_part_of_the_picture_gives_the_same_edges() -> None:
    marks = synthetic_runner.Figure(trunk_px=80.0, hips_px=(460.0, 380.0)).landmarks(np.zeros(1))[0]
    mask = synthetic_runner.figure_mask(marks, "right", OUTLINE, (620, 560))
    whole = observe(PoseDetection(marks, np.ones(33), mask))
    part = observe(PoseDetection(marks, np.ones(33), mask[150:550, 300:610], corner=(300, 150)))
    assert part.edges == pytest.approx(whole.edges, abs=1e-5, nan_ok=True)
    assert part.landmarks == pytest.approx(marks)
    # A cut through the buttocks is no edge of the body.
    cut = observe(PoseDetection(marks, np.ones(33), mask[150:550, 446:610], corner=(446, 150)))
    row = FACINGS.index("right")
    assert np.isfinite(whole.edges[row, WELL_INSIDE]).all()
    assert np.isnan(cut.edges[row, (T_GRID > 0.0) & (T_GRID < 0.1)]).all()


def test_person_without_mask_or_trunk_has_no_edges() -> None:
    figure = synthetic_runner.Figure()
    marks = figure.landmarks(np.zeros(1))[0]
    assert np.isnan(observe(PoseDetection(marks, np.ones(33), None)).edges).all()
    point = PoseDetection(np.full((33, 2), 5.0), np.ones(33), np.ones((9, 9), dtype=np.float32))
    assert np.isnan(observe(point).edges).all()


def test_appearance_is_observed_with_the_picture_only() -> None:
    marks = synthetic_runner.Figure().landmarks(np.zeros(1))[0]
    detection = PoseDetection(marks, np.ones(33), None)
    assert observe(detection).appearance is None
    picture = np.full((900, 1200, 3), 90, dtype=np.uint8)
    assert observe(detection, picture).appearance == pytest.approx(appearance_of(picture, marks))


@few
@given(st.floats(0, 1), st.floats(-10, 25))
def test_mirrored_person_has_the_edges_swapped(phase: float, lean: float) -> None:
    marks = synthetic_runner.Figure(phase=phase, lean_deg=lean, trunk_px=70.0, hips_px=(150.0, 150.0)).landmarks(
        np.zeros(1)
    )[0]
    mask = synthetic_runner.figure_mask(marks, "right", OUTLINE, (301, 320))
    here = observe(PoseDetection(marks, np.ones(33), mask))
    there = observe(
        PoseDetection(synthetic_runner.mirrored(marks, 301.0), np.ones(33), np.ascontiguousarray(mask[:, ::-1]))
    )
    assert there.edges[::-1] == pytest.approx(here.edges, abs=1e-5, nan_ok=True)
    assert np.isfinite(here.edges[0, WELL_INSIDE]).all()
    assert trunk_axis(there.landmarks, "left")[0][0] == pytest.approx(301.0 - trunk_axis(marks, "right")[0][0])
