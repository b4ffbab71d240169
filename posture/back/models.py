"""The statistical models that measuring a back needs, fitted to rendered people."""

from __future__ import annotations

from dataclasses import dataclass

from posture.back.error_model import ErrorModel, load_error_model
from posture.calibration import ERROR_FILE, models_folder
from posture.outline.clothing_table import CLOTHING_FILE, ClothingModel, load_clothing_model
from posture.outline.mask_bias import MASK_ERROR_FILE, MaskError, load_mask_error
from posture.outline.shape_model import SHAPE_MODEL_FILE, ShapeModel, load_shape_model


@dataclass(frozen=True)
class Models:
    """Models of bodies, of the masks of them, of the errors of measures, and of clothing.

    Attributes
    ----------
    mask_error
        Of the mask that the edges come from; None for true edges.
    errors
        For the intervals; `Calibration.systematic_sd` without it.
    clothing
        For the tests of loose and worn things, which are left out without it.
    """

    shape: ShapeModel
    mask_error: MaskError | None = None
    errors: ErrorModel | None = None
    clothing: ClothingModel | None = None


def load_models() -> Models:
    """Load the models that are shipped with the package.

    Raises
    ------
    ModelFileError
        When a model file is missing or altered.
    """
    folder = models_folder()
    shape = load_shape_model(folder / SHAPE_MODEL_FILE)
    return Models(
        shape,
        load_mask_error(folder / MASK_ERROR_FILE, len(shape.t)),
        load_error_model(folder / ERROR_FILE),
        load_clothing_model(folder / CLOTHING_FILE),
    )
