"""Change-point detection: split a clip into segments of similar posture and infer the outline in each.

Pooling strides of different posture would make EM explain the difference as an arm, and a mean over them would be
nobody's posture. Each stride is first explained by itself, from the edges that no arm can cover: a Gaussian likelihood
of its mean outline and its trunk lean. Strides of one posture share a mean and vary around it. The evidence of a
segment (its marginal likelihood) then has a closed form, and the segments with the largest sum of evidences are found
exactly, by dynamic programming over the strides [1]_, [2]_. Neighbours that do not differ by more than the measures'
own errors are merged; only then does EM run, once in each segment.

References
----------
.. [1] Jackson et al. (2005). An algorithm for optimal partitioning of data on an interval. IEEE Signal Processing
   Letters 12(2), 105-108. doi:10.1109/LSP.2001.838216
.. [2] Fearnhead (2006). Exact and efficient Bayesian inference for multiple changepoint problems. Statistics and
   Computing 16, 203-213. doi:10.1007/s11222-006-8450-8
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from posture.calibration import calibration
from posture.contour.angles import measures_by_name
from posture.outline.body_or_arm import EdgeSamples, Evidence, fit_each_stride, fit_memberships
from posture.outline.prior import EdgePrior
from posture.thresholds import SEGMENTS
from posture.types import Array, Indices

# Longer clips are segmented in groups of neighbouring strides: time and memory grow with the square of their number.
MAX_GROUPS = 200
# Standard deviation of the trunk lean between postures, degrees: from upright to far bent.
POSTURE_LEAN_SD_DEG = 10.0
# Measures that tell two solutions for the same edges apart, and two postures.
DISCRIMINATING_MEASURES = ("pelvic_tilt_deg", "lumbar_arch_deg", "lumbar_arch_index")
POSTURE_MEASURES = (*DISCRIMINATING_MEASURES, "trunk_lean_deg")


def segment_strides(samples: EdgeSamples, lean_deg: Array) -> Evidence:
    """Infer the outline, in one segment or in several where the posture changes.

    Parameters
    ----------
    lean_deg : shape (F,)
        Trunk axis to the vertical, forward positive; its zero does not matter.
    """
    return fit_memberships(samples, posture_segments(samples, lean_deg))


def posture_segments(samples: EdgeSamples, lean_deg: Array) -> Indices:
    """Return the segment of each stride, 0..B-1, shape (S,)."""
    strides = int(samples.stride.max()) + 1 if len(samples.stride) else 0
    if strides < 2 * SEGMENTS.min_strides:
        return np.zeros(strides, dtype=np.intp)
    likelihoods = StrideLikelihoods.of(samples, lean_deg)
    starts = _merge_similar(_best_starts(likelihoods), likelihoods)
    return np.searchsorted(starts, np.arange(strides), side="right") - 1


@dataclass(frozen=True)
class StrideLikelihoods:
    """What each of S strides says about the posture that it belongs to.

    The posture is a mean outline with K coefficients and a mean trunk lean. A stride's likelihood includes how far
    strides of one posture vary around it.

    Attributes
    ----------
    matrices, vectors : shape (S, K, K), (S, K)
        Gaussian information about the mean coefficients. What arms hide carries none.
    lean_deg : shape (S,)
        Mean trunk lean.
    """

    matrices: Array
    vectors: Array
    lean_deg: Array
    prior: EdgePrior

    @classmethod
    def of(cls, samples: EdgeSamples, lean_deg: Array) -> StrideLikelihoods:
        """Explain each stride by itself; parameters as in `segment_strides`."""
        matrices, vectors = fit_each_stride(samples.unoccluded())
        spread = np.eye(matrices.shape[-1]) + SEGMENTS.stride_outline_sd**2 * matrices
        lean = np.bincount(samples.stride, weights=lean_deg) / np.bincount(samples.stride)
        return cls(
            np.linalg.solve(spread, matrices), np.linalg.solve(spread, vectors[..., None])[..., 0], lean, samples.prior
        )

    def evidence(self, groups: Indices) -> Array:
        """Return the log evidence that consecutive groups of strides are one posture, shape (G + 1, G + 1).

        Parameters
        ----------
        groups : shape (G + 1,)
            First stride of each group, and the number of strides.

        Returns
        -------
        array
            At (i, j): of the groups i to j - 1; -inf where these are fewer than `SEGMENTS.min_strides` strides.
        """
        count, precision = len(groups) - 1, self.prior.precision
        matrices, vectors, lean = (
            _cumulative(values)[groups]
            for values in (self.matrices, self.vectors, self.lean_deg - np.median(self.lean_deg))
        )
        total = np.full((count + 1, count + 1), -np.inf)
        for first in range(count):
            ends = np.arange(first + 1, count + 1)
            strides = groups[ends] - groups[first]
            ends, strides = ends[strides >= SEGMENTS.min_strides], strides[strides >= SEGMENTS.min_strides]
            if len(ends):
                outline = _gaussian_evidence(
                    matrices[ends] - matrices[first], vectors[ends] - vectors[first], precision
                )
                total[first, ends] = outline + _lean_evidence(strides, lean[ends] - lean[first])
        return total

    def measures(self, first: int, end: int) -> dict[str, float]:
        """Return tilt, arch, index and lean of the strides ``first`` to ``end - 1`` as one posture."""
        matrix = self.matrices[first:end].sum(axis=0) + self.prior.precision
        mean = np.linalg.solve(matrix, self.vectors[first:end].sum(axis=0))
        values = measures_by_name(self.prior.outlines(mean[None]), float(self.lean_deg[first:end].mean()))
        return {name: float(values[name][0]) for name in POSTURE_MEASURES}


def _cumulative(values: Array) -> Array:
    """Return the sums of the first 0, 1, ... strides, shape (S + 1, ...)."""
    return np.concatenate([np.zeros((1, *values.shape[1:])), np.cumsum(values, axis=0)])


def _gaussian_evidence(matrices: Array, vectors: Array, precision: Array) -> Array:
    """Return the log marginal likelihood of each Gaussian information under a prior, shape (N,).

    Without the terms that do not depend on how strides are put together.

    Parameters
    ----------
    matrices, vectors : shape (N, K, K), (N, K)
    precision : shape (K, K)
        Of the prior, whose mean is 0.
    """
    posterior = matrices + precision
    mean = np.linalg.solve(posterior, vectors[..., None])[..., 0]
    ratio = np.linalg.slogdet(posterior)[1] - np.linalg.slogdet(precision)[1]
    return np.asarray(0.5 * ((vectors * mean).sum(axis=-1) - ratio))


def _lean_evidence(strides: Array | Indices, total_deg: Array) -> Array:
    """Return the same for numbers of strides and the sums of their leans, shape (N,)."""
    information = 1.0 / SEGMENTS.stride_lean_sd_deg**2
    matrices, precision = (strides * information)[:, None, None], np.array([[1.0 / POSTURE_LEAN_SD_DEG**2]])
    return _gaussian_evidence(matrices, (total_deg * information)[:, None], precision)


def _best_starts(likelihoods: StrideLikelihoods) -> list[int]:
    """Return the first strides of the segments with the largest sum of evidences, each less a penalty."""
    strides = len(likelihoods.lean_deg)
    groups = np.linspace(0, strides, min(strides, MAX_GROUPS) + 1).round().astype(np.intp)
    evidence = likelihoods.evidence(groups)
    best, previous = np.full(len(groups), -np.inf), np.zeros(len(groups), dtype=np.intp)
    best[0] = 0.0
    for end in range(1, len(groups)):
        totals = best[:end] + evidence[:end, end] - SEGMENTS.change_penalty
        previous[end] = totals.argmax()
        best[end] = totals.max()
    starts, place = [], len(groups) - 1
    while place > 0:
        place = int(previous[place])
        starts.append(int(groups[place]))
    return starts[::-1]


def _merge_similar(starts: list[int], likelihoods: StrideLikelihoods) -> list[int]:
    """Merge the most similar neighbours until all differ by more than `SEGMENTS.min_change_sd`."""
    starts = list(starts)
    while len(starts) > 1:
        ends = [*starts[1:], len(likelihoods.lean_deg)]
        segments = [likelihoods.measures(first, end) for first, end in zip(starts, ends, strict=True)]
        changes = [posture_change_sd(one, other) for one, other in pairwise(segments)]
        smallest = int(np.argmin(changes))
        if changes[smallest] > SEGMENTS.min_change_sd:
            break
        del starts[smallest + 1]
    return starts


def posture_change_sd(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Return the largest difference of two postures' measures, in standard deviations of the measures' errors."""
    sd = calibration().systematic_sd
    return max(abs(one[name] - other[name]) / sd[name] for name in POSTURE_MEASURES)


def segment_ambiguity(evidence: Evidence, prior: EdgePrior, sd: Mapping[str, float] | None = None) -> Array:
    """Return the distance between the two EM solutions of each segment, see `distance_in_sd`, shape (B,)."""
    return distance_in_sd(evidence.solutions[:, 0], evidence.solutions[:, 1], prior, sd)


def distance_in_sd(z: Array, other: Array, prior: EdgePrior, sd: Mapping[str, float] | None = None) -> Array:
    """Return the distance between mean outlines, in standard deviations of the measures' errors.

    Parameters
    ----------
    z, other : shape (N, H, K)
        Coefficients of outlines that move with the stride; their means are compared.
    sd
        By measure; by default `Calibration.systematic_sd`.

    Returns
    -------
    array, shape (N,)
        Largest difference of tilt, arch and index, each divided by its standard deviation.
    """
    sd = calibration().systematic_sd if sd is None else sd
    here, there = (measures_by_name(prior.outlines(one[:, 0]), 0.0) for one in (z, other))
    differences = [np.abs(here[n] - there[n]) / sd[n] for n in DISCRIMINATING_MEASURES]
    return np.asarray(np.max(differences, axis=0))
