"""Reads the back from the edges: over the whole clip, or part by part where it is held otherwise later on.

Beside strides in which the back was held otherwise, its edges would be taken for an arm's.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from posture.arrays import Array, Indices
from posture.back.measures import values_of
from posture.contour.prior import EdgePrior
from posture.contour.recover import Evidence, explained, gather_evidence, outline_of
from posture.thresholds import GATES, SYSTEMATIC_SD

# Strides of a part to begin with, at least: as many as the gates ask for, and as the calibration's clips have.
PART_STRIDES = int(GATES["min_strides"].value)
# A part that shrinks below this is joined to its neighbours: fewer strides seldom show the back beside both arms.
LEAST_STRIDES = 3
# How often the borders between parts are moved to where the back changes, and by how much better (log density) a
# neighbouring part must explain a stride: on the two sample runs up to 3 within one posture, 68 and more where it
# changes.
ROUNDS, MARGIN = 4, 5.0
# Measures by which two readings of the same edges are told apart.
TOLD_BY = ("pelvic_tilt_deg", "lumbar_arch_deg", "lumbar_arch_index")


def read_back(
    edge: Array, near_arm: npt.NDArray[np.bool_], phase: Array, stride: Indices, model: EdgePrior
) -> tuple[Evidence, float]:
    """Read the back; parameters as in `posture.contour.recover.gather_evidence`.

    Returns
    -------
    evidence : Evidence
        In one block, or in several where the back is held differently in them.
    split : float
        How far apart two readings that differ in what is an arm lie, in the worst block; see `apart`.
    """
    limit = GATES["max_split"].value
    evidence = gather_evidence(edge, near_arm, phase, stride, model)
    count = len(evidence.pull)
    if count >= 2 * PART_STRIDES:
        parts = gather_evidence(edge, near_arm, phase, stride, model, block=parts_of(count))
        # What can be read in two ways is settled by the other strides, if one of them is theirs.
        departing = np.minimum(*(apart(parts.ends[:, end], evidence.ends[:, 1], model) for end in (0, 1)))
        if max(splits_of(evidence, model).max(), departing.max()) > limit:
            for _ in range(ROUNDS):
                block = _better_parts(parts, edge, near_arm, phase, stride, model)
                if np.array_equal(block, parts.block):
                    break
                parts = gather_evidence(edge, near_arm, phase, stride, model, block=block)
            evidence = parts
    return evidence, float(splits_of(evidence, model).max())


def _better_parts(
    parts: Evidence,
    edge: Array,
    near_arm: npt.NDArray[np.bool_],
    phase: Array,
    stride: Indices,
    model: EdgePrior,
) -> Indices:
    """Return the parts, 0..B-1, after each stride went to a neighbouring one that explains it better, shape (S,)."""
    count, sizes = len(parts.ends), np.bincount(parts.block)
    score = np.full((count, len(parts.block)), -np.inf)
    for number in range(count):
        strides = np.abs(parts.block - number) <= 1
        frames = strides[stride]
        of_frames = explained(edge[frames], near_arm[frames], phase[frames], model, parts.ends[number, 1])
        of_strides = np.bincount(stride[frames], weights=of_frames, minlength=len(strides))
        score[number, strides] = of_strides[strides]
    own = parts.block, np.arange(len(parts.block))
    score[own] += MARGIN
    score[sizes < LEAST_STRIDES] = -np.inf
    best = np.where(np.isfinite(score.max(axis=0)), score.argmax(axis=0), parts.block)
    return np.asarray(np.unique(best, return_inverse=True)[1])


def parts_of(strides: int) -> Indices:
    """Return which part each stride belongs to, 0..B-1: as many parts of `PART_STRIDES` or more as there are."""
    return np.arange(strides) * max(strides // PART_STRIDES, 1) // max(strides, 1)


def splits_of(evidence: Evidence, model: EdgePrior) -> Array:
    """Return how far apart the two ends of the search for the outline lie in each block, see `apart`, shape (B,)."""
    return apart(evidence.ends[:, 0], evidence.ends[:, 1], model)


def apart(z: Array, other: Array, model: EdgePrior) -> Array:
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
    here, there = (values_of(outline_of(one[:, 0], model), 0.0) for one in (z, other))
    return np.asarray(np.max([np.abs(here[n] - there[n]) / SYSTEMATIC_SD[n] for n in TOLD_BY], axis=0))
