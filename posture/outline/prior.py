"""What the edges of a clip may look like before it is seen: the body's outline, and what the mask makes of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from posture.outline.mask_bias import MaskError, Pose
from posture.outline.shape_model import Gaussian, ShapeModel
from posture.types import Array

# The mask's error hardly moves within a stride: its share of variance in each harmonic.
MASK_WITHIN = 1e-3


@dataclass(frozen=True)
class EdgePrior:
    """Edges y(t) = mean + x @ components, x ~ N(0, inverse of precision).

    The first K coefficients are the body's, measured from `centre`; the others are the mask's error.

    Attributes
    ----------
    body : ShapeModel
        With K components.
    centre : array, shape (K,)
        The body's coefficients at x = 0.
    mean : array, shape (T,)
        Trunk lengths, backward positive.
    components : array, shape (K + M, T)
    precision : array, shape (K + M, K + M)
        Of the clip's mean.
    within_covariance : array, shape (K + M, K + M)
        How x moves within a stride.
    """

    body: ShapeModel
    centre: Array
    mean: Array
    components: Array
    precision: Array
    within_covariance: Array

    @property
    def t(self) -> Array:
        """Return the positions along the trunk axis, shape (T,)."""
        return self.body.t

    @property
    def inside(self) -> npt.NDArray[np.bool_]:
        """Return which part of the grid is covered, shape (len(T_GRID),)."""
        return self.body.inside

    def of_body(self, x: Array, covariance: Array) -> Gaussian:
        """Return the body's coefficients from a posterior of x."""
        count = len(self.centre)
        return Gaussian(self.centre + x[:count], covariance[:count, :count])


def plain_prior(body: ShapeModel) -> EdgePrior:
    """Return the prior of a mask without error, of anybody: z ~ N(0, 1)."""
    count = len(body.components)
    return EdgePrior(
        body=body,
        centre=np.zeros(count),
        mean=body.mean,
        components=body.components,
        precision=np.eye(count),
        within_covariance=body.within_covariance,
    )


def edge_prior(
    body: ShapeModel, mask: MaskError, pose: Pose, *, standing: Gaussian | None = None
) -> EdgePrior:
    """Return the prior of a clip.

    Parameters
    ----------
    body : ShapeModel
    mask : MaskError
    pose : {"running", "standing"}
    standing : Gaussian, optional
        The person's own standing outline, for a clip in which they run.
    """
    known = body.running if pose == "running" else body.standing
    if standing is not None and pose == "running":
        known = body.running_of(standing)
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
