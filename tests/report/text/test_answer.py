"""The short answer has at most 15 lines of 80 characters, and ends with the verdict and where the results are."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from helpers.report_analyses import in_two_parts
from rich.cells import cell_len

from posture.language import LANGUAGES, use_language
from posture.quality.issues import RULES
from posture.quality.recording import Recording
from posture.quality.runner_rules import EMPTY_RULES
from posture.records.analysis import Analysis, Issue
from posture.report.text.answer import ResultsPlace, render_answer, render_closing, render_quiet
from posture.report.text.console import make_console
from posture.report.wording import headline_of, is_doubtful, verdict_sentence

Make = Callable[..., Analysis]
LABELS = ("hollow_back", "borderline", "not_hollow_back", "not_measurable")
MAX_LINES = 15
PLACE = ResultsPlace("jog-posture", Path("jog-posture/report.html"))


def whole_answer(analysis: Analysis, console: Any, place: ResultsPlace) -> None:
    render_answer(analysis, console)
    render_closing(analysis, console, place)


def answer(analysis: Analysis, place: ResultsPlace = PLACE, *, render: Any = whole_answer, **console: Any) -> str:
    stream = io.StringIO()
    render(analysis, make_console(stream, **{"width": 80, **console}), place)
    return stream.getvalue()


def own_standing(data: dict[str, Any]) -> None:
    change = {"value": 12.4, "ci90": [8.0, 16.8], "mdc95": 5.0}
    data["baseline"] = {
        "path": "stand.mp4",
        "activity": "standing",
        "measures": {},
        "change": {"pelvic_tilt_deg": change, "lumbar_arch_deg": change},
    }
    limits = {"pelvic_tilt_deg": -0.8, "lumbar_arch_deg": -2.2}
    data["verdict"] |= {"basis": "own_standing", "change_thresholds": limits}


def own_part(data: dict[str, Any]) -> None:
    own_standing(data)
    data["baseline"] |= {"path": "jog.mp4", "start_s": 10.0, "end_s": 13.2}


def other_person(data: dict[str, Any]) -> None:
    own_standing(data)
    note = {"code": "other_person", "message": "is it the same person?", "advice": "Stand still first."}
    data["baseline"]["notes"] = [note]


def test_standing_part_of_the_clip_is_named(make_analysis: Make) -> None:
    words = " ".join(answer(make_analysis("hollow_back", own_part)).split())
    assert "You stand still from 10.0 to 13.2 s of this clip; your run is compared with that." in words
    assert "You stand still" not in answer(make_analysis("hollow_back", own_standing))


def test_doubt_about_who_stands_is_said_and_lowers_the_certainty(make_analysis: Make) -> None:
    doubted = make_analysis("hollow_back", other_person)
    assert "is it the same person?" in answer(doubted).lower()
    assert is_doubtful(doubted)
    assert not is_doubtful(make_analysis("hollow_back", own_standing))


@pytest.mark.parametrize("color", [True, False])
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("change", [None, own_standing, own_part, other_person, in_two_parts])
@pytest.mark.parametrize("label", LABELS)
def test_answer_fits_fifteen_lines(make_analysis: Make, label: str, change: Any, lang: str, color: bool) -> None:
    analysis = make_analysis(label, change)
    with use_language(lang):
        lines = answer(analysis, color=color).splitlines()
        # The bare lines, without the codes of colours and links.
        bare = answer(analysis, color=False).splitlines()
        last = f"{headline_of(analysis.verdict.label)}. "
    assert len(lines) == len(bare) <= MAX_LINES
    assert all(cell_len(line) <= 80 for line in bare)
    assert bare[-1].startswith(last)
    assert bare[-1].endswith(": jog-posture")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_answer_fits_whatever_limits_the_recording(make_analysis: Make, lang: str) -> None:
    recording = Recording(frames_read=300, detected_share=0.9, cuts_s=(1.0, 2.0), side_spans_s=((1.0, 2.0),))
    with use_language(lang):
        for issue in (rule.issue(recording) for rule in (*RULES, *EMPTY_RULES)):

            def limit(data: dict[str, Any], issue: Issue = issue) -> None:
                own_standing(data)
                data["quality"]["issues"] = [issue.model_dump()]
                data["verdict"] |= {"reasons": [issue.message]} if issue.blocking else {}

            analysis = make_analysis("not_measurable" if issue.blocking else "hollow_back", limit)
            assert len(answer(analysis).splitlines()) <= MAX_LINES, issue.code


def test_last_line_holds_verdict_and_folder(make_analysis: Make) -> None:
    lines = answer(make_analysis("hollow_back")).splitlines()
    assert lines[0].startswith("Hollow back: ")
    assert lines[-2] == "Open: jog-posture/report.html"
    assert lines[-1] == "Hollow back. Results: jog-posture"


def test_page_is_a_link_on_a_terminal_only(make_analysis: Make) -> None:
    link = f"\x1b]8;id=.*;{Path('jog-posture/report.html').resolve().as_uri()}\x1b\\"
    on_terminal = answer(make_analysis("hollow_back"), color=True)
    assert link.partition(".*;")[2] in on_terminal
    assert "\x1b" not in answer(make_analysis("hollow_back"), color=False)


def test_without_a_page_nothing_is_opened(make_analysis: Make) -> None:
    text = answer(make_analysis("hollow_back"), ResultsPlace("a.json"))
    assert "Open:" not in text
    assert text.endswith("Hollow back. Results: a.json\n")


def test_scales_show_tilt_and_arch_against_their_limits(make_analysis: Make) -> None:
    tilt, arch = (line for line in answer(make_analysis("hollow_back")).splitlines() if "│" in line)
    assert tilt.startswith("Pelvic tilt  31°  ─")
    assert tilt.endswith("above the limit")
    assert arch.startswith("Lumbar arch  49°  ─")
    missing = next(line for line in answer(make_analysis("borderline")).splitlines() if line.startswith("Lumbar"))
    assert missing == "Lumbar arch    –"


def test_scales_of_a_verdict_on_the_own_standing_show_changes(make_analysis: Make) -> None:
    text = answer(make_analysis("hollow_back", own_standing))
    assert "Running compared with standing:\nPelvic tilt  +12°  ─" in text


def test_next_step_is_the_one_of_the_verdict(make_analysis: Make) -> None:
    def step(data: dict[str, Any]) -> None:
        data["verdict"]["next_step"] = "Walk the dog."

    assert "\nNext: Walk the dog.\n" in answer(make_analysis("hollow_back", step))


@pytest.mark.parametrize("label", LABELS)
def test_older_analysis_without_next_step_gets_one(make_analysis: Make, label: str) -> None:
    def older(data: dict[str, Any]) -> None:
        data["verdict"]["next_step"] = None

    assert "\nNext: " in answer(make_analysis(label, older))


def test_recording_problem_is_named_in_two_lines(make_analysis: Make) -> None:
    def many(data: dict[str, Any]) -> None:
        issue = {"code": "small", "message": "you are small in the picture", "advice": "Film from closer by."}
        data["quality"]["issues"] = [issue, {**issue, "code": "few_strides"}, {**issue, "code": "cuts"}]
        data["subject"] |= {"people_seen": 2, "chosen": "the one who moves was measured"}

    lines = answer(make_analysis("hollow_back", many)).splitlines()
    (start,) = (number for number, line in enumerate(lines) if line.startswith("Recording: 2 people seen; the one"))
    assert lines[start + 2].startswith("Open:")


def test_assumption_is_no_recording_problem(make_analysis: Make) -> None:
    def level(data: dict[str, Any]) -> None:
        data["quality"]["issues"] = [{"code": "roll_assumed", "message": "m", "advice": "a"}]

    assert "Recording:" not in answer(make_analysis("hollow_back", level))


@pytest.mark.parametrize("label", LABELS)
def test_quiet_answer_is_one_line(make_analysis: Make, label: str) -> None:
    analysis = make_analysis(label)
    text = answer(analysis, render=render_quiet, width=40)
    assert text == f"{verdict_sentence(analysis)} Results: jog-posture\n"


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-16"])
def test_answer_fits_every_encoding(make_analysis: Make, encoding: str) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="strict", newline="")
    whole_answer(make_analysis("hollow_back"), make_console(stream, width=80), PLACE)
    stream.flush()
    assert isinstance(stream.buffer, io.BytesIO)
    assert "Hollow back. Results: jog-posture" in stream.buffer.getvalue().decode(encoding)
