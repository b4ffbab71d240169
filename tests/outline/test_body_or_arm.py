"""Memberships of edge samples, inferred by EM."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers import synthetic_runner
from helpers.synthetic_runner import Back, few
from hypothesis import given
from hypothesis import strategies as st

from posture.contour.occlusion import near_arm
from posture.outline.body_or_arm import EdgeSamples, Evidence, fit_memberships

PRIOR = synthetic_runner.prior()


def samples_of(back: Back) -> EdgeSamples:
    near = near_arm(back.edge, back.arms)
    return EdgeSamples.of(back.edge, near, back.phase, back.stride, PRIOR)


def fit(back: Back) -> Evidence:
    return fit_memberships(samples_of(back))


@pytest.fixture(scope="module")
def occluded() -> tuple[Back, Evidence]:
    back = synthetic_runner.draw_back(1, strides=6)
    return back, fit(back)


def test_samples_of_an_arm_get_a_low_body_probability(occluded: tuple[Back, Evidence]) -> None:
    back, evidence = occluded
    outward = (back.edge - back.bare)[:, PRIOR.inside]
    used = (PRIOR.t > 0.3) & (PRIOR.t < 0.9)
    body, outward = evidence.body_probability[:, used], outward[:, used]
    assert body[outward > 0.05].max() < 0.05
    assert body[np.abs(outward) < 0.004].mean() > 0.7
    assert (evidence.body_probability >= 0).all()
    assert (evidence.body_probability <= 1).all()


def test_missing_samples_count_as_nothing(occluded: tuple[Back, Evidence]) -> None:
    back, _ = occluded
    edge = back.edge.copy()
    edge[::5] = np.nan
    edge[:, 40:44] = np.nan
    evidence = fit(replace(back, edge=edge))
    assert np.isfinite(evidence.information_matrix).all()
    assert np.isfinite(evidence.information_vector).all()
    assert (evidence.body_probability[::5] == 0).all()


def test_evidence_of_a_clip_is_the_sum_of_its_strides(occluded: tuple[Back, Evidence]) -> None:
    back, evidence = occluded
    joined = fit(replace(back, stride=np.zeros_like(back.stride)))
    for name in ("information_matrix", "information_vector"):
        total = getattr(evidence, name).sum(axis=0)
        assert getattr(joined, name)[0] == pytest.approx(total, rel=1e-6, abs=1e-6)


@few
@given(st.permutations(range(6)))
def test_order_of_the_frames_does_not_matter(occluded: tuple[Back, Evidence], order: list[int]) -> None:
    back, evidence = occluded
    frames = np.concatenate([np.flatnonzero(back.stride == s) for s in order])
    other = fit_memberships(samples_of(back).select(frames))
    assert other.solutions == pytest.approx(evidence.solutions, abs=1e-6)


def test_each_segment_has_its_own_solutions(occluded: tuple[Back, Evidence]) -> None:
    back, _ = occluded
    samples = samples_of(back)
    evidence = fit_memberships(samples, np.array([0, 0, 0, 1, 1, 1]))
    second = samples.select(back.stride >= 3)
    alone = fit_memberships(replace(second, stride=second.stride - 3))
    assert evidence.solutions.shape[:2] == (2, 2)
    assert evidence.solutions[1] == pytest.approx(alone.solutions[0])


def test_log_likelihood_is_highest_at_the_true_outline() -> None:
    back = synthetic_runner.draw_back(4, strides=3, arms=False)
    samples = EdgeSamples.of(back.edge, np.zeros(back.edge.shape, bool), back.phase, back.stride, PRIOR)
    shifts = [back.z + shift * np.eye(*back.z.shape) for shift in (-0.5, 0.0, 0.5)]
    below, true, above = (samples.log_likelihood(z).sum() for z in shifts)
    assert true > max(below, above)


def test_missing_and_occluded_edges_have_no_log_likelihood() -> None:
    back = synthetic_runner.draw_back(4, strides=1)
    covered = np.ones(back.edge.shape, dtype=np.bool_)
    for edge, near in ((np.full_like(back.edge, np.nan), ~covered), (back.edge, covered)):
        samples = EdgeSamples.of(edge, near, back.phase, back.stride, PRIOR).unoccluded()
        assert samples.log_likelihood(back.z) == pytest.approx(np.zeros(len(edge)))
