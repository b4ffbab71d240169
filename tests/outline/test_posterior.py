"""The posterior of the armless outline: mean, resampling, single strides, occlusion."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers import synthetic_runner
from helpers.synthetic_runner import Back, few
from hypothesis import given
from hypothesis import strategies as st

from posture.contour.angles import measure_outlines
from posture.contour.grid import T_GRID
from posture.contour.occlusion import near_arm
from posture.outline.body_or_arm import HARMONICS, EdgeSamples, fit_memberships
from posture.outline.posterior import RESIDUAL_CAP_L, OutlinePosterior, infer_outline, mean_residual
from posture.types import Array

PRIOR = synthetic_runner.prior()
BACK = (T_GRID >= -0.1) & (T_GRID <= 0.9)
ARM_HEIGHT = (T_GRID > 0.45) & (T_GRID < 0.8)


def pooled(back: Back, edge: Array | None = None, *, arms: bool = True) -> OutlinePosterior:
    """Return the posterior of a drawn back (or of other edges of it) in one segment."""
    edge = back.edge if edge is None else edge
    near = near_arm(edge, back.arms) if arms else np.zeros(edge.shape, dtype=np.bool_)
    samples = EdgeSamples.of(edge, near, back.phase, back.stride, PRIOR)
    return OutlinePosterior(fit_memberships(samples), PRIOR, back.phase, back.stride, samples)


def with_strides(posterior: OutlinePosterior, order: Array) -> OutlinePosterior:
    """Return the posterior from some of the strides, which may be repeated."""
    evidence = posterior.evidence
    some = replace(
        evidence,
        information_matrix=evidence.information_matrix[order],
        information_vector=evidence.information_vector[order],
    )
    return replace(posterior, evidence=some)


@pytest.fixture(scope="module")
def occluded() -> tuple[Back, OutlinePosterior]:
    back = synthetic_runner.draw_back(1, strides=6)
    return back, pooled(back)


def rms(values: Array) -> float:
    return float(np.sqrt(np.mean(values**2)))


@pytest.mark.parametrize("seed", range(6))
def test_outline_behind_moving_arms_is_recovered(seed: int) -> None:
    back = synthetic_runner.draw_back(seed, strides=5)
    assert ((back.edge - back.bare)[:, ARM_HEIGHT] > 0.02).mean() > 0.3
    near = near_arm(back.edge, back.arms)
    outline = infer_outline(back.edge, near, back.phase, back.stride, PRIOR).outline
    assert rms((outline - back.outline)[BACK]) < 0.004
    true, measured = (measure_outlines(o, 0.0, smooth=False) for o in (back.outline, outline))
    assert measured.lumbar_arch_deg == pytest.approx(true.lumbar_arch_deg, abs=3.0)
    assert measured.pelvic_tilt_deg == pytest.approx(true.pelvic_tilt_deg, abs=2.5)
    # The plain mean of the frames, arms included, is nowhere near.
    assert rms((back.edge.mean(axis=0) - back.outline)[BACK]) > 0.02


def test_movement_within_the_stride_is_recovered() -> None:
    back = synthetic_runner.draw_back(4, strides=6, arms=False)
    outlines = pooled(back, arms=False).over_phase(back.phase)
    assert rms((outlines - back.bare)[:, BACK]) < 0.002


def test_missing_edges_move_the_outline_little(occluded: tuple[Back, OutlinePosterior]) -> None:
    back, whole = occluded
    edge = back.edge.copy()
    edge[::5] = np.nan
    edge[:, 40:44] = np.nan
    edge[np.random.default_rng(0).uniform(size=edge.shape) < 0.1] = np.nan
    assert pooled(back, edge).outline[BACK] == pytest.approx(whole.outline[BACK], abs=0.006)


def test_posterior_without_any_edge_is_the_prior() -> None:
    edge = np.full((10, len(T_GRID)), np.nan)
    phase, stride = np.linspace(0, 0.9, 10), np.zeros(10, dtype=np.intp)
    posterior = infer_outline(edge, np.zeros(edge.shape, dtype=np.bool_), phase, stride, PRIOR)
    assert posterior.coefficients == pytest.approx(np.zeros_like(posterior.coefficients))
    assert posterior.mean_covariance() == pytest.approx(np.eye(len(PRIOR.components)))
    assert posterior.outline[PRIOR.inside] == pytest.approx(PRIOR.mean)
    assert posterior.unoccluded_share() == 0.0


def test_unoccluded_share_falls_where_arms_hide_the_back(occluded: tuple[Back, OutlinePosterior]) -> None:
    back, posterior = occluded
    assert pooled(back, back.bare, arms=False).unoccluded_share() > 0.9
    share = posterior.unoccluded_share()
    assert posterior.unoccluded_share(upper=True) < share < 0.9
    assert share == pytest.approx((np.abs(back.edge - back.bare) < 0.02)[:, BACK].mean(), abs=0.15)
    assert posterior.unoccluded_by_frame().mean() == pytest.approx(share)


def test_counts_equal_repeated_strides(occluded: tuple[Back, OutlinePosterior]) -> None:
    _, posterior = occluded
    counts = np.array([2, 0, 1, 3, 0, 0])
    repeated = with_strides(posterior, np.repeat(np.arange(6), counts))
    assert posterior.resampled(counts) == pytest.approx(repeated.coefficients, rel=1e-9, abs=1e-12)


def test_many_draws_at_once_equal_single_draws(occluded: tuple[Back, OutlinePosterior]) -> None:
    _, posterior = occluded
    draws = np.random.default_rng(2).multinomial(6, np.full(6, 1 / 6), size=5)
    z = posterior.resampled(draws)
    assert z.shape == (5, 1 + 2 * HARMONICS, len(PRIOR.components))
    for i, counts in enumerate(draws):
        assert z[i] == pytest.approx(posterior.resampled(counts), rel=1e-9, abs=1e-10)


@few
@given(st.lists(st.integers(0, 3), min_size=6, max_size=6), st.integers(0, 5))
def test_another_stride_shrinks_the_covariance(
    occluded: tuple[Back, OutlinePosterior], counts: list[int], more: int
) -> None:
    order = np.repeat(np.arange(6), counts)
    before, after = (
        with_strides(occluded[1], strides).mean_covariance() for strides in (order, np.append(order, more))
    )
    assert np.linalg.eigvalsh(before - after).min() > -1e-9
    assert np.trace(after) < np.trace(before)


def test_own_outlines_of_alike_strides_are_the_clips() -> None:
    back = synthetic_runner.draw_back(4, strides=6, arms=False)
    posterior = pooled(back, back.bare, arms=False)
    assert posterior.by_stride()[:, BACK] == pytest.approx(np.tile(back.outline[BACK], (6, 1)), abs=0.003)


def test_single_stride_is_the_clip() -> None:
    posterior = pooled(synthetic_runner.draw_back(4, strides=1))
    assert (posterior.by_stride() == posterior.outline).all()


def test_outlines_stay_constant_beyond_the_model() -> None:
    z = np.random.default_rng(0).normal(size=(3, 4, len(PRIOR.components)))
    outlines = PRIOR.outlines(z)
    assert outlines.shape == (3, 4, len(T_GRID))
    first, last = np.flatnonzero(PRIOR.inside)[[0, -1]]
    assert (outlines[..., :first] == outlines[..., first : first + 1]).all()
    assert (outlines[..., last + 1 :] == outlines[..., last : last + 1]).all()


def test_mean_residual_is_capped_and_missing_edges_count_as_far() -> None:
    outline = synthetic_runner.plain_outline()
    edge = np.stack([outline, outline + 0.01, outline - 0.02, outline + 5.0, np.full_like(outline, np.nan)])
    wanted = [0.0, 0.01, 0.02, RESIDUAL_CAP_L, RESIDUAL_CAP_L]
    assert mean_residual(outline, edge) == pytest.approx(wanted)
    half = outline.copy()
    half[T_GRID < 0.4] = np.nan
    assert 0.4 * RESIDUAL_CAP_L < mean_residual(outline, half[None])[0] < 0.6 * RESIDUAL_CAP_L
