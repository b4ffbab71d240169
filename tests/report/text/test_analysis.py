"""The report begins with the verdict and fits any width and encoding."""

import io
import os
import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from helpers.html_page import with_standing
from rich.cells import cell_len

from posture.exercises.library import load_library
from posture.records.analysis import Analysis
from posture.report.text.analysis import render_analysis
from posture.report.text.console import make_console
from posture.report.text.exercises import render_exercise, render_library
from posture.report.wording import (
    CLOSING,
    DOUBTS,
    leaning_sentence,
    measure_text,
    next_step,
    probability_sentence,
    sureness,
    verdict_sentence,
)

Make = Callable[..., Analysis]
LABELS = ("hollow_back", "borderline", "not_hollow_back", "not_measurable")
WIDTHS = (40, 41, 60, 80, 120, 200)

FORBIDDEN = re.compile(
    r"diagnos|\btreat(s|ed|ing|ments?)?\b|prescri|hyperlord|\bcur(e|es|ed|ing)\b|\bheal(s|ed|ing)?\b|therap|guarant",
    re.IGNORECASE,
)


def shown(analysis: Analysis, *, width: int = 80, encoding: str = "utf-8") -> str:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="strict", newline="")
    render_analysis(analysis, make_console(stream, width=width))
    stream.flush()
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue().decode(encoding)


def joined(text: str) -> str:
    """The text without the line breaks of its paragraphs."""
    return " ".join(text.split())


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("width", WIDTHS)
def test_report_fits_every_width(make_analysis: Make, label: str, width: int) -> None:
    text = shown(make_analysis(label), width=width)
    assert all(cell_len(line) <= min(width, 100) for line in text.splitlines())
    assert all(line == line.rstrip() for line in text.splitlines())
    assert "\x1b" not in text
    assert joined(text).startswith(verdict_sentence(make_analysis(label)))
    assert joined(text).endswith(CLOSING)


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437", "utf-8", "utf-16"])
def test_report_fits_every_encoding(make_analysis: Make, label: str, encoding: str) -> None:
    def awkward(data: dict[str, Any]) -> None:
        data["source"]["path"] = "走る/[red]Läufer[/red] \x1b]0;pwned\x07 \udcff \u202e.mp4"
        data["verdict"]["reasons"].append("[/] \x1b[2J → ≥ 3°")

    text = shown(make_analysis(label, awkward), encoding=encoding)
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "\u202e" not in text
    assert "[red]L" in text
    assert "[/red]" in text


def test_hollow_back_shows_numbers_gauge_and_exercises(make_analysis: Make) -> None:
    text = shown(make_analysis("hollow_back"))
    assert "Pelvic tilt: 31.2° (90 %: 27.9 to 34.6)" in text
    assert "Lumbar arch: 48.9° (90 %: 44.3 to 53.5)" in text
    assert "Above the limit of 27.0°." in text
    assert re.search(r"7 ─+│━+●━+─+ 47", text)
    assert "Clearly above the limit." in text
    for title in ("Towel exercise", "Crossing", "Core training"):
        assert title in text
    assert "1 minute, 2 to 3 sets" in text
    assert "no controlled trial" in text
    assert "posture exercises NAME" in text


def test_exercises_never_come_without_stop_signs(make_analysis: Make) -> None:
    for label in LABELS:
        analysis = make_analysis(label)
        text = joined(shown(analysis))
        assert ("Suggested exercises" in text) == bool(analysis.exercises)
        assert ("Move slowly" in text) == bool(analysis.exercises)
        for sign in ("weakness in both legs", "young athlete"):
            assert (sign in text) == (label != "not_measurable")


def test_details_say_what_to_do_next(make_analysis: Make) -> None:
    for label in LABELS:
        analysis = make_analysis(label)
        assert f"Next: {next_step(analysis)}" in joined(shown(analysis))


def test_ascii_report_has_plain_signs(make_analysis: Make) -> None:
    text = shown(make_analysis("hollow_back"), encoding="ascii")
    assert "31.2 deg (90 %: 27.9 to 34.6)" in text
    assert re.search(r"7 \.+\|=+o=+\.+ 47", text)


def test_borderline_names_the_missing_measure(make_analysis: Make) -> None:
    text = joined(shown(make_analysis("borderline")))
    assert "Lumbar arch: not measurable on this clip" in text
    assert "Close to the limit of 27.0°." in text
    assert "Recording: with limits" in text
    assert "An arm hides the upper back. Film the other side as well." in text


def test_change_against_the_baseline_is_shown(make_analysis: Make) -> None:
    text = joined(shown(make_analysis("borderline")))
    assert "stand.mp4" in text
    assert "Pelvic tilt: +6.9° (95 %: +2.8 to +11.0), a real change." in text


def test_not_hollow_back_is_sure_and_nothing_is_raised(make_analysis: Make) -> None:
    text = shown(make_analysis("not_hollow_back"))
    assert text.startswith("No hollow back: ")
    assert "Clearly below the limit." in text
    assert "Below the limit of 27.0°." in text


def test_not_measurable_gives_reason_and_advice_but_no_measure(make_analysis: Make) -> None:
    text = joined(shown(make_analysis("not_measurable")))
    assert "The runner is seen about 48 degrees from the front. Film from the side" in text
    assert "No full stride was found." in text
    assert "Wear a tight top" in text
    assert "90 %:" not in text
    assert "Pelvic tilt" not in text
    assert "None" not in text
    assert "nan" not in text


def test_not_measurable_without_blocking_issue_gives_the_reasons(make_analysis: Make) -> None:
    def no_issues(data: dict[str, Any]) -> None:
        data["quality"]["issues"] = []

    assert "Not a side view." in shown(make_analysis("not_measurable", no_issues))

    def nothing(data: dict[str, Any]) -> None:
        no_issues(data)
        data["verdict"]["reasons"] = []

    assert "Film from the side" in shown(make_analysis("not_measurable", nothing))


def test_measure_of_an_unmeasurable_clip_is_shown(make_analysis: Make) -> None:
    def one(data: dict[str, Any]) -> None:
        data["measures"]["trunk_lean_deg"] = {
            "value": -0.04,
            "unit": "deg",
            "ci90": [-1.0, 1.0],
            "strides": 3,
            "sd": None,
        }

    text = shown(make_analysis("not_measurable", one))
    assert "Measured anyway\n  Trunk lean  0.0°  (90 %: -1.0 to 1.0)\n" in text


def test_threshold_on_the_index_is_shown_at_length(make_analysis: Make) -> None:
    def index(data: dict[str, Any]) -> None:
        data["verdict"]["thresholds"]["lumbar_arch_index"] = 11.0

    text = shown(make_analysis("hollow_back", index))
    assert "Arch index: 9.1 % (90 %: 7.9 to 10.3)" in text
    assert "Below the limit of 11.0 %." in text


def test_no_gauge_without_thresholds(make_analysis: Make) -> None:
    def none(data: dict[str, Any]) -> None:
        data["verdict"]["thresholds"] = {}

    text = shown(make_analysis("hollow_back", none))
    assert "31.2°" in text
    assert "━" not in text
    assert "limit of" not in text


def test_exercise_of_another_version_is_shown_with_its_source(make_analysis: Make) -> None:
    def other(data: dict[str, Any]) -> None:
        data["exercises"] = [{"id": "new", "title": "New one", "why": "W.", "dose": "D", "source": "S"}]

    text = shown(make_analysis("hollow_back", other))
    assert "New one" in text
    assert "Source: S" in text


def test_several_people_are_counted(make_analysis: Make) -> None:
    def people(data: dict[str, Any]) -> None:
        data["subject"] |= {"people_seen": 3, "chosen": "the largest was measured"}

    assert "3 people seen; the largest was measured." in shown(make_analysis("hollow_back", people))


@pytest.mark.parametrize(
    ("label", "probability", "words"),
    [
        ("hollow_back", 0.999, "Clearly above the limit."),
        ("hollow_back", 0.9, "Probably above the limit."),
        ("not_hollow_back", 0.1, "Probably below the limit."),
        ("not_hollow_back", 0.04, "Clearly below the limit."),
        ("borderline", 0.5, "None"),
    ],
)
def test_certainty_is_put_into_words(make_analysis: Make, label: str, probability: float, words: str) -> None:
    def change(data: dict[str, Any]) -> None:
        data["verdict"]["probability"] = probability

    assert str(sureness(make_analysis(label, change))) == words


def test_condition_lowers_the_grade_of_certainty_and_is_said(make_analysis: Make) -> None:
    condition = {"code": "loose_clothing_possible", "message": "if your top is tight"}

    def change(data: dict[str, Any]) -> None:
        data["verdict"]["probability"] = 0.999
        data["quality"] |= {"conditions": [condition], "issues": []}

    text = shown(make_analysis("hollow_back", change))
    assert "Probably above the limit, on one condition. This holds if your top is tight." in " ".join(text.split())
    assert "learly above" not in text
    assert "Recording: with limits" in text


def test_unknown_certainty_is_left_out(make_analysis: Make) -> None:
    def change(data: dict[str, Any]) -> None:
        data["verdict"]["probability"] = None

    assert sureness(make_analysis("hollow_back", change)) is None
    assert "above the limit." not in shown(make_analysis("hollow_back", change))


@pytest.mark.parametrize("code", sorted(DOUBTS))
def test_remark_on_disturbed_outline_lowers_certainty(make_analysis: Make, code: str) -> None:
    def change(data: dict[str, Any], *, doubt: bool = True) -> None:
        data["verdict"]["probability"] = 0.99
        data["quality"]["issues"] = [{"code": code, "message": "m", "advice": "a", "blocking": False}] if doubt else []

    assert "Clearly above" in str(sureness(make_analysis("hollow_back", lambda data: change(data, doubt=False))))
    doubtful = str(sureness(make_analysis("hollow_back", change)))
    assert doubtful == "Probably above the limit, because the recording has limits."


def test_doubted_standing_clip_is_named_where_it_lowers_certainty(make_analysis: Make) -> None:
    def change(data: dict[str, Any]) -> None:
        with_standing(data)
        data["verdict"]["probability"] = 0.99
        note = {"code": "other_person", "message": "m", "advice": "a", "blocking": False}
        data["baseline"]["notes"] = [note]
        data["quality"]["issues"] = [note | {"code": "dark"}]

    doubtful = sureness(make_analysis("hollow_back", change))
    assert doubtful == "Probably above the limit, because the standing clip may show another person."


@pytest.mark.parametrize(
    ("probability", "leaning", "words"),
    [
        (0.7, "hollow_back", "It leans towards a hollow back."),
        (0.3, "not_hollow_back", "It leans towards no hollow back."),
        (0.51, None, "Both are about as likely."),
    ],
)
def test_unclear_verdict_says_to_which_side_it_leans(
    make_analysis: Make, probability: float, leaning: str | None, words: str
) -> None:
    def change(data: dict[str, Any]) -> None:
        data["verdict"] |= {"probability": probability, "leaning": leaning, "next_step": "Film once more."}

    analysis = make_analysis("borderline", change)
    assert (leaning_sentence(analysis), next_step(analysis)) == (words, "Film once more.")
    assert "Probability of a hollow back" in str(probability_sentence(analysis))
    assert leaning_sentence(make_analysis("hollow_back", change)) is None


def test_analysis_of_an_earlier_version_has_a_next_step_but_no_probability(make_analysis: Make) -> None:
    for label in LABELS:
        analysis = make_analysis(label)
        assert next_step(analysis).endswith(".")
        assert probability_sentence(analysis) is None
        assert leaning_sentence(analysis) is None


def test_measure_as_text(make_analysis: Make) -> None:
    measure = make_analysis("hollow_back").measures["pelvic_tilt_deg"]
    assert measure is not None
    assert measure_text("pelvic_tilt_deg", measure) == "31.2° (90 %: 27.9 to 34.6)"


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("encoding", ["ascii", "utf-8"])
def test_exercise_page_holds_all_parts(width: int, encoding: str) -> None:
    for exercise in load_library():
        stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="")
        render_exercise(exercise, make_console(stream, width=width))
        stream.flush()
        assert isinstance(stream.buffer, io.BytesIO)
        text = stream.buffer.getvalue().decode(encoding)
        assert all(cell_len(line) <= min(width, 100) for line in text.splitlines())
        flat = joined(text)
        assert exercise.dose.text in flat
        assert "weakness in both legs" in flat
        assert "Evidence: Expert recommendation; no controlled trial." in flat
        assert all(step in flat for part in exercise.parts for step in part.steps)


def test_library_page_lists_all_exercises() -> None:
    stream = io.StringIO()
    render_library(load_library(), make_console(stream, width=80))
    text = joined(stream.getvalue())
    for exercise in load_library():
        assert f"{exercise.id}: {exercise.title}" in text
        assert exercise.dose.text in text
    assert text.count("weakness in both legs") == 1


def test_wording_makes_no_medical_claim(make_analysis: Make) -> None:
    for label in LABELS:
        text = joined(shown(make_analysis(label)))
        assert not FORBIDDEN.search(text)
        before_stop_signs = re.split("When to (?:stop and )?see a doctor", text)[0]
        # Whoever has nothing to correct is told that pain has other causes.
        before_stop_signs = before_stop_signs.replace(next_step(make_analysis(label)), "")
        assert not re.search(r"\bpain|\baches?\b|injur", before_stop_signs, re.IGNORECASE)
    assert "not a medical device" in CLOSING


@pytest.mark.skipif(os.name == "nt", reason="POSIX locale")
def test_plain_c_locale_does_not_crash(make_analysis: Make) -> None:
    code = (
        "import sys\n"
        "from posture.records.analysis import Analysis\n"
        "from posture.report.text.analysis import render_analysis\n"
        "from posture.report.text.console import make_console\n"
        "render_analysis(Analysis.model_validate_json(sys.stdin.buffer.read()), make_console())\n"
    )
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    environment.pop("PYTHONIOENCODING", None)
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=make_analysis("hollow_back").to_json().encode(),
        capture_output=True,
        check=False,
        env=environment,
    )
    assert done.stderr == b""
    assert done.returncode == 0
    assert b"31.2 deg (90 %: 27.9 to 34.6)" in done.stdout
    assert done.stdout.isascii()
