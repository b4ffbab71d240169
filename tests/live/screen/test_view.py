"""Tests of the window's picture, drawn in memory."""

from __future__ import annotations

import numpy as np
import pytest

from posture.live.detector import CameraFrame, DetectedFrame
from posture.live.running.check import ObserverOutput
from posture.live.running.content import KEYS, RunningContent
from posture.live.running.framing import ViewCheck
from posture.live.running.state import SessionState
from posture.live.screen.view import SessionView
from posture.live.session import DisplayState, Pace


def state_with(size: tuple[int, int], grey: int = 120) -> DisplayState:
    width, height = size
    rgb = np.full((height, width, 3), grey, dtype=np.uint8)
    detected = DetectedFrame(CameraFrame(0, 0.0, 0.0, rgb), None, float(grey), 0.0)
    return DisplayState(
        detected, ObserverOutput(SessionState(why="no_person"), ViewCheck("no_person")), "running", Pace()
    )


@pytest.mark.parametrize(
    "size", [(1, 1), (16, 16), (160, 120), (640, 480), (3840, 2160), (8000, 200), (200, 8000), (481, 641)]
)
def test_picture_of_any_size_leaves_room_for_panel(size: tuple[int, int]) -> None:
    whole = SessionView(RunningContent()).draw(state_with(size))
    height, width = whole.shape[:2]
    assert 480 <= height <= 720
    assert width <= 960 + 460
    panel = whole[:, -300:]
    # White letters of the state at the top, keys at the bottom.
    assert panel[: height // 3].max() > 240
    assert panel[-height // 6 :].max() > 120
    assert (whole == 120).all(axis=2).any()


def test_keys_of_running_check_are_complete() -> None:
    assert {key for key, _command, _word in KEYS} == set("npsrmq")
