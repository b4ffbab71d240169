from __future__ import annotations

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from posture.live.running.reminder import ReminderState, update_reminder
from posture.live.running.state import Phase
from posture.live.settings import LIVE

REST, AGAIN, GOOD = LIVE.cue_rest_s, LIVE.cue_again_s, LIVE.cue_good_s
PHASES: tuple[Phase, ...] = ("setup", "neutral", "calibrating", "good", "hollow_back", "unsure")


def reminders(phases: Iterable[tuple[float, Phase]]) -> list[float]:
    reminder, times = ReminderState(), []
    for time_s, phase in phases:
        reminder, remind = update_reminder(reminder, phase, time_s)
        if remind:
            times.append(time_s)
    return times


def test_lasting_hollow_back_is_reminded_of_again_after_a_while() -> None:
    times = reminders((t, "hollow_back") for t in range(70))
    assert times == [0, AGAIN, 2 * AGAIN]


def test_flickering_verdict_gives_one_reminder() -> None:
    phases: list[tuple[float, Phase]] = [(t, "hollow_back" if t % 2 else "good") for t in range(29)]
    assert reminders(phases) == [1]


def test_hollow_back_after_good_while_is_reminded_of_again() -> None:
    times = [0.0, *(REST - GOOD + i for i in range(int(GOOD) + 2)), REST + 2]
    phases: list[Phase] = ["hollow_back", *["good"] * (len(times) - 2), "hollow_back"]  # type: ignore[list-item]
    assert reminders(zip(times, phases, strict=True)) == [0.0, REST + 2]


@given(st.lists(st.tuples(st.floats(0.1, 5.0), st.sampled_from(PHASES)), max_size=60))
def test_reminders_come_only_for_hollow_back_and_with_rests(steps: list[tuple[float, Phase]]) -> None:
    time_s, reminder, last = 0.0, ReminderState(), -1e9
    for step, phase in steps:
        time_s += step
        reminder, remind = update_reminder(reminder, phase, time_s)
        if remind:
            assert phase == "hollow_back"
            assert time_s - last >= REST
            last = time_s


def test_phases_other_than_hollow_back_give_no_reminder() -> None:
    assert reminders((t, phase) for t, phase in enumerate(PHASES * 5) if phase != "hollow_back") == []
