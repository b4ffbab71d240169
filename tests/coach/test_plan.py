from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture.coach.plan import EXERCISES, SCRIPTS, WHOLE, ExerciseForm, exercise_id, make_plan, picture_of, step_at
from posture.coach.settings import COACH
from posture.exercises.library import find

exercises = st.sampled_from(EXERCISES)
sets = st.integers(1, 4)
holds = st.floats(1.0, 90.0)
pauses = st.one_of(st.none(), st.floats(0.0, 20.0))


@pytest.mark.parametrize("name", EXERCISES)
def test_script_covers_exactly_the_steps_of_library(name: str) -> None:
    exercise = find(name)
    scripts = SCRIPTS[exercise_id(name)]
    assert len(scripts) == len(exercise.parts)
    for script, part in zip(scripts, exercise.parts, strict=True):
        named = {*script.ready, *script.change, *script.rest}
        named |= {step.step for step in script.hold}
        # Every step of the library, and no other; the crossing's last one, to change legs, the plan takes care of.
        assert named == set(range(1, len(part.steps) + (name != "crossing")))
        assert len(part.other_side) <= len(part.steps)


@pytest.mark.parametrize("name", EXERCISES)
def test_default_plan_has_dose_of_library(name: str) -> None:
    exercise = find(name)
    plan = make_plan(exercise)
    assert plan.sets == exercise.dose.sets[0]
    assert plan.hold_s == exercise.dose.seconds[0]
    sides = 2 if exercise.dose.per_side else 1
    assert len(plan.holds) == plan.sets * len(exercise.parts) * sides


def test_towel_plan_begins_with_usual_standing() -> None:
    plan = make_plan(find("towel"), neutral=True)
    assert [stage.kind for stage in plan.stages] == ["neutral", "ready", "hold", "rest", "hold"]
    assert plan.seconds == pytest.approx(COACH.neutral_s + COACH.ready_s + COACH.rest_s + 2 * 60)


def test_crossing_plan_changes_legs_in_each_set() -> None:
    plan = make_plan(find("crossing"), sets=2)
    stages = [(stage.kind, stage.number, stage.side) for stage in plan.stages]
    assert stages == [
        ("ready", 1, "right"), ("hold", 1, "right"), ("change", 1, "left"), ("hold", 1, "left"),
        ("rest", 2, "right"), ("hold", 2, "right"), ("change", 2, "left"), ("hold", 2, "left"),
    ]  # fmt: skip


def test_exercise_without_script_is_an_error() -> None:
    with pytest.raises(ValueError, match="no script"):
        exercise_id("plank")


@given(exercises, sets, holds, pauses, st.booleans())
def test_each_hold_follows_a_pause_and_has_requested_length(
    name: str, count: int, hold_s: float, pause_s: float | None, neutral: bool
) -> None:
    plan = make_plan(find(name), sets=count, hold_s=hold_s, pause_s=pause_s, neutral=neutral)
    for index in plan.holds:
        assert plan.stages[index].seconds == hold_s
        assert plan.stages[index - 1].kind in ("ready", "change", "rest")
    assert plan.stages[-1].kind == "hold"
    assert max(stage.number for stage in plan.stages) == count
    assert (plan.stages[0].kind == "neutral") == neutral


@given(exercises, st.floats(0.0, 1.0), st.floats(0.0, 1.0), pauses)
def test_step_and_drawing_at_any_time_belong_to_current_part(
    name: str, where: float, when: float, pause_s: float | None
) -> None:
    exercise = find(name)
    plan = make_plan(exercise, pause_s=pause_s)
    stage = plan.stages[min(int(where * len(plan.stages)), len(plan.stages) - 1)]
    elapsed = when * stage.seconds
    step = step_at(plan, stage, elapsed)
    assert step is not None
    assert 1 <= step.step <= len(exercise.parts[stage.part].steps)
    picture = picture_of(exercise, stage.part, step)
    assert picture is not None
    assert picture.part == exercise.parts[stage.part].name


def test_steps_of_a_set_repeat() -> None:
    plan = make_plan(find("towel"))
    hold = plan.stages[plan.holds[0]]
    script = SCRIPTS["towel"][0].hold
    whole = sum(step.seconds for step in script)
    assert whole < WHOLE
    steps = [step_at(plan, hold, t + 0.5) for t in range(round(hold.seconds))]
    assert [step.step for step in steps if step is not None][: round(whole)] == [4] * 4 + [5] * 10 + [6] * 4
    assert step_at(plan, hold, whole + 0.5) == script[0]


def test_only_last_step_of_towel_set_releases_the_position() -> None:
    assert [step.releases for step in SCRIPTS["towel"][0].hold] == [False, False, True]


@pytest.mark.parametrize(
    ("name", "drawings"),
    [("crossing", ["crossing_1.webp", "crossing_1.webp", "crossing_2.webp"]), ("core", ["dead_bug_2.webp"] * 2)],
)
def test_other_side_has_mirrored_drawings_and_texts_of_its_own(name: str, drawings: list[str]) -> None:
    exercise = find(name)
    plan = make_plan(exercise)
    texts = []
    for index in plan.holds[:2]:
        stage = plan.stages[index]
        steps = [step_at(plan, stage, elapsed) for elapsed in (0.0, 4.5, 8.5)[: len(drawings)]]
        forms = [ExerciseForm().picture(exercise, stage, step) for step in steps if step is not None]
        assert [picture.file for picture in forms if picture is not None] == drawings
        assert {picture.mirrored for picture in forms if picture is not None} == {stage.side == "left"}
        assert steps[0] is not None
        texts.append(ExerciseForm().step_text(exercise, stage, steps[0]))
    exchanged = texts[0].replace("right", "\0").replace("left", "right").replace("\0", "left")
    assert texts[1] == exchanged != texts[0]
