"""Altered analysis.json files: read, or refused in one line."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from helpers.analysis_factory import analysis
from helpers.synthetic_runner import few
from hypothesis import given
from hypothesis import strategies as st

from posture.analysis.compare_clips import comparison_of
from posture.errors import RecordError
from posture.records.analysis import Analysis
from posture.records.reading import MAX_FILE_BYTES

TILT = ("measures", "pelvic_tilt_deg")


def altered(*place: str | int, to: Any) -> str:
    """Return the text of an analysis in which one thing is another."""
    data = json.loads(analysis("standing").to_json())
    inside = data
    for key in place[:-1]:
        inside = inside[key]
    inside[place[-1]] = to
    return json.dumps(data)


def read(folder: Path, text: str) -> Analysis:
    path = folder / "altered.json"
    path.write_text(text, encoding="utf-8")
    return Analysis.from_json(path)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        ((*TILT, "value"), 1e308),
        ((*TILT, "value"), float("nan")),
        ((*TILT, "value"), 90.0),
        ((*TILT, "ci90"), [-1e300, 1e300]),
        ((*TILT, "ci90"), [33.0, 27.0]),
        ((*TILT, "ci90"), [31.0, 33.0]),
        ((*TILT, "unit"), "rad"),
        ((*TILT, "sd"), -1.0),
        ((*TILT, "sd"), float("inf")),
        ((*TILT, "strides"), -3),
        ((*TILT, "strides"), 10**400),
        (("source", "width"), 10**400),
        (("source", "height"), 0),
        (("source", "fps"), -30.0),
        (("source", "slow_motion"), 0.0),
        (("quality", "body_height_px"), 1e308),
        (("quality", "view_yaw_deg"), 1e308),
        (("quality", "camera_roll_deg"), -1e308),
        (("gait", "cadence_spm"), -170.0),
    ],
)
def test_impossible_numbers_are_refused(tmp_path: Path, place: tuple[str, ...], value: Any) -> None:
    with pytest.raises(RecordError, match="is not an analysis") as refused:
        read(tmp_path, altered(*place, to=value))
    assert place[0] in str(refused.value)


@few
@given(value=st.floats(allow_nan=False), half=st.floats(0.0), strides=st.integers(), width=st.integers())
def test_analysis_that_is_read_can_be_compared(
    tmp_path_factory: pytest.TempPathFactory, value: float, half: float, strides: int, width: int
) -> None:
    data = json.loads(altered("source", "width", to=width))
    ci90 = [value - half, value + half]
    data["measures"]["pelvic_tilt_deg"].update(value=value, ci90=ci90, strides=strides)
    try:
        found = read(tmp_path_factory.mktemp("any"), json.dumps(data))
    except RecordError:
        return
    for pair in ((found, analysis()), (analysis(), found)):
        json.loads(comparison_of(*pair).to_json(), parse_constant=pytest.fail)


def test_file_without_schema_field_is_refused(tmp_path: Path) -> None:
    data = json.loads(altered("source", "width", to=640))
    del data["schema"]
    with pytest.raises(RecordError, match=r"is not an analysis \(schema: Field required\)"):
        read(tmp_path, json.dumps(data))


def test_other_schema_is_named_in_the_error(tmp_path: Path) -> None:
    for schema in ("posture.analysis/2", "posture.comparison/1"):
        with pytest.raises(RecordError, match=f"contains {schema}, .*analyse the clip again"):
            read(tmp_path, altered("schema", to=schema))


def test_oversized_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    path.write_text(analysis().to_json(), encoding="utf-8")
    os.truncate(path, MAX_FILE_BYTES + 1)
    with pytest.raises(RecordError, match="too large for an analysis"):
        Analysis.from_json(path)


def test_impossible_file_name_is_a_one_line_error() -> None:
    with pytest.raises(RecordError, match="cannot be read"):
        Analysis.from_json("a\0b.json")


def test_time_that_was_not_read_is_known_before_each_part() -> None:
    whole = analysis().source
    in_parts = whole.model_copy(update={"parts_read": ((0.0, 6.0), (18.0, 24.0), (54.0, 60.0))})
    moments = (0.0, 5.9, 18.0, 23.9, 54.0, 60.0)
    assert [in_parts.unread_before_s(s) for s in moments] == [0.0, 0.0, 12.0, 12.0, 42.0, 42.0]
    assert whole.unread_before_s(50.0) == 0.0
