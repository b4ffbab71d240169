"""Prior over the mask edges of a clip: body shape plus mask bias."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from posture.contour.grid import T_GRID
from posture.outline.mask_bias import MaskError, Pose
from posture.outline.shape_model import Gaussian, ShapeModel
from posture.types import Array

# The mask's error hardly changes within a stride: variance of each of its coefficients there.
MASK_WITHIN = 1e-3


@dataclass(frozen=True)
class EdgePrior:
    """Edges y(t) = mean + x @ components with x ~ N(0, inverse of precision).

    The first K coefficients are the body's, relative to `centre`; the other M are the mask's error.
    """

    body: ShapeModel  # Shape model with K components.
    centre: Array  # Shape (K,). The body's coefficients at x = 0.
    mean: Array  # Shape (T,). Trunk lengths, backward positive.
    components: Array  # Shape (K + M, T).
    precision: Array  # Shape (K + M, K + M). Of the clip's mean.
    within_covariance: Array  # Shape (K + M, K + M). Of x within a stride.

    @property
    def t(self) -> Array:
        """Positions along the trunk axis, shape (T,)."""
        return self.body.t

    @property
    def inside(self) -> npt.NDArray[np.bool_]:
        """Part of the grid that the model covers, shape (len(T_GRID),)."""
        return self.body.inside

    def outlines(self, x: Array) -> Array:
        """Return the body's outlines on the whole grid, without the mask's error.

        Beyond the model's ends the outline stays constant.

        Parameters
        ----------
        x : shape (..., K + M)
            Coefficients, not those of a harmonic alone.

        Returns
        -------
        array, shape (..., len(T_GRID))
        """
        curve = self.body.mean + (self.centre + x[..., : len(self.centre)]) @ self.body.components
        out = np.empty((*curve.shape[:-1], len(T_GRID)))
        out[..., self.inside] = curve
        first, last = np.flatnonzero(self.inside)[[0, -1]]
        out[..., :first] = curve[..., :1]
        out[..., last + 1 :] = curve[..., -1:]
        return out

    def body_marginal(self, x: Array, covariance: Array) -> Gaussian:
        """Return the body's coefficients, given a posterior of x with shapes (K + M,) and (K + M, K + M)."""
        count = len(self.centre)
        return Gaussian(self.centre + x[:count], covariance[:count, :count])


def plain_prior(body: ShapeModel) -> EdgePrior:
    """Return the prior for a mask without error, of anybody: z ~ N(0, 1)."""
    count = len(body.components)
    return EdgePrior(
        body=body,
        centre=np.zeros(count),
        mean=body.mean,
        components=body.components,
        precision=np.eye(count),
        within_covariance=body.within_covariance,
    )


def edge_prior(body: ShapeModel, mask: MaskError, pose: Pose, *, standing: Gaussian | None = None) -> EdgePrior:
    """Return the prior of a clip.

    Parameters
    ----------
    standing
        The person's own standing outline, used for a clip in which they run.
    """
    known = body.running if pose == "running" else body.standing
    if standing is not None and pose == "running":
        known = body.running_given(standing)
    count, extra = len(body.components), len(mask.components)
    precision, within = np.eye(count + extra), MASK_WITHIN * np.eye(count + extra)
    precision[:count, :count] = np.linalg.inv(known.covariance)
    within[:count, :count] = body.within_covariance
    return EdgePrior(
        body=body,
        centre=known.mean,
        mean=body.mean + known.mean @ body.components + mask.bias[pose],
        components=np.vstack([body.components, mask.components]),
        precision=precision,
        within_covariance=within,
    )
