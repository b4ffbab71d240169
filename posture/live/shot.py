"""What travels through a session: a picture with its time, and who is seen in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from posture.contour.sighting import Sighting

Picture = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Shot:
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
    rgb: Picture

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, pixels."""
        return self.rgb.shape[1], self.rgb.shape[0]


@dataclass(frozen=True, eq=False)
class Seen:
    """Who is seen in a picture.

    Attributes
    ----------
    shot : Shot
    sighting : Sighting or None
        None when nobody is seen.
    brightness : float
        Mean of the picture, 0..255.
    done_s : float
        When this was known, seconds of ``time.monotonic()``.
    """

    shot: Shot
    sighting: Sighting | None
    brightness: float
    done_s: float

    @property
    def delay_s(self) -> float:
        """From the grab until this was known, seconds."""
        return self.done_s - self.shot.grabbed_s
