"""The statistical models that measuring a back needs, fitted to rendered people."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from posture.back.error_model import ERROR_MODEL, ErrorModel
from posture.language import gettext as _
from posture.model_files import MISFIT
from posture.outline.clothing_table import CLOTHING_MODEL, ClothingModel
from posture.outline.mask_bias import MASK_ERROR, MaskError
from posture.outline.shape_model import SHAPE_MODEL, ShapeModel


@dataclass(frozen=True)
class Models:
    """Models of bodies, of the masks of them, of the errors of measures, and of clothing."""

    shape: ShapeModel
    mask_error: MaskError | None = None  # Of the mask that the edges come from; None for true edges.
    errors: ErrorModel | None = None  # For the intervals; `Calibration.systematic_sd` without it.
    clothing: ClothingModel | None = None  # For the tests of loose and worn things, which are left out without it.


def load_models(folder: Path | None = None) -> Models:
    """Load the models, those that are shipped with the package by default.

    Raises
    ------
    ModelFileError
        When a model file is missing or altered.
    """
    shape, mask_error = SHAPE_MODEL.load(folder), MASK_ERROR.load(folder)
    if mask_error.components.shape[1] != len(shape.t):
        raise MASK_ERROR.unreadable(_(MISFIT), folder)
    return Models(shape, mask_error, ERROR_MODEL.load(folder), CLOTHING_MODEL.load(folder))
