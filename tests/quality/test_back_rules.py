"""Rules about the measured back: what their messages say."""

from __future__ import annotations

from dataclasses import replace

import pytest
from helpers.recordings import BARS, BRIGHT, GOOD, POST, RAIL, SHADE, codes

from posture.quality.issues import find_conditions, find_issues


def test_hidden_back_is_an_issue_once_it_was_measured() -> None:
    unmeasured = replace(GOOD, arm_free_share=None, upper_free_share=None)
    assert codes(unmeasured) == []
    measured = replace(unmeasured, arm_free_share=0.1, upper_free_share=0.02)
    assert codes(measured) == ["back_hidden"]


def test_possibly_loose_top_is_a_condition_and_no_issue() -> None:
    possible = replace(GOOD, loose_possible=True)
    assert find_conditions(GOOD) == ()
    assert find_issues(possible) == ()
    (condition,) = find_conditions(possible)
    assert condition.code == "loose_clothing_possible"
    assert condition.message.startswith("if your top is tight")


@pytest.mark.parametrize(
    ("worn_t", "place"), [(None, "the line of the back"), (0.02, "at the buttocks, "), (0.2, "at the lower back, ")]
)
def test_outline_of_no_body_is_refused_with_its_place(worn_t: float | None, place: str) -> None:
    (issue,) = find_issues(replace(GOOD, odd=True, worn_t=worn_t))
    assert issue.message.startswith(place)
    assert "is not that of a body" in issue.message


def test_thing_in_front_is_named_with_place_and_time() -> None:
    hidden = replace(GOOD, occluders=(POST, RAIL), hidden_share=0.3)
    assert find_issues(hidden)[0].message == "a post stands in front of your lower back"
    crossed = replace(GOOD, occluders=(RAIL,), hidden_share=0.1)
    assert find_issues(crossed)[0].message == "a handrail crosses your hips from 12 to 30 % of the stride"
    long = replace(GOOD, occluders=(SHADE,), hidden_share=0.8)
    assert find_issues(long)[0].message == "an edge of sun and shade falls on your back"


def test_good_light_raises_nothing() -> None:
    assert codes(replace(GOOD, light=BRIGHT)) == []
    assert codes(replace(GOOD, light=replace(BRIGHT, background=255.0))) == []


def test_lines_across_the_picture_are_a_reason_for_lost_strides() -> None:
    found = find_issues(replace(GOOD, lines=replace(BARS, look="shade"), strides=0))
    assert [issue.code for issue in found if issue.blocking] == ["hard_shade", "too_few_strides"]


def test_few_crossing_lines_are_no_pattern() -> None:
    assert codes(replace(GOOD, lines=replace(BARS, crossing_share=0.1))) == []
    assert codes(replace(GOOD, lines=replace(BARS, beside=0.2))) == []
