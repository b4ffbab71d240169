"""Every figure in the table has a unit and a source, and stays a table."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import FrozenInstanceError, fields, is_dataclass
from pathlib import Path

import pytest
from scipy.stats import norm

from posture import thresholds
from posture.back.intervals import UNITS
from posture.coach import settings as coach_settings
from posture.coach.settings import COACH
from posture.live import settings as live_settings
from posture.live.settings import LIVE
from posture.thresholds import (
    BODY_HEIGHT,
    CHANGE_SHARE,
    COMPARISON,
    COURSE,
    EVENT_SD,
    FINDINGS,
    GATES,
    REFERENCE,
    REFERENCE_CHANGE,
    REMARKS,
    SIDE_SD,
    SYSTEMATIC_SD,
    VERDICT,
    VERDICT_CHANGE,
    Z90,
    Z95_TWO_SIDED,
    Threshold,
    thresholds_of,
)
from posture.types import PRIMARY_MEASURES

ROOT = Path(__file__).resolve().parents[1]
TABLES = {
    type(t).__name__: t for t in (BODY_HEIGHT, COACH, COMPARISON, COURSE, FINDINGS, GATES, LIVE, REMARKS)
}
BY_MEASURE = {"VERDICT": VERDICT, "VERDICT_CHANGE": VERDICT_CHANGE}
ALL: dict[str, Mapping[str, Threshold]] = {
    **{name: thresholds_of(table) for name, table in TABLES.items()},
    **BY_MEASURE,
}
LIMITS = [pytest.param(limit, id=f"{table}-{name}") for table, t in ALL.items() for name, limit in t.items()]
# The end of each name says how its figure is to be read.
UNIT_OF_ENDING = {"_deg": "deg", "_px": "px", "_share": "share", "_strides": "strides", "_spm": "steps/min"}


@pytest.mark.parametrize("limit", LIMITS)
def test_every_threshold_has_a_unit_and_a_source(limit: Threshold) -> None:
    # Running may arch a neutral back less than standing: a limit for the change may be negative.
    assert limit.value > 0 or limit in VERDICT_CHANGE.values()
    assert limit.unit.strip()
    assert len(limit.source.split()) >= 1
    assert limit.source == limit.source.strip() != ""


@pytest.mark.parametrize("table", ALL)
def test_names_and_units_agree(table: str) -> None:
    for name, limit in ALL[table].items():
        for ending, unit in UNIT_OF_ENDING.items():
            if name.endswith(ending):
                assert limit.unit == unit, name
        if limit.unit == "share":
            assert 0 < limit.value < 1


def test_all_threshold_tables_are_covered_and_immutable() -> None:
    modules = (thresholds, coach_settings, live_settings)
    tables = {
        type(v).__name__
        for m in modules
        for v in vars(m).values()
        if is_dataclass(v) and not isinstance(v, type)
    }
    assert tables == set(TABLES)
    for table in TABLES.values():
        with pytest.raises(FrozenInstanceError):
            setattr(table, fields(table)[0].name, 1.0)
    with pytest.raises(TypeError):
        VERDICT["pelvic_tilt_deg"] = VERDICT["lumbar_arch_deg"]  # type: ignore[index]


def test_counts_are_whole_numbers_and_all_else_is_real() -> None:
    for table in TABLES.values():
        for field in fields(table):
            assert type(getattr(table, field.name)).__name__ == field.type


def test_the_verdict_rests_on_tilt_and_arch() -> None:
    assert set(VERDICT) == set(VERDICT_CHANGE) == set(PRIMARY_MEASURES)
    assert set(thresholds_of(FINDINGS)) <= set(UNITS)
    assert "rendered" in REFERENCE
    assert "rendered" in REFERENCE_CHANGE
    assert "your own standing" in REFERENCE_CHANGE


def test_every_measure_has_a_systematic_error() -> None:
    assert set(SYSTEMATIC_SD) == {*UNITS, "thorax_rotation_deg"}
    assert all(sd > 0 for sd in SYSTEMATIC_SD.values())


def test_the_figures_of_the_calibration_are_those_of_its_file() -> None:
    stored = json.loads((ROOT / "models" / "measuring_error.json").read_text(encoding="utf-8"))
    for table, kind in ((VERDICT, "running"), (VERDICT_CHANGE, "change")):
        assert {name: limit.value for name, limit in table.items()} == {
            n: stored["verdict"][kind][n] for n in PRIMARY_MEASURES
        }
        assert all(f"{stored['verdict'][kind]['neutral']} " in limit.source for limit in table.values())
    assert f"{stored['verdict']['running']['neutral']} clips" in REFERENCE
    assert f"of {stored['verdict']['change']['neutral']} rendered" in REFERENCE_CHANGE
    for kind, shares in CHANGE_SHARE.items():
        found = stored["change_share"][kind]
        assert {n: s for n, s in shares.items() if n != "thorax_rotation_deg"} == {
            n: found[n] for n in shares if n in found
        }
    assert (dict(EVENT_SD), dict(SIDE_SD)) == (stored["course"]["moment_sd"], stored["course"]["side_sd"])
    for name in UNITS:
        assert SYSTEMATIC_SD[name] == pytest.approx(stored["sd"]["running"][name]["base"], rel=0.1)


def test_the_course_has_an_error_for_what_it_follows() -> None:
    assert set(EVENT_SD) == set(SIDE_SD) == set(PRIMARY_MEASURES)
    assert all(0 < sd < SYSTEMATIC_SD[name] for name, sd in EVENT_SD.items())
    assert all(0 < sd < 2 * SYSTEMATIC_SD[name] for name, sd in SIDE_SD.items())


def test_a_change_has_an_error_that_is_below_that_of_two_strangers() -> None:
    assert set(CHANGE_SHARE) == {"standing", "running"}
    assert set(CHANGE_SHARE["running"]) == set(SYSTEMATIC_SD)
    # Who stands has no strides, and so no excursion over them.
    assert set(CHANGE_SHARE["standing"]) == set(SYSTEMATIC_SD) - {
        "pelvic_tilt_range_deg",
        "thorax_rotation_deg",
    }
    for table in CHANGE_SHARE.values():
        # Above 1 a change would be less certain than two strangers' difference; a little above is chance.
        assert all(0.3 < share < 1.2 for share in table.values())


def test_quantiles_are_the_normal_distributions() -> None:
    assert pytest.approx(norm.ppf(0.95), abs=1e-4) == Z90
    assert pytest.approx(norm.ppf(0.975), abs=1e-4) == Z95_TWO_SIDED


def test_a_remark_comes_before_its_gate() -> None:
    assert REMARKS.oblique_yaw_deg < GATES.max_yaw_deg
    assert REMARKS.good_strides > GATES.min_strides
    assert REMARKS.seen_share > REMARKS.rarely_seen_share
