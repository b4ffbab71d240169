"""Camera frames, and the people detected in them."""

from __future__ import annotations

import time
from dataclasses import dataclass

from posture.contour.observation import Observation, observe
from posture.pose.landmarker import Landmarker
from posture.types import Facing, Image, PoseModel


@dataclass(frozen=True, eq=False)
class CameraFrame:
    """One picture of a camera.

    Attributes
    ----------
    number : int
        Counts the pictures that were grabbed, those dropped too.
    time_s : float
        Of a camera or stream, seconds since it was started; of a file or folder, its own time. Strictly increasing.
    grabbed_s : float
        When it was there, seconds of ``time.monotonic()``.
    rgb : array of uint8, shape (height, width, 3)
    """

    number: int
    time_s: float
    grabbed_s: float
    rgb: Image

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, pixels."""
        return self.rgb.shape[1], self.rgb.shape[0]


@dataclass(frozen=True, eq=False)
class DetectedFrame:
    """Who is seen in a picture.

    Attributes
    ----------
    shot : Shot
    sighting : Observation or None
        None when nobody is seen.
    brightness : float
        Mean of the picture, 0..255.
    done_s : float
        When this was known, seconds of ``time.monotonic()``.
    """

    frame: CameraFrame
    observation: Observation | None
    brightness: float
    done_s: float

    @property
    def delay_s(self) -> float:
        """From the grab until this was known, seconds."""
        return self.done_s - self.frame.grabbed_s


# Every so many pixels count for a picture's brightness.
_STEP = 16


class PoseDetector:
    """Looks at one picture after the other; a context manager, to be used in the thread that enters it.

    Parameters
    ----------
    model : {"lite", "full", "heavy"}
    """

    def __init__(self, model: PoseModel) -> None:
        self._model = model
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
        """Say which way the runner faces: who faces left is shown to the network mirrored, as in an analysis."""
        if facing != self._facing:
            self._facing = facing
            self.__exit__()
            self._open()

    def detect(self, frame: CameraFrame) -> DetectedFrame:
        """Look at a picture."""
        assert self._landmarker is not None
        people = self._landmarker.detect(frame.rgb)
        sighting = observe(people[0]) if people else None
        brightness = float(frame.rgb[::_STEP, ::_STEP].mean())
        return DetectedFrame(frame, sighting, brightness, time.monotonic())

    def _open(self) -> None:
        landmarker = Landmarker(self._model, mirrored=self._facing == "left")
        self._landmarker = landmarker.__enter__()
