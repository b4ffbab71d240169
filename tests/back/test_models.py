"""The models that are shipped with the package."""

from __future__ import annotations

from posture.back.models import load_models


def test_models_share_the_grid_of_the_shape_model() -> None:
    models = load_models()
    assert models.mask_error is not None
    assert models.mask_error.components.shape[1] == len(models.shape.t)
    assert models.errors is not None
    assert models.clothing is not None
