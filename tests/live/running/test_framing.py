"""Tests of the advice on the view, on pictures altered as a faulty set-up alters them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from posture.analysis.pipeline import analyze
from posture.drawing.canvas import resize
from posture.live.detector import DetectedFrame, PoseDetector
from posture.live.running.estimator import WindowEstimate
from posture.live.running.framing import ADVICE, AdviceCode, ViewCheck, check_view
from posture.live.running.state import SessionState, on_estimate
from posture.live.source import Camera
from posture.records.analysis import Analysis, Issue
from posture.types import Image

SAMPLES = Path(__file__).resolve().parents[3] / "samples"
FRAMES = 30


def check_altered(name: str, alter: Callable[[Image], Image]) -> ViewCheck:
    """Return the view check of a second of a sample with altered pictures."""
    frames: list[DetectedFrame] = []
    with Camera(str(SAMPLES / f"{name}.mp4"), every_frame=True) as camera, PoseDetector("lite") as detector:
        while len(frames) < FRAMES and (frame := camera.take(60.0)) is not None:
            frames.append(detector.detect(replace(frame, rgb=np.ascontiguousarray(alter(frame.rgb)))))
    times = [detected.frame.time_s for detected in frames]
    return check_view(
        [detected.observation for detected in frames], times, frames[-1].frame.size, frames[-1].brightness
    )


@pytest.mark.parametrize(
    ("name", "alter", "code", "words"),
    [
        ("run_neutral", lambda p: p, None, ""),
        ("run_neutral", lambda p: p[: p.shape[0] * 2 // 3], "cut_off", "Step back"),
        ("run_neutral", lambda p: p[::-1, ::-1], "rotated", "Turn the camera"),
        ("run_neutral", lambda p: resize(p, 0.25), "too_small", "Come nearer"),
        ("run_neutral", lambda p: p // 40, "too_dark", "Switch on a light"),
        ("run_front", lambda p: p, "not_side_view", "Turn side on"),
    ],
    ids=["good", "cut off", "upside down", "few pixels", "dark", "front"],
)
def test_fault_of_view_gives_matching_advice(
    name: str, alter: Callable[[Image], Image], code: AdviceCode | None, words: str
) -> None:
    assert check_altered(name, alter).fault == code
    assert code is None or words in ADVICE[code]


@cache
def analysis() -> Analysis:
    """Return a good analysis."""
    return analyze(SAMPLES / "run_neutral.mp4", model="lite")


def state_after(measured: Analysis) -> SessionState:
    """Return the state of a session after a first estimate."""
    return on_estimate(
        SessionState(phase="calibrating"),
        WindowEstimate(measured, "not_hollow_back", 5.0, None, None),
        "measure",
    )


def test_loose_shirt_gives_advice_to_lift_it() -> None:
    assert state_after(analysis()).phase == "good"
    issue = Issue(code="loose_clothing", message="", advice="", blocking=True)
    loose = analysis().model_copy(update={"quality": analysis().quality.model_copy(update={"issues": (issue,)})})
    state = state_after(loose)
    assert (state.phase, state.why, state.estimate) == ("unsure", "loose_clothing", None)
    assert "lift it" in ADVICE["loose_clothing"]


@pytest.mark.parametrize(("roll_deg", "why"), [(None, None), (0.5, None), (9.0, "tilted"), (-9.0, "tilted")])
def test_tilted_camera_is_reported_beyond_limit(roll_deg: float | None, why: AdviceCode | None) -> None:
    tilted = analysis().model_copy(
        update={"quality": analysis().quality.model_copy(update={"camera_roll_deg": roll_deg})}
    )
    assert state_after(tilted).why == why
    assert "Level it" in ADVICE["tilted"]
