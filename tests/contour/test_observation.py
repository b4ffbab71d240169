"""Sightings that are put together stay what they were."""

from __future__ import annotations

from itertools import chain

import numpy as np
from helpers.synthetic_runner import few
from hypothesis import given
from hypothesis import strategies as st

from posture.contour.grid import T_GRID
from posture.contour.observation import Observation, pack_arrays


def sighting(seed: int) -> Observation:
    rng = np.random.default_rng(seed)
    edges = rng.normal(size=(2, len(T_GRID))).astype(np.float32)
    edges[:, seed % len(T_GRID)] = np.nan
    return Observation(rng.normal(size=(33, 2)), rng.uniform(size=33), edges)


@few
@given(st.lists(st.integers(0, 3), max_size=12))
def test_packing_changes_nothing(people: list[int]) -> None:
    frames = [[sighting(10 * f + p) for p in range(count)] for f, count in enumerate(people)]
    together = pack_arrays(frames)
    assert [len(found) for found in together] == people
    for found, expected in zip(chain.from_iterable(together), chain.from_iterable(frames), strict=True):
        for name in ("landmarks", "visibility", "edges"):
            one, other = getattr(found, name), getattr(expected, name)
            assert one.dtype == other.dtype
            assert np.array_equal(one, other, equal_nan=True)
