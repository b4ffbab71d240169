"""Threshold tables: units, sources, types, and that they cannot be changed."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, is_dataclass

import pytest
from scipy.stats import norm

from posture import thresholds
from posture.back.intervals import UNITS
from posture.coach import settings as coach_settings
from posture.live import settings as live_settings
from posture.thresholds import (
    FINDINGS,
    GATES,
    REFERENCE,
    REFERENCE_CHANGE,
    REMARKS,
    Z90,
    Z95_TWO_SIDED,
    Threshold,
    thresholds_of,
)

TABLES = {
    name: value
    for module in (thresholds, coach_settings, live_settings)
    for name, value in vars(module).items()
    if is_dataclass(value) and not isinstance(value, type)
}
LIMITS = [
    pytest.param(limit, id=f"{table}-{name}")
    for table in TABLES
    for name, limit in thresholds_of(TABLES[table]).items()
]
# The end of each name says how its figure is to be read.
UNIT_OF_ENDING = {"_deg": "deg", "_px": "px", "_share": "share", "_strides": "strides", "_spm": "steps/min"}


def test_all_tables_are_covered() -> None:
    expected = {"BODY_HEIGHT", "COACH", "COMPARISON", "COURSE", "CUTS", "FINDINGS", "GATES", "IDENTITY", "JUMPS"}
    expected |= {"LIVE", "REMARKS", "RUNNING_LIMITS", "SAME_PERSON", "SEGMENTS", "STANDING", "VERDICT", "WIDENING"}
    assert set(TABLES) == expected


@pytest.mark.parametrize("limit", LIMITS)
def test_every_threshold_is_positive_with_unit_and_source(limit: Threshold) -> None:
    assert limit.value > 0
    assert limit.unit.strip()
    assert limit.source == limit.source.strip() != ""


@pytest.mark.parametrize("table", TABLES)
def test_names_and_units_agree(table: str) -> None:
    for name, limit in thresholds_of(TABLES[table]).items():
        for ending, unit in UNIT_OF_ENDING.items():
            if name.endswith(ending):
                assert limit.unit == unit, name
        if limit.unit == "share":
            assert 0 < limit.value < 1


@pytest.mark.parametrize("table", TABLES)
def test_counts_are_ints_and_all_other_limits_floats(table: str) -> None:
    for field in fields(TABLES[table]):
        assert type(getattr(TABLES[table], field.name)).__name__ == field.type


@pytest.mark.parametrize("table", TABLES)
def test_tables_cannot_be_changed(table: str) -> None:
    with pytest.raises(FrozenInstanceError):
        setattr(TABLES[table], fields(TABLES[table])[0].name, 1.0)


def test_findings_are_measures_and_references_name_their_people() -> None:
    assert set(thresholds_of(FINDINGS)) <= set(UNITS)
    assert "computer-made" in REFERENCE
    assert "computer-made" in REFERENCE_CHANGE
    assert "your own standing" in REFERENCE_CHANGE


def test_quantiles_are_the_normal_distributions() -> None:
    assert pytest.approx(norm.ppf(0.95), abs=1e-4) == Z90
    assert pytest.approx(norm.ppf(0.975), abs=1e-4) == Z95_TWO_SIDED


def test_a_remark_comes_before_its_gate() -> None:
    assert REMARKS.oblique_yaw_deg < GATES.max_yaw_deg
    assert REMARKS.good_strides > GATES.min_strides
    assert REMARKS.seen_share > REMARKS.rarely_seen_share
