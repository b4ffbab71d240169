"""Statistical shape model of the armless back outline, stored in ``models/back_outline.json``.

A point distribution model [1]_: a mean outline and principal components, learnt from rendered people.

References
----------
.. [1] Cootes, Taylor, Cooper & Graham (1995). Active shape models: their training and application. Computer Vision and
   Image Understanding 61, 38-59. doi:10.1006/cviu.1995.1004
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from posture.contour.grid import T_GRID
from posture.language import gettext as _
from posture.language import gettext_noop
from posture.model_files import MISFIT, FittedModel
from posture.types import Array


@dataclass(frozen=True)
class Gaussian:
    """Normal distribution of an outline's K coefficients."""

    mean: Array  # Shape (K,).
    covariance: Array  # Shape (K, K).

    def mahalanobis_sq(self, z: Array) -> float:
        """Return the squared Mahalanobis distance [1]_ of coefficients z, shape (K,), from the mean.

        References
        ----------
        .. [1] Mahalanobis (1936). On the generalized distance in statistics. Proceedings of the National Institute of
           Sciences of India 2, 49-55.

        Examples
        --------
        >>> Gaussian(np.zeros(2), np.diag([1.0, 4.0])).mahalanobis_sq(np.array([1.0, 2.0]))
        2.0
        """
        deviation = z - self.mean
        return float(deviation @ np.linalg.solve(self.covariance, deviation))


@dataclass(frozen=True)
class ShapeModel:
    """Outlines c(t) = mean + z @ components of people who run or stand."""

    inside: npt.NDArray[np.bool_]  # Shape (len(T_GRID),). The part of the grid that the model covers.
    t: Array  # Shape (T,). Positions along the trunk axis there.
    mean: Array  # Shape (T,). Trunk lengths, backward positive.
    components: Array  # Shape (K, T). Principal components times their standard deviation.
    running: Gaussian  # Distribution of z between people who run.
    standing: Gaussian  # The same of people who stand.
    # Regression of a person's running outline on their standing one: z_run = z_stand @ matrix + offset + residual.
    own_matrix: Array  # Shape (K, K).
    own_offset: Array  # Shape (K,).
    own_covariance: Array  # Shape (K, K). Of the residual.
    within_covariance: Array  # Shape (K, K). Of z within one person's stride.
    name: str  # Fingerprint of the file: coefficients of different models cannot be compared.

    def running_given(self, standing: Gaussian) -> Gaussian:
        """Return the distribution of a person's running outline, given their measured standing one."""
        spread = self.own_matrix.T @ standing.covariance @ self.own_matrix
        return Gaussian(standing.mean @ self.own_matrix + self.own_offset, self.own_covariance + spread)


def _shape_model(stored: Mapping[str, Any]) -> ShapeModel:
    t = _array(stored["t"])
    components = _array(stored["components"])
    inside = (T_GRID >= t[0] - 1e-9) & (t[-1] + 1e-9 >= T_GRID)
    own = stored["running_given_standing"]
    model = ShapeModel(
        inside=inside,
        t=t,
        mean=_array(stored["mean"], len(t)),
        components=_array(components, len(components), len(t)),
        running=_gaussian(stored["running"], len(components)),
        standing=_gaussian(stored["standing"], len(components)),
        own_matrix=_array(own["matrix"], len(components), len(components)),
        own_offset=_array(own["offset"], len(components)),
        own_covariance=_array(own["covariance"], len(components), len(components)),
        within_covariance=_array(stored["within_covariance"], len(components), len(components)),
        name=stored["sha256"][:12],
    )
    if not np.allclose(T_GRID[inside], t):
        raise ValueError(_("its grid does not fit this version"))
    return model


def _gaussian(stored: Mapping[str, Any], count: int) -> Gaussian:
    return Gaussian(_array(stored["mean"], count), _array(stored["covariance"], count, count))


def _array(values: object, *shape: int) -> Array:
    array = np.array(values, dtype=np.float64)
    if (shape and array.shape != shape) or not np.isfinite(array).all():
        raise ValueError(_(MISFIT))
    return array


SHAPE_MODEL = FittedModel("back_outline.json", gettext_noop("the shape model"), _shape_model)
