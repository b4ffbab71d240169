"""Signs of loose tops and worn things, and their table."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from helpers.synthetic_runner import draw_back, pooled_posterior

from posture.errors import ModelFileError
from posture.model_files import models_folder
from posture.outline.clothing import find_signs, oddity
from posture.outline.clothing_table import CLOTHING_MODEL, INPUTS, ClothingTable

MODEL = CLOTHING_MODEL.load()
BACK = pooled_posterior(draw_back(3))


def table(**changes: Any) -> ClothingTable:
    return replace(MODEL["running"], **changes)


def score_of(mahalanobis_sq: float = 5.0) -> float:
    return find_signs(BACK, mahalanobis_sq, MODEL["running"]).score


@pytest.mark.parametrize("pose", ["running", "standing"])
def test_stored_limits_are_in_order_and_the_weights_have_the_signs_of_cloth(pose: str) -> None:
    stored = MODEL[pose]  # type: ignore[index]
    assert stored.possible < stored.loose
    assert stored.widening >= 1.0
    signs = {name: stored.weights[name] > 0 for name in INPUTS}
    assert signs == {"log_mahalanobis_sq": True, "part_deviation": True, "gluteal_t": True, "index": False}


def test_unusual_outline_scores_higher() -> None:
    assert score_of(20.0) > score_of(5.0) > score_of(1.0)


def test_score_decides_between_tight_possible_and_loose() -> None:
    score = score_of()
    found = [
        find_signs(BACK, 5.0, table(possible=possible, loose=loose, worn=1e9)).clothing
        for possible, loose in ((score + 1, score + 2), (score - 1, score + 1), (score - 2, score - 1))
    ]
    assert found == ["tight", "possible", "loose"]


def test_part_that_is_not_a_bodys_is_named() -> None:
    signs = find_signs(BACK, 5.0, MODEL["running"])
    assert signs.worn_t is None
    odd = find_signs(BACK, 5.0, table(worn=0.5 * oddity(signs.inputs)))
    assert odd.clothing == "loose"
    assert odd.worn_t is not None
    assert -0.2 < odd.worn_t < 0.35


@pytest.mark.parametrize(
    "change",
    [
        {"window_sd": [0.0] * 14},
        {"window_mean": [1.0]},
        {"widening": 0.5},
        {"possible": None},
        {"loose": float("nan")},
        {"weights": {}},
    ],
)
def test_broken_table_is_a_one_line_error(tmp_path: Path, change: dict[str, Any]) -> None:
    stored = json.loads((models_folder() / CLOTHING_MODEL.filename).read_text(encoding="utf-8"))
    stored["running"] |= change
    path = tmp_path / CLOTHING_MODEL.filename
    path.write_text(json.dumps(stored), encoding="utf-8")
    with pytest.raises(ModelFileError, match="clothing cannot be read"):
        CLOTHING_MODEL.load(tmp_path)


def test_missing_table_is_a_one_line_error(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="missing"):
        CLOTHING_MODEL.load(tmp_path)
