"""The statistical shape model of the armless back outline, as stored in ``models/back_outline.json``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from posture.arrays import Array
from posture.contour.grid import T_GRID
from posture.errors import ModelFileError

SHAPE_MODEL_FILE = "back_outline.json"


@dataclass(frozen=True)
class ShapeModel:
    """Gaussian prior of the outline c(t) = mean + z @ components, z ~ N(0, 1).

    Attributes
    ----------
    inside : array of bool, shape (len(T_GRID),)
        The part of the grid that the model covers.
    t : array, shape (T,)
        Positions along the trunk axis that it covers.
    mean : array, shape (T,)
        Trunk lengths, backward positive.
    components : array, shape (K, T)
        Principal components times their standard deviation.
    within_covariance : array, shape (K, K)
        How z moves within one person's stride.
    """

    inside: npt.NDArray[np.bool_]
    t: Array
    mean: Array
    components: Array
    within_covariance: Array


@lru_cache(maxsize=2)
def load_shape_model(path: Path) -> ShapeModel:
    """Read the model.

    Raises
    ------
    ModelFileError
        When the file is missing or is not such a model.
    """
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        t = np.array(stored["t"], dtype=np.float64)
        inside = (T_GRID >= t[0] - 1e-9) & (t[-1] + 1e-9 >= T_GRID)
        model = ShapeModel(
            inside=inside,
            t=t,
            mean=np.array(stored["mean"], dtype=np.float64),
            components=np.array(stored["components"], dtype=np.float64),
            within_covariance=np.array(stored["within_covariance"], dtype=np.float64),
        )
        shapes = (model.mean.shape, model.components.shape[1:], model.within_covariance.shape)
        if (
            shapes != (t.shape, t.shape, 2 * model.components.shape[:1])
            or not np.isfinite(np.vstack([model.mean, model.components])).all()
            or not np.isfinite(model.within_covariance).all()
            or not np.allclose(T_GRID[inside], t)
        ):
            raise ValueError("its numbers do not fit this version")
    except OSError as error:
        raise ModelFileError(
            "the shape model is missing", where=path, advice="Install the package again."
        ) from error
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise ModelFileError(
            f"the shape model cannot be read ({error})", where=path, advice="Install the package again."
        ) from error
    return model
