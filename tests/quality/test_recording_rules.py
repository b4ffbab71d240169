"""Rules about file, camera and picture: what their messages say."""

from __future__ import annotations

from dataclasses import replace

import pytest
from helpers.recordings import GOOD, codes

from posture.quality.issues import find_issues


def test_absurd_lean_names_the_roll_that_was_given() -> None:
    given = replace(GOOD, lean_deg=-34.1, camera_roll_deg=44.0, roll_is_given=True)
    (wrong,) = find_issues(given)
    assert "you gave a camera roll of 44 degrees" in wrong.message
    assert "leans 34 degrees backward" in wrong.message
    assert "--roll" in wrong.advice
    (tilted,) = find_issues(replace(given, lean_deg=41.0, roll_is_given=False))
    assert "lean 41 degrees forward" in tilted.message
    assert "you gave" not in tilted.message


def test_tilted_picture_promises_no_numbers_of_parts() -> None:
    assert codes(replace(GOOD, lean_deg=41.0, postures=2, tilt_sd_deg=9.0)) == ["lean_implausible"]


def test_view_is_described_in_words() -> None:
    words = {
        80.0: "seen from the front",
        -80.0: "seen from behind",
        40.0: "at an angle of about 40 degrees",
    }
    for yaw, said in words.items():
        assert said in find_issues(replace(GOOD, yaw_deg=yaw))[0].message
    turned = find_issues(replace(GOOD, facing_share=0.6))[0]
    assert "does not face one side" in turned.message


def test_damage_replaces_a_smaller_remark_on_the_file() -> None:
    assert codes(replace(GOOD, damage="cut off", remark="odd")) == ["damaged"]


@pytest.mark.parametrize(("cadence", "factor"), [(17.7, "10"), (34.0, "5"), (75.0, "2"), (118.0, "2")])
def test_slow_motion_says_how_slow_and_what_to_type(cadence: float, factor: str) -> None:
    issue = find_issues(replace(GOOD, cadence_spm=cadence))[0]
    assert f"about {factor} times slower" in issue.message
    assert f"--slow-motion {factor}." in issue.advice


def test_double_speed_says_how_fast() -> None:
    issue = find_issues(replace(GOOD, cadence_spm=333.0))[0]
    assert "2.0 times too fast" in issue.message
    assert "0.5" in issue.advice


@pytest.mark.parametrize("turn_deg", [0, 90, 180, 270])
def test_rotated_picture_names_the_option_that_mends_it(turn_deg: int) -> None:
    assert f"--rotate {turn_deg}." in find_issues(replace(GOOD, turn_deg=90, rotate_deg=turn_deg))[0].advice


def test_message_names_the_times_of_cuts_and_of_many_the_first() -> None:
    assert "cut at 2.0 and 4.5 s" in find_issues(replace(GOOD, cuts_s=(2.0, 4.5)))[0].message
    many = find_issues(replace(GOOD, cuts_s=tuple(float(second) for second in range(1, 21))))[0].message
    assert "20 times" in many
    assert "6.0 s" in many
    assert "7.0" not in many


def test_spans_from_the_side_are_said_in_seconds() -> None:
    partly = replace(GOOD, side_spans_s=((0.0, 2.5), (5.0, 9.0)), oblique_s=2.5)
    assert "only from 0.0 to 2.5 s and from 5.0 to 9.0 s" in find_issues(partly)[0].message
    assert codes(replace(GOOD, side_spans_s=((0.0, 9.0),))) == []
