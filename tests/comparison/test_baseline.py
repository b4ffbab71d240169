"""Baselines: their record, and the verdict that follows from them."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
from helpers import synthetic_runner
from helpers.analysis_factory import FRONT, VALUES, analysis, with_baseline
from helpers.synthetic_runner import few
from hypothesis import given
from hypothesis import strategies as st

from posture.calibration import calibration
from posture.comparison.baseline import find_analysis_file, own_standing
from posture.comparison.changes import STANDING_GUIDE, changes
from posture.errors import RecordError
from posture.records.analysis import Analysis, Outline
from posture.verdict import assess

# A body whose outline is arched even in neutral: above both thresholds, standing and running alike.
ARCHED = {name: calibration().verdict[name] + 10 for name in calibration().verdict}
FLAT = {name: calibration().verdict[name] - 15 for name in calibration().verdict}


def raised_by(values: dict[str, float], extra: float) -> dict[str, float]:
    return {name: value + calibration().verdict_change[name] + extra for name, value in values.items()}


def test_run_hollower_than_standing_is_a_hollow_back() -> None:
    run = analysis(**raised_by(FLAT, 12.0))
    found = with_baseline(run, analysis("standing", name="stand.mp4", **FLAT), path="my/stand.mp4")
    assert found.verdict.label == "hollow_back"
    assert found.verdict.basis == "own_standing"
    assert {exercise.id for exercise in found.exercises} == {"towel", "core"}
    assert found.baseline is not None
    assert found.baseline.path == "my/stand.mp4"
    assert found.baseline.activity == "standing"
    assert found.baseline.notes == ()


def test_arched_build_that_runs_as_it_stands_is_no_hollow_back() -> None:
    run = analysis(label="hollow_back", **raised_by(ARCHED, -12.0))
    found = with_baseline(run, analysis("standing", name="stand.mp4", **ARCHED), path="stand.mp4")
    assert found.verdict.label == "not_hollow_back"
    assert found.exercises == ()


def test_baseline_changes_only_verdict_and_exercises() -> None:
    run, stand = analysis(), analysis("standing", name="stand.mp4")
    found = with_baseline(run, stand, path="stand.mp4")
    assert found.baseline is not None
    assert found.baseline.measures == stand.measures
    assert found.baseline.change == changes(stand, run)
    new = {"baseline", "verdict", "exercises", "created_at"}
    assert found.model_dump(exclude=new) == run.model_dump(exclude=new)
    assert run.baseline is None


def test_earlier_run_shows_changes_and_leaves_the_verdict() -> None:
    run = analysis(**raised_by(FLAT, 12.0))
    found = with_baseline(run, analysis(name="may.mp4", **FLAT), path="may-posture/analysis.json")
    assert found.verdict == assess(run.measures, run.quality.issues).verdict
    assert found.verdict.basis == "population"
    assert found.baseline is not None
    assert [note.code for note in found.baseline.notes] == ["earlier_run"]
    tilt = found.baseline.change["pelvic_tilt_deg"]
    assert tilt is not None
    assert tilt.real


def test_unmeasurable_baseline_is_kept_with_its_reason() -> None:
    front = analysis("standing", name="stand.mp4", issues=(FRONT,), measures=dict.fromkeys(VALUES))
    found = with_baseline(analysis(), front, path="stand.mp4")
    assert found.baseline is not None
    assert found.baseline.change == {}
    assert found.baseline.notes[0].advice == STANDING_GUIDE
    assert found.verdict.basis == "population"


def test_baseline_by_another_camera_leaves_the_verdict() -> None:
    stand = analysis("standing", name="stand.mp4", quality={"view_yaw_deg": -12.0}, **FLAT)
    found = with_baseline(analysis(**raised_by(FLAT, 12.0)), stand, path="stand.mp4")
    assert found.verdict.basis == "population"


def test_written_baseline_fits_the_schema_and_is_read_back() -> None:
    found = with_baseline(analysis(), analysis("standing", name="s.mp4"), path="\udcff.mp4")
    schema = json.loads((resources.files("posture.records") / "analysis.schema.json").read_text(encoding="utf-8"))
    written = json.loads(found.to_json())
    jsonschema.Draft202012Validator(schema).validate(written)
    assert written["baseline"]["path"] == "?.mp4"
    again = Analysis.model_validate(written)
    assert again.baseline is not None
    assert found.baseline is not None
    assert again.baseline.change == found.baseline.change


def test_baseline_without_newer_fields_is_read() -> None:
    data = json.loads(analysis().to_json())
    data["baseline"] = {"path": "stand.mp4", "measures": {}, "change": {}}
    baseline = Analysis.model_validate(data).baseline
    assert baseline is not None
    assert (baseline.activity, baseline.notes) == ("unknown", ())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_analysis_file_is_recognised_by_its_content(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "stand.mp4"
    path.write_bytes(analysis("standing", name="läuft.mp4").to_json().encode(encoding))
    assert find_analysis_file(path) == path
    assert Analysis.from_json(path) == analysis("standing", name="läuft.mp4")


@pytest.mark.parametrize("data", [b"", b"[1]", b"\0\0\0\x20ftypisom", b"\xff\xfe", b"GIF89a{", b"  text {"])
def test_file_without_json_object_is_not_an_analysis(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "analysis.json"
    path.write_bytes(data)
    assert find_analysis_file(path) is None
    assert find_analysis_file(tmp_path) is None


def test_folder_of_results_stands_for_its_analysis(tmp_path: Path) -> None:
    path = tmp_path / "analysis.json"
    path.write_text(analysis("standing").to_json(), encoding="utf-8")
    assert find_analysis_file(str(tmp_path)) == path


def test_path_that_is_no_file_is_not_an_analysis(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.json", tmp_path / ("x" * 400), tmp_path / "a\0b"):
        assert find_analysis_file(path) is None


@few
@given(st.binary(max_size=200))
def test_garbage_after_a_brace_is_a_one_line_error(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("garbage") / "a.json"
    path.write_bytes(b"{   " + data)
    with pytest.raises(RecordError, match="is not an analysis"):
        Analysis.from_json(path)


def test_own_outline_that_does_not_fit_the_model_is_ignored() -> None:
    model = synthetic_runner.shape_model()
    count = len(model.components)
    for lengths, usable in (
        ((count, count), True),
        ((3, count), False),
        ((count, 3), False),
        ((0, 0), False),
    ):
        outline = Outline(
            t=(0.0,),
            distance=(0.2,),
            coefficients=(0.1,) * lengths[0],
            coefficients_sd=(0.1,) * lengths[1],
            model=model.name,
        )
        standing = analysis("standing").model_copy(update={"outline": outline})
        assert (own_standing(standing, model) is not None) == usable
    assert own_standing(analysis(), model) is None
