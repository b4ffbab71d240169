"""Doubts about who stands: colours of the clothes and build against those of the run."""

from __future__ import annotations

import math
from itertools import islice
from typing import Any

import pytest
from helpers.analysis_factory import analysis

from posture.comparison.changes import notes
from posture.comparison.same_person import RUN_MINUS_STAND, builds_differ, other_person
from posture.gait.build import build_of
from posture.records.analysis import Subject
from posture.thresholds import SAME_PERSON
from validation.population.replay import tracked_person
from validation.population.store import load

RED, BLACK, BLUE = (190, 60, 60), (40, 40, 45), (50, 70, 160)
BUILD = {"thigh": 0.85, "shank": 0.80, "neck": 0.35}
SHORT_LEGS = {"thigh": 0.70, "shank": 0.66, "neck": 0.35}


def subject(activity: str = "standing", build: dict[str, float] = BUILD, trunk: Any = RED) -> Subject:
    colours = {"trunk": trunk, "thighs": BLACK} if trunk else {}
    if activity == "running":
        build = {name: value * math.exp(RUN_MINUS_STAND[name][0]) for name, value in build.items()}
    return Subject(direction="right", activity=activity, people_seen=1, build=build, colours=colours)  # type: ignore[arg-type]


def test_same_person_gives_no_note() -> None:
    assert other_person(subject(), subject("running")) is None


@pytest.mark.parametrize(
    ("stand", "blocking"),
    [
        pytest.param(subject(trunk=BLUE), False, id="clothes"),
        pytest.param(subject(build=SHORT_LEGS), False, id="build"),
        pytest.param(subject(build=SHORT_LEGS, trunk=BLUE), True, id="both"),
    ],
)
def test_other_clothes_or_build_cast_a_doubt_and_both_block(stand: Subject, blocking: bool) -> None:
    note = other_person(stand, subject("running"))
    assert note is not None
    assert note.code == "other_person"
    assert note.blocking == blocking


@pytest.mark.parametrize(
    ("stand", "run"),
    [
        (subject(build={}, trunk=None), subject("running")),
        (subject(build={}), subject("running", build=SHORT_LEGS)),
        (subject(trunk=None), subject("running", trunk=BLUE)),
    ],
)
def test_what_is_not_known_casts_no_doubt(stand: Subject, run: Subject) -> None:
    assert other_person(stand, run) is None


def test_colour_at_the_limit_is_the_same() -> None:
    near = (RED[0], RED[1] + round(SAME_PERSON.colour_levels), RED[2])
    assert other_person(subject(trunk=near), subject("running")) is None


def test_run_is_not_judged_against_another_person() -> None:
    stand, run = analysis(activity="standing", name="stand.mp4"), analysis(name="run.mp4")
    stand = stand.model_copy(update={"subject": subject(build=SHORT_LEGS, trunk=BLUE)})
    run = run.model_copy(update={"subject": subject("running")})
    found = notes(stand, run, baseline=True)
    assert [note.code for note in found if note.blocking] == ["other_person"]
    assert "other_person" not in {note.code for note in notes(stand, run, baseline=True, same_session=True)}


def test_limit_of_the_build_on_stored_people() -> None:
    people = [
        one for one in islice(load(half="test"), 60) if all(len(one.takes[n].time_s) > 20 for n in ("stand", "run"))
    ]
    subjects = {
        name: [subject(build=build_of(tracked_person(one.takes[name])) or {}) for one in people]
        for name in ("stand", "run")
    }
    runs = [run.model_copy(update={"activity": "running"}) for run in subjects["run"]]
    same = [builds_differ(stand, run) for stand, run in zip(subjects["stand"], runs, strict=True)]
    others = [builds_differ(stand, run) for stand in subjects["stand"] for run in runs]
    assert sum(same) / len(same) <= 0.05
    assert sum(others) / len(others) >= 0.2
