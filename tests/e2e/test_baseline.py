"""`posture analyze --baseline`: a video, its analysis, or neither."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
from helpers.analysis_factory import with_baseline
from helpers.cli_runner import AnalysisOf, Clip, Json, invoke
from helpers.derived_clips import same, sample, truth

from posture.analysis.pipeline import examine
from posture.records.analysis import Analysis
from posture.types import PRIMARY_MEASURES

RUN = ("--end", "5")
SHORT = ("--end", "0.3", "--json", "-")


@pytest.fixture(scope="module")
def stand(clip: Clip) -> Path:
    """Return a short clip of the hollow runner, standing."""
    return clip("stand.mp4", "stand_hollow", same, end_s=1.5)


@pytest.fixture(scope="module")
def stand_json(analysis_of: AnalysisOf, stand: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return its analysis, in a file without a telling name."""
    path = tmp_path_factory.mktemp("baseline") / "stand"
    path.write_text(json.dumps(analysis_of(stand)), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def told() -> dict[str, list[tuple[int, int]]]:
    return {"run": [], "stand": []}


@pytest.fixture(scope="module")
def against_stand(stand: Path, told: dict[str, list[tuple[int, int]]]) -> Analysis:
    """Return the hollow run compared with the standing clip."""
    return examine(
        sample("run_hollow"),
        end=5.0,
        baseline=stand,
        progress=lambda *step: told["run"].append(step),
        baseline_progress=lambda *step: told["stand"].append(step),
    ).analysis


def test_change_matches_the_truth(against_stand: Analysis) -> None:
    assert against_stand.baseline is not None
    assert against_stand.baseline.activity == "standing"
    assert against_stand.baseline.notes == ()
    for name in PRIMARY_MEASURES:
        change = against_stand.baseline.change[name]
        assert change is not None
        true = truth("run_hollow")["measures"][name] - truth("stand_hollow")["measures"][name]
        assert change.ci90[0] <= true <= change.ci90[1]
        own = against_stand.measures[name]
        assert own is not None
        # Most of the body's shape cancels: the change is surer than the number.
        assert change.ci90[1] - change.ci90[0] < own.ci90[1] - own.ci90[0]


def test_verdict_rests_on_the_change(against_stand: Analysis) -> None:
    assert against_stand.verdict.basis == "own_standing"
    assert against_stand.verdict.reference.startswith("Compared with your own standing posture.")
    assert any("your standing" in reason for reason in against_stand.verdict.reasons)
    schema = json.loads((files("posture.records") / "analysis.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(json.loads(against_stand.to_json()))


def test_each_clip_has_its_own_progress_bar(against_stand: Analysis, told: dict[str, list[tuple[int, int]]]) -> None:
    assert told["stand"][:45] == [(n, 45) for n in range(1, 46)]
    assert told["run"][:150] == [(n, 150) for n in range(1, 151)]


def test_a_clip_and_its_analysis_are_the_same_baseline(against_stand: Analysis, stand: Path, stand_json: Path) -> None:
    by_json = examine(sample("run_hollow"), end=5.0, baseline=stand_json).analysis
    assert by_json.measures == against_stand.measures
    assert with_baseline(by_json, Analysis.from_json(stand_json), path=str(stand)) == against_stand


@pytest.mark.slow
def test_own_standing_outline_narrows_the_outline(against_stand: Analysis, analysis_of: AnalysisOf) -> None:
    alone = Analysis.model_validate(analysis_of("run_hollow", *RUN)).outline
    own = against_stand.outline
    assert alone is not None
    assert own is not None
    assert all(a < b for a, b in zip(own.coefficients_sd, alone.coefficients_sd, strict=True))


def test_analysis_is_recognised_by_its_content(stand_json: Path) -> None:
    found = invoke("analyze", sample("run_hollow"), *SHORT, "--baseline", stand_json).json["baseline"]
    assert found["path"] == str(stand_json)
    assert found["measures"] == json.loads(stand_json.read_text(encoding="utf-8"))["measures"]
    # Too short for a verdict, so no change is reported.
    assert found["change"] == {}
    assert [note["code"] for note in found["notes"]] == ["after_not_measurable"]


def test_baseline_from_the_front_is_no_failure(clip: Clip, tmp_path: Path) -> None:
    front = clip("front.mp4", "run_front", same, end_s=0.5)
    done = invoke("analyze", sample("run_neutral"), "--end", "0.3", "--out", tmp_path, "--baseline", front, "--details")
    assert done.exit_code == 0
    assert "Film yourself standing relaxed for 3 seconds or more" in " ".join(done.stdout.split())
    found: Json = json.loads((tmp_path / "analysis.json").read_text(encoding="utf-8"))
    assert found["baseline"]["change"] == {}
    assert "before_not_measurable" in [note["code"] for note in found["baseline"]["notes"]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"ran": 1}', "is not an analysis (source: Field required)"),
        ("{", "is not an analysis (Invalid JSON"),
        ('{"schema": "posture.analysis/9"}', "contains posture.analysis/9, but this version reads"),
        ("[1]", "is a text file, not a video"),
        ("", "is empty (0 bytes)"),
        (None, "no such file or folder"),
    ],
)
def test_file_that_is_no_baseline_is_one_line(tmp_path: Path, text: str | None, said: str) -> None:
    path = tmp_path / "stand.json"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    line = invoke("analyze", sample("run_neutral"), *SHORT, "--baseline", path).the_line()
    assert said in line
    assert str(path) in line


def test_missing_clip_fails_before_the_baseline_is_read(
    stand: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert invoke("analyze", "none.mp4", "--baseline", stand).the_line().startswith("posture: none.mp4: ")


def test_empty_name_is_wrong_usage() -> None:
    assert invoke("analyze", "a.mp4", "--baseline", "").exit_code == 2


def test_help_explains_how_to_film_the_baseline() -> None:
    text = " ".join(invoke("analyze", "--help").stdout.split())
    for words in ("--baseline", "stand still for 3 seconds", "arms slightly forward", "same camera"):
        assert words in text
