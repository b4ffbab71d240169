"""The first screen in numbers: bars on their scale, dates, and what to do now."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from helpers.html_page import Data, with_standing
from helpers.synthetic_runner import few
from hypothesis import given
from hypothesis import strategies as st

from posture.language import use_language
from posture.records.analysis import Analysis
from posture.report.html.answer import bars_note, bars_of, days_of, drawn_exercises, head_of

Make = Callable[..., Analysis]


def test_bars_give_whole_degrees_and_the_limit(make_analysis: Make) -> None:
    tilt, arch = bars_of(make_analysis("hollow_back"))
    assert (tilt.number, tilt.words) == ("31° ± 3°", "limit 27°")
    assert (arch.number, arch.words) == ("49° ± 5°", "limit 42°")
    assert (tilt.meaning, arch.meaning) == ("how far your pelvis tips forward", "how hollow your lower back is")
    assert tilt.limit is not None
    assert tilt.limit < tilt.interval[0] < tilt.value < tilt.interval[1]
    assert bars_of(make_analysis("not_measurable")) == []
    # Where the arch is not measured, the tilt stands alone.
    (only,) = bars_of(make_analysis("borderline"))
    assert (only.name, only.words) == ("pelvic_tilt_deg", "limit 27°")


def test_bars_show_the_change_where_the_own_standing_decides(make_analysis: Make) -> None:
    tilt, arch = bars_of(make_analysis("hollow_back", with_standing))
    assert (tilt.number, tilt.meaning) == ("+7° ± 4°", "further forward than when you stand")
    assert (arch.number, arch.meaning) == ("-2° ± 5°", "flatter than when you stand")
    assert tilt.standing == pytest.approx(50.0)
    # A limit below zero is drawn and never named.
    assert "°" not in tilt.words + arch.words


def test_note_on_the_bars_says_what_limit_and_margin_are(make_analysis: Make) -> None:
    alone = "19 of 20 runners without a hollow back stay below the limit. ±: margin of error."
    assert bars_note(make_analysis("hollow_back")) == alone
    own = (
        "Green: what running changes in most runners. Grey line: no change. Black line: the limit. "
        "±: margin of error. All rounded."
    )
    assert bars_note(make_analysis("hollow_back", with_standing)) == own


@few
@given(st.floats(-200, 300), st.floats(0, 60), st.floats(-100, 100))
def test_scale_holds_all_marks(make_analysis: Make, value: float, half: float, limit: float) -> None:
    def change(data: Data) -> None:
        data["measures"]["pelvic_tilt_deg"] |= {"value": value, "ci90": [value - half, value + half]}
        data["verdict"]["thresholds"]["pelvic_tilt_deg"] = limit

    bar = bars_of(make_analysis("hollow_back", change))[0]
    assert bar.limit is not None
    assert bar.usual is not None
    marks = (bar.value, *bar.interval, bar.limit, *bar.usual)
    assert min(marks) >= 0
    assert max(marks) <= 100


def test_days_are_those_of_the_clip_and_of_the_analysis(make_analysis: Make) -> None:
    def dated(origin: str) -> Callable[[Data], None]:
        def change(data: Data) -> None:
            data["source"] |= {"recorded_at": "2024-05-06T23:30:00+02:00", "recorded_from": origin}
            data["created_at"] = "2024-05-07T08:00:00+02:00"

        return change

    assert days_of(make_analysis("hollow_back", dated("container"))) == ["Filmed 6 May 2024", "Analysed 7 May 2024"]
    with use_language("de"):
        assert days_of(make_analysis("hollow_back", dated("file")))[0] == "Datei vom 06.05.2024"
    assert days_of(make_analysis("hollow_back")) == []


def test_first_screen_shows_two_exercises_of_a_hollow_back(make_analysis: Make) -> None:
    assert [one.title for one in drawn_exercises(make_analysis("hollow_back"))] == ["Towel exercise", "Crossing"]
    assert drawn_exercises(make_analysis("not_measurable")) == []


def test_condition_stands_beside_the_grade(make_analysis: Make) -> None:
    def depending(data: Data) -> None:
        message = "if your top is tight. Loose clothes could look the same"
        data["quality"]["conditions"] = [{"code": "loose_clothing_possible", "message": message}]

    head = head_of(make_analysis("hollow_back", depending))
    assert head.sure == "Probably above the limit. This holds if your top is tight."
    assert head.conditions == "Loose clothes could look the same."
    assert head_of(make_analysis("borderline", depending)).sure == "This holds if your top is tight."


def test_next_step_is_that_of_the_record(make_analysis: Make) -> None:
    def stated(data: Data) -> None:
        data["verdict"]["next_step"] = "Film again in four weeks"

    assert head_of(make_analysis("hollow_back", stated)).next_step == "Film again in four weeks."
    assert head_of(make_analysis("not_measurable")).next_step.startswith("Film again from the side")
