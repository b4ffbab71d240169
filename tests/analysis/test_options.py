"""Analysis options and the loading of the models."""

from __future__ import annotations

import pytest

from posture.analysis.options import MAX_SLOW_MOTION, AnalysisOptions, load_models
from posture.errors import UsageError


@pytest.mark.parametrize("factor", [0.0, 0.5, -1.0, MAX_SLOW_MOTION + 1, float("nan"), float("inf")])
def test_impossible_slow_motion_is_a_usage_error(factor: float) -> None:
    with pytest.raises(UsageError) as caught:
        AnalysisOptions(slow_motion=factor)
    assert caught.value.where == "--slow-motion"


def test_models_share_the_grid_of_the_shape_model() -> None:
    models = load_models()
    assert models.mask_error.components.shape[1] == len(models.shape.t)
