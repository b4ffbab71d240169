"""The command line in German: no English sentence of the catalogue, decimal commas, the same numbers and codes."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import RunCli
from helpers.cli_runner import AnalysisOf, Json, Run, invoke
from helpers.derived_clips import sample
from helpers.message_catalogue import english_in

import posture
from posture.cli import cli
from posture.exercises.library import load_library
from posture.language import use_language

PART = ("--end", "4.5")
# A number with decimals as English writes it; versions and file sizes of code have more than one point or none.
POINT = re.compile(r"(?<![\d.])\d+\.\d+(?![\d.])")
REASON = "no regular strides were seen (at least 2 are needed)"
# Fields of an analysis.json that hold texts.
TEXTS = {
    "message",
    "advice",
    "reasons",
    "reference",
    "next_step",
    "created_at",
    "chosen",
    "title",
    "why",
    "dose",
    "source",
    "reason",
    "language",
}


@pytest.fixture(scope="module")
def german(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Json]:
    """Return a German run of the hollow sample: its output and its analysis."""
    file = tmp_path_factory.mktemp("german") / "analysis.json"
    run = invoke("analyze", sample("run_hollow"), *PART, "--json", file, "--lang", "de", "--details")
    return run, json.loads(file.read_text(encoding="utf-8"))


def without_texts(value: object) -> object:
    """Return a record without its texts; the source of a clip is no text."""
    if isinstance(value, dict):
        return {k: without_texts(v) for k, v in value.items() if k not in TEXTS or isinstance(v, dict)}
    return [without_texts(item) for item in value] if isinstance(value, list) else value


def test_report_is_german(german: tuple[Run, Json]) -> None:
    run, _ = german
    assert run.exit_code == 0
    assert run.stderr == ""
    report, _, results = run.stdout.rpartition("Ergebnisse: ")
    assert results
    assert run.stdout.startswith(
        "Hohlkreuz: Kippung und Wölbung sind zusammen größer als bei Personen ohne\nHohlkreuz."
    )
    for words in (
        "Beckenkippung: ",
        "Lendenwölbung: ",
        "Handtuchübung",
        "Wann du aufhören und zum Arzt solltest",
        "kein Medizinprodukt",
    ):
        assert words in report
    assert english_in(report) == []
    own = report.replace(str(sample("run_hollow")), "")
    assert POINT.findall(own) == []
    assert len(re.findall(r"\d,\d", own)) >= 20


def test_answer_is_german_and_short(german: tuple[Run, Json], tmp_path: Path) -> None:
    (tmp_path / "analysis.json").write_text(json.dumps(german[1]), encoding="utf-8")
    text = invoke("analyze", tmp_path).stdout
    assert len(text.splitlines()) <= 15
    assert all(len(line) <= 80 for line in text.splitlines()[:-1])
    assert "\nAls Nächstes: " in text
    assert text.splitlines()[-1] == f"Hohlkreuz. Ergebnisse: {tmp_path}"
    assert english_in(text) == []


def test_only_texts_differ_in_the_record(german: tuple[Run, Json], analysis_of: AnalysisOf) -> None:
    told, english = german[1], analysis_of("run_hollow", *PART)
    assert (told["language"], english["language"]) == ("de", "en")
    assert without_texts(told) == without_texts(english)
    assert told["verdict"]["reasons"] != english["verdict"]["reasons"]
    texts = json.dumps(told, ensure_ascii=False)
    assert english_in(texts) == []
    assert english_in(json.dumps(english)) != []


def test_unmeasurable_clip_is_reported_in_german(tmp_path: Path) -> None:
    done = invoke(
        "analyze", sample("run_neutral"), "--end", "0.5", "--lang", "de", "--json", tmp_path / "a.json", "--details"
    )
    assert done.exit_code == 0
    assert done.stdout.startswith("Nicht messbar: ")
    assert "Warum, und was du tun kannst" in done.stdout
    assert english_in(done.stdout) == []


def test_a_comparison_is_german(analysis_of: AnalysisOf, tmp_path: Path) -> None:
    found = analysis_of("run_neutral", "--end", "0.3")
    clips = [tmp_path / "a.json", tmp_path / "b.json"]
    for number, clip in enumerate(clips):
        other = {**found, "source": {**found["source"], "sha256": str(number)}}
        clip.write_text(json.dumps(other), encoding="utf-8")
    done = invoke("compare", *clips, "--json", "-", "--lang", "de")
    assert done.json["language"] == "de"
    said = invoke("compare", *clips, "--lang", "de", "--out", tmp_path / "page").stdout
    assert said.startswith("Nicht vergleichbar: ")
    assert "\nErgebnisse: " in said
    # Numbers in the texts of English analyses are unchanged.
    one_line = " ".join(said.split())
    assert REASON in one_line.lower()
    assert english_in(one_line.lower().replace(REASON, "")) == []


@pytest.mark.parametrize("arguments", [(), *((exercise.id,) for exercise in load_library())])
def test_exercises_are_german(arguments: tuple[str, ...]) -> None:
    done = invoke("exercises", *arguments, "--lang", "de")
    assert done.exit_code == 0
    assert "Wie lange, wie oft: " in done.stdout
    assert "Geh sofort in eine Notaufnahme" in done.stdout
    assert english_in(done.stdout) == []


def test_exercises_are_found_by_names_of_both_languages() -> None:
    for lang in ("en", "de"):
        with use_language(lang):
            here = {name for exercise in load_library() for name in exercise.names}
        for name in ("Towel exercise", "Lendenhandtuch", *sorted(here)):
            assert invoke("exercises", name, "--lang", lang).exit_code == 0, (lang, name)


def test_the_doctor_is_german() -> None:
    done = invoke("doctor", "--lang", "de")
    assert english_in(done.stdout) == []
    assert re.search(r"\d,\d MB, sha256 wie veröffentlicht", done.stdout)
    assert json.loads(invoke("doctor", "--json", "--lang", "de").stdout)["ok"] in (True, False)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("analyze", "none.mp4"), "none.mp4: diese Datei oder diesen Ordner gibt es nicht. Prüfe den Namen."),
        (("analyze", "https://example.org/a.mp4"), "posture lädt nichts aus dem Netz"),
        (
            ("analyze", str(sample("run_neutral")), "--start", "100"),
            "hat ab 100 s keine Bilder; das Video ist 8,",
        ),
        (
            ("analyze", str(sample("run_neutral")), "--end", "0.3", "--person", "7"),
            "eine Person 7 gibt es nicht",
        ),
        (("compare", "none.json", "b.mp4"), "diese Datei oder diesen Ordner gibt es nicht"),
    ],
)
def test_errors_are_german(
    arguments: tuple[str, ...], words: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    line = invoke(*arguments, "--lang", "de").the_line()
    assert words in line
    assert english_in(line) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("analyze", str(sample("run_neutral")), "--slow-motion", "0.1"), "0,1 ist kein Zeitlupenfaktor"),
        (("exercises", "crosing"), "die Übung 'crosing' gibt es nicht. Meinst du crossing?"),
    ],
)
def test_wrong_usage_is_reported_in_german(arguments: tuple[str, ...], words: str) -> None:
    line = invoke(*arguments, "--lang", "de").the_line(2)
    assert words in line
    assert english_in(line) == []


def test_decoding_error_is_german(tmp_path: Path) -> None:
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(sample("run_neutral").read_bytes()[:5000])
    assert english_in(invoke("analyze", cut, "--lang", "de").the_line()) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("analyze",), "Fehler: Es fehlt das Argument 'VIDEO'."),
        (("analyze", "a.mp4", "--model", "giant"), "Ungültiger Wert für '--model': 'giant' ist keins von"),
        (("analyze", "a.mp4", "--start", "soon"), "soon ist keine Zeit; nimm Sekunden (12,5) oder Minuten"),
        (("analyze", "a.mp4", "--person", "x"), "Ungültiger Wert für --person: nimm largest oder eine Zahl"),
        (("analyze", ""), "der Name ist leer"),
        (("analyze", "a.mp4", "b.mp4"), "Ein Argument ist zu viel (b.mp4)"),
        (("exercises", "--nothing"), "Die Option"),
    ],
)
def test_wrong_usage_is_german(arguments: tuple[str, ...], words: str) -> None:
    done = invoke(*arguments, "--lang=de")
    assert done.exit_code == 2
    assert done.stderr.startswith("Aufruf: posture ")
    assert words in done.stderr
    assert "Hilfe gibt 'posture " in done.stderr


@pytest.mark.parametrize("command", [(), *((name,) for name in sorted(cli.commands))])
def test_help_is_german(command: tuple[str, ...]) -> None:
    done = CliRunner().invoke(cli, [*command, "--lang", "de", "--help"], prog_name="posture")
    assert done.exit_code == 0
    assert done.stdout.startswith("Aufruf: posture")
    assert "Optionen:" in done.stdout
    assert "Zeigt diese Hilfe." in done.stdout
    assert english_in(done.stdout) == []
    english = invoke(*command, "--help").stdout
    assert english.startswith("Usage: posture")
    assert "Show this message and exit." in english


def test_language_of_the_machine_is_used(run_cli: RunCli) -> None:
    german = {"LANG": "de_CH.UTF-8", "LC_ALL": "", "LC_MESSAGES": "", "LANGUAGE": ""}
    assert run_cli("exercises", "towel", env=german).stdout.startswith("Handtuchübung")
    assert run_cli("--help", env=german).stdout.startswith("Aufruf: ")
    assert run_cli("exercises", "towel", "--lang", "en", env=german).stdout.startswith("Towel exercise")
    assert run_cli("exercises", "towel", env={**german, "LANGUAGE": "fr:en"}).stdout.startswith("Towel exercise")
    assert run_cli("exercises", "towel", env={**german, "LC_ALL": "C"}).stdout.startswith("Towel exercise")
    assert "gibt es nicht" in run_cli("analyze", "none.mp4", env=german).stderr


def test_old_terminal_can_show_german(run_cli: RunCli) -> None:
    said = run_cli("exercises", "towel", "--lang", "de", env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}).stdout
    assert said.startswith("Handtuchuebung")


def test_python_api_is_english_by_default() -> None:
    with pytest.raises(posture.VideoError, match="no such file"):
        posture.analyze("none.mp4")
    with pytest.raises(posture.VideoError, match="gibt es nicht"):
        posture.analyze("none.mp4", lang="de")
    with pytest.raises(posture.VideoError, match="gibt es nicht"):
        posture.compare("none.mp4", "none.mp4", lang="de")
    with use_language("de"), pytest.raises(posture.VideoError, match="no such file"):
        posture.analyze("none.mp4")
