"""One runner's analyses over dates: whose, which, in which order, and what changed."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
from helpers.analysis_factory import FRONT
from helpers.dated_results import ARCH, START, dated_run, write_result

import posture
from posture.analysis.history import by_runner, find_analyses, history_of
from posture.records.history import History


def test_runs_are_in_the_order_of_their_recording(tmp_path: Path) -> None:
    for place, day in (("c", 0), ("a", 60), ("b", 30)):
        write_result(tmp_path, place, dated_run(day, lumbar_arch_deg=ARCH - day / 5))
    found = posture.history(tmp_path)
    assert [entry.path for entry in found.entries] == ["c/analysis.json", "b/analysis.json", "a/analysis.json"]
    assert {entry.dated_by for entry in found.entries} == {"recording"}
    assert found.overall is not None
    change = found.overall.changes["lumbar_arch_deg"]
    assert change is not None
    assert change.value == pytest.approx(-12.0)
    assert change.real
    steps = [step.changes["lumbar_arch_deg"] for step in found.steps]
    assert [step and step.value for step in steps] == pytest.approx([-6.0, -6.0])
    first, change_of_arch, *runs, _more = str(found).splitlines()[0], *str(found).splitlines()[2:]
    assert first == "History of one runner, 3 runs, 2026-03-01 to 2026-04-30"
    assert change_of_arch.split()[:4] == ["change", "of", "lumbar_arch_deg", "-12.0"]
    assert [run.split()[0] for run in runs] == ["2026-03-01", "2026-03-31", "2026-04-30"]


def test_date_falls_back_to_the_analysis_and_then_the_file(tmp_path: Path) -> None:
    write_result(tmp_path, "a", dated_run(1, recorded=False))
    old = dated_run(2, recorded=False).model_copy(update={"created_at": None})
    os.utime(write_result(tmp_path, "b", old), (START.timestamp(), START.timestamp()))
    found = posture.history(tmp_path)
    assert [(entry.dated_by, entry.clip) for entry in found.entries] == [("file", "2.mp4"), ("analysis", "1.mp4")]
    assert found.entries[0].date == START


def test_last_change_of_a_clip_is_not_taken_for_its_recording(tmp_path: Path) -> None:
    write_result(tmp_path, "a", dated_run(1, origin="file"))
    write_result(tmp_path, "b", dated_run(2))
    assert [entry.dated_by for entry in posture.history(tmp_path).entries] == ["file", "recording"]


def test_record_is_a_file_with_a_shipped_schema(tmp_path: Path) -> None:
    text = (resources.files("posture.records") / "history.schema.json").read_text(encoding="utf-8")
    assert json.loads(text) == History.json_schema(), (
        "python -m posture.records.history > x && mv x posture/records/history.schema.json"
    )
    for day in (0, 30):
        write_result(tmp_path, str(day), dated_run(day, lumbar_arch_deg=ARCH - day / 3))
    found = posture.history(tmp_path, lang="de")
    assert found.language == "de"
    jsonschema.validate(json.loads(found.to_json()), json.loads(text))
    assert History.model_validate_json(found.to_json()) == found


def test_data_frame_has_a_row_for_each_number_of_each_run(tmp_path: Path) -> None:
    for day in (0, 30):
        write_result(tmp_path, str(day), dated_run(day, lumbar_arch_deg=ARCH - day / 3))
    found = posture.history(tmp_path)
    arch = found.to_frame().query("name == 'lumbar_arch_deg'")
    assert arch["value"].tolist() == pytest.approx([ARCH, ARCH - 10])
    assert arch["date"].tolist() == [entry.date for entry in found.entries]
    assert arch["dated_by"].tolist() == ["recording", "recording"]


def test_clip_that_was_analysed_twice_counts_once(tmp_path: Path) -> None:
    first, again = dated_run(5, lumbar_arch_deg=30.0), dated_run(5, lumbar_arch_deg=31.0)
    write_result(tmp_path, "a", again.model_copy(update={"created_at": START + timedelta(days=400)}))
    write_result(tmp_path, "b", first)
    (entry,) = posture.history(tmp_path).entries
    assert entry.measures["lumbar_arch_deg"] == again.measures["lumbar_arch_deg"]


def test_standing_and_unmeasured_clips_are_counted_only(tmp_path: Path) -> None:
    write_result(tmp_path, "run", dated_run(1))
    write_result(tmp_path, "stand", dated_run(1, activity="standing", name="stand.mp4"))
    write_result(tmp_path, "front", dated_run(2, issues=(FRONT,)))
    found = posture.history(tmp_path)
    assert (len(found.entries), found.standing, found.not_measured) == (1, 1, 1)
    assert found.overall is None


@pytest.mark.parametrize(
    ("place", "runner"),
    [
        ("run-posture", ""),
        ("anna/run-posture", "anna"),
        ("anna/2026-03/run", "anna"),
        ("2026-03-01/run", ""),
        ("März 2026/run", ""),
        ("KW 12/run", ""),
        ("GOPR0012/run", ""),
        ("Marc/run", "Marc"),
    ],
)
def test_first_folder_names_the_runner_unless_it_is_a_date(tmp_path: Path, place: str, runner: str) -> None:
    write_result(tmp_path, place, dated_run(1))
    assert list(by_runner(find_analyses(tmp_path)[0])) == [runner]


def test_name_of_the_analysis_comes_first_and_then_that_of_the_batch(tmp_path: Path) -> None:
    write_result(tmp_path, "anna/run", dated_run(1, runner="Ben"))
    write_result(tmp_path, "cleo_03_run", dated_run(2))
    (tmp_path / "cleo_03_run" / "batch.json").write_text(json.dumps({"row": {"runner": "cleo"}}), encoding="utf-8")
    assert list(by_runner(find_analyses(tmp_path)[0])) == ["Ben", "cleo"]


def test_several_runners_are_asked_for(tmp_path: Path) -> None:
    write_result(tmp_path, "anna/run", dated_run(1))
    write_result(tmp_path, "ben/run", dated_run(2))
    with pytest.raises(posture.OptionError, match="contains results of anna and ben"):
        posture.history(tmp_path)
    assert posture.history(tmp_path, runner="ben").runner == "ben"
    with pytest.raises(posture.OptionError, match="no results of this runner"):
        posture.history(tmp_path, runner="cleo")


def test_folder_without_results_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(posture.RecordError, match=r"contains no results of posture"):
        posture.history(tmp_path)


def test_unreadable_files_are_reported_and_left_out(tmp_path: Path) -> None:
    write_result(tmp_path, "a", dated_run(1))
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "analysis.json").write_text("{", encoding="utf-8")
    found, unreadable = find_analyses(tmp_path)
    assert [one.path for one in found] == ["a/analysis.json"]
    assert [error.where for error in unreadable] == [str(tmp_path / "b" / "analysis.json")]
    assert len(history_of(found).entries) == 1
