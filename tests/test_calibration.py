"""Calibrated figures, and the loader of the JSON model files."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from posture import calibration as module
from posture.back.intervals import UNITS
from posture.calibration import (
    ERROR_FILE,
    VERDICT_FILE,
    calibration,
    load_model_file,
    load_verdict_models,
    models_folder,
    verdict_models,
)
from posture.errors import ModelFileError
from posture.thresholds import REFERENCE, REFERENCE_CHANGE
from posture.types import PRIMARY_MEASURES

FIGURES = calibration()


def load(path: Path) -> float:
    def build(stored: Any) -> float:
        return float(stored["value"])

    return load_model_file(path, build, missing="it is missing", unreadable="it is broken ({reason})")


def test_model_is_built_from_the_decoded_json(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_text('{"value": 2}', encoding="utf-8")
    assert load(path) == 2.0


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"{}", b"null", b'{"value": "a"}', b"\xff\xfe\0"])
def test_broken_model_is_a_one_line_error_with_advice(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "model.json"
    path.write_bytes(data)
    with pytest.raises(ModelFileError, match="it is broken") as caught:
        load(path)
    assert len(str(caught.value).splitlines()) == 1
    assert caught.value.where == str(path)
    assert caught.value.advice


def test_missing_model_is_a_one_line_error(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="it is missing"):
        load(tmp_path / "nothing.json")


def test_verdict_rests_on_both_primary_measures() -> None:
    assert tuple(FIGURES.verdict) == tuple(FIGURES.verdict_change) == PRIMARY_MEASURES
    assert FIGURES.verdict == {"pelvic_tilt_deg": 35.6, "lumbar_arch_deg": 44.2}
    # Running may arch a neutral back less than standing.
    assert FIGURES.verdict_change == {"pelvic_tilt_deg": -0.8, "lumbar_arch_deg": -2.2}


def test_neutral_ranges_end_at_the_thresholds() -> None:
    assert FIGURES.neutral == {"pelvic_tilt_deg": (15.2, 35.6), "lumbar_arch_deg": (28.5, 44.2)}


def test_references_count_the_people_of_the_model_file() -> None:
    stored = json.loads((models_folder() / ERROR_FILE).read_text(encoding="utf-8"))["verdict"]
    assert f"of {stored['running']['neutral']} computer-made" in REFERENCE
    assert f"of {stored['change']['neutral']} computer-made" in REFERENCE_CHANGE


def test_every_measure_has_a_systematic_error_of_one_decimal() -> None:
    assert FIGURES.systematic_sd == {
        "pelvic_tilt_deg": 2.3,
        "thoracolumbar_deg": 2.9,
        "lumbar_arch_deg": 4.0,
        "lumbar_arch_index": 1.0,
        "trunk_lean_deg": 1.5,
        "pelvic_tilt_range_deg": 2.6,
        "thorax_rotation_deg": 5.1,
    }
    assert set(FIGURES.systematic_sd) == {*UNITS, "thorax_rotation_deg"}


def test_course_has_an_error_for_both_primary_measures() -> None:
    assert set(FIGURES.event_sd) == set(FIGURES.side_sd) == set(PRIMARY_MEASURES)
    assert all(0 < sd < FIGURES.systematic_sd[name] for name, sd in FIGURES.event_sd.items())
    assert all(0 < sd < 2 * FIGURES.systematic_sd[name] for name, sd in FIGURES.side_sd.items())


def test_change_is_hardly_less_certain_than_difference_of_strangers() -> None:
    assert set(FIGURES.change_share) == {"standing", "running"}
    assert set(FIGURES.change_share["running"]) == set(FIGURES.systematic_sd)
    # A standing person has no strides, and so no excursion over them.
    only_running = {"pelvic_tilt_range_deg", "thorax_rotation_deg"}
    assert set(FIGURES.change_share["standing"]) == set(FIGURES.systematic_sd) - only_running
    for table in FIGURES.change_share.values():
        # Above 1 a change would be less certain than the difference of two strangers; a little above is chance.
        assert all(0.3 < share < 1.2 for share in table.values())


@pytest.mark.parametrize("content", [None, "", "{}", '{"sd": 1}'])
def test_missing_or_altered_file_is_a_model_file_error(
    content: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if content is not None:
        (tmp_path / ERROR_FILE).write_text(content, encoding="utf-8")
    monkeypatch.setattr(module, "models_folder", lambda: tmp_path)
    with pytest.raises(ModelFileError, match="table of errors"):
        calibration()


def test_model_of_the_verdict_weighs_both_numbers_and_knows_that_their_errors_go_together() -> None:
    models = verdict_models()
    for model in (models.alone, models.own_standing):
        assert tuple(model.weights) == PRIMARY_MEASURES
        assert min(model.weights.values()) > 0
        assert 0.5 < model.error_correlation < 1
        for name, sd in model.usual_sd.items():
            assert 0.7 < sd / FIGURES.systematic_sd[name] < 1.5
    # The changes from the own standing posture tell more per degree.
    assert all(models.own_standing.weights[name] > models.alone.weights[name] for name in PRIMARY_MEASURES)


def test_correlated_errors_count_more_than_independent_ones() -> None:
    model = verdict_models().alone
    values, wide = {"pelvic_tilt_deg": 45.0, "lumbar_arch_deg": 55.0}, {n: 4 * s for n, s in model.usual_sd.items()}
    independent = replace(model, error_correlation=0.0)
    assert 0.5 < model.probability(values, wide) < independent.probability(values, wide) < 1.0


@pytest.mark.parametrize(
    "change", [{"weights": {"pelvic_tilt_deg": -0.1, "lumbar_arch_deg": 0.2}}, {"intercept": None}]
)
def test_damaged_model_of_the_verdict_is_a_one_line_error(tmp_path: Path, change: dict[str, object]) -> None:
    stored = json.loads((models_folder() / VERDICT_FILE).read_text(encoding="utf-8"))
    stored["alone"] |= change
    path = tmp_path / VERDICT_FILE
    path.write_text(json.dumps(stored), encoding="utf-8")
    with pytest.raises(ModelFileError, match="the model of the verdict cannot be read"):
        load_verdict_models(path)
