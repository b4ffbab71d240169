"""Tests of a session's thread and its errors."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from helpers.camera_streams import serving

from posture.analysis.options import AnalysisOptions
from posture.analysis.pipeline import analyze
from posture.errors import PostureError
from posture.live.detector import CameraFrame, DetectedFrame, PoseDetector
from posture.live.recording import SessionRecording
from posture.live.running.check import RunningCheck
from posture.live.running.content import title
from posture.live.running.estimator import Estimator
from posture.live.session import DisplayState, Session
from posture.live.source import Camera
from posture.records.analysis import Analysis
from posture.types import Facing, PoseModel
from posture.video.recorder import Recorder


class FaultyObserver:
    """Observer that raises an unexpected error."""

    facing: Facing = "right"

    def take(self, detected: DetectedFrame) -> Any:
        return np.ones(2) @ np.ones(3)

    def start_over(self) -> None:
        pass

    def forget_neutral(self) -> None:
        pass


def test_unexpected_error_in_thread_ends_session_with_one_line() -> None:
    with (
        serving() as server,
        Session(Camera(server.address), PoseDetector("lite"), FaultyObserver(), remind=lambda: None) as session,
    ):
        for _ in range(600):
            if session.over:
                break
            session.display_state(0.1)
        assert session.over
        with pytest.raises(PostureError, match=r"internal error \(ValueError: .*Please report it"):
            session.check()


def grey_clip(path: Path, fps: int, count: int) -> Path:
    with Recorder(path) as recorder:
        for number in range(count):
            recorder.add(np.full((240, 320, 3), number % 250, dtype=np.uint8), number / fps)
    return path


def pictures_in(path: Path) -> int:
    with av.open(str(path)) as container:
        return sum(1 for _ in container.decode(video=0))


class SlowDetector(PoseDetector):
    """Detector whose first model takes as long for a picture as its camera for `PICTURES_EACH`, on any machine."""

    PICTURES_EACH = 4

    def __init__(self, camera: Camera, model: PoseModel = "lite") -> None:
        super().__init__(model)
        self._camera, self._slow_model = camera, model

    def detect(self, frame: CameraFrame) -> DetectedFrame:
        detected = super().detect(frame)
        end_s = time.monotonic() + 60.0
        while (
            self.model == self._slow_model
            and self._camera.given <= frame.number + self.PICTURES_EACH
            and self._camera.status != "ended"
        ):
            assert time.monotonic() < end_s, "the camera waits for the detector"
            time.sleep(0.001)
        return detected


def run(camera: Camera, detector: PoseDetector, folder: Path, seconds: float) -> tuple[DisplayState, SessionRecording]:
    """Return the end of a running check that was recorded."""
    recording = SessionRecording(folder)
    with Estimator(detector.model, "en", inline=True) as estimator:
        check = RunningCheck("camera", estimator, may_fall_back=detector.model == "full")
        with Session(camera, detector, check, remind=lambda: None, recording=recording) as session:
            end_s = None
            while not session.over and (end_s is None or time.monotonic() < end_s):
                state = session.display_state(0.05)
                if end_s is None and state.detected is not None:
                    end_s = time.monotonic() + seconds
            session.check()
    recording.end()
    return session.display_state(0.0), recording


def test_slow_detector_leaves_every_picture_of_a_fast_file_in_the_recording(tmp_path: Path) -> None:
    camera = Camera(str(grey_clip(tmp_path / "fast.mp4", 200, 300)))
    state, recording = run(camera, SlowDetector(camera), tmp_path / "session", 120.0)
    assert pictures_in(tmp_path / "session" / "session.mp4") == 300
    assert recording.left_out == 0
    # One more at the end, where the detector no longer waits.
    assert 0 < state.pace.results <= 300 / SlowDetector.PICTURES_EACH + 1
    assert state.pace.results + state.pace.dropped == 300


def test_slow_full_model_gives_way_to_lite_and_recording_is_analysed_by_full(tmp_path: Path) -> None:
    camera = Camera(str(grey_clip(tmp_path / "clip.mp4", 30, 240)))
    detector = SlowDetector(camera, "full")
    state, recording = run(camera, detector, tmp_path / "session", 120.0)
    assert state.output.fell_back
    assert detector.model == "lite"
    recording.finish(AnalysisOptions("full"), None)
    analysis = Analysis.from_json(tmp_path / "session" / "analysis.json")
    # The video is read again: in the observations of the session, both models are mixed.
    assert analysis.source.frames_read == analyze(tmp_path / "session" / "session.mp4").source.frames_read
    assert analysis.software.model == "full"


def test_stream_of_two_pictures_a_second_is_too_slow_and_recorded_whole(tmp_path: Path) -> None:
    with serving(every_s=0.5) as server:
        state, _recording = run(Camera(server.address), PoseDetector("lite"), tmp_path / "session", 5.0)
    assert title(state) == "Too slow: 2 pictures a second; 15 are needed"
    given = state.pace.results + state.pace.dropped
    assert given >= 6
    # The last one may still be on its way to the detector.
    assert given <= pictures_in(tmp_path / "session" / "session.mp4") <= given + 1
