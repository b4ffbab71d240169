"""Tests of the running check on detections of the samples: one person, neutral and with a hollow back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from posture.analysis.options import AnalysisOptions
from posture.analysis.pipeline import analyze, examine_observations
from posture.live.buffer import FrameBuffer
from posture.live.detector import DetectedFrame, PoseDetector
from posture.live.running.check import RunningCheck
from posture.live.running.estimator import Estimator
from posture.live.source import Camera
from posture.records.analysis import Analysis
from posture.types import PoseModel

SAMPLES = Path(__file__).resolve().parents[3] / "samples"
FPS = 30
STRIDE_S = 0.74


@cache
def detections_of(name: str, model: PoseModel = "lite") -> tuple[DetectedFrame, ...]:
    """Return the detections in every frame of a sample, with blank pictures."""
    detections = []
    with Camera(str(SAMPLES / f"{name}.mp4"), every_frame=True) as camera, PoseDetector(model) as detector:
        while (frame := camera.take(60.0)) is not None:
            detected = detector.detect(frame)
            thin = np.broadcast_to(np.uint8(0), detected.frame.rgb.shape)
            detections.append(replace(detected, frame=replace(detected.frame, rgb=thin)))
    return tuple(detections)


@cache
def neutral() -> Analysis:
    """Return the runner's own standing posture."""
    buffer = FrameBuffer("stand")
    for detected in detections_of("stand_neutral"):
        buffer.add(detected)
    return examine_observations(buffer.observations(), AnalysisOptions("lite")).analysis


def joined(*parts: Sequence[DetectedFrame]) -> list[DetectedFrame]:
    """Return several clips as one session at 30 frames a second."""
    combined = [detected for part in parts for detected in part]
    return [
        replace(s, frame=replace(s.frame, number=i, time_s=i / FPS), done_s=s.frame.grabbed_s)
        for i, s in enumerate(combined)
    ]


def run(session: Sequence[DetectedFrame], own: Analysis | None) -> tuple[RunningCheck, list[str]]:
    """Return the check after a session, and its sequence of phases."""
    with Estimator("lite", "en", inline=True) as estimator:
        check = RunningCheck("session", estimator, own)
        phases: list[str] = []
        for detected in session:
            phase = check.take(detected).state.phase
            if not phases or phases[-1] != phase:
                phases.append(phase)
    return check, phases


@pytest.mark.parametrize("own", [True, False])
def test_change_to_hollow_back_is_reminded_of_within_four_strides(own: bool) -> None:
    before = detections_of("run_neutral")[:200]
    session = joined(before, detections_of("run_hollow")[:130])
    check, phases = run(session, neutral() if own else None)
    assert phases[0] == "calibrating"
    assert phases[-1] == "hollow_back"
    change_s = len(before) / FPS
    assert len(check.reminders) == 1
    assert change_s < check.reminders[0] <= change_s + 4 * STRIDE_S


def test_neutral_running_is_good_and_gives_no_reminder() -> None:
    clip = detections_of("run_neutral")
    check, phases = run(joined(clip, clip), neutral())
    assert check.reminders == []
    assert "good" in phases
    assert "hollow_back" not in phases


@pytest.mark.slow
@pytest.mark.parametrize("own", [True, False])
def test_two_minutes_of_neutral_running_give_no_reminder(own: bool) -> None:
    check, phases = run(joined(*[detections_of("run_neutral")] * 15), neutral() if own else None)
    assert check.reminders == []
    assert "hollow_back" not in phases


def test_standing_first_becomes_baseline_of_running() -> None:
    stand = detections_of("stand_neutral")
    # Forwards and backwards, so that the person does not jump between two passes.
    session = joined(stand, stand[::-1], detections_of("run_hollow")[:170])
    check, phases = run(session, None)
    assert phases[:2] in (["neutral", "calibrating"], ["calibrating", "neutral"])
    own = check.state.neutral
    assert own is not None
    assert own.subject.activity == "standing"
    assert phases[-1] == "hollow_back"
    estimate = check.state.estimate
    assert estimate is not None
    assert estimate.analysis.verdict.basis == "own_standing"
    whole, live = neutral().measures["pelvic_tilt_deg"], own.measures["pelvic_tilt_deg"]
    assert whole is not None
    assert live is not None
    assert live.value == pytest.approx(whole.value, abs=1.0)


def test_live_measures_agree_with_analyze() -> None:
    check, _ = run(joined(detections_of("run_hollow")), None)
    analysis = analyze(SAMPLES / "run_hollow.mp4", model="lite")
    estimate = check.state.estimate
    assert estimate is not None
    for name in ("pelvic_tilt_deg", "lumbar_arch_deg"):
        live, whole = estimate.analysis.measures[name], analysis.measures[name]
        assert live is not None
        assert whole is not None
        assert live.value == pytest.approx(whole.value, abs=1.5)


def test_numbers_agree_with_verdict_after_posture_change() -> None:
    """Most strides of the window still show a hollow back when the verdict on the last ones is good."""
    session = joined(detections_of("run_hollow")[:190], detections_of("run_neutral")[:100])
    words = set()
    with Estimator("lite", "en", inline=True) as estimator:
        check = RunningCheck("session", estimator)
        for detected in session:
            estimate = check.take(detected).state.estimate
            if estimate is None or estimate.label == "not_measurable":
                continue
            words.add(estimate.label)
            assert estimate.analysis.verdict.label == estimate.label
            arch = estimate.analysis.measures["lumbar_arch_deg"]
            assert arch is not None
            assert estimate.label != "not_hollow_back" or arch.value < 50.0
    assert words >= {"hollow_back", "not_hollow_back"}


def test_empty_picture_gives_advice_and_running_starts_by_itself() -> None:
    clip = detections_of("run_neutral")
    nobody = [replace(detected, observation=None, brightness=120.0) for detected in clip[:60]]
    _, phases = run(joined(nobody, clip[:150]), None)
    assert phases in (["setup", "calibrating", "good"], ["setup", "calibrating", "unsure"])
    dark, _ = run(joined([replace(detected, brightness=10.0) for detected in nobody]), None)
    assert dark.state.why == "too_dark"
    light, _ = run(joined(nobody), None)
    assert light.state.why == "no_person"


def test_start_over_discards_strides_and_keeps_own_posture() -> None:
    with Estimator("lite", "en", inline=True) as estimator:
        check = RunningCheck("session", estimator, neutral())
        for detected in joined(detections_of("run_hollow")[:150]):
            check.take(detected)
        assert check.state.estimate is not None
        check.start_over()
        assert check.state.phase == "setup"
        assert check.state.estimate is None
        assert check.state.neutral is not None
        check.forget_neutral()
        assert check.state.neutral is None


def test_low_frame_rate_is_reported() -> None:
    clip = joined(detections_of("run_neutral"))
    check, phases = run(clip[::6], None)
    assert check.state.why == "too_slow"
    assert phases[-1] == "setup"
    # 15 pictures a second are just enough.
    faster, phases = run(clip[::2], None)
    assert faster.state.why != "too_slow"
    assert "good" in phases


def test_expected_running_direction_holds_until_the_view_says_otherwise() -> None:
    with Estimator("lite", "en", inline=True) as estimator:
        assert RunningCheck("session", estimator, facing="left").facing == "left"
        assert RunningCheck("session", estimator).facing == "right"


def fall_back_s(session: Sequence[DetectedFrame], *, may_fall_back: bool = True) -> float | None:
    """Return the time at which a session falls back to the lite model; None when it does not."""
    with Estimator("full", "en", inline=True) as estimator:
        check = RunningCheck("session", estimator, may_fall_back=may_fall_back)
        for detected in session:
            if check.take(detected).fell_back:
                return detected.frame.time_s
    return None


def renumbered(session: Sequence[DetectedFrame]) -> list[DetectedFrame]:
    """Return a session whose camera gave no other pictures."""
    return [replace(s, frame=replace(s.frame, number=i)) for i, s in enumerate(session)]


def test_computer_slower_than_its_camera_falls_back_within_five_seconds() -> None:
    clip = joined(detections_of("run_neutral"))
    changed_s = fall_back_s(clip[::4])
    assert changed_s is not None
    assert 3.0 <= changed_s <= 5.0
    assert fall_back_s(clip[::2]) is None
    # The lite model does not make a camera faster.
    assert fall_back_s(renumbered(clip[::4])) is None
    assert fall_back_s(clip[::4], may_fall_back=False) is None


def test_passing_load_does_not_change_the_model_of_a_measured_runner() -> None:
    clip = detections_of("run_neutral")
    session = joined(clip, *[clip] * 3)
    slow_from_s = len(clip) / FPS
    changed_s = fall_back_s([*session[: len(clip)], *session[len(clip) :: 4]])
    assert changed_s is not None
    assert changed_s - slow_from_s > 10.0


def test_fallback_measures_frames_of_the_lite_model_alone() -> None:
    full, lite = detections_of("run_hollow", "full"), detections_of("run_hollow")
    session = joined(full, lite)
    models, changed = set(), None
    with Estimator("full", "en", inline=True) as estimator:
        check = RunningCheck("session", estimator, neutral(), may_fall_back=True)
        for detected in (*session[: len(full) : 4], *session[len(full) :]):
            is_lite = detected.frame.number >= len(full)
            if check.fell_back and not is_lite:
                continue
            output = check.take(detected)
            if output.fell_back and changed is None:
                changed = detected.frame.number
                assert output.state.neutral is None
                assert not is_lite
            if (estimate := output.state.estimate) is not None:
                models.add(estimate.analysis.software.model)
                assert estimate.analysis.source.frames_read <= detected.frame.number - len(full) + 1
    assert changed is not None
    assert models == {"lite"}
