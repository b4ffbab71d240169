"""Posterior of a clip's armless outline: the one object that inference hands to measuring.

Given the memberships of the edge samples, the outline's coefficients are Gaussian and the evidence of the strides adds
up. The mean over the clip, any bootstrap over strides and each stride's own outline follow from sums of the strides'
information matrices, without another look at the edges.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from posture.calibration import calibration
from posture.contour.grid import T_GRID
from posture.gait.fourier import fourier_basis
from posture.outline.body_or_arm import (
    BODY_AT_HEIGHT,
    HARMONICS,
    EdgeSamples,
    Evidence,
    fit_memberships,
    information_of,
)
from posture.outline.prior import EdgePrior
from posture.outline.segmentation import segment_ambiguity, segment_strides
from posture.outline.shape_model import Gaussian
from posture.types import Array, Indices, blocks

# The part of the back that counts for the unoccluded share, and its upper half, on which the arch rests.
BACK_T = (-0.1, 0.9)
UPPER_T = (0.45, 0.8)
# Trunk lengths; an edge further away is an arm, however far.
RESIDUAL_CAP_L = 0.1
# Strides that the jackknife leaves out in one go: each takes a large system of equations.
JACKKNIFE_BLOCK = 100


@dataclass(frozen=True)
class OutlinePosterior:
    """Posterior of the armless outline over F frames of S strides.

    The outline at phase p has the coefficients ``fourier_basis(p) @ z`` with z of shape (H, K): the mean and the
    harmonics of K components.
    """

    evidence: Evidence
    prior: EdgePrior
    phase: Array  # Shape (F,). Stride phase of each frame, 0..1.
    stride: Indices  # Shape (F,). Stride of each frame, 0..S-1.
    samples: EdgeSamples  # The edges that it was inferred from.

    @property
    def strides(self) -> int:
        """Number of strides."""
        return len(self.evidence.information_vector)

    @cached_property
    def coefficients(self) -> Array:
        """Posterior mean of the clip, shape (H, K)."""
        return self.resampled(np.ones(self.strides))

    @cached_property
    def outline(self) -> Array:
        """Mean outline of the clip, trunk lengths, shape (len(T_GRID),)."""
        return self.prior.outlines(self.coefficients[0])

    @cached_property
    def body(self) -> Gaussian:
        """Posterior of the mean outline's shape-model coefficients."""
        return self.prior.body_marginal(self.coefficients[0], self.mean_covariance())

    @property
    def ambiguity_sd(self) -> float:
        """Distance between the two EM solutions in the worst segment; see `segmentation.distance_in_sd`."""
        return self.ambiguity_in(calibration().systematic_sd)

    def ambiguity_in(self, sd: Mapping[str, float]) -> float:
        """Return the same in other standard deviations of the measures."""
        return float(segment_ambiguity(self.evidence, self.prior, sd).max())

    def resampled(self, counts: Array) -> Array:
        """Return the posterior mean if each stride counted several times, as in a bootstrap.

        Parameters
        ----------
        counts : shape (..., S)
            Weight of each stride.

        Returns
        -------
        array, shape (..., H, K)
        """
        matrix = self._information_matrix(counts)
        vector = np.tensordot(counts, self.evidence.information_vector, axes=1)
        z = np.linalg.solve(matrix, vector[..., None])[..., 0]
        return np.asarray(z.reshape(*z.shape[:-1], 1 + 2 * HARMONICS, -1))

    def mean_covariance(self) -> Array:
        """Return the posterior covariance of the mean coefficients, shape (K, K)."""
        matrix = self._information_matrix(np.ones(self.strides))
        count = len(matrix) // (1 + 2 * HARMONICS)
        return np.asarray(np.linalg.inv(matrix)[:count, :count])

    def mean_covariance_unhidden(self, hidden: npt.NDArray[np.bool_]) -> Array:
        """Return what `mean_covariance` would be if nothing in front of the runner had hidden samples.

        Parameters
        ----------
        hidden : shape (F, len(T_GRID))
            They count as much as the others at their place do on average; where all are hidden, as the body's own.
        """
        body, here = self.evidence.body_probability, hidden[:, self.prior.inside]
        seen = np.count_nonzero(~here, axis=0)
        mean = np.where(seen > 0, np.where(here, 0.0, body).sum(axis=0) / np.maximum(seen, 1), BODY_AT_HEIGHT)
        matrix = information_of(np.where(here, mean, body), fourier_basis(self.phase, HARMONICS), self.prior)
        count = len(matrix) // (1 + 2 * HARMONICS)
        return np.asarray(np.linalg.inv(matrix + self.evidence.prior_precision)[:count, :count])

    def _information_matrix(self, counts: Array) -> Array:
        return np.asarray(
            np.tensordot(counts, self.evidence.information_matrix, axes=1) + self.evidence.prior_precision
        )

    def over_phase(self, phases: Array, coefficients: Array | None = None) -> Array:
        """Return the outline at stride phases, shape (..., P, len(T_GRID)).

        Parameters
        ----------
        phases : shape (P,)
            0..1.
        coefficients : shape (..., H, K)
            Of `resampled`; the clip's by default.
        """
        z = self.coefficients if coefficients is None else coefficients
        return self.prior.outlines(fourier_basis(phases, HARMONICS) @ z)

    def by_stride(self) -> Array:
        """Return each stride's own mean outline, by the jackknife, shape (S, len(T_GRID)).

        The change of the clip's posterior mean when a stride is left out, times the number of the other strides, is
        the stride's distance from the clip. A fit to one stride alone would be drawn to the prior, and a change during
        the run would vanish.
        """
        strides, clip = self.strides, self.coefficients[0]
        if strides == 1:
            return self.prior.outlines(clip[None])
        every = np.arange(strides)
        left_out = np.array_split(every, -(-strides // JACKKNIFE_BLOCK))
        means = np.concatenate([self.resampled(np.where(every == part[:, None], 0.0, 1.0))[:, 0] for part in left_out])
        return self.prior.outlines(clip + (strides - 1) * (means.mean(axis=0) - means))

    def unoccluded_by_frame(self, *, upper: bool = False) -> Array:
        """Return the share of the back's samples (or its upper half's) that no arm hides, 0..1, shape (F,)."""
        low, high = UPPER_T if upper else BACK_T
        t = self.prior.t
        return np.asarray(self.evidence.body_probability[:, (t >= low) & (t <= high)].mean(axis=1))

    def unoccluded_share(self, *, upper: bool = False) -> float:
        """Return the same share over all frames."""
        return float(self.unoccluded_by_frame(upper=upper).mean())


def infer_outline(
    edge: Array,
    near_arm: npt.NDArray[np.bool_],
    phase: Array,
    stride: Indices,
    prior: EdgePrior,
    lean_deg: Array | None = None,
    *,
    steady: bool = False,
) -> OutlinePosterior:
    """Infer the armless outline of a clip from its mask edges.

    Parameters
    ----------
    edge : shape (F, len(T_GRID))
        Mask edge behind the trunk, trunk lengths; NaN where there is none.
    near_arm : shape (F, len(T_GRID))
        Samples that an arm may cover.
    phase : shape (F,)
        Stride phase, 0..1.
    stride : shape (F,)
        Stride of each frame, 0..S-1.
    lean_deg : shape (F,)
        Trunk axis to the vertical, forward positive, which tells postures apart too; constant by default.
    steady
        Whether the posture is known to stay the same: one segment.
    """
    samples = EdgeSamples.of(edge, near_arm, phase, stride, prior)
    lean_deg = np.zeros(len(edge)) if lean_deg is None else lean_deg
    evidence = fit_memberships(samples) if steady else segment_strides(samples, lean_deg)
    return OutlinePosterior(evidence, prior, phase, stride, samples)


def mean_residual(outline: Array, edge: Array) -> Array:
    """Return the mean distance of each frame's edges from an outline over the back, trunk lengths, shape (F,).

    Parameters
    ----------
    outline : shape (len(T_GRID),)
    edge : shape (F, len(T_GRID))
        NaN where there is none, which counts as `RESIDUAL_CAP_L`.
    """
    back = (T_GRID >= BACK_T[0]) & (T_GRID <= BACK_T[1])
    residual = np.zeros(len(edge))
    for part in blocks(len(edge)):
        distance = np.abs(edge[part][:, back] - outline[back])
        residual[part] = np.minimum(np.nan_to_num(distance, nan=RESIDUAL_CAP_L), RESIDUAL_CAP_L).mean(axis=1)
    return residual
