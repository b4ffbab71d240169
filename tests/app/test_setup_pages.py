"""Choices of the form before an analysis."""

from __future__ import annotations

import re

import numpy as np
import pytest
from helpers.dated_results import START
from hypothesis import given
from hypothesis import strategies as st

from posture.app.pages import page
from posture.app.preview import ClipPreview, PersonSpot
from posture.app.record import ClipChoices, ClipRecord
from posture.app.setup_pages import place_of, read_choices
from posture.app.uploads import RefusedError
from posture.gait.runner_choice import read_place
from posture.language import use_language
from posture.types import Rotation

LEFT = PersonSpot(x=0.25, y=0.4, box=(0.1, 0.1, 0.3, 0.8))
RIGHT = PersonSpot(x=0.75, y=0.5, box=(0.6, 0.1, 0.3, 0.8))
TURNS: tuple[Rotation, ...] = (0, 90, 180, 270)


def preview(turn_deg: Rotation = 0) -> ClipPreview:
    return ClipPreview(width=1280, height=720, still_s=3.2, turn_deg=turn_deg, duration_s=8.0, people=(LEFT, RIGHT))


def test_untouched_form_is_the_default() -> None:
    untouched = {"start_s": "0", "end_s": "8.0", "spot": ""}
    assert read_choices(untouched, preview()) == ClipChoices()
    assert read_choices({}, None) == ClipChoices()


@pytest.mark.parametrize("turn", TURNS)
def test_turn_is_read_from_the_text_of_the_form(turn: Rotation) -> None:
    assert read_choices({"rotate": str(turn), "slow_motion": "4"}, preview()) == ClipChoices(rotate=turn, slow_motion=4)


def test_person_in_the_still_is_chosen_by_place_and_time() -> None:
    place = read_place(read_choices({"spot": "2"}, preview()).person)
    assert place is not None
    assert (place.x, place.y, place.time_s) == (0.75, 0.5, 3.2)


def test_turn_of_the_still_is_kept_for_the_person_in_it() -> None:
    assert read_choices({"spot": "1"}, preview(90)).rotate == 90
    assert read_choices({}, preview(90)).rotate is None


@given(turn=st.sampled_from(TURNS), rotate=st.sampled_from(TURNS), x=st.floats(0, 0.99), y=st.floats(0, 0.99))
def test_person_stays_the_same_when_the_picture_is_turned(turn: Rotation, rotate: Rotation, x: float, y: float) -> None:
    still = np.zeros((40, 60), dtype=np.bool_)
    still[int(y * 40), int(x * 60)] = True
    place = read_place(place_of(PersonSpot(x=x, y=y, box=(0, 0, 1, 1)), preview(turn), rotate))
    assert place is not None
    row, column = np.argwhere(np.rot90(still, -(rotate - turn) // 90))[0]
    height, width = np.rot90(still, -(rotate - turn) // 90).shape
    assert (place.x * width, place.y * height) == pytest.approx((column + 0.5, row + 0.5), abs=0.6)


@pytest.mark.parametrize("spot", ["0", "3", "-1", "x", "1.0"])
def test_person_who_is_not_in_the_still_is_nobody(spot: str) -> None:
    assert read_choices({"spot": spot}, preview()) == ClipChoices()


def test_person_cannot_be_named_past_the_still() -> None:
    assert read_choices({"person": "largest\n--evil"}, preview()) == ClipChoices()


@pytest.mark.parametrize(
    "form",
    [
        {"start_s": "5", "end_s": "4"},
        {"start_s": "-1"},
        {"start_s": "nan"},
        {"end_s": "inf", "start_s": "inf"},
        {"start_s": "8.5"},
        {"slow_motion": "0"},
        {"rotate": "45"},
        {"runner": "x" * 200},
    ],
)
def test_value_that_cannot_be_used_is_refused(form: dict[str, str]) -> None:
    with pytest.raises(RefusedError) as error:
        read_choices(form, preview())
    assert error.value.status == 400


def test_people_have_letters_since_the_report_numbers_them_in_another_order() -> None:
    clip = ClipRecord(id="2026-11-30-1", file="2026-11-30-1.mp4", sent_as="jog.mp4", received_at=START)
    lists = {"standing": [], "runners": [], "slow_motions": ()}
    with use_language("en"):
        html = bytes(page("setup.html", clip=clip, preview=preview(), step=2, chosen_person=2, **lists).body).decode()
    assert re.findall(r'<span aria-hidden="true">(\w)</span>', html) == ["A", "B"]
    assert "Choose person B (A is on the left)" in html
