"""Appearance of people: colour histograms of trunk and thighs."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.synthetic_runner import Array, Figure, few
from hypothesis import given
from hypothesis import strategies as st

from posture.pose.appearance import NODES, PARTS, appearance_distance, appearance_of, mean_appearance
from posture.types import Image

HIPS_PX = (160.0, 180.0)


def pose(shift: float = 0.0, phase: float = 0.0) -> Array:
    figure = Figure(trunk_px=80.0, hips_px=(HIPS_PX[0] + shift, HIPS_PX[1]), phase=phase)
    return figure.landmarks(np.zeros(1))[0]


def clothed(shirt: tuple[int, int, int], trousers: tuple[int, int, int], *, shift: int = 0, noise: float = 0) -> Image:
    """Return a picture of a shirt above the hips and trousers below them, before a grey wall."""
    picture = np.full((400, 360, 3), 150.0)
    picture[: int(HIPS_PX[1]), 90 + shift : 230 + shift] = shirt
    picture[int(HIPS_PX[1]) :, 60 + shift : 260 + shift] = trousers
    return np.clip(picture + np.random.default_rng(0).normal(0, noise, picture.shape), 0, 255).astype(np.uint8)


def test_appearance_is_normalised_and_moves_with_the_person() -> None:
    here = appearance_of(clothed((200, 30, 30), (20, 20, 60)), pose())
    assert here.shape == (PARTS, NODES**3)
    assert (here**2).sum(axis=1) == pytest.approx(1.0, abs=1e-5)
    there = appearance_of(clothed((200, 30, 30), (20, 20, 60), shift=60), pose(shift=60.0))
    assert appearance_distance(here, there) < 0.02


@few
@given(st.floats(0, 1), st.floats(0, 12), st.floats(0.85, 1.15))
def test_other_phase_noise_and_slight_shade_change_it_less_than_other_clothes(
    phase: float, noise: float, gain: float
) -> None:
    shirt, trousers = (190, 60, 40), (40, 50, 90)
    own = appearance_of(clothed(shirt, trousers), pose())
    shaded = clothed(shirt, trousers, noise=noise).astype(float) * gain
    again = appearance_of(np.clip(shaded, 0, 255).astype(np.uint8), pose(phase=phase))
    other = appearance_of(clothed((60, 160, 60), (200, 200, 200)), pose())
    assert appearance_distance(own, again) < 0.5 * appearance_distance(own, other)


def test_person_outside_the_picture_has_no_appearance() -> None:
    outside = appearance_of(clothed((0, 0, 0), (0, 0, 0)), pose(shift=1e7))
    assert not outside.any()
    inside = appearance_of(clothed((0, 0, 0), (0, 0, 0)), pose())
    assert np.isnan(appearance_distance(outside, inside))
    # Only the trunk is in the picture.
    upper = appearance_of(clothed((0, 0, 0), (90, 90, 90))[: int(HIPS_PX[1])], pose())
    assert appearance_distance(upper, inside) == pytest.approx(0.0, abs=1e-3)


def test_mean_of_equal_appearances_is_the_same() -> None:
    one = appearance_of(clothed((200, 30, 30), (20, 20, 60)), pose())
    assert mean_appearance(np.stack([one, one, one])) == pytest.approx(one, abs=1e-5)
