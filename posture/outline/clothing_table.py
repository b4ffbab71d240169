"""Table of the signs of loose tops and worn things, ``models/clothing.json``; see `posture.outline.clothing`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from posture.language import gettext as _
from posture.language import gettext_noop
from posture.model_files import MISFIT, FittedModel
from posture.outline.mask_bias import Pose
from posture.types import Array

INPUTS = ("log_mahalanobis_sq", "part_deviation", "gluteal_t", "index")


@dataclass(frozen=True)
class ClothingTable:
    """The tests' figures for one pose.

    Attributes
    ----------
    windows : shape (W, 2)
        Start and length of the tested parts of the back along the trunk axis.
    window_mean, window_sd : shape (W,)
        Deviation of each part of people in tight clothes.
    intercept, weights
        Of the score.
    possible, loose
        Scores above which a loose top is possible, and above which it is taken for one.
    worn
        Largest `oddity` of a body.
    widening
        How many times as large the systematic error is where a loose top is possible.
    """

    windows: Array
    window_mean: Array
    window_sd: Array
    intercept: float
    weights: Mapping[str, float]
    possible: float
    loose: float
    worn: float
    widening: float


ClothingModel = Mapping[Pose, ClothingTable]


def _clothing_model(stored: Mapping[str, Any]) -> ClothingModel:
    return {pose: _table(stored[pose], stored["windows"]) for pose in ("running", "standing")}


def _table(stored: Any, stored_windows: Any) -> ClothingTable:
    windows = np.array(stored_windows, dtype=np.float64)
    mean, sd = (np.array(stored[key], dtype=np.float64) for key in ("window_mean", "window_sd"))
    numbers = {key: float(stored[key]) for key in ("intercept", "possible", "loose", "worn", "widening")}
    weights = {name: float(stored["weights"][name]) for name in INPUTS}
    fits = windows.shape == (len(mean), 2) and mean.shape == sd.shape and np.isfinite(mean).all() and (sd > 0).all()
    if not fits or not all(map(math.isfinite, (*numbers.values(), *weights.values()))) or numbers["widening"] < 1.0:
        raise ValueError(_(MISFIT))
    return ClothingTable(windows=windows, window_mean=mean, window_sd=sd, weights=weights, **numbers)


CLOTHING_MODEL = FittedModel("clothing.json", gettext_noop("the table of clothing"), _clothing_model)
