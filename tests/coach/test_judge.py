from __future__ import annotations

from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from posture.coach.criteria import HINT_WORDS, Hint
from posture.coach.judge import HintState, clear_hint, update_hint
from posture.coach.settings import COACH

AFTER, GONE, REST = COACH.hint_after_s, COACH.hint_gone_s, COACH.hint_rest_s
STEP = 0.25


def hints_given(looks: list[list[Hint]], step: float = STEP) -> list[tuple[float, Hint]]:
    state, given = HintState(), []
    for number, hints in enumerate(looks):
        state, hint = update_hint(state, hints, number * step)
        if hint is not None:
            given.append((number * step, hint))
    return given


def test_persistent_hint_is_given_once() -> None:
    assert hints_given([["bends"]] * 100) == [(AFTER, "bends")]


def test_flickering_hint_is_never_given() -> None:
    assert hints_given([["bends"] if number % 3 == 0 else [] for number in range(200)]) == []


def test_most_important_hint_is_given_alone() -> None:
    assert [hint for _, hint in hints_given([["bends", "turn_more"]] * 100)] == ["bends"]


def test_next_hint_waits_until_first_is_gone_and_rest_is_over() -> None:
    looks: list[list[Hint]] = [["bends"]] * 10 + [["turn_more"]] * 100
    given = hints_given(looks)
    assert [hint for _, hint in given] == ["bends", "turn_more"]
    assert given[1][0] - given[0][0] >= REST


def test_hint_leaves_display_only_after_a_moment() -> None:
    state = HintState()
    time_s = 0.0
    while state.displayed is None:
        state, _ = update_hint(state, ["hip_sinks"], time_s)
        time_s += STEP
    state, _ = update_hint(state, [], time_s)
    assert state.displayed == "hip_sinks"
    state, _ = update_hint(state, [], time_s + GONE)
    assert state.displayed is None
    assert clear_hint(HintState(displayed="bends", given_s=3.0)) == HintState(given_s=3.0)


@given(st.lists(st.lists(st.sampled_from(get_args(Hint)), max_size=3, unique=True), max_size=120))
def test_hints_keep_rest_between_them_and_apply_when_given(looks: list[list[Hint]]) -> None:
    last = -1e9
    for time_s, hint in hints_given(looks):
        assert time_s - last >= REST
        assert hint == looks[round(time_s / STEP)][0]
        last = time_s


def test_every_hint_has_words_in_order_of_importance() -> None:
    assert set(HINT_WORDS) == set(get_args(Hint))
    # In order of importance, as in the type.
    assert list(HINT_WORDS) == list(get_args(Hint))
