"""The back read from the edges of a whole clip, and part by part where it changes on the way."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers import synthetic_runner
from helpers.synthetic_runner import Back
from hypothesis import given
from hypothesis import strategies as st

from posture.back.intervals import measure_back
from posture.contour.geometry import measure_outlines
from posture.contour.grid import T_GRID
from posture.contour.occlusion import near_arm
from posture.outline.em import Evidence, fit_memberships, outline_of, posterior
from posture.outline.segmentation import (
    LEAST_STRIDES,
    PART_STRIDES,
    SHIFTS,
    block_ambiguity,
    distance_in_sd,
    fine_parts_of,
    parts_of,
    segment_strides,
)
from posture.thresholds import GATES, SYSTEMATIC_SD

MODEL = synthetic_runner.prior()
LIMIT = GATES.max_split


def read(back: Back) -> tuple[Evidence, float]:
    return segment_strides(back.edge, near_arm(back.edge, back.arms), back.phase, back.stride, MODEL)


def pooled(back: Back) -> Evidence:
    return fit_memberships(back.edge, near_arm(back.edge, back.arms), back.phase, back.stride, MODEL)


def tilt_of(evidence: Evidence, strides: range | list[int]) -> float:
    """Return the tilt that some strides alone tell."""
    times = np.isin(np.arange(len(evidence.pull)), list(strides)).astype(float)
    return float(measure_outlines(outline_of(posterior(evidence, times)[0], MODEL), 0.0).pelvic_tilt_deg[0])


def changing(seed: int, strides: int, changed: range) -> Back:
    """Return a back that is held otherwise over some strides."""
    back = synthetic_runner.draw_back(seed, strides=strides)
    other = outline_of(back.z[0] + 3.0 * np.eye(len(back.z[0]))[1], MODEL)
    then = np.isin(back.stride, list(changed))[:, None]
    return replace(back, edge=back.edge + then * (other - back.outline))


@given(st.integers(1, 2000))
def test_parts_are_even_and_long_enough(strides: int) -> None:
    part = parts_of(strides)
    assert part.shape == (strides,)
    assert (np.diff(part) >= 0).all()
    sizes = np.bincount(part)
    assert sizes.min() >= min(PART_STRIDES, strides)
    assert sizes.max() < 2 * PART_STRIDES


@given(st.integers(2 * PART_STRIDES, 500), st.data())
def test_any_few_strides_in_a_row_are_most_of_a_fine_part(strides: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, strides - LEAST_STRIDES))
    parts = [fine_parts_of(strides, shift) for shift in SHIFTS]
    for part in parts:
        assert part[0] == 0
        assert set(np.diff(part)) <= {0, 1}
        assert LEAST_STRIDES <= np.bincount(part).min() <= np.bincount(part).max() <= PART_STRIDES
    few = slice(first, first + LEAST_STRIDES)
    assert any(
        2 * np.count_nonzero(part[few] == number) > np.count_nonzero(part == number)
        for part in parts
        for number in part[few]
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_back_that_stays_is_read_as_a_whole(seed: int) -> None:
    back = synthetic_runner.draw_back(seed, strides=14)
    evidence, split = read(back)
    assert split < 0.3
    assert set(evidence.block) == {0}
    assert evidence.pull == pytest.approx(pooled(back).pull)


@pytest.mark.parametrize("change", [4, 7, 10, 13, 16])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_back_that_changes_is_read_before_and_after_as_by_itself(seed: int, change: int) -> None:
    """Wherever it changes: the parts' borders move there."""
    back = changing(seed, 20, range(change, 20))
    evidence, split = read(back)
    assert split <= LIMIT
    assert not set(evidence.block[:change]) & set(evidence.block[change:])
    for part in (range(change), range(change, 20)):
        frames = np.isin(back.stride, list(part))
        alone = fit_memberships(
            back.edge[frames],
            near_arm(back.edge, back.arms)[frames],
            back.phase[frames],
            back.stride[frames] - part[0],
            MODEL,
        )
        assert tilt_of(evidence, part) == pytest.approx(tilt_of(alone, range(len(part))), abs=1.0)


@pytest.mark.parametrize(("strides", "change"), [(6, 3), (7, 4), (9, 3), (9, 6)])
@pytest.mark.parametrize("seed", [1, 2])
def test_a_back_that_changes_within_few_strides_is_read_before_and_after(
    seed: int, strides: int, change: int
) -> None:
    back = changing(seed, strides, range(change, strides))
    evidence, split = read(back)
    assert split <= LIMIT
    assert list(evidence.block) == [0] * change + [1] * (strides - change)
    before, after = (tilt_of(evidence, part) for part in (range(change), range(change, strides)))
    true = (changing(seed, strides, changed) for changed in (range(0), range(strides)))
    for found, alone in zip((before, after), true, strict=True):
        assert found == pytest.approx(tilt_of(pooled(alone), range(strides)), abs=1.0)


@pytest.mark.parametrize("strides", [6, 9, 15])
@pytest.mark.parametrize("covered", [range(3), range(3, 6)])
@pytest.mark.parametrize("share", [0.9, 1.0])
@pytest.mark.parametrize("seed", [1, 2])
def test_an_arm_beside_some_strides_is_no_change_of_the_back(
    seed: int, share: float, covered: range, strides: int
) -> None:
    """Once the edges beside the arm decided: parts were read along the arm, 5 degrees off."""
    back = synthetic_runner.draw_back(seed, strides=strides, arms=False)
    evidence, split = beside(back, covered, share)
    assert split <= LIMIT
    assert tilt_of(evidence, range(strides)) == pytest.approx(tilt_of(pooled(back), range(strides)), abs=0.5)


@pytest.mark.parametrize("first", [0, 1, 3, 4, 6, 8, 11])
@pytest.mark.parametrize("seed", [1, 2])
def test_three_strides_held_otherwise_are_found_wherever_they_are(seed: int, first: int) -> None:
    """Where they lay across two of the parts, they were read as all others."""
    otherwise = range(first, first + 3)
    evidence, split = read(changing(seed, 14, otherwise))
    assert split <= LIMIT
    others = sorted(set(range(14)) - set(otherwise))
    for strides, alone in (
        (otherwise, changing(seed, 14, range(14))),
        (others, changing(seed, 14, range(0))),
    ):
        assert tilt_of(evidence, strides) == pytest.approx(tilt_of(pooled(alone), range(14)), abs=1.0)


def test_a_back_that_changes_and_changes_back_is_read_in_every_part() -> None:
    """The second and the third part of five hold a change each, and are read in two ways at first."""
    back = changing(1, 20, range(7, 13))
    evidence, split = read(back)
    assert split <= LIMIT
    there, between, again = (tilt_of(evidence, part) for part in (range(7), range(7, 13), range(13, 20)))
    assert there == pytest.approx(again, abs=1.0)
    assert between == pytest.approx(tilt_of(pooled(changing(1, 20, range(20))), range(20)), abs=1.0)


def beside(back: Back, strides: range, share: float = 0.9) -> tuple[Evidence, float]:
    """Read a back beside which an arm lies still over some strides, in a share of their frames."""
    bump = 0.06 * np.sin(np.pi * np.clip((T_GRID - 0.1) / 0.5, 0.0, 1.0))
    covered = np.isin(back.stride, list(strides))
    covered &= np.random.default_rng(0).uniform(size=len(covered)) < share
    near = covered[:, None] & (bump > 0.005)
    return segment_strides(back.edge + covered[:, None] * bump, near, back.phase, back.stride, MODEL)


@pytest.mark.parametrize("size", [0.7, 2.8, 4.2])
@pytest.mark.parametrize("component", [1, 2])
def test_a_gradual_drift_is_read_back_however_large(component: int, size: float) -> None:
    """As one back, the largest of these was read back to two fifths."""
    back = synthetic_runner.draw_back(3, strides=24)
    other = outline_of(back.z[0] + size * np.eye(len(back.z[0]))[component], MODEL)
    share = np.linspace(-0.5, 0.5, 24)
    evidence, split = read(
        replace(back, edge=back.edge + share[back.stride][:, None] * (other - back.outline))
    )
    assert split <= LIMIT
    true = measure_outlines(back.outline + share[:, None] * (other - back.outline), 0.0, smooth=False)
    drift = true.pelvic_tilt_deg[-8:].mean() - true.pelvic_tilt_deg[:8].mean()
    lean, number = np.zeros(len(back.stride)), back.stride
    tilt = measure_back(evidence, lean, back.phase, number, MODEL).by_stride["pelvic_tilt_deg"]
    assert tilt[-8:].mean() - tilt[:8].mean() == pytest.approx(drift, rel=0.1, abs=0.5)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_could_be_read_in_two_ways_is_settled_by_the_other_strides(seed: int) -> None:
    back = synthetic_runner.draw_back(seed, strides=15, arms=False)
    evidence, split = beside(back, range(5, 10))
    assert split <= LIMIT
    assert tilt_of(evidence, range(15)) == pytest.approx(tilt_of(pooled(back), range(15)), abs=0.5)


@pytest.mark.parametrize("strides", [6, 15])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_back_that_can_be_read_in_two_ways_says_so(seed: int, strides: int) -> None:
    _, split = beside(synthetic_runner.draw_back(seed, strides=strides, arms=False), range(strides))
    assert split > LIMIT


def test_outlines_are_apart_by_their_largest_difference_in_standard_deviations() -> None:
    evidence = pooled(synthetic_runner.draw_back(5, strides=5))
    ends = evidence.ends[0]
    other = ends[1] + np.eye(ends.shape[2])[2]
    here, there = (measure_outlines(outline_of(z[0], MODEL), 0.0, smooth=False) for z in (ends[1], other))
    wanted = max(
        abs(float(getattr(here, name)[0] - getattr(there, name)[0])) / SYSTEMATIC_SD[name]
        for name in ("pelvic_tilt_deg", "lumbar_arch_deg", "lumbar_arch_index")
    )
    assert distance_in_sd(ends[[1]], other[None], MODEL) == pytest.approx([wanted])
    assert block_ambiguity(evidence, MODEL) == pytest.approx(distance_in_sd(ends[[0]], ends[[1]], MODEL))
