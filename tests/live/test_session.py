"""Tests of a session's thread and its errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from helpers.camera_streams import serving

from posture.errors import PostureError
from posture.live.detector import DetectedFrame, PoseDetector
from posture.live.session import Session
from posture.live.source import Camera
from posture.types import Facing


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
        with pytest.raises(PostureError, match=r"a fault of this program \(ValueError: .*Please report it"):
            session.check()
