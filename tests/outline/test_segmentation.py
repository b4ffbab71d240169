"""Change-point detection: one segment while the posture stays, several where it changes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers import synthetic_runner
from helpers.synthetic_runner import Back, few
from helpers.synthetic_runner import pooled_posterior as pooled
from hypothesis import given
from hypothesis import strategies as st

from posture.calibration import calibration
from posture.contour.angles import measure_outlines
from posture.contour.grid import T_GRID
from posture.contour.occlusion import near_arm
from posture.outline.posterior import OutlinePosterior, infer_outline
from posture.outline.segmentation import (
    StrideLikelihoods,
    distance_in_sd,
    segment_ambiguity,
)
from posture.thresholds import GATES

PRIOR = synthetic_runner.prior()
LIMIT = GATES.max_split


def infer(back: Back) -> OutlinePosterior:
    return infer_outline(back.edge, near_arm(back.edge, back.arms), back.phase, back.stride, PRIOR)


def tilt_of(posterior: OutlinePosterior, strides: range | list[int]) -> float:
    """Return the tilt of the outline that some strides alone give."""
    counts = np.isin(np.arange(posterior.strides), list(strides)).astype(float)
    outline = PRIOR.outlines(posterior.resampled(counts)[0])
    return float(measure_outlines(outline, 0.0).pelvic_tilt_deg[0])


def changing(seed: int, strides: int, changed: range) -> Back:
    """Return a back whose posture differs over some strides."""
    back = synthetic_runner.draw_back(seed, strides=strides)
    other = PRIOR.outlines(back.z[0] + 3.0 * np.eye(len(back.z[0]))[1])
    frames = np.isin(back.stride, list(changed))[:, None]
    return replace(back, edge=back.edge + frames * (other - back.outline))


def beside_an_arm(back: Back, strides: range, share: float = 0.9) -> OutlinePosterior:
    """Infer a back beside which an arm lies still over some strides, in a share of their frames."""
    bump = 0.06 * np.sin(np.pi * np.clip((T_GRID - 0.1) / 0.5, 0.0, 1.0))
    covered = np.isin(back.stride, list(strides))
    covered &= np.random.default_rng(0).uniform(size=len(covered)) < share
    near = covered[:, None] & (bump > 0.005)
    return infer_outline(back.edge + covered[:, None] * bump, near, back.phase, back.stride, PRIOR)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_constant_posture_is_one_segment(seed: int) -> None:
    back = synthetic_runner.draw_back(seed, strides=14)
    posterior = infer(back)
    assert posterior.ambiguity_sd < 0.3
    assert set(posterior.evidence.segment) == {0}
    assert posterior.coefficients == pytest.approx(pooled(back).coefficients)


@pytest.mark.parametrize("change", [4, 7, 10, 13, 16])
@pytest.mark.parametrize("seed", [1, 2])
def test_change_in_a_long_clip_separates_before_and_after(seed: int, change: int) -> None:
    back = changing(seed, 20, range(change, 20))
    posterior = infer(back)
    segment = posterior.evidence.segment
    assert posterior.ambiguity_sd <= LIMIT
    assert not set(segment[:change]) & set(segment[change:])
    for strides in (range(change), range(change, 20)):
        frames = np.isin(back.stride, list(strides))
        part = replace(
            back,
            edge=back.edge[frames],
            arms=back.arms[frames],
            phase=back.phase[frames],
            stride=back.stride[frames] - strides[0],
        )
        alone = tilt_of(pooled(part), range(len(strides)))
        assert tilt_of(posterior, strides) == pytest.approx(alone, abs=1.0)


@pytest.mark.parametrize(("strides", "change"), [(6, 3), (7, 4), (9, 3), (9, 6)])
@pytest.mark.parametrize("seed", [1, 2])
def test_change_in_a_short_clip_separates_before_and_after(seed: int, strides: int, change: int) -> None:
    posterior = infer(changing(seed, strides, range(change, strides)))
    assert posterior.ambiguity_sd <= LIMIT
    assert list(posterior.evidence.segment) == [0] * change + [1] * (strides - change)
    for part, changed in ((range(change), range(0)), (range(change, strides), range(strides))):
        alone = tilt_of(pooled(changing(seed, strides, changed)), range(strides))
        assert tilt_of(posterior, part) == pytest.approx(alone, abs=1.0)


@pytest.mark.parametrize("strides", [6, 9, 15])
@pytest.mark.parametrize("covered", [range(3), range(3, 6)])
@pytest.mark.parametrize("share", [0.9, 1.0])
@pytest.mark.parametrize("seed", [1, 2])
def test_arm_beside_some_strides_is_no_change_of_posture(seed: int, share: float, covered: range, strides: int) -> None:
    """If edges near an arm counted, segments would follow the arm, 5 degrees off."""
    back = synthetic_runner.draw_back(seed, strides=strides, arms=False)
    posterior, every = beside_an_arm(back, covered, share), range(strides)
    assert posterior.ambiguity_sd <= LIMIT
    assert tilt_of(posterior, every) == pytest.approx(tilt_of(pooled(back), every), abs=0.5)


@pytest.mark.parametrize("first", [0, 3, 4, 6, 8, 11])
@pytest.mark.parametrize("seed", [1, 2])
def test_three_strides_of_another_posture_are_found_anywhere(seed: int, first: int) -> None:
    changed = range(first, first + 3)
    posterior = infer(changing(seed, 14, changed))
    assert posterior.ambiguity_sd <= LIMIT
    others = sorted(set(range(14)) - set(changed))
    for strides, everywhere in ((changed, range(14)), (others, range(0))):
        alone = tilt_of(pooled(changing(seed, 14, everywhere)), range(14))
        assert tilt_of(posterior, strides) == pytest.approx(alone, abs=1.0)


@pytest.mark.parametrize("lean_deg", [8.0, -8.0])
def test_lean_alone_changes_the_posture(lean_deg: float) -> None:
    back = synthetic_runner.draw_back(4, strides=12)
    near = near_arm(back.edge, back.arms)
    lean = np.where(back.stride >= 7, lean_deg, 0.0)
    posterior = infer_outline(back.edge, near, back.phase, back.stride, PRIOR, lean)
    assert list(posterior.evidence.segment) == [0] * 7 + [1] * 5


@given(st.integers(0, 10**6))
@few
def test_mirrored_order_has_mirrored_segments(seed: int) -> None:
    """The evidence of strides does not depend on their order."""
    rng = np.random.default_rng(seed)
    matrices = rng.uniform(0.5, 50.0, 9)[:, None, None] * np.eye(3)
    vectors = rng.normal(size=(9, 3)) * 20
    prior = replace(PRIOR, precision=np.eye(3))
    strides = StrideLikelihoods(matrices, vectors, rng.normal(0, 5, 9), prior)
    reversed_strides = StrideLikelihoods(matrices[::-1], vectors[::-1], strides.lean_deg[::-1], prior)
    forward, backward = (one.evidence(np.arange(10)) for one in (strides, reversed_strides))
    assert np.isfinite(forward).sum() == 7 * 8 // 2
    assert forward == pytest.approx(backward[::-1, ::-1].T, abs=1e-6)


def test_change_and_change_back_are_both_found() -> None:
    posterior = infer(changing(1, 20, range(7, 13)))
    assert posterior.ambiguity_sd <= LIMIT
    first, middle, last = (tilt_of(posterior, part) for part in (range(7), range(7, 13), range(13, 20)))
    assert first == pytest.approx(last, abs=1.0)
    assert middle == pytest.approx(tilt_of(pooled(changing(1, 20, range(20))), range(20)), abs=1.0)


@pytest.mark.parametrize("size", [0.7, 2.8, 4.2])
@pytest.mark.parametrize("component", [1, 2])
def test_gradual_drift_is_recovered_whatever_its_size(component: int, size: float) -> None:
    """Pooled into one segment, the largest drift shrinks to two fifths."""
    back = synthetic_runner.draw_back(3, strides=24)
    other = PRIOR.outlines(back.z[0] + size * np.eye(len(back.z[0]))[component])
    share = np.linspace(-0.5, 0.5, 24)[:, None]
    posterior = infer(replace(back, edge=back.edge + share[back.stride] * (other - back.outline)))
    assert posterior.ambiguity_sd <= LIMIT
    outlines = (back.outline + share * (other - back.outline), posterior.by_stride())
    true, tilt = (measure_outlines(o, 0.0, smooth=False).pelvic_tilt_deg for o in outlines)
    drift = true[-8:].mean() - true[:8].mean()
    assert tilt[-8:].mean() - tilt[:8].mean() == pytest.approx(drift, rel=0.1, abs=0.5)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_ambiguous_strides_are_settled_by_the_others(seed: int) -> None:
    back = synthetic_runner.draw_back(seed, strides=15, arms=False)
    posterior = beside_an_arm(back, range(5, 10))
    assert posterior.ambiguity_sd <= LIMIT
    assert tilt_of(posterior, range(15)) == pytest.approx(tilt_of(pooled(back), range(15)), abs=0.5)


@pytest.mark.parametrize("strides", [6, 15])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_clip_with_two_solutions_is_ambiguous(seed: int, strides: int) -> None:
    back = synthetic_runner.draw_back(seed, strides=strides, arms=False)
    assert beside_an_arm(back, range(strides)).ambiguity_sd > LIMIT


def test_distance_is_the_largest_difference_in_standard_deviations() -> None:
    evidence = pooled(synthetic_runner.draw_back(5, strides=5)).evidence
    solutions = evidence.solutions[0]
    other = solutions[1] + np.eye(solutions.shape[2])[2]
    here, there = (measure_outlines(PRIOR.outlines(z[0]), 0.0, smooth=False) for z in (solutions[1], other))
    wanted = max(
        abs(float(getattr(here, name)[0] - getattr(there, name)[0])) / calibration().systematic_sd[name]
        for name in ("pelvic_tilt_deg", "lumbar_arch_deg", "lumbar_arch_index")
    )
    assert distance_in_sd(solutions[[1]], other[None], PRIOR) == pytest.approx([wanted])
    between = distance_in_sd(solutions[[0]], solutions[[1]], PRIOR)
    assert segment_ambiguity(evidence, PRIOR) == pytest.approx(between)
