"""Reads the back from the edges: over the whole clip, or part by part where it is held otherwise later on.

Beside strides in which the back was held otherwise, its edges would be taken for an arm's. Strides of which two
different backs can be read are left out, as long as there are others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from posture.arrays import Array, Indices
from posture.back.measures import values_of
from posture.contour.prior import EdgePrior
from posture.contour.recover import Evidence, gather_evidence, outline_of
from posture.thresholds import GATES, SYSTEMATIC_SD

# Strides of a part, at least: as many as the gates ask for, and as the calibration's clips have.
PART_STRIDES = int(GATES["min_strides"].value)
# Measures by which two readings of the same edges are told apart.
TOLD_BY = ("pelvic_tilt_deg", "lumbar_arch_deg", "lumbar_arch_index")


@dataclass(frozen=True)
class Reading:
    """What the edges say of the back.

    Attributes
    ----------
    evidence : Evidence
    strides : array of int, shape (S,)
        Which of the strides it is of, ascending.
    split : float
        How far apart two readings of them lie that differ in what is an arm, at most; beyond the gate ``max_split`` no
        stride could be read in one way only.
    """

    evidence: Evidence
    strides: Indices
    split: float


def read_back(
    edge: Array, near_arm: npt.NDArray[np.bool_], phase: Array, stride: Indices, model: EdgePrior
) -> Reading:
    """Read the back; parameters as in `posture.contour.recover.gather_evidence`."""
    limit = GATES["max_split"].value
    evidence = gather_evidence(edge, near_arm, phase, stride, model)
    count = len(evidence.pull)
    if count >= 2 * PART_STRIDES:
        parts = gather_evidence(edge, near_arm, phase, stride, model, block=parts_of(count))
        of_parts, of_all = parts.ends[:, -1], evidence.ends[:, -1]
        if max(splits_of(evidence, model).max(), apart(of_parts, of_all, model).max()) > limit:
            evidence = parts
    splits = splits_of(evidence, model)
    clear = splits[evidence.block] <= limit
    kept = np.flatnonzero(clear)
    if 0 < len(kept) < count:
        frames = clear[stride]
        block = np.unique(evidence.block[kept], return_inverse=True)[1]
        number = np.searchsorted(kept, stride[frames])
        evidence = gather_evidence(edge[frames], near_arm[frames], phase[frames], number, model, block=block)
        return Reading(evidence, kept, float(splits[splits <= limit].max()))
    return Reading(evidence, np.arange(count), float(splits.max()))


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
    z, other : array, shape (N, K)
        Coefficients of the outlines.
    model : EdgePrior

    Returns
    -------
    array, shape (N,)
        The largest difference of tilt, arch and index, in standard deviations of their errors (`SYSTEMATIC_SD`).
    """
    here, there = (values_of(outline_of(one, model), 0.0) for one in (z, other))
    return np.asarray(np.max([np.abs(here[n] - there[n]) / SYSTEMATIC_SD[n] for n in TOLD_BY], axis=0))
