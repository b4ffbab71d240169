"""Where the back lies in a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from posture.arrays import Array

# The part of the outline that is drawn, trunk lengths.
SHOWN_T = (-0.2, 1.0)


@dataclass(frozen=True)
class Trunk:
    """Where the trunk lies in a picture.

    Attributes
    ----------
    hips, shoulders : array, shape (2,)
        Ends of the trunk axis, pixels.
    facing : {"left", "right"}
    """

    hips: Array
    shoulders: Array
    facing: Literal["left", "right"]

    def place(self, t: Array, c: Array) -> Array:
        """Return points of the trunk frame (along the axis, backward) in the picture, pixels, shape (N, 2)."""
        axis = self.shoulders - self.hips
        back = np.array([axis[1], -axis[0]]) * (1.0 if self.facing == "right" else -1.0)
        return self.hips + np.asarray(t)[:, None] * axis + np.asarray(c)[:, None] * back
