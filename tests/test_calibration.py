"""Calibrated figures."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from posture.back.intervals import UNITS
from posture.calibration import (
    CALIBRATION,
    calibration,
)
from posture.errors import ModelFileError
from posture.model_files import models_folder
from posture.thresholds import REFERENCE, REFERENCE_CHANGE
from posture.types import PRIMARY_MEASURES

FIGURES = calibration()


def test_verdict_rests_on_both_primary_measures() -> None:
    assert tuple(FIGURES.verdict) == tuple(FIGURES.verdict_change) == PRIMARY_MEASURES
    assert FIGURES.verdict == {"pelvic_tilt_deg": 35.6, "lumbar_arch_deg": 44.2}
    # Running may arch a neutral back less than standing.
    assert FIGURES.verdict_change == {"pelvic_tilt_deg": -0.8, "lumbar_arch_deg": -2.2}


def test_neutral_ranges_end_at_the_thresholds() -> None:
    assert FIGURES.neutral == {"pelvic_tilt_deg": (15.2, 35.6), "lumbar_arch_deg": (28.5, 44.2)}


def test_references_count_the_people_of_the_model_file() -> None:
    stored = json.loads((models_folder() / CALIBRATION.filename).read_text(encoding="utf-8"))["verdict"]
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
def test_missing_or_altered_file_is_a_model_file_error(content: str | None, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / CALIBRATION.filename).write_text(content, encoding="utf-8")
    with pytest.raises(ModelFileError, match="table of errors"):
        CALIBRATION.load(tmp_path)
