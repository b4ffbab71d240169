from __future__ import annotations

import json
import re

import pytest
from helpers.synthetic_runner import few
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import validate

from posture.coach.criteria import Judgement
from posture.coach.lesson import Lesson, LessonProgress
from posture.coach.plan import EXERCISES, make_plan
from posture.coach.record import CoachRecord, Difference, middle, summary
from posture.coach.towel import BackFlattening, ChangeFromStanding
from posture.exercises.library import find
from posture.language import use_language

GOOD = Judgement({"upright": True, "ribs_turn": True})
BENT = Judgement({"upright": False, "ribs_turn": True}, ("bends",))


def lesson_of(name: str, *, source: str | None = "0", sets: int = 1, hold_s: float = 10.0) -> Lesson:
    exercise = find(name)
    return Lesson(exercise, make_plan(exercise, sets=sets, hold_s=hold_s, pause_s=2.0), source=source)


def watch(lesson: Lesson, seconds: float, judgement: Judgement, *, begin_s: float = 0.0, step: float = 0.25) -> None:
    for number in range(round(seconds / step)):
        lesson.forward(step)
        lesson.on_judgement(judgement, begin_s + number * step)


def test_begin_and_end_of_sets_are_events() -> None:
    lesson = lesson_of("crossing")
    events = [event for _ in range(30) for event in lesson.forward(1.0)]
    assert events == ["begin", "end", "begin", "end", "done"]
    assert lesson.over
    assert lesson.display().kind == "done"
    assert lesson.record().completed


def test_observations_of_each_side_are_recorded() -> None:
    lesson = lesson_of("crossing")
    lesson.forward(2.0)
    watch(lesson, 6.0, GOOD)
    watch(lesson, 3.9, BENT, begin_s=6.0, step=0.3)
    lesson.forward(3.0)
    watch(lesson, 5.0, Judgement(not_judged="nobody"))
    lesson.forward(20.0)
    right, left = lesson.record().holds
    assert (right.side, left.side) == ("right", "left")
    assert right.criteria["ribs_turn"].told_s == pytest.approx(10.0, abs=0.6)
    assert right.criteria["upright"].met_s == pytest.approx(6.0, abs=0.4)
    assert right.hints == {"bends": 1}
    assert left.watched_s == 0.0
    assert left.criteria == {}
    assert left.lifts is None
    lines = summary(lesson.record())
    assert lines[0] == "Crossing: 1 set, 20 s in all"
    assert "Set 1, left leg: 10 of 10 s, timer only" in lines
    assert not any("Stay tall" in line for line in lines)


def test_gap_between_judgements_does_not_count_as_watched() -> None:
    lesson = lesson_of("crossing", hold_s=60.0)
    lesson.forward(2.0)
    lesson.on_judgement(GOOD, 0.0)
    lesson.forward(30.0)
    lesson.on_judgement(GOOD, 30.0)
    assert lesson.record().holds[0].watched_s < 1.0


def test_back_measurements_are_recorded_with_intervals() -> None:
    lesson = lesson_of("towel", hold_s=60.0)
    lesson.has_neutral = True
    lesson.forward(2.0)
    for arch in (-3.0, -9.0, -6.0):
        lesson.forward(5.0)
        lesson.on_measurement(
            BackFlattening(ChangeFromStanding(-4.0, -6.5, -1.5), ChangeFromStanding(arch, arch - 5.0, arch + 5.0))
        )
        assert lesson.display().flattening is not None
    lesson.on_measurement(None)
    assert lesson.display().flattening is None
    lesson.forward(60.0)
    record = lesson.record()
    assert [moment.at_s for moment in record.holds[0].back] == [5.0, 10.0, 15.0]
    assert record.neutral_taken
    # The median, with its own interval.
    assert any(
        "Lumbar arch compared with your usual posture: -6.0° (90 %: -11.0 to -1.0)" in line for line in summary(record)
    )


def test_summary_says_that_lesson_ended_early() -> None:
    lesson = lesson_of("towel", source=None, sets=2)
    assert summary(lesson.record()) == ["Towel exercise: stopped before the first set."]
    lesson.forward(6.0)
    assert summary(lesson.record()) == [
        "Towel exercise: stopped before the end of all 2 sets, 4 s in all",
        "Set 1: 4 of 10 s",
    ]
    assert lesson.skip() == ("end",)
    lesson.skip()
    assert lesson.skip() == ("end", "done")
    assert not lesson.record().completed


def test_summary_says_that_camera_observed_nothing() -> None:
    lesson = lesson_of("core", hold_s=1.0)
    lesson.forward(60.0)
    lines = summary(lesson.record())
    assert lines[-1] == "The camera could not see enough to judge; only the time was kept."
    assert "Set 1, Dead bug, first side: 1 of 1 s, timer only" in lines


def test_summary_in_german_is_german_throughout() -> None:
    with use_language("de"):
        lesson = lesson_of("crossing")
        lesson.forward(60.0)
        text = "\n".join(summary(lesson.record()))
        assert lesson.record().language == "de"
    assert "Satz 1" in text
    assert "Set 1" not in text


@few
@given(st.lists(st.floats(-20, 20), min_size=1, max_size=9))
def test_median_difference_is_one_of_the_values(values: list[float]) -> None:
    events = middle([Difference(value=v, ci90=(v - 1, v + 1)) for v in values])
    assert events.value in values
    assert sum(v < events.value for v in values) <= len(values) / 2
    assert sum(v > events.value for v in values) <= len(values) / 2


def test_record_fits_schema_and_round_trips() -> None:
    lesson = lesson_of("crossing")
    lesson.forward(4.0)
    watch(lesson, 3.0, BENT)
    record = lesson.record()
    data = json.loads(record.to_json())
    validate(data, CoachRecord.json_schema())
    assert data["schema"] == "posture.coach/1"
    assert CoachRecord.model_validate_json(record.to_json()) == record
    for name, field in CoachRecord.model_fields.items():
        assert name in {"schema_", "exercise", "title", "begun", "holds", "language"} or field.description


@pytest.mark.parametrize("name", ["towel", "crossing", "core"])
def test_step_and_picture_are_displayed_at_any_time(name: str) -> None:
    lesson = lesson_of(name, hold_s=5.0)
    while not lesson.over:
        display = lesson.display()
        assert display.step
        assert display.picture is not None
        assert display.left_s > 0
        lesson.forward(0.7)
    assert lesson.display().stage is None


def test_standing_form_has_no_step_on_the_floor() -> None:
    lesson = lesson_of("towel", sets=2, hold_s=40.0)
    assert lesson.display().step.startswith("Lie on your back")
    lesson.has_neutral = True
    display = lesson.display()
    assert display.step.startswith("Stand without wall and towel")
    assert display.picture is None
    texts = set()
    while not lesson.over:
        lesson.forward(0.7)
        texts.add(lesson.display().step)
        assert lesson.over or lesson.display().picture is None
    assert len(texts) >= 5
    assert not [step for step in texts if re.search(r"floor|onto the towel|Lie|pressure", step)]


exercises = st.sampled_from(EXERCISES)
sets = st.integers(1, 4)
pauses = st.one_of(st.none(), st.floats(0.0, 20.0))


@given(exercises, sets, pauses, st.lists(st.floats(0.0, 200.0), max_size=30))
def test_progress_spends_time_once_and_in_order(
    name: str, count: int, pause_s: float | None, steps: list[float]
) -> None:
    plan = make_plan(find(name), sets=count, pause_s=pause_s)
    progress = LessonProgress.start(plan)
    for seconds in steps:
        before, progress = progress, progress.forward(seconds)
        assert progress.index >= before.index
        for spent, stage in zip(progress.spent_s, plan.stages, strict=True):
            assert 0.0 <= spent <= stage.seconds
    assert sum(progress.spent_s) == pytest.approx(min(sum(steps), plan.seconds))
    assert all(spent == 0.0 for spent in progress.spent_s[progress.index + 1 :])


@given(exercises, st.floats(0.0, 500.0), st.integers(1, 50))
def test_many_small_steps_equal_one_large_step(name: str, seconds: float, count: int) -> None:
    plan = make_plan(find(name))
    once = LessonProgress.start(plan).forward(seconds)
    progress = LessonProgress.start(plan)
    for _ in range(count):
        progress = progress.forward(seconds / count)
    assert sum(progress.spent_s) == pytest.approx(sum(once.spent_s), abs=1e-6)


def test_skipped_time_is_not_spent() -> None:
    plan = make_plan(find("crossing"))
    progress = LessonProgress.start(plan).forward(3.0)
    for _ in plan.stages:
        progress = progress.skip()
    assert progress.stage is None
    assert progress.left_s == 0.0
    assert sum(progress.spent_s) == 3.0
    assert progress.skip() == progress
    assert progress.forward(5.0) == progress
