"""Tests of the messages to a page that displays a session."""

from __future__ import annotations

import json
import queue
from dataclasses import replace
from typing import Any

import numpy as np
from helpers.analysis_factory import analysis

from posture.app.live_screen import PagePlayer, PageScreen, screen_message
from posture.coach.lesson import Lesson
from posture.coach.plan import make_plan
from posture.exercises.library import find
from posture.live.audio import Sound
from posture.live.coach.content import LessonContent
from posture.live.detector import CameraFrame, DetectedFrame
from posture.live.running.check import ObserverOutput
from posture.live.running.closing import Closing
from posture.live.running.content import RunningContent, explanation, gauges, title
from posture.live.running.estimator import WindowEstimate
from posture.live.running.framing import ViewCheck
from posture.live.running.state import SessionState
from posture.live.screen.content import ScreenContent
from posture.live.session import Command, DisplayState

Message = dict[str, Any]


def display_of(state: SessionState) -> DisplayState:
    frame = CameraFrame(0, 0.0, 0.0, np.zeros((120, 160, 3), dtype=np.uint8))
    return DisplayState(DetectedFrame(frame, None, 90.0, 0.0), ObserverOutput(state, ViewCheck(None)), "running")


def hollow() -> DisplayState:
    estimate = WindowEstimate(analysis(), "hollow_back", 0.0, None, None, True)
    return display_of(SessionState(phase="hollow_back", estimate=estimate))


class Page:
    """Collects the messages of a screen."""

    def __init__(self, content: ScreenContent) -> None:
        self.messages: list[Message] = []
        self.commands: queue.SimpleQueue[Command] = queue.SimpleQueue()
        self.screen = PageScreen(content, self.messages.append, self.commands)


def test_page_gets_the_words_and_numbers_of_the_window() -> None:
    display = hollow()
    message = json.loads(json.dumps(screen_message(RunningContent(), display)))
    assert [text["text"] for text in message["panel"]["banner"]] == [title(display), explanation(display)]
    estimate = display.state.estimate
    assert estimate is not None
    expected = [(gauge.title, gauge.number, gauge.value) for gauge in gauges(estimate.analysis)]
    assert len(expected) == 2
    assert [(one["title"], one["number"], one["value"]) for one in message["panel"]["blocks"]] == expected
    assert message["phase"] == "hollow_back"
    # Keys and their line belong to a window.
    assert "footer" not in message["panel"]


def test_only_what_has_changed_is_sent_again() -> None:
    page = Page(RunningContent())
    display = hollow()
    page.screen.show(display)
    page.screen.show(display)
    page.screen.show(replace(display, muted=True))
    assert len(page.messages) == 2
    assert page.messages[0]["type"] == "screen"
    assert set(page.messages[1]) == {"type", "muted", "flags"}


def test_buttons_of_the_page_are_commands() -> None:
    page = Page(RunningContent())
    assert page.screen.show(hollow()) is None
    page.commands.put("mute")
    assert page.screen.show(hollow()) == "mute"
    assert page.screen.show(hollow()) is None


def test_end_names_the_exercise_instead_of_a_command() -> None:
    closing = Closing("hollow_back", "Hollow back in 2 of 6 minutes", ("Measured for 6 of 10 minutes.",), "towel")
    message = screen_message(RunningContent(), replace(hollow(), closing=closing))
    assert message["exercise"] == "towel"
    assert message["panel"]["banner"][0]["text"] == closing.title
    assert [block["text"] for block in message["panel"]["blocks"]] == list(closing.lines)
    assert message["panel"]["wide"]


def test_lesson_without_a_camera_shows_its_drawing() -> None:
    exercise = find("towel")
    lesson = Lesson(exercise, make_plan(exercise)).display()
    state = ObserverOutput(SessionState(), ViewCheck("no_picture"))
    message = screen_message(LessonContent(), DisplayState(None, state, "ended", lesson=lesson))
    assert message["panel"]["drawing"]["file"] == exercise.pictures[0].file
    assert message["panel"]["aside"].isdigit()
    assert message["figure"] == []


def test_sounds_are_played_by_the_page() -> None:
    messages: list[Message] = []
    player = PagePlayer(messages.append)
    player.remind()
    player.play(Sound("Lie down", ()))
    assert [(one["type"], one["text"]) for one in messages] == [("sound", "Hollow back"), ("sound", "Lie down")]
    assert messages[0]["notes"]
    assert not messages[1]["notes"]
