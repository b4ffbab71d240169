"""Parts of the lower back that do not fit the rest of the outline."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers.synthetic_runner import Back, draw_back, pooled_posterior

from posture.contour.grid import T_GRID
from posture.outline.clothing_table import CLOTHING_MODEL
from posture.outline.leave_out import part_deviations, summarise
from posture.outline.posterior import OutlinePosterior
from posture.types import Array

STORED = CLOTHING_MODEL.load()["running"]
WINDOWS = STORED.windows
RAW = replace(STORED, window_mean=np.zeros(len(WINDOWS)), window_sd=np.ones(len(WINDOWS)))


def with_bump(back: Back, start: float, end: float, height: float = 0.07, *, share: float = 1.0) -> Back:
    """Return a back with something that stands off a part of it in a share of the frames."""
    t = (T_GRID - start) / (end - start)
    bump = height * np.where((t > 0) & (t < 1), np.sqrt(np.clip(1 - (2 * t - 1) ** 4, 0, 1)), 0.0)
    frames = np.arange(len(back.edge)) % 10 < 10 * share
    return replace(back, edge=back.edge + frames[:, None] * bump)


def deviations_of(posterior: OutlinePosterior) -> Array:
    return part_deviations(posterior, WINDOWS)


def overall(back: Back) -> float:
    return summarise(deviations_of(pooled_posterior(back)), RAW)[0]


@pytest.mark.parametrize("seed", range(6))
def test_parts_of_a_body_fit_the_rest(seed: int) -> None:
    deviations = deviations_of(pooled_posterior(draw_back(seed)))
    assert np.isfinite(deviations).sum() >= len(WINDOWS) - 2
    assert np.nanmax(np.abs(deviations)) < 4.0


@pytest.mark.parametrize("seed", range(4))
def test_thing_that_is_worn_all_the_time_makes_a_part_deviate(seed: int) -> None:
    back = draw_back(seed, arms=False)
    assert overall(with_bump(back, 0.05, 0.3)) > 2 * overall(back)


def test_place_of_the_largest_deviation_is_the_window_of_it() -> None:
    deviations: Array = np.full(len(WINDOWS), 0.5)
    deviations[3] = -6.0
    mean, middle_t = summarise(deviations, RAW)
    assert middle_t == pytest.approx(WINDOWS[3, 0] + WINDOWS[3, 1] / 2)
    assert 0.5 < mean < 6.0


def test_arm_that_passes_now_and_then_makes_no_part_deviate() -> None:
    back = draw_back(2, arms=False)
    worn, passing = overall(with_bump(back, 0.05, 0.3, 0.2)), overall(with_bump(back, 0.05, 0.3, 0.2, share=0.3))
    assert passing < 0.5 * worn


def test_unseen_parts_are_not_tested() -> None:
    back = draw_back(1, arms=False)
    hidden = replace(back, edge=np.where(T_GRID > 0.0, np.nan, back.edge))
    deviations = deviations_of(pooled_posterior(hidden))
    assert np.isnan(deviations[WINDOWS[:, 0] > 0.0]).all()
    assert summarise(np.full(len(WINDOWS), np.nan), RAW)[0] == 0.0
