"""Tests of the coach's display: drawn in memory, on a terminal with keys, and in a window under Xvfb."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from live.screen.test_window import find_window, pixels, press, screen, shows_a_picture, wait_for
from live.screen.test_window import pytestmark as needs_xvfb

from posture.coach.criteria import Judgement
from posture.coach.lesson import Lesson
from posture.coach.plan import make_plan
from posture.exercises.library import find
from posture.live.coach.content import LessonContent
from posture.live.detector import CameraFrame, DetectedFrame
from posture.live.running.check import ObserverOutput
from posture.live.running.framing import ViewCheck
from posture.live.running.state import SessionState
from posture.live.screen.view import SessionView
from posture.live.session import DisplayState
from posture.types import Image

__all__ = ["screen"]


def state_after(name: str, after_s: float, *, camera: bool, judgement: Judgement | None = None) -> DisplayState:
    exercise = find(name)
    lesson = Lesson(exercise, make_plan(exercise), source="0" if camera else None)
    lesson.forward(after_s)
    for number in range(20 if judgement is not None else 0):
        assert judgement is not None
        lesson.on_judgement(judgement, 0.25 * number)
    detected = (
        DetectedFrame(CameraFrame(0, 0.0, 0.0, np.full((480, 640, 3), 90, np.uint8)), None, 90.0, 0.0)
        if camera
        else None
    )
    return DisplayState(detected, ObserverOutput(SessionState(), ViewCheck(None)), "running", lesson=lesson.display())


def draw(state: DisplayState) -> Image:
    return SessionView(LessonContent(), mirror=False).draw(state).copy()


@pytest.mark.parametrize("name", ["towel", "crossing", "core"])
def test_panel_shows_drawing_seconds_and_hint(name: str) -> None:
    timer = draw(state_after(name, 20.0, camera=False))
    # The drawing of the step replaces the camera's picture.
    assert len(np.unique(timer[230:, :600].reshape(-1, 3), axis=0)) > 200
    later = draw(state_after(name, 21.0, camera=False))
    assert (timer[230:] == later[230:]).all()
    assert (timer[:150, 1000:] != later[:150, 1000:]).any()
    plain = state_after(name, 20.0, camera=True)
    hinted = state_after(name, 20.0, camera=True, judgement=Judgement({"upright": False}, ("bends",)))
    assert draw(plain).shape == draw(hinted).shape
    orange = np.array([150, 84, 0])
    assert (draw(hinted) == orange).all(axis=-1).sum() > 5000
    assert (draw(plain) == orange).all(axis=-1).sum() == 0


def test_camera_picture_has_drawing_beside_it() -> None:
    view = draw(state_after("crossing", 20.0, camera=True))
    assert (view[300:600, :600] == 90).all()
    assert len(np.unique(view[200:, 700:].reshape(-1, 3), axis=0)) > 200


@pytest.mark.parametrize("name", ["crossing", "core"])
def test_drawing_of_the_other_side_is_the_mirror_image(name: str) -> None:
    plan = make_plan(find(name))
    hold_s = plan.hold_s
    first = state_after(name, 15.0 + 1.0, camera=False)
    second = state_after(name, 15.0 + hold_s + 8.0 + 1.0, camera=False)
    assert first.lesson is not None
    assert second.lesson is not None
    assert (first.lesson.side, second.lesson.side) == ("right", "left")
    assert "right knee" in first.lesson.step or "right arm" in first.lesson.step
    assert "left knee" in second.lesson.step or "left arm" in second.lesson.step
    content = LessonContent()
    # The same drawing but for the rounding of its size.
    own, other = content.placeholder(first).astype(float), content.placeholder(second).astype(float)
    assert abs(own - other[:, ::-1]).mean() < 1.0 < abs(own - other).mean()


def test_unchanged_state_gives_same_picture_and_small_camera_fits() -> None:
    view = SessionView(LessonContent(), mirror=False)
    state = state_after("towel", 20.0, camera=True)
    assert (view.draw(state) == view.draw(state)).all()
    assert state.detected is not None
    small = replace(state.detected, frame=replace(state.detected.frame, rgb=np.zeros((120, 160, 3), np.uint8)))
    assert view.draw(replace(state, detected=small)).shape == (720, 1280, 3)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_terminal_keys_skip_pause_and_quit(tmp_path: Path) -> None:
    import pty

    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "posture", "live", "--coach", "towel", "--no-camera", "--no-window"),
            *("--mute", "--lang", "en"),
        ],
        cwd=tmp_path, stdin=theirs, stdout=theirs, stderr=theirs,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "90", "LINES": "50"},
    )  # fmt: skip
    os.close(theirs)
    text = ""

    def wait_until(pattern: str) -> None:
        nonlocal text
        end = time.monotonic() + 60.0
        while re.search(pattern, text) is None:
            assert time.monotonic() < end, text
            if select.select([ours], [], [], 0.2)[0]:
                text += os.read(ours, 65536).decode("utf-8", "replace")

    try:
        wait_until("n: next")
        assert "posture exercises towel" in text
        for key, words in (
            # A busy machine draws a second or more later.
            ("n", r"Go  (60|5\d) s"),
            ("p", "Paused"),
            ("p", "Go  "),
            ("n", r"Rest  (30|2\d) s"),
            ("q", "Set 1: "),
        ):
            text = ""
            os.write(ours, key.encode())
            wait_until(words)
        assert process.wait(30.0) == 0
    finally:
        process.kill()
        process.wait(20.0)
        os.close(ours)


# A busy machine displays the picture too late.
@pytest.mark.slow
@needs_xvfb
def test_coach_window_shows_steps_and_obeys_keys(screen: tuple[str, Path], tmp_path: Path) -> None:
    display, file = screen
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "posture", "live", "--coach", "towel", "--no-camera"),
            *("--mute", "--lang", "en"),
        ],
        cwd=tmp_path, env={**os.environ, "DISPLAY": display}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    try:
        window = find_window(display, process)
        wait_for("the drawing", shows_a_picture(display, window, file, 200))
        ready = pixels(file)
        press(display, window, "n")
        wait_for("the next stage", lambda: bool((pixels(file)[20:60] != ready[20:60]).any()))
        press(display, window, "p")
        frames = [pixels(file)]

        def stands_still() -> bool:
            time.sleep(1.2)
            frames.append(pixels(file))
            return bool((frames[-1] == frames[-2]).all())

        wait_for("the pause", stands_still)
        press(display, window, "s")
        wait_for("the snapshot", lambda: list(tmp_path.glob("posture-*.jpg")))
        press(display, window, "q")
        out, err = process.communicate(timeout=60.0)
    finally:
        process.kill()
        process.wait(20.0)
    assert process.returncode == 0, err
    assert "posture exercises towel" in out
    assert "Towel exercise: stopped before the end of all 2 sets" in out
    assert "Traceback" not in err
