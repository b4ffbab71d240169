"""The armless outline, recovered from edges that arms hide."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers import synthetic_runner
from helpers.synthetic_runner import Back, few
from hypothesis import given
from hypothesis import strategies as st

from posture.contour.geometry import measure_outlines
from posture.contour.grid import T_GRID
from posture.contour.occlusion import near_arm
from posture.outline.em import (
    HARMONICS,
    RESIDUAL_CAP_L,
    Evidence,
    covariance_of_mean,
    fit_memberships,
    fourier_basis,
    mean_residual,
    outline_of,
    posterior,
    unoccluded_share,
)

MODEL = synthetic_runner.prior()
BACK = (T_GRID >= -0.1) & (T_GRID <= 0.9)
ARM_HEIGHT = (T_GRID > 0.45) & (T_GRID < 0.8)


def evidence_of(back: Back) -> Evidence:
    return fit_memberships(back.edge, near_arm(back.edge, back.arms), back.phase, back.stride, MODEL)


@pytest.fixture(scope="module")
def hidden() -> tuple[Back, Evidence]:
    back = synthetic_runner.draw_back(1, strides=6)
    return back, evidence_of(back)


def rms(values: synthetic_runner.Array) -> float:
    return float(np.sqrt(np.mean(values**2)))


@pytest.mark.parametrize("seed", range(6))
def test_an_outline_behind_moving_arms_is_recovered(seed: int) -> None:
    back = synthetic_runner.draw_back(seed, strides=5)
    assert ((back.edge - back.bare)[:, ARM_HEIGHT] > 0.02).mean() > 0.3
    z = posterior(evidence_of(back))
    found = outline_of(z[0], MODEL)
    assert rms((found - back.outline)[BACK]) < 0.004
    true, here = (measure_outlines(o, 0.0, smooth=False) for o in (back.outline, found))
    assert here.lumbar_arch_deg == pytest.approx(true.lumbar_arch_deg, abs=3.0)
    assert here.pelvic_tilt_deg == pytest.approx(true.pelvic_tilt_deg, abs=2.5)
    # The plain mean of the frames, arms and all, is nowhere near.
    assert rms((back.edge.mean(axis=0) - back.outline)[BACK]) > 0.02


def test_the_movement_within_the_stride_is_recovered() -> None:
    back = synthetic_runner.draw_back(4, strides=6, arms=False)
    far = np.zeros(back.edge.shape, dtype=np.bool_)
    z = posterior(fit_memberships(back.edge, far, back.phase, back.stride, MODEL))
    found = outline_of(fourier_basis(back.phase) @ z, MODEL)
    assert rms((found - back.bare)[:, BACK]) < 0.002


def test_arms_are_told_from_the_body(hidden: tuple[Back, Evidence]) -> None:
    back, evidence = hidden
    out = (back.edge - back.bare)[:, MODEL.inside]
    used = (MODEL.t > 0.3) & (MODEL.t < 0.9)
    assert evidence.body[:, used][out[:, used] > 0.05].max() < 0.05
    assert evidence.body[:, used][np.abs(out[:, used]) < 0.004].mean() > 0.7
    assert (evidence.body >= 0).all()
    assert (evidence.body <= 1).all()


def test_the_share_of_body_falls_where_arms_hide_the_back(hidden: tuple[Back, Evidence]) -> None:
    back, evidence = hidden
    clear = np.zeros(back.bare.shape, dtype=np.bool_)
    bare = fit_memberships(back.bare, clear, back.phase, back.stride, MODEL)
    assert unoccluded_share(bare, MODEL) > 0.9
    assert unoccluded_share(evidence, MODEL, upper=True) < unoccluded_share(evidence, MODEL) < 0.9
    free = (np.abs(back.edge - back.bare) < 0.02)[:, (T_GRID >= -0.1) & (T_GRID <= 0.9)].mean()
    assert unoccluded_share(evidence, MODEL) == pytest.approx(free, abs=0.15)


def test_missing_edges_and_empty_rows_do_no_harm(hidden: tuple[Back, Evidence]) -> None:
    back, whole = hidden
    edge = back.edge.copy()
    edge[::5] = np.nan
    edge[:, 40:44] = np.nan
    rng = np.random.default_rng(0)
    edge[rng.uniform(size=edge.shape) < 0.1] = np.nan
    found = fit_memberships(edge, near_arm(edge, back.arms), back.phase, back.stride, MODEL)
    assert np.isfinite(found.precision).all()
    assert np.isfinite(found.pull).all()
    assert (found.body[::5] == 0).all()
    here, there = (outline_of(posterior(e)[0], MODEL) for e in (found, whole))
    assert here[BACK] == pytest.approx(there[BACK], abs=0.006)


def test_without_any_edge_the_prior_stays() -> None:
    edge = np.full((10, len(T_GRID)), np.nan)
    phase, stride = np.linspace(0, 0.9, 10), np.zeros(10, dtype=np.intp)
    evidence = fit_memberships(edge, np.zeros(edge.shape, dtype=np.bool_), phase, stride, MODEL)
    z = posterior(evidence)
    assert z == pytest.approx(np.zeros_like(z))
    assert covariance_of_mean(evidence) == pytest.approx(np.eye(len(MODEL.components)))
    assert outline_of(z[0], MODEL)[MODEL.inside] == pytest.approx(MODEL.mean)
    assert unoccluded_share(evidence, MODEL) == 0.0


def test_counts_are_the_same_as_repeated_strides(hidden: tuple[Back, Evidence]) -> None:
    _, evidence = hidden
    counts = np.array([2, 0, 1, 3, 0, 0])
    order = np.repeat(np.arange(6), counts)
    repeated = replace(evidence, precision=evidence.precision[order], pull=evidence.pull[order])
    assert posterior(evidence, counts) == pytest.approx(posterior(repeated), rel=1e-9, abs=1e-12)


def test_many_draws_at_once_equal_one_by_one(hidden: tuple[Back, Evidence]) -> None:
    _, evidence = hidden
    draws = np.random.default_rng(2).multinomial(6, np.full(6, 1 / 6), size=5)
    z = posterior(evidence, draws)
    assert z.shape == (5, 1 + 2 * HARMONICS, len(MODEL.components))
    for i, counts in enumerate(draws):
        assert z[i] == pytest.approx(posterior(evidence, counts), rel=1e-9, abs=1e-10)


def test_the_sum_of_the_strides_is_the_clip(hidden: tuple[Back, Evidence]) -> None:
    """All strides taken as one say the same."""
    back, evidence = hidden
    distance = near_arm(back.edge, back.arms)
    joined = fit_memberships(back.edge, distance, back.phase, np.zeros_like(back.stride), MODEL)
    assert joined.precision[0] == pytest.approx(evidence.precision.sum(axis=0), rel=1e-6, abs=1e-6)
    assert joined.pull[0] == pytest.approx(evidence.pull.sum(axis=0), rel=1e-6, abs=1e-6)


@few
@given(st.lists(st.integers(0, 3), min_size=6, max_size=6), st.integers(0, 5))
def test_another_stride_shrinks_the_covariance(
    hidden: tuple[Back, Evidence], counts: list[int], more: int
) -> None:
    _, evidence = hidden
    order = np.repeat(np.arange(6), counts)
    before, after = (
        covariance_of_mean(replace(evidence, precision=evidence.precision[o], pull=evidence.pull[o]))
        for o in (order, np.append(order, more))
    )
    assert np.linalg.eigvalsh(before - after).min() > -1e-9
    assert np.trace(after) < np.trace(before)


@few
@given(st.permutations(range(6)))
def test_the_order_of_the_frames_does_not_matter(hidden: tuple[Back, Evidence], order: list[int]) -> None:
    back, evidence = hidden
    frames = np.concatenate([np.flatnonzero(back.stride == s) for s in order])
    edge, arms = back.edge[frames], back.arms[frames]
    found = fit_memberships(edge, near_arm(edge, arms), back.phase[frames], back.stride[frames], MODEL)
    assert posterior(found)[0] == pytest.approx(posterior(evidence)[0], abs=1e-6)


def test_harmonics_are_orthogonal_over_a_stride() -> None:
    waves = fourier_basis(np.arange(40) / 40)
    assert waves.T @ waves == pytest.approx(np.diag([40.0, *[20.0] * (2 * HARMONICS)]))


def test_outlines_keep_their_ends_beyond_the_model() -> None:
    z = np.random.default_rng(0).normal(size=(3, 4, len(MODEL.components)))
    outlines = outline_of(z, MODEL)
    assert outlines.shape == (3, 4, len(T_GRID))
    first, last = np.flatnonzero(MODEL.inside)[[0, -1]]
    assert (outlines[..., :first] == outlines[..., first : first + 1]).all()
    assert (outlines[..., last + 1 :] == outlines[..., last : last + 1]).all()


def test_misfit_is_the_mean_distance_and_unknown_is_far() -> None:
    outline = synthetic_runner.plain_outline()
    edge = np.stack([outline, outline + 0.01, outline - 0.02, outline + 5.0, np.full_like(outline, np.nan)])
    assert mean_residual(outline, edge) == pytest.approx([0.0, 0.01, 0.02, RESIDUAL_CAP_L, RESIDUAL_CAP_L])
    half = outline.copy()
    half[T_GRID < 0.4] = np.nan
    assert 0.4 * RESIDUAL_CAP_L < mean_residual(outline, half[None])[0] < 0.6 * RESIDUAL_CAP_L
