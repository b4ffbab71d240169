"""The exercise library: complete, findable, and within the limits of wording."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture.errors import OptionError
from posture.exercises.library import DOSE_PARTS, Dose, Exercise, find, load_library


def test_exercise_ids_are_those_of_the_contract() -> None:
    assert [exercise.id for exercise in load_library()] == ["towel", "crossing", "core"]


def test_doses_are_those_of_the_source() -> None:
    towel, crossing, core = (exercise.dose for exercise in load_library())
    assert (towel.seconds, towel.sets, towel.per_side) == ((60, 60), (2, 3), False)
    assert (crossing.seconds, crossing.per_side) == ((30, 60), True)
    assert towel.convention == ("days_per_week",)
    assert set(crossing.convention) == {"sets", "days_per_week"}
    assert set(core.convention) == set(DOSE_PARTS)


def test_doses_are_worded_in_both_languages() -> None:
    towel, crossing, core = (exercise.dose.text for exercise in load_library())
    assert towel == "1 minute, 2 to 3 sets, 3 to 5 days a week (the source does not give the days a week)"
    assert crossing.startswith("30 to 60 seconds each side, 1 to 2 sets")
    assert "the source does not give the number of sets and the days a week" in crossing
    assert core.startswith("20 to 40 seconds each move and side, 2 to 3 sets")
    assert "the source does not say how much" in core


def test_dose_without_convention_says_nothing_about_it() -> None:
    dose = Dose(sets=(1, 1), seconds=(30, 30), per_side=False, per_move=False, days_per_week=(7, 7), convention=())
    assert dose.text == "30 seconds, 1 set, 7 days a week"


@pytest.mark.parametrize("exercise", load_library(), ids=lambda exercise: exercise.id)
def test_every_exercise_is_complete(exercise: Exercise) -> None:
    for field in ("feel", "mistakes", "easier", "progression", "parts", "needs"):
        assert getattr(exercise, field), field
    assert all(len(part.steps) >= 3 for part in exercise.parts)
    for sentence in (*exercise.feel, *exercise.mistakes, *exercise.easier, *exercise.progression):
        assert sentence.endswith("."), sentence
    low, high = exercise.dose.seconds
    assert 0 < low <= high
    assert "Expert recommendation" in exercise.evidence
    assert "CSS" in exercise.source


def test_core_names_its_three_moves() -> None:
    assert [part.name for part in find("core").parts] == ["Dead bug", "Side plank", "Bird dog"]


def test_stop_signs_cover_the_method() -> None:
    _, emergency, doctor = find("towel").stop_signs.sentences
    for sign in ("urine", "stool", "numbness", "weakness in both legs"):
        assert sign in emergency
    for sign in ("accident", "fever", "cancer", "weight loss", "night", "into a leg", "young athlete"):
        assert sign in doctor


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("towel", "towel"),
        ("TOWEL", "towel"),
        ("Lendenhandtuch", "towel"),
        ("  towel   exercise ", "towel"),
        ("crossings", "crossing"),
        ("bird dog", "core"),
        ("rumpfkräftigung", "core"),
    ],
)
def test_exercise_is_found_by_any_name(typed: str, expected: str) -> None:
    assert find(typed).id == expected


def test_no_two_exercises_share_a_name() -> None:
    owners: dict[str, set[str]] = {}
    for exercise in load_library():
        for name in exercise.names:
            owners.setdefault(name.casefold(), set()).add(exercise.id)
    assert [name for name, ids in owners.items() if len(ids) > 1] == []


def test_typo_gets_the_closest_name_and_all_ids() -> None:
    with pytest.raises(OptionError) as caught:
        find("corssing")
    assert str(caught.value) == (
        "there is no exercise 'corssing'. Did you mean crossing? Name one of: towel, crossing, core."
    )


@given(st.text(alphabet=string.printable + "\x1b\N{RIGHT-TO-LEFT OVERRIDE}é", max_size=40))
def test_find_answers_or_raises_one_line(typed: str) -> None:
    answer = ""
    try:
        answer = find(typed).id
    except OptionError as error:
        answer = str(error)
        assert answer.endswith("Name one of: towel, crossing, core.")
    assert answer.isprintable()
