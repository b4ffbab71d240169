"""`posture compare` on clips and analyses."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
from helpers.cli_runner import AnalysisOf, Clip, Json, invoke
from helpers.derived_clips import same, sample, truth

from posture.types import PRIMARY_MEASURES


@pytest.fixture(scope="module")
def folder(analysis_of: AnalysisOf, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the analyses of both standing runners, ``neutral.json`` and ``hollow.json``."""
    path = tmp_path_factory.mktemp("analyses")
    for name in ("neutral", "hollow"):
        found = analysis_of(f"stand_{name}", "--end", "2")
        (path / f"{name}.json").write_text(json.dumps(found), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def compared(folder: Path) -> Json:
    """Return the neutral one compared with the hollow one."""
    return invoke("compare", folder / "neutral.json", folder / "hollow.json", "--json", "-").json


def test_changes_match_the_truth(compared: Json) -> None:
    for name in PRIMARY_MEASURES:
        change = compared["changes"][name]
        true = truth("stand_hollow")["measures"][name] - truth("stand_neutral")["measures"][name]
        # Two bodies, not one: the interval is not made for that, the sign and the size are.
        assert change["value"] == pytest.approx(true, abs=4.0)
        assert change["value"] == pytest.approx(change["after"] - change["before"], abs=2e-3)
        assert change["real"] is True


def test_comparison_conforms_to_the_shipped_schema(compared: Json) -> None:
    schema = json.loads((files("posture.records") / "comparison.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(compared)
    assert compared["schema"] == "posture.comparison/1"
    # The two samples show two people.
    assert [note["code"] for note in compared["notes"]] == ["other_person"]
    assert compared["before"]["activity"] == "standing"


def test_swapped_clips_give_opposite_changes(compared: Json, folder: Path) -> None:
    back = invoke("compare", folder / "hollow.json", folder / "neutral.json", "--json", "-").json
    for name, change in compared["changes"].items():
        assert (change is None) == (back["changes"][name] is None)
        if change is not None:
            assert back["changes"][name]["value"] == -change["value"]


def test_page_is_written_and_answer_is_short(
    folder: Path, tmp_path: Path, compared: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = invoke("compare", folder / "neutral.json", folder / "hollow.json")
    assert done.exit_code == 0
    assert done.stdout.startswith("More hollow than before: the pelvic tilt is ")
    assert "95 %" in done.stdout
    lines = done.stdout.splitlines()
    assert len(lines) <= 15
    assert lines[-1].endswith(str(Path("hollow-vs-neutral") / "comparison.html"))
    written = tmp_path / "hollow-vs-neutral"
    assert json.loads((written / "comparison.json").read_text(encoding="utf-8")) == compared
    assert "More hollow than before" in (written / "comparison.html").read_text(encoding="utf-8")
    assert done.stderr == ""


def test_comparison_of_other_clips_is_not_written_over(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, source in (("may", "neutral"), ("june", "hollow")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "run.json").write_bytes((folder / f"{source}.json").read_bytes())
    for _again in range(2):
        done = invoke("compare", Path("may") / "run.json", Path("june") / "run.json")
        assert done.stdout.splitlines()[-1].endswith(str(Path("june-run-vs-may-run") / "comparison.html"))
    # Other clips take the same names.
    (tmp_path / "may" / "run.json").write_bytes((folder / "hollow.json").read_bytes())
    (tmp_path / "june" / "run.json").write_bytes((folder / "neutral.json").read_bytes())
    done = invoke("compare", Path("may") / "run.json", Path("june") / "run.json")
    assert done.stdout.splitlines()[-1].endswith(str(Path("june-run-vs-may-run-2") / "comparison.html"))


def test_clips_leave_the_results_of_an_analysis_each_and_their_films(
    clip: Clip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    clips = [clip(f"{name}_short.mp4", f"stand_{name}", same, end_s=1.5) for name in ("neutral", "hollow")]
    done = invoke("compare", *clips)
    assert done.exit_code == 0
    assert "Results of the clips: neutral_short-posture and hollow_short-posture" in done.stdout
    for made in ("neutral_short-posture", "hollow_short-posture"):
        assert {"analysis.json", "report.html", "annotated.mp4"} <= {path.name for path in Path(made).iterdir()}
    page = Path("hollow_short-vs-neutral_short", "comparison.html").read_text(encoding="utf-8")
    assert page.count('src="data:video/mp4') == 2
    assert page.count("../neutral_short-posture/report.html") == 1
    # The second time, what is there is used, and not written over.
    written = [path.stat().st_mtime_ns for path in sorted(tmp_path.glob("*-posture/*"))]
    again = invoke("compare", *clips)
    assert "Results of the clips" not in again.stdout
    assert again.stdout.splitlines()[0] == done.stdout.splitlines()[0]
    assert [path.stat().st_mtime_ns for path in sorted(tmp_path.glob("*-posture/*"))] == written


def test_results_of_clips_lie_in_the_named_folder(clip: Clip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    short = clip("neutral_short.mp4", "stand_neutral", same, end_s=1.5)
    (tmp_path / "other").mkdir()
    invoke("analyze", short, "--json", tmp_path / "other" / "neutral_short.json")
    assert invoke("compare", tmp_path / "other" / "neutral_short.json", short, "--out", "out").exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other", "out"]
    assert (tmp_path / "out" / "neutral_short-posture" / "annotated.mp4").is_file()


def test_quiet_and_json_to_a_file(folder: Path, tmp_path: Path, compared: Json) -> None:
    done = invoke(
        "compare",
        folder / "neutral.json",
        folder / "hollow.json",
        "-q",
        "--json",
        tmp_path / "new" / "c.json",
    )
    assert done.stdout.count("\n") == 1
    assert json.loads((tmp_path / "new" / "c.json").read_text(encoding="utf-8")) == compared


def test_clip_and_analysis_of_same_posture_show_no_change(folder: Path, clip: Clip) -> None:
    short = clip("stand_short.mp4", "stand_hollow", same, end_s=1.5)
    found = invoke("compare", folder / "hollow.json", short, "--json", "-").json
    assert found["after"]["path"] == str(short)
    assert [found["changes"][name]["real"] for name in PRIMARY_MEASURES] == [False, False]


def test_unmeasurable_clip_is_no_failure(folder: Path, clip: Clip, tmp_path: Path) -> None:
    front = clip("front.mp4", "run_front", same, end_s=0.5)
    done = invoke("compare", front, folder / "hollow.json", "--out", tmp_path / "out")
    assert done.exit_code == 0
    assert done.stdout.startswith("Not comparable: the first clip could not be measured")


@pytest.mark.parametrize("place", [0, 1])
def test_input_that_is_no_clip_is_one_line(folder: Path, tmp_path: Path, place: int) -> None:
    (tmp_path / "notes.json").write_text('{"ran": 1}', encoding="utf-8")
    for name, said in (("notes.json", "is not an analysis"), ("none.mp4", "no such file or folder")):
        clips = [tmp_path / name, sample("run_front")]
        line = invoke("compare", *(clips[::-1] if place else clips)).the_line()
        assert said in line
        assert name in line


@pytest.mark.parametrize(
    "wrong",
    [(), ("a.json",), ("a", "b", "c"), ("a", ""), ("a", "b", "--model", "giant"), ("a", "b", "--json", "")],
)
def test_wrong_usage_is_exit_code_2(wrong: tuple[str, ...]) -> None:
    done = invoke("compare", *wrong)
    assert done.exit_code == 2
    assert done.stderr.startswith("Usage: posture compare ")


def test_unwritable_output_fails_before_the_analysis(tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    line = invoke("compare", "none.mp4", "none.mp4", "--json", tmp_path / "taken" / "c.json").the_line()
    assert "taken" in line
