"""Tests of the verdict on a whole session."""

from __future__ import annotations

import pytest
from helpers.analysis_factory import analysis

from posture.language import use_language
from posture.live.running.closing import closing_of
from posture.live.running.estimator import WindowEstimate
from posture.live.running.state import Phase, SessionState
from posture.live.running.tally import SessionTally
from posture.live.settings import LIVE
from posture.types import PoseModel


def state(phase: Phase) -> SessionState:
    if phase == "setup":
        return SessionState(why="cut_off")
    if phase == "calibrating":
        return SessionState(phase=phase)
    why = "close" if phase == "unsure" else None
    estimate = WindowEstimate(analysis(), "hollow_back", 0.0, None, None)
    return SessionState(phase=phase, why=why, estimate=estimate)  # type: ignore[arg-type]


def tally_of(*parts: tuple[Phase, float], rate: float = 20.0) -> SessionTally:
    """Return the tally of phases that last so many seconds each."""
    tally, time_s = SessionTally(), 0.0
    for phase, seconds in parts:
        for _ in range(round(seconds * rate)):
            tally.add(state(phase), time_s)
            time_s += 1 / rate
    return tally


def test_minutes_of_a_session_are_counted_by_state() -> None:
    tally = tally_of(("setup", 240.0), ("good", 240.0), ("hollow_back", 120.0))
    tally.add_estimate(analysis())
    closing = closing_of(tally, 0, "full")
    assert closing.title == "Hollow back in 2 of 6 minutes"
    assert closing.lines[0] == "Measured for 6 of 10 minutes."
    assert closing.lines[1].startswith("On average: pelvic tilt ")
    assert closing.lines[2].startswith("Next time: Step back")
    assert closing.text_lines[4] == "Do this next: posture exercises towel"
    assert closing.phase == "hollow_back"
    with use_language("de"):
        assert closing_of(tally, 0, "full").text_lines[:2] == (
            "Hohlkreuz in 2 von 6 Minuten.",
            "6 von 10 Minuten gemessen.",
        )


def test_short_session_is_counted_in_seconds() -> None:
    closing = closing_of(tally_of(("calibrating", 10.0), ("good", 10.0)), 0, "full")
    # Nothing else hindered it but the time for the first strides.
    assert closing.text_lines == (
        "No hollow back in 10 seconds.",
        "Measured for 10 of 20 seconds.",
    )


def test_session_near_the_limit_is_not_clear_yet() -> None:
    closing = closing_of(tally_of(("unsure", 20.0), ("good", 10.0)), 0, "full")
    assert closing.title == "Not clear yet"
    assert "too close to the limit in 20 of them" in closing.lines[0]


@pytest.mark.parametrize(
    ("dropped", "is_file", "model", "words"),
    [
        (300, False, "full", "This computer managed only 2 pictures a second; 15 are needed. Try the faster model"),
        (300, True, "lite", "This computer managed only 2 pictures a second; 15 are needed. Close other programs."),
        (0, False, "full", "The camera sent only 2 pictures a second; 15 are needed. Give it more light"),
        (0, True, "full", "The video has only 2 pictures a second; 15 are needed. Film with 30"),
    ],
)
def test_slow_session_says_what_was_too_slow(dropped: int, is_file: bool, model: PoseModel, words: str) -> None:
    tally = SessionTally()
    for number in range(20):
        # So few pictures mislead other checks too, and for longer.
        tally.add(SessionState(why="too_slow" if number < 5 else "no_person"), number / 2)
    closing = closing_of(tally, dropped, model, is_file=is_file)
    assert closing.title == "Nothing could be measured"
    assert closing.lines[0].startswith(words)
    assert LIVE.least_rate == 15


def test_session_that_changed_to_the_lite_model_says_so_at_its_end() -> None:
    line = "This computer was too slow for the full model; the lite model was used."
    measured, short = tally_of(("calibrating", 10.0), ("good", 10.0)), tally_of(("calibrating", 3.0))
    for tally in (measured, short):
        assert closing_of(tally, 300, "lite", fell_back=True).lines[-1] == line
        assert line not in closing_of(tally, 300, "lite").lines


def test_pause_does_not_count() -> None:
    tally = SessionTally()
    for time_s in (0.0, 1.0, 600.0):
        tally.add(state("good"), time_s)
    assert tally.total_s == pytest.approx(3.0)


def test_session_without_strides_says_to_run_longer() -> None:
    closing = closing_of(tally_of(("calibrating", 3.0)), 0, "full")
    assert closing.lines == ("The session was too short. Run for at least ten seconds.",)
