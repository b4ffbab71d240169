"""`posture analyze` as users call it: streams, files, options, and the Python API."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import click
import jsonschema
import pytest
from conftest import RunCli
from helpers.cli_runner import AnalysisOf, Json, codes, invoke, value
from helpers.derived_clips import sample, truth
from helpers.waiting import until
from PIL import Image

import posture
from posture.cli.options import seconds_of
from posture.video import open_video

ESCAPE = "\x1b"
# Long enough to be analysed, too short for a verdict.
SHORT_S = 0.5
SHORT = ("--end", str(SHORT_S))


@pytest.fixture(scope="module")
def short(analysis_of: AnalysisOf) -> Json:
    """Return the analysis of a moment of the neutral run."""
    return analysis_of("run_neutral", *SHORT)


def without_path(analysis: Json) -> Json:
    return {**analysis, "source": {**analysis["source"], "path": None}}


def test_every_analysis_conforms_to_the_shipped_schema(analysis_of: AnalysisOf, short: Json) -> None:
    schema = json.loads((files("posture.records") / "analysis.schema.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    for analysis in (short, analysis_of("run_hollow"), analysis_of("stand_neutral", "--end", "2")):
        validator.validate(analysis)
        assert analysis["schema"] == "posture.analysis/1"


def test_json_is_all_of_standard_output(run_cli: RunCli, short: Json, tmp_path: Path) -> None:
    done = run_cli("analyze", sample("run_neutral"), *SHORT, "--json", "-")
    assert done.exit_code == 0
    assert done.stderr == ""
    # Another process, another run: the same numbers to the last digit.
    assert json.loads(done.stdout) == short
    assert list(tmp_path.iterdir()) == []


def test_json_to_a_file_writes_nothing_else(run_cli: RunCli, short: Json, tmp_path: Path) -> None:
    done = run_cli("analyze", sample("run_neutral"), *SHORT, "--json", "new/folder/jog.json")
    assert done.exit_code == 0
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == [tmp_path / "new" / "folder" / "jog.json"]
    assert json.loads((tmp_path / "new" / "folder" / "jog.json").read_text(encoding="utf-8")) == short
    assert done.stdout.rstrip().endswith("new/folder/jog.json")


def test_results_go_to_a_folder_named_after_the_clip(run_cli: RunCli, tmp_path: Path) -> None:
    done = run_cli("analyze", sample("stand_neutral"), "--end", "1.5")
    assert done.exit_code == 0
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1] == "Not measurable. Results: stand_neutral-posture"
    assert ESCAPE not in done.stdout
    written = {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file()}
    names = [
        "analysis.json",
        "annotated.mp4",
        "back.jpg",
        "frames.csv",
        "people.jpg",
        "report.html",
        "strides.csv",
        "tables.json",
    ]
    assert written == {f"stand_neutral-posture/{name}" for name in names}


def test_out_and_json_together_write_both(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    done = invoke("analyze", sample("run_neutral"), *SHORT, "--out", "here", "--json", "-")
    assert json.loads((tmp_path / "here" / "analysis.json").read_text(encoding="utf-8")) == done.json
    assert list(tmp_path.iterdir()) == [tmp_path / "here"]


@pytest.mark.skipif(sys.platform == "win32", reason="no limit of a file's size")
def test_answer_does_not_wait_for_the_results(tmp_path: Path) -> None:
    import resource

    # No file may grow to the size of a result: writing them fails, but the answer is on the screen already.
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "posture",
            "analyze",
            str(sample("run_neutral")),
            *SHORT,
            "--out",
            str(tmp_path / "out"),
        ],
        capture_output=True,
        encoding="utf-8",
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500)),
        timeout=240,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout.startswith("Not measurable: ")
    assert "Results:" not in done.stdout
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr


def test_quiet_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    done = invoke("analyze", sample("run_neutral"), *SHORT, "--quiet")
    assert done.exit_code == 0
    assert done.stdout.count("\n") == 1
    assert done.stdout.startswith("Not measurable: ")
    assert done.stdout.endswith(" Results: run_neutral-posture\n")
    assert done.stderr == ""
    assert (tmp_path / "run_neutral-posture" / "analysis.json").exists()


def test_clip_in_place_of_a_command_is_analysed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "jog.mp4").symlink_to(sample("run_neutral"))
    first = invoke("jog.mp4", *SHORT, "--no-video", "--lang", "de")
    assert first.stdout.splitlines()[-1] == "Nicht messbar. Ergebnisse: jog-posture"
    assert invoke("missing.mp4").the_line().startswith("posture: missing.mp4: no such file")
    wrong = invoke("analise")
    assert wrong.exit_code == 2
    assert "No such command 'analise'. Did you mean 'analyze'?" in wrong.stderr


def test_results_of_another_clip_are_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    clip = tmp_path / "jog.mp4"
    for name, last in (
        ("run_front", "jog-posture"),
        ("run_neutral", "jog-posture-2 (jog-posture contains another clip)"),
        ("run_neutral", "jog-posture-2 (jog-posture contains another clip)"),
        ("run_front", "jog-posture"),
    ):
        clip.unlink(missing_ok=True)
        clip.symlink_to(sample(name))
        done = invoke("analyze", clip, "--end", "0.3", "--no-video")
        assert done.stdout.splitlines()[-1] == f"Not measurable. Results: {last}"
    assert {p.name for p in tmp_path.iterdir()} == {"jog.mp4", "jog-posture", "jog-posture-2"}


def test_folder_of_results_is_printed_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    first = invoke("analyze", sample("run_neutral"), *SHORT, "--no-video", "--lang", "de")
    written = (tmp_path / "run_neutral-posture" / "analysis.json").stat().st_mtime_ns
    for again in ("run_neutral-posture", "run_neutral-posture/analysis.json"):
        found = invoke("analyze", again)
        assert found.stdout == first.stdout
        assert found.stderr.startswith("These results were written with --lang de. For another language, ")
    assert invoke("analyze", "run_neutral-posture", "--lang", "de").stderr == ""
    assert (tmp_path / "run_neutral-posture" / "analysis.json").stat().st_mtime_ns == written
    assert invoke("analyze", "run_neutral-posture", "--json", "-").json["language"] == "de"
    for option in ("--out", "--baseline"):
        assert "is a finished analysis" in invoke("analyze", "run_neutral-posture", option, "x").stderr


@pytest.mark.skipif(sys.platform != "linux", reason="pages are opened with xdg-open on Linux")
def test_open_hands_the_page_to_the_browser(run_cli: RunCli, tmp_path: Path) -> None:
    opener = tmp_path / "bin" / "xdg-open"
    opener.parent.mkdir()
    opener.write_text('#!/bin/sh\necho "$1" > opened.tmp && mv opened.tmp opened\n')
    opener.chmod(0o755)
    path = {"PATH": f"{opener.parent}:/usr/bin:/bin"}
    assert run_cli("analyze", sample("run_neutral"), "--end", "0.3", "--no-video", "--open", env=path).exit_code == 0
    assert until((tmp_path / "opened").exists)
    assert (tmp_path / "opened").read_text() == "run_neutral-posture/report.html\n"


@pytest.mark.parametrize(
    ("text", "seconds"), [("0,5", 0.5), ("0:00.5", 0.5), ("0:0:1", 1.0), ("1:02.5", 62.5), ("7", 7)]
)
def test_time_takes_seconds_and_minutes(text: str, seconds: float) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["1:75", "1:60", "0:75:00", "1:-2", "1:", ":5", "a", "1:2:3:4"])
def test_text_that_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter, match="is not a time"):
        seconds_of(text)


def test_folder_of_images_needs_a_rate_for_its_cadence(tmp_path: Path) -> None:
    folder = tmp_path / "images"
    folder.mkdir()
    with open_video(sample("run_neutral"), end_s=2.4) as video:
        for number, frame in enumerate(video.frames()):
            Image.fromarray(frame.rgb).save(folder / f"{number}.jpg", quality=90)
    assumed = invoke("analyze", folder, "--json", "-", "--model", "lite").json
    stated = invoke("analyze", folder, "--json", "-", "--model", "lite", "--fps", "60").json
    assert "frame_rate_assumed" in codes(assumed)
    assert assumed["gait"]["cadence_spm"] is assumed["gait"]["stride_s"] is None
    assert "frame_rate_assumed" not in codes(stated)
    assert stated["source"]["fps"] * stated["source"]["read_every"] == pytest.approx(60)
    # Half as long as in life.
    assert stated["gait"]["stride_s"] == pytest.approx(truth("run_neutral")["stride_s"] / 2, rel=0.05)
    assert assumed["measures"]["pelvic_tilt_deg"]["value"] == pytest.approx(value(stated, "pelvic_tilt_deg"), abs=0.5)


def test_report_has_verdict_numbers_and_exercises(tmp_path: Path) -> None:
    done = invoke("analyze", sample("run_hollow"), "--end", "5", "--out", tmp_path / "out", "--details")
    assert done.exit_code == 0
    assert done.stdout.startswith("Hollow back: ")
    for words in (
        "Pelvic tilt: ",
        "Lumbar arch: ",
        "90 %",
        "towel",
        "When to stop and see a doctor",
        "not a medical device",
    ):
        assert words in done.stdout
    assert ESCAPE not in done.stdout
    assert (tmp_path / "out" / "back.jpg").read_bytes().startswith(b"\xff\xd8")


def test_python_api_gives_the_analysis_of_the_command_line(short: Json) -> None:
    found = posture.analyze(sample("run_neutral"), end=SHORT_S)
    assert json.loads(found.to_json()) == short
    assert found.verdict.label == short["verdict"]["label"]
    assert set(found.measures) == set(short["measures"])


def test_python_api_raises_the_errors_of_the_command_line(tmp_path: Path) -> None:
    with pytest.raises(posture.VideoError, match="no such file"):
        posture.analyze(tmp_path / "none.mp4")
    with pytest.raises(posture.OptionError):
        posture.analyze(sample("run_neutral"), end=0.2, person=9)


def test_progress_is_reported(short: Json) -> None:
    told: list[tuple[int, int]] = []
    posture.analyze(sample("run_neutral"), end=SHORT_S, progress=lambda *args: told.append(args))
    assert told[:15] == [(n, 15) for n in range(1, 16)]


def test_only_person_is_number_1(analysis_of: AnalysisOf, short: Json) -> None:
    found = analysis_of("run_neutral", *SHORT, "--person", "1")
    assert found["measures"] == short["measures"]
    assert found["subject"]["people_seen"] == 1


@pytest.mark.parametrize("number", ["2", "9", "0", "99999999999999999999"])
def test_missing_person_is_one_line(number: str) -> None:
    line = invoke("analyze", sample("run_neutral"), "--end", "0.3", "--json", "-", "--person", number).the_line()
    assert f"there is no person {number}: 1 person was seen" in line


@pytest.mark.parametrize(
    "wrong",
    [
        (),
        ("a.mp4", "b.mp4"),
        ("a.mp4", "--person", "x"),
        ("a.mp4", "--person", "-1"),
        ("a.mp4", "--person", ""),
        ("a.mp4", "--person", "²"),
        ("a.mp4", "--model", "giant"),
        ("a.mp4", "--start", "soon"),
        ("a.mp4", "--start", "1:2:3:4"),
        ("a.mp4", "--start", "1.5:02"),
        ("a.mp4", "--open", "--json", "-"),
        ("a.mp4", "--slow-motion", ""),
        ("a.mp4", "--unknown"),
        ("a.mp4", "--out", ""),
        ("a.mp4", "--json", ""),
        ("",),
    ],
)
def test_wrong_usage_is_exit_code_2(wrong: tuple[str, ...]) -> None:
    done = invoke("analyze", *wrong)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr.startswith("Usage: posture analyze ")


@pytest.mark.parametrize(
    ("options", "said", "exit_code"),
    [
        (("--start", "100"), "no pictures from 100 s", 1),
        (("--start", "-1"), "is not a time in the clip", 2),
        (("--start", "nan"), "is not a time in the clip", 2),
        (("--end", "inf"), "is not a time in the clip", 2),
        (("--end", "0"), "is empty", 2),
        (("--start", "3", "--end", "2"), "is empty", 2),
        (("--slow-motion", "0"), "is not a slow-motion factor", 2),
        (("--slow-motion", "-1"), "is not a slow-motion factor", 2),
        (("--slow-motion", "nan"), "is not a slow-motion factor", 2),
        (("--slow-motion", "1e9"), "is not a slow-motion factor", 2),
    ],
)
def test_value_outside_clip_exits_1_and_impossible_value_exits_2(
    options: tuple[str, ...], said: str, exit_code: int
) -> None:
    line = invoke("analyze", sample("run_neutral"), "--json", "-", *options).the_line(exit_code)
    assert said in line
    assert options[0] in line


def test_part_of_a_clip_keeps_its_times(analysis_of: AnalysisOf) -> None:
    found = analysis_of("run_neutral", "--start", "1", "--end", "3")
    assert found["source"]["frames_read"] == 60
    assert found["source"]["duration_s"] == pytest.approx(2.0, abs=0.05)
    assert all(1 <= s["start_s"] < s["end_s"] <= 3 for s in found["gait"]["strides"])
    assert "few_strides" in codes(found)
    assert found["quality"]["measurable"]


@pytest.mark.parametrize("arguments", [("analyze", str(sample("run_neutral")), "--end", "0.3"), ("exercises",)])
def test_broken_pipe_is_silent(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "posture", *arguments],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    process.wait(timeout=120)
    assert said == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_unwritable_standard_output_is_one_line(tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "posture", "exercises"],
            cwd=tmp_path,
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=120,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.count(b"\n") == 1
    assert b"No space left" in done.stderr


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_limited_terminals_get_plain_characters(run_cli: RunCli, tmp_path: Path, encoding: str) -> None:
    name = tmp_path / "tief ö 名 \x1b[31m.mp4"
    name.symlink_to(sample("run_neutral"))
    done = run_cli("analyze", name, "--end", "0.3", env={"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"})
    assert done.exit_code == 0, done.stderr
    assert ESCAPE not in done.stdout
    assert "Results: " in done.stdout
