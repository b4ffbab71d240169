"""Finds the runner in a picture, as `posture.watch` does: the same landmarker, the same edges."""

from __future__ import annotations

import time
from typing import Literal

from posture.contour.sighting import observe
from posture.live.shot import Seen, Shot
from posture.pose.landmarker import Landmarker
from posture.watch import ModelName

# Every so many pixels count for a picture's brightness.
_STEP = 16


class Eyes:
    """Looks at one picture after the other; a context manager, to be used in the thread that enters it.

    Parameters
    ----------
    model : {"lite", "full", "heavy"}
    """

    def __init__(self, model: ModelName) -> None:
        self._model = model
        self._facing: Literal["left", "right"] = "right"
        self._landmarker: Landmarker | None = None

    def __enter__(self) -> Eyes:
        """Load the model."""
        self._open()
        return self

    def __exit__(self, *_: object) -> None:
        """Free the model."""
        if self._landmarker is not None:
            self._landmarker.__exit__()

    def face(self, facing: Literal["left", "right"]) -> None:
        """Say which way the runner faces: who faces left is shown to the network mirrored, as in an analysis."""
        if facing != self._facing:
            self._facing = facing
            self.__exit__()
            self._open()

    def see(self, shot: Shot) -> Seen:
        """Look at a picture."""
        assert self._landmarker is not None
        people = self._landmarker.detect(shot.rgb)
        sighting = observe(people[0]) if people else None
        brightness = float(shot.rgb[::_STEP, ::_STEP].mean())
        return Seen(shot, sighting, brightness, time.monotonic())

    def _open(self) -> None:
        landmarker = Landmarker(self._model, mirrored=self._facing == "left")
        self._landmarker = landmarker.__enter__()
