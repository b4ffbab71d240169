"""Tests of the advice on the view, on pictures altered as a faulty set-up alters them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from posture.analysis.examine import analyze
from posture.drawing.image import resize
from posture.live.detector import DetectedFrame, PoseDetector
from posture.live.running.estimator import WindowEstimate
from posture.live.running.framing import ADVICE, AdviceCode, ViewCheck, check_view
from posture.live.running.state import SessionState, on_estimate
from posture.live.source import Camera
from posture.records.analysis import Analysis, Issue
from posture.types import Image

SAMPLES = Path(__file__).resolve().parents[3] / "samples"
FRAMES = 30


def look(name: str, alter: Callable[[Image], Image]) -> ViewCheck:
    """Return the view check of a second of a sample with altered pictures."""
    found: list[DetectedFrame] = []
    with Camera(str(SAMPLES / f"{name}.mp4"), every_frame=True) as camera, PoseDetector("lite") as eyes:
        while len(found) < FRAMES and (shot := camera.take(60.0)) is not None:
            found.append(eyes.detect(replace(shot, rgb=np.ascontiguousarray(alter(shot.rgb)))))
    times = [seen.frame.time_s for seen in found]
    return check_view([seen.observation for seen in found], times, found[-1].frame.size, found[-1].brightness)


@pytest.mark.parametrize(
    ("name", "alter", "code", "said"),
    [
        ("run_neutral", lambda p: p, None, ""),
        ("run_neutral", lambda p: p[: p.shape[0] * 2 // 3], "cut_off", "Step back"),
        ("run_neutral", lambda p: p[::-1, ::-1], "upside_down", "Turn the camera"),
        ("run_neutral", lambda p: resize(p, 0.25), "too_small", "Come nearer"),
        ("run_neutral", lambda p: p // 40, "too_dark", "Switch on a light"),
        ("run_front", lambda p: p, "not_side_view", "Turn side on"),
    ],
    ids=["good", "cut off", "upside down", "few pixels", "dark", "front"],
)
def test_fault_of_view_gives_matching_advice(
    name: str, alter: Callable[[Image], Image], code: AdviceCode | None, said: str
) -> None:
    assert look(name, alter).fault == code
    assert code is None or said in ADVICE[code]


@cache
def analysis() -> Analysis:
    """Return a good analysis."""
    return analyze(SAMPLES / "run_neutral.mp4", model="lite")


def after(found: Analysis) -> SessionState:
    """Return the state of a session after a first estimate."""
    return on_estimate(
        SessionState(phase="calibrating"),
        WindowEstimate(found, "not_hollow_back", 5.0, None, None, 5.0),
        "measure",
    )


def test_loose_shirt_gives_advice_to_lift_it() -> None:
    assert after(analysis()).phase == "good"
    issue = Issue(code="loose_clothing", message="", advice="", blocking=True)
    loose = analysis().model_copy(
        update={"quality": analysis().quality.model_copy(update={"issues": (issue,)})}
    )
    state = after(loose)
    assert (state.phase, state.why, state.estimate) == ("unsure", "loose_clothing", None)
    assert "lift it" in ADVICE["loose_clothing"]


@pytest.mark.parametrize(("roll_deg", "why"), [(None, None), (0.5, None), (9.0, "tilted"), (-9.0, "tilted")])
def test_tilted_camera_is_reported_beyond_limit(roll_deg: float | None, why: AdviceCode | None) -> None:
    tilted = analysis().model_copy(
        update={"quality": analysis().quality.model_copy(update={"camera_roll_deg": roll_deg})}
    )
    assert after(tilted).why == why
    assert "Level it" in ADVICE["tilted"]
