"""Joint angles of the legs in the picture."""

from __future__ import annotations

from typing import Literal

import numpy as np

from posture.arrays import Array
from posture.pose.trunk import HIPS, KNEES, lean_deg, trunk_axis


def hip_flexion_deg(landmarks: Array, facing: Literal["left", "right"]) -> Array:
    """Return the angle of each thigh to the trunk axis, degrees, shape (F, 2): left, right.

    0 where the thigh goes on straight below the trunk, positive where it is lifted forward; -180..180. To the trunk and
    not to the pelvis, whose own angle landmarks do not hold.

    Parameters
    ----------
    landmarks : array, shape (F, 33, 2)
        Pixels, x right, y down.
    facing : {"left", "right"}
        Which side of the picture the runner faces.
    """
    sign = 1.0 if facing == "right" else -1.0
    thigh = landmarks[:, list(KNEES)] - landmarks[:, list(HIPS)]
    forward = np.degrees(np.arctan2(sign * thigh[..., 0], thigh[..., 1]))
    flexion = forward + lean_deg(*trunk_axis(landmarks, facing), facing)[:, None]
    return np.asarray(180.0 - np.mod(180.0 - flexion, 360.0))
