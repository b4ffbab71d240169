"""Reads the back from the edges: over the whole clip, or part by part where it is held otherwise later on.

Beside strides in which the back was held otherwise, its edges would be taken for an arm's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from posture.contour.geometry import measures_by_name
from posture.outline.em import Evidence, explained, fit_memberships, outline_of
from posture.outline.prior import EdgePrior
from posture.thresholds import GATES, SYSTEMATIC_SD
from posture.types import Array, Indices

# Strides of a part to begin with, at least: as many as the gates ask for, and as the calibration's clips have.
PART_STRIDES = GATES.min_strides
# A part that shrinks below this is joined to its neighbours: fewer strides seldom show the back beside both arms.
LEAST_STRIDES = 3
# By how many strides each try's parts begin earlier: any three strides in a row are most of a part's in one of them.
SHIFTS = (0, 2, 3)
# How often the borders between parts are moved to where the back changes.
ROUNDS = 4
# By how much better (log density, of each stride) its own reading must explain a part than another's. On the two sample
# runs a neighbouring part's explains a stride by up to 3 better within one posture, by 68 and more where it changes.
# Two people's runs joined: by more than 10 in all 103 that lie apart; 78 backs with an arm beside a part: below 0.1.
MARGIN = 5.0
# Strides that the whole's reading explains no less evenly than this (log density of a stride, best few less worst few)
# hold no change large enough for `CHANGED`: 14 to 19 on the sample runs, 160 to 402 where three strides or more of one
# were put into the other, whose arch differs by 29 degrees; it grows with the square of the change.
EVEN = 20.0
# A clip too short for two parts of `PART_STRIDES` is read in two where they lie further apart than this, in standard
# deviations as in `apart`, whichever way each can be read: in the 36 calibration clips of six strides up to 1.7. Two
# people's runs were joined after three strides or more: in 68 of 183 pooling was off by more than 5 degrees of arch
# without a word, of which 63 lie further apart; the errors of the 183 were then 3.5 degrees (RMS), not 6.5, and those
# of each person alone 3.3.
CHANGED = 2.0
# Measures by which two readings of the same edges are told apart.
DISCRIMINATING_MEASURES = ("pelvic_tilt_deg", "lumbar_arch_deg", "lumbar_arch_index")


def segment_strides(
    edge: Array, near_arm: npt.NDArray[np.bool_], phase: Array, stride: Indices, model: EdgePrior
) -> tuple[Evidence, float]:
    """Read the back; parameters as in `posture.outline.em.gather_evidence`.

    Returns
    -------
    evidence : Evidence
        In one block, or in several where the back is held differently in them.
    split : float
        How far apart two readings that differ in what is an arm lie, in the worst block; see `apart`.
    """
    seen = _Seen(edge, near_arm, phase, stride, model)
    evidence = seen.gathered(None)
    count = len(evidence.pull)
    if count >= 2 * PART_STRIDES:
        evidence = _read_long(evidence, seen)
    elif count >= 2 * LEAST_STRIDES:
        evidence = _read_short(evidence, seen)
    return evidence, float(block_ambiguity(evidence, model).max())


@dataclass(frozen=True)
class _Seen:
    """The edges as `posture.outline.em.gather_evidence` takes them."""

    edge: Array
    near_arm: npt.NDArray[np.bool_]
    phase: Array
    stride: Indices
    model: EdgePrior

    def gathered(self, block: Indices | None) -> Evidence:
        return fit_memberships(self.edge, self.near_arm, self.phase, self.stride, self.model, block=block)

    def explained(self, frames: npt.NDArray[np.bool_], z: Array, *, free: bool = False) -> Array:
        """Return how well an outline explains some frames' edges, those beside no arm if ``free``, shape (F,)."""
        edge, near_arm = self.edge[frames], self.near_arm[frames]
        if free:
            edge = np.where(near_arm, np.nan, edge)
        return explained(edge, near_arm, self.phase[frames], self.model, z)


def _read_long(whole: Evidence, seen: _Seen) -> Evidence:
    """Return the parts of a clip long enough for parts that tell arms from back, where they depart from the whole."""
    count, limit = len(whole.pull), GATES.max_split
    parts = seen.gathered(parts_of(count))
    if max(block_ambiguity(whole, seen.model).max(), _departing(parts, whole, seen.model).max()) > limit:
        parts = _moved(parts, seen)
        if _is_needed(parts, whole, seen):
            return parts
    # Fewer strides than half a part hide in it: they are looked for by themselves.
    if _is_even(whole, seen):
        return whole
    for shift in SHIFTS:
        parts = seen.gathered(fine_parts_of(count, shift))
        if _departing(parts, whole, seen.model).max() > CHANGED and _is_needed(parts, whole, seen):
            parts = _joined(_moved(parts, seen), seen)
            if _is_needed(parts, whole, seen):
                return parts
    return whole


def _is_even(whole: Evidence, seen: _Seen) -> bool:
    """Return whether the whole's reading explains all strides, by a few at a time, nearly as well."""
    every, frames = np.ones(len(seen.stride), dtype=bool), np.bincount(seen.stride)
    of_frames = max((seen.explained(every, z, free=True) for z in whole.ends[0]), key=np.sum)
    of_strides = np.bincount(seen.stride, weights=of_frames) / frames * np.median(frames)
    few = np.convolve(of_strides, np.full(LEAST_STRIDES, 1 / LEAST_STRIDES), mode="valid")
    return bool(np.ptp(few) <= EVEN)


def _departing(parts: Evidence, whole: Evidence, model: EdgePrior) -> Array:
    """Return how far each part lies from the whole; what can be read in two ways is settled by it, if one is its."""
    return np.minimum(*(distance_in_sd(parts.ends[:, end], whole.ends[:, 1], model) for end in (0, 1)))


def _is_needed(parts: Evidence, whole: Evidence, seen: _Seen) -> bool:
    """Return whether the whole's reading, whichever, leaves the edges of some part unexplained."""
    return any(_needs_its_own(parts, number, whole.ends[0], seen) for number in range(len(parts.ends)))


def _joined(parts: Evidence, seen: _Seen) -> Evidence:
    """Return the parts after neighbours between which the back does not change have become one."""
    border = [
        _least_apart(parts.ends[number], parts.ends[number + 1], seen.model) > CHANGED
        for number in range(len(parts.ends) - 1)
    ]
    block = np.concatenate([[0], np.cumsum(border)])[parts.block]
    return parts if all(border) else _moved(seen.gathered(block), seen)


def _read_short(whole: Evidence, seen: _Seen) -> Evidence:
    """Return the two parts of a short clip that lie furthest apart, where that is a change of the back."""
    count, best, furthest = len(whole.pull), whole, CHANGED
    for border in range(LEAST_STRIDES, count - LEAST_STRIDES + 1):
        parts = seen.gathered((np.arange(count) >= border).astype(np.intp))
        first, second = parts.ends
        distance = _least_apart(first, second, seen.model)
        if (
            distance > furthest
            and _needs_its_own(parts, 0, second, seen)
            and _needs_its_own(parts, 1, first, seen)
        ):
            best, furthest = parts, distance
    return best if best is whole else _moved(best, seen)


def _moved(parts: Evidence, seen: _Seen) -> Evidence:
    """Return the parts after their borders were moved to where the back changes."""
    for _ in range(ROUNDS):
        block = _better_parts(parts, seen)
        if np.array_equal(block, parts.block):
            break
        parts = seen.gathered(block)
    return parts


def _needs_its_own(parts: Evidence, number: int, others: Array, seen: _Seen) -> bool:
    """Return whether a part's edges are explained better by its own reading than by others, shape (N, H, K).

    Those beside an arm do not count: they may be the arm's.
    """
    frames = parts.block[seen.stride] == number
    own, other = (
        max(float(seen.explained(frames, z, free=True).sum()) for z in readings)
        for readings in (parts.ends[number], others)
    )
    return own - other > MARGIN * int(np.count_nonzero(parts.block == number))


def _least_apart(first: Array, second: Array, model: EdgePrior) -> float:
    """Return how far apart two parts lie at least, whichever way each is read, shape (2, H, K); see `apart`."""
    return float(min(distance_in_sd(one[None], other[None], model)[0] for one in first for other in second))


def _better_parts(parts: Evidence, seen: _Seen) -> Indices:
    """Return the parts, 0..B-1, after each stride went to a neighbouring one that explains it better, shape (S,)."""
    count, sizes = len(parts.ends), np.bincount(parts.block)
    score = np.full((count, len(parts.block)), -np.inf)
    for number in range(count):
        strides = np.abs(parts.block - number) <= 1
        frames = strides[seen.stride]
        of_frames = seen.explained(frames, parts.ends[number, 1])
        of_strides = np.bincount(seen.stride[frames], weights=of_frames, minlength=len(strides))
        score[number, strides] = of_strides[strides]
    own = parts.block, np.arange(len(parts.block))
    score[own] += MARGIN
    score[sizes < LEAST_STRIDES] = -np.inf
    best = np.where(np.isfinite(score.max(axis=0)), score.argmax(axis=0), parts.block)
    return np.asarray(np.unique(best, return_inverse=True)[1])


def parts_of(strides: int) -> Indices:
    """Return which part each stride belongs to, 0..B-1: as many parts of `PART_STRIDES` or more as there are."""
    return np.arange(strides) * max(strides // PART_STRIDES, 1) // max(strides, 1)


def fine_parts_of(strides: int, shift: int) -> Indices:
    """Return which part each stride belongs to, 0..B-1: parts of `PART_STRIDES`, of fewer at the ends.

    Any `LEAST_STRIDES` in a row are most of a part's with one of the `SHIFTS`.
    """
    borders = np.arange(PART_STRIDES - shift, strides, PART_STRIDES)
    borders = np.clip(borders, LEAST_STRIDES, strides - LEAST_STRIDES)
    return np.searchsorted(borders, np.arange(strides), side="right")


def block_ambiguity(evidence: Evidence, model: EdgePrior) -> Array:
    """Return how far apart the two ends of the search for the outline lie in each block, see `apart`, shape (B,)."""
    return distance_in_sd(evidence.ends[:, 0], evidence.ends[:, 1], model)


def distance_in_sd(z: Array, other: Array, model: EdgePrior) -> Array:
    """Return how far apart outlines lie, shape (N,).

    Parameters
    ----------
    z, other : array, shape (N, H, K)
        Coefficients of the outlines, which move with the stride; their means are compared.
    model : EdgePrior

    Returns
    -------
    array, shape (N,)
        The largest difference of tilt, arch and index, in standard deviations of their errors (`SYSTEMATIC_SD`).
    """
    here, there = (measures_by_name(outline_of(one[:, 0], model), 0.0) for one in (z, other))
    return np.asarray(
        np.max([np.abs(here[n] - there[n]) / SYSTEMATIC_SD[n] for n in DISCRIMINATING_MEASURES], axis=0)
    )
