"""Model of the verdict: weights, errors that go together, damaged files."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from posture.calibration import calibration
from posture.errors import ModelFileError
from posture.model_files import models_folder
from posture.types import PRIMARY_MEASURES
from posture.verdict_model import VERDICT_MODELS


def test_model_of_the_verdict_weighs_both_numbers_and_knows_that_their_errors_go_together() -> None:
    models = VERDICT_MODELS.load()
    for model in (models.alone, models.own_standing):
        assert tuple(model.weights) == PRIMARY_MEASURES
        assert min(model.weights.values()) > 0
        assert 0.5 < model.error_correlation < 1
        for name, sd in model.usual_sd.items():
            assert 0.7 < sd / calibration().systematic_sd[name] < 1.5
    # The changes from the own standing posture tell more per degree.
    assert all(models.own_standing.weights[name] > models.alone.weights[name] for name in PRIMARY_MEASURES)


def test_correlated_errors_count_more_than_independent_ones() -> None:
    model = VERDICT_MODELS.load().alone
    values, wide = {"pelvic_tilt_deg": 45.0, "lumbar_arch_deg": 55.0}, {n: 4 * s for n, s in model.usual_sd.items()}
    independent = replace(model, error_correlation=0.0)
    assert 0.5 < model.probability(values, wide) < independent.probability(values, wide) < 1.0


@pytest.mark.parametrize(
    "change", [{"weights": {"pelvic_tilt_deg": -0.1, "lumbar_arch_deg": 0.2}}, {"intercept": None}]
)
def test_damaged_model_of_the_verdict_is_a_one_line_error(tmp_path: Path, change: dict[str, object]) -> None:
    stored = json.loads((models_folder() / VERDICT_MODELS.filename).read_text(encoding="utf-8"))
    stored["alone"] |= change
    (tmp_path / VERDICT_MODELS.filename).write_text(json.dumps(stored), encoding="utf-8")
    with pytest.raises(ModelFileError, match="the model of the verdict cannot be read"):
        VERDICT_MODELS.load(tmp_path)
