"""Comparison of two analyses: its record, its schema, and the swapped order."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
from helpers.analysis_factory import FRONT, VALUES, analysis
from helpers.synthetic_runner import few
from hypothesis import given
from hypothesis import strategies as st

import posture
from posture.analysis.compare_clips import comparison_of
from posture.comparison.changes import changes
from posture.records.comparison import Comparison


def schema() -> dict[str, object]:
    text = (resources.files("posture.records") / "comparison.schema.json").read_text(encoding="utf-8")
    shipped: dict[str, object] = json.loads(text)
    return shipped


def test_shipped_schema_is_the_generated_one() -> None:
    assert schema() == Comparison.json_schema(), (
        "python -m posture.records.comparison > x && mv x posture/records/comparison.schema.json"
    )
    jsonschema.Draft202012Validator.check_schema(schema())


@few
@given(st.fixed_dictionaries({name: st.none() | st.floats(-50, 50) for name in VALUES}))
def test_record_holds_both_numbers_and_their_change(values: dict[str, float | None]) -> None:
    before, after = analysis(name="may.mp4"), analysis(name="june.mp4", **values)
    found = comparison_of(before, after)
    jsonschema.Draft202012Validator(schema()).validate(json.loads(found.to_json()))
    for name, change in changes(before, after).items():
        both = found.changes[name]
        if change is None:
            assert both is None
            continue
        assert both is not None
        assert (both.before, both.after, both.unit) == (VALUES[name], values[name], "deg")
        assert (both.value, both.ci90, both.mdc95, both.real) == (
            change.value,
            change.ci90,
            change.mdc95,
            change.real,
        )


@few
@given(st.fixed_dictionaries({name: st.floats(-50, 50) for name in VALUES}))
def test_swapped_clips_have_the_opposite_change(values: dict[str, float]) -> None:
    before, after = analysis(name="may.mp4"), analysis(name="june.mp4", **values)
    there, back = comparison_of(before, after), comparison_of(after, before)
    assert (there.before, there.after) == (back.after, back.before)
    for name, change in there.changes.items():
        opposite = back.changes[name]
        assert change is not None
        assert opposite is not None
        assert (change.value, change.before, change.after) == (
            -opposite.value,
            opposite.after,
            opposite.before,
        )
        assert change.real == opposite.real


def test_record_names_each_clip_and_its_verdict() -> None:
    found = comparison_of(analysis("standing", name="stand.mp4"), analysis(label="hollow_back"))
    assert (found.before.path, found.before.activity, found.before.label) == (
        "stand.mp4",
        "standing",
        "not_measurable",
    )
    assert (found.after.activity, found.after.label, found.after.cadence_spm) == (
        "running",
        "hollow_back",
        170.0,
    )
    assert found.before.cadence_spm is None
    assert found.software.posture == posture.__version__


def test_unmeasurable_clip_leaves_no_changes() -> None:
    found = comparison_of(analysis(name="a.mp4"), analysis(name="b.mp4", issues=(FRONT,)))
    assert found.changes == {}
    assert [note.code for note in found.notes] == ["after_not_measurable"]


def test_analyses_in_memory_and_in_files_compare_alike(tmp_path: Path) -> None:
    before, after = analysis(name="may.mp4"), analysis(name="june.mp4", lumbar_arch_deg=30.0)
    (tmp_path / "june.json").write_text(after.to_json(), encoding="utf-8")
    mixed = posture.compare(before, tmp_path / "june.json")
    assert isinstance(mixed, Comparison)
    assert mixed == comparison_of(before, after, paths=("may.mp4", str(tmp_path / "june.json")))
    # The name stays the function's after the module behind it was imported.
    assert posture.compare(before, after) == comparison_of(before, after)


def test_missing_file_is_a_one_line_error(tmp_path: Path) -> None:
    for clips in ((analysis(), tmp_path / "none.mp4"), (tmp_path / "none.mp4", analysis())):
        with pytest.raises(posture.VideoError, match=r"none\.mp4"):
            posture.compare(*clips)


def test_first_of_two_faulty_clips_is_named(tmp_path: Path) -> None:
    bad, text = tmp_path / "bad.json", tmp_path / "text.mp4"
    bad.write_text("{}", encoding="utf-8")
    text.write_text("no video", encoding="utf-8")
    with pytest.raises(posture.RecordError, match=r"bad\.json"):
        posture.compare(bad, text)
    with pytest.raises(posture.VideoError, match=r"text\.mp4"):
        posture.compare(text, bad)
