"""Camera frames, and the pose detected in them."""

from __future__ import annotations

import time
from dataclasses import dataclass

from posture.contour.observation import Observation, observe
from posture.pose.landmarker import Landmarker
from posture.types import Facing, Image, PoseModel

# Every n-th row and column counts for the brightness.
_BRIGHTNESS_STEP = 16


@dataclass(frozen=True, eq=False)
class CameraFrame:
    """One picture of a camera."""

    number: int  # Index among the grabbed pictures, including dropped ones.
    time_s: float  # Seconds since the camera or stream was started, or the own time of a file; strictly increasing.
    grabbed_s: float  # Time of the grab, seconds of ``time.monotonic()``.
    rgb: Image

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, pixels."""
        return self.rgb.shape[1], self.rgb.shape[0]


@dataclass(frozen=True, eq=False)
class DetectedFrame:
    """A camera frame with the person detected in it."""

    frame: CameraFrame
    observation: Observation | None  # None when nobody is detected.
    brightness: float  # Mean of the picture, 0..255.
    done_s: float  # Time of the result, seconds of ``time.monotonic()``.

    @property
    def delay_s(self) -> float:
        """Latency from the grab to the result, seconds."""
        return self.done_s - self.frame.grabbed_s


class PoseDetector:
    """Detects the runner frame by frame; a context manager, bound to the thread that enters it."""

    def __init__(self, model: PoseModel) -> None:
        self.model: PoseModel = model
        self._facing: Facing = "right"
        self._landmarker: Landmarker | None = None

    def __enter__(self) -> PoseDetector:
        """Load the model."""
        self._open()
        return self

    def __exit__(self, *_: object) -> None:
        """Free the model."""
        if self._landmarker is not None:
            self._landmarker.__exit__()

    def face(self, facing: Facing) -> None:
        """Set the running direction; a runner who faces left is mirrored for the network, as in an analysis."""
        if facing != self._facing:
            self._facing = facing
            self._reopen()

    def change_model(self, model: PoseModel) -> None:
        """Use another pose model from the next frame on."""
        if model != self.model:
            self.model = model
            self._reopen()

    def detect(self, frame: CameraFrame) -> DetectedFrame:
        """Detect the runner in a frame."""
        assert self._landmarker is not None
        people = self._landmarker.detect(frame.rgb)
        observation = observe(people[0], frame.rgb) if people else None
        brightness = float(frame.rgb[::_BRIGHTNESS_STEP, ::_BRIGHTNESS_STEP].mean())
        return DetectedFrame(frame, observation, brightness, time.monotonic())

    def _reopen(self) -> None:
        self.__exit__()
        self._open()

    def _open(self) -> None:
        landmarker = Landmarker(self.model, mirrored=self._facing == "left")
        self._landmarker = landmarker.__enter__()
