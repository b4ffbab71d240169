"""The samples: measured values match the rendered truth."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers.cli_runner import AnalysisOf, codes, invoke, value
from helpers.derived_clips import truth

from posture.comparison.changes import notes
from posture.records.analysis import Analysis
from posture.types import PRIMARY_MEASURES

# One second of the front view is refused like all eight, and is quicker.
PARTS = {"run_front": ("--end", "3"), "stand_neutral": ("--end", "2"), "stand_hollow": ("--end", "2")}


@pytest.mark.parametrize(
    ("name", "label", "activity"),
    [
        ("run_neutral", "not_hollow_back", "running"),
        ("run_hollow", "hollow_back", "running"),
        ("stand_neutral", "not_measurable", "standing"),
        ("stand_hollow", "not_measurable", "standing"),
    ],
)
def test_verdict_and_activity(analysis_of: AnalysisOf, name: str, label: str, activity: str) -> None:
    analysis = analysis_of(name, *PARTS.get(name, ()))
    assert analysis["verdict"]["label"] == label
    assert analysis["verdict"]["reasons"]
    assert analysis["subject"]["activity"] == activity
    assert analysis["subject"]["direction"] == "right"
    assert analysis["quality"]["measurable"] == (label != "not_measurable")


@pytest.mark.parametrize("name", ["run_neutral", "run_hollow", "run_front", "stand_neutral", "stand_hollow"])
def test_answer_of_a_sample_has_fifteen_lines_at_most(analysis_of: AnalysisOf, name: str, tmp_path: Path) -> None:
    file = tmp_path / "analysis.json"
    file.write_text(json.dumps(analysis_of(name, *PARTS.get(name, ()))), encoding="utf-8")
    lines = invoke("analyze", tmp_path).stdout.splitlines()
    assert len(lines) <= 15
    assert all(len(line) <= 80 for line in lines[:-1])
    assert any(line.startswith("Next: ") for line in lines)
    assert lines[-1].endswith(f" Results: {tmp_path}")


@pytest.mark.parametrize("measure", [*PRIMARY_MEASURES, "trunk_lean_deg", "lumbar_arch_index"])
@pytest.mark.parametrize("name", ["run_neutral", "run_hollow", "stand_neutral", "stand_hollow"])
def test_interval_contains_the_truth(analysis_of: AnalysisOf, name: str, measure: str) -> None:
    found = analysis_of(name, *PARTS.get(name, ()))["measures"][measure]
    low, high = found["ci90"]
    assert low <= found["value"] <= high
    assert low <= truth(name)["measures"][measure] <= high


def test_stand_before_the_run_becomes_the_baseline(analysis_of: AnalysisOf) -> None:
    analysis, true = analysis_of("stand_then_run"), truth("stand_then_run")
    assert analysis["verdict"]["label"] == "hollow_back"
    assert analysis["verdict"]["basis"] == "own_standing"
    baseline = analysis["baseline"]
    assert baseline["activity"] == "standing"
    assert baseline["start_s"] == pytest.approx(0.0, abs=0.1)
    assert baseline["end_s"] == pytest.approx(true["standing"]["end_s"], abs=0.2)
    assert all(stride["start_s"] > true["standing"]["end_s"] for stride in analysis["gait"]["strides"])
    for name in PRIMARY_MEASURES:
        low, high = analysis["measures"][name]["ci90"]
        assert low <= true["measures"][name] <= high
        low, high = baseline["measures"][name]["ci90"]
        assert low <= true["standing"]["measures"][name] <= high


@pytest.mark.parametrize(
    ("stand", "run", "doubted"),
    [
        ("stand_hollow", "run_hollow", False),
        ("stand_neutral", "run_neutral", False),
        ("stand_hollow", "run_neutral", True),
        ("stand_neutral", "run_hollow", True),
    ],
)
def test_standing_clip_of_another_person_is_doubted(
    analysis_of: AnalysisOf, stand: str, run: str, doubted: bool
) -> None:
    before, after = (Analysis.model_validate(analysis_of(name, *PARTS.get(name, ()))) for name in (stand, run))
    assert ("other_person" in {note.code for note in notes(before, after, baseline=True)}) == doubted


@pytest.mark.parametrize("pair", [("run_neutral", "run_hollow"), ("stand_neutral", "stand_hollow")])
def test_difference_of_arches_matches_truth_within_40_percent(analysis_of: AnalysisOf, pair: tuple[str, str]) -> None:
    neutral, hollow = (value(analysis_of(n, *PARTS.get(n, ())), "lumbar_arch_deg") for n in pair)
    true = [truth(n)["measures"]["lumbar_arch_deg"] for n in pair]
    assert hollow - neutral == pytest.approx(true[1] - true[0], rel=0.4)


def test_cadence_matches_the_truth(analysis_of: AnalysisOf) -> None:
    for name in ("run_neutral", "run_hollow"):
        gait = analysis_of(name)["gait"]
        assert gait["stride_s"] == pytest.approx(truth(name)["stride_s"], rel=0.03)
        assert gait["cadence_spm"] == pytest.approx(120 / gait["stride_s"], rel=0.02)
        assert len(gait["strides"]) == analysis_of(name)["quality"]["strides"] >= 5


def test_only_the_hollow_back_gets_exercises_for_it(analysis_of: AnalysisOf) -> None:
    assert {e["id"] for e in analysis_of("run_hollow")["exercises"]} >= {"towel", "core"}
    for exercise in analysis_of("run_hollow")["exercises"]:
        assert exercise["why"]
        assert exercise["dose"]
        assert exercise["source"]
    assert analysis_of("run_neutral")["exercises"] == []


def test_front_view_is_refused_with_advice(analysis_of: AnalysisOf) -> None:
    analysis = analysis_of("run_front", *PARTS["run_front"])
    assert analysis["verdict"]["label"] == "not_measurable"
    assert codes(analysis, blocking=True) == {"not_side_view"}
    issue = analysis["quality"]["issues"][0]
    assert "front" in issue["message"]
    assert "Film from the side" in issue["advice"]
    assert all(measure is None for measure in analysis["measures"].values())


def test_standing_clip_is_measured_but_is_no_run(analysis_of: AnalysisOf) -> None:
    for name in ("stand_neutral", "stand_hollow"):
        analysis = analysis_of(name, *PARTS[name])
        assert codes(analysis, blocking=True) == {"standing"}
        assert all(analysis["measures"][measure] is not None for measure in PRIMARY_MEASURES)
        nothing = {"cadence_spm": None, "stride_s": None, "strides": [], "part_strides": 0.0, "left_out": []}
        assert analysis["gait"] == nothing
        assert analysis["exercises"] == []
