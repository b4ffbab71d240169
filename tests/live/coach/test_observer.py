"""Tests of the coach's observer with stored detections as the camera, and sounds collected in a list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from posture.coach.lesson import Lesson
from posture.coach.plan import make_plan
from posture.contour.grid import T_GRID
from posture.contour.observation import Observation
from posture.exercises.library import find
from posture.live.audio import Sound, tone
from posture.live.coach.observer import CoachObserver
from posture.live.detector import CameraFrame, DetectedFrame

CLIPS = Path(__file__).resolve().parents[2] / "coach" / "clips"
FPS = 30


def detections(name: str, seconds: float) -> Iterator[DetectedFrame]:
    """Yield the stored detections of a rendered clip, repeated for some seconds."""
    with np.load(CLIPS / "seen.npz") as stored:
        frames = stored[name].astype(np.float64)
    no_edges = np.full((2, len(T_GRID)), np.nan, dtype=np.float32)
    for number in range(round(seconds * FPS)):
        own = frames[number % len(frames)]
        frame = CameraFrame(number, number / FPS, number / FPS, np.full((480, 640, 3), 120, np.uint8))
        yield DetectedFrame(frame, Observation(own[:, :2], own[:, 2], no_edges), 120.0, number / FPS)


def observe_lesson(name: str, *, hold_s: float = 20.0) -> tuple[CoachObserver, Lesson, list[Sound]]:
    exercise, played = find(name), []
    lesson = Lesson(exercise, make_plan(exercise, sets=1, hold_s=hold_s, pause_s=3.0), source="0")
    return CoachObserver(lesson, play=played.append, clocked_by_frames=True), lesson, played


def texts(played: Sequence[Sound], *, of_steps: bool = False) -> list[str]:
    return [sound.text for sound in played if bool(sound.notes_hz) != of_steps]


def test_begin_hints_and_end_are_played() -> None:
    observer, lesson, played = observe_lesson("crossing", hold_s=10.0)
    for detected in detections("crossing_bent", 27.0):
        observer.take(detected)
    assert observer.over
    played_texts = texts(played)
    assert (played_texts[0], played_texts[-1]) == ("Begin", "Done")
    assert [text for text in played_texts if "Stay tall" not in text] == ["Begin", "Let go", "Begin", "Done"]
    # The trunk is bent all the time: one hint on each side, since it never goes away.
    assert sum("Stay tall" in text for text in played_texts) == 2
    assert all(hold.lifts is not None and hold.lifts >= 4 for hold in lesson.record().holds)


def test_each_step_is_spoken_once_without_a_tone() -> None:
    observer, lesson, played = observe_lesson("core")
    observer = CoachObserver(lesson, play=played.append)
    for second in range(200):
        observer.tick(float(second))
    spoken = texts(played, of_steps=True)
    assert sorted(spoken) == sorted(
        {step for part in lesson.exercise.parts for step in (*part.steps, *part.other_side)}
    )
    assert len(tone()) == 2 * len(tone((440.0,)))


def test_muted_observer_plays_nothing() -> None:
    observer, _, played = observe_lesson("crossing", hold_s=4.0)
    observer.muted = True
    for detected in detections("crossing_bent", 16.0):
        observer.take(detected)
    assert observer.over
    assert played == []


def test_lesson_goes_on_as_timer_without_camera() -> None:
    observer, lesson, _ = observe_lesson("crossing")
    for detected in detections("crossing", 8.0):
        observer.take(detected)
    assert observer.display().judgement.met == {"upright": True, "ribs_turn": True}
    before = observer.display().left_s
    # So far the frames are the clock.
    observer.tick(100.0)
    assert observer.display().left_s == before
    observer.continue_without_camera()
    assert not observer.display().has_camera
    observer.tick(100.0)
    observer.tick(105.0)
    assert observer.display().left_s == pytest.approx(before - 5.0)
    observer.hold_clock()
    observer.tick(500.0)
    assert observer.display().left_s == pytest.approx(before - 5.0)
    observer.skip()
    assert observer.display().kind == "change"
    assert lesson.record().holds[0].watched_s > 0


def test_start_over_discards_earlier_frames() -> None:
    observer, _, _ = observe_lesson("crossing")
    for detected in detections("crossing", 8.0):
        output = observer.take(detected)
    assert output.view.fault is None
    observer.start_over()
    observer.forget_neutral()
    nobody = [DetectedFrame(s.frame, None, s.brightness, s.done_s) for s in detections("crossing", 12.0)][240:]
    for detected in nobody:
        output = observer.take(detected)
    assert output.view.fault == "no_person"
    assert observer.display().judgement.not_judged == "nobody"


@pytest.mark.parametrize(("clip", "facing"), [("crossing", "right"), ("crossing_left", "right")])
def test_facing_stays_fixed_outside_towel_exercise(clip: str, facing: str) -> None:
    observer, _, _ = observe_lesson("crossing")
    for detected in detections(clip, 5.0):
        observer.take(detected)
    assert observer.facing == facing
