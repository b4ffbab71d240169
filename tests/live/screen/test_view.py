"""Tests of the window's picture, drawn in memory."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from posture.live.detector import CameraFrame, DetectedFrame
from posture.live.running.check import ObserverOutput
from posture.live.running.closing import closing_of
from posture.live.running.content import KEYS, RunningContent, explanation, title
from posture.live.running.framing import ViewCheck
from posture.live.running.state import SessionState
from posture.live.running.tally import SessionTally
from posture.live.screen.content import PanelText
from posture.live.screen.view import SessionView, fitted_size
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
@pytest.mark.parametrize("window", [(1280, 720), (1920, 1080), (720, 1280)])
def test_picture_of_any_size_fills_the_same_window(size: tuple[int, int], window: tuple[int, int]) -> None:
    whole = SessionView(RunningContent()).draw(state_with(size), window)
    width, height = window
    assert whole.shape == (height, width, 3)
    # White letters of the state at the top, keys at the bottom.
    assert whole[: height // 4].max() > 240
    assert whole[-height // 10 :].max() > 120
    assert (whole == 120).all(axis=2).any()


@pytest.mark.parametrize("width", [1280, 1920])
def test_headline_is_drawn_at_least_a_tenth_of_the_window_high(width: int) -> None:
    height = width * 9 // 16
    whole = SessionView(RunningContent()).draw(state_with((640, 480)), (width, height))
    # "Set the camera up": the capital S alone has three quarters of the letters' size.
    rows = np.flatnonzero((whole[: round(0.2 * height), : round(0.1 * width)] > 250).all(axis=2).any(axis=1))
    assert np.ptp(rows) > 0.1 * 0.73 * height


@pytest.mark.parametrize("wide", [False, True])
def test_every_text_has_a_third_of_a_headline_at_least(wide: bool) -> None:
    tally = SessionTally()
    state = replace(state_with((640, 480)), closing=closing_of(tally, 0, "full") if wide else None)
    content = RunningContent().panel(state)
    headline, *others = (
        *content.banner,
        *(block for block in content.blocks if isinstance(block, PanelText)),
        *content.footer,
    )
    assert headline.size >= 0.1
    assert min(text.size for text in others) >= headline.size / 3
    assert content.wide == wide


@pytest.mark.parametrize(
    ("window", "drawn"),
    [((1280, 720), (1280, 720)), ((3840, 2160), (1920, 1080)), ((0, 0), (1280, 720)), ((800, 1280), (675, 1080))],
)
def test_huge_and_missing_windows_are_drawn_in_a_bounded_size(window: tuple[int, int], drawn: tuple[int, int]) -> None:
    assert fitted_size(*window) == drawn


def test_too_slow_is_the_headline() -> None:
    state = state_with((640, 480))
    output = ObserverOutput(SessionState(why="too_slow"), ViewCheck("too_slow", rate=2.1))
    shown = replace(state, output=output, pace=Pace(results=20, dropped=200))
    assert title(shown) == "Too slow: 2 pictures a second; 15 are needed"
    assert explanation(shown).startswith("Close other programs")
    # A computer that skips nothing is not what is slow.
    assert explanation(replace(shown, pace=Pace(results=20, dropped=0))).startswith("This computer is fast enough")


def test_keys_of_running_check_are_complete() -> None:
    assert {key for key, _command, _word in KEYS} == set("npsrmq")
