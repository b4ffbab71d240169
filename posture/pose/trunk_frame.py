"""The trunk axis and the limbs in the trunk's own frame, from landmarks."""

from __future__ import annotations

import numpy as np

from posture.pose.landmarks import ANKLES, HIPS, SHOULDERS, midpoint
from posture.types import Array, Facing

# MediaPipe's hip midpoint lies in front of the joint centres' and its shoulder midpoint above them: means over 32
# rendered runners (samples/synth; SD between people 0.02), in MediaPipe's own trunk lengths.
HIPS_FORWARD_L = 0.048
SHOULDERS_UP_L = 0.088
# The eyes stand at about 0.94 of the body height; a runner is upright in their tallest frames.
HEAD_TOP = 1.06
TALLEST_PERCENTILE = 90.0


def trunk_axis(landmarks: Array, facing: Facing) -> tuple[Array, Array]:
    """Return the joint centres' midpoints of hips and shoulders.

    Parameters
    ----------
    landmarks : array, shape (..., 33, 2)
        Pixels, x right, y down.
    facing : {"left", "right"}
        Which side of the picture the runner faces.

    Returns
    -------
    hips, shoulders : array, shape (..., 2)
        Pixels, corrected for MediaPipe's mean misplacement.
    """
    hips, shoulders = midpoint(landmarks, HIPS), midpoint(landmarks, SHOULDERS)
    axis = shoulders - hips
    # Forward, for an upright trunk (axis to smaller y): to larger x when facing right.
    forward = np.stack([-axis[..., 1], axis[..., 0]], axis=-1) * (1.0 if facing == "right" else -1.0)
    return hips - HIPS_FORWARD_L * forward, shoulders - SHOULDERS_UP_L * axis


def lean_deg(hips: Array, shoulders: Array, facing: Facing) -> Array:
    """Return the trunk axis's angle to the vertical, degrees, forward positive, shape (...)."""
    axis = shoulders - hips
    sign = 1.0 if facing == "right" else -1.0
    return np.degrees(np.arctan2(sign * axis[..., 0], -axis[..., 1]))


def to_trunk_frame(points: Array, hips: Array, shoulders: Array, facing: Facing) -> Array:
    """Return points in the trunk frame.

    Parameters
    ----------
    points : array, shape (..., P, 2)
        Pixels.
    hips, shoulders : array, shape (..., 2)

    Returns
    -------
    array, shape (..., P, 2)
        (t, c): along the trunk axis, 0 hips, 1 shoulders; backward from it; trunk lengths.
    """
    axis = (shoulders - hips)[..., None, :]
    back = np.stack([axis[..., 1], -axis[..., 0]], axis=-1) * (1.0 if facing == "right" else -1.0)
    relative = points - hips[..., None, :]
    square = (axis**2).sum(axis=-1)
    return (
        np.stack([(relative * axis).sum(axis=-1), (relative * back).sum(axis=-1)], axis=-1)
        / square[..., None]
    )


def body_height_px(landmarks: Array) -> float:
    """Return the person's height in the picture, pixels: from eye level to the lowest foot, plus the head's top.

    Parameters
    ----------
    landmarks : array, shape (F, 33, 2)
        Pixels.
    """
    extent = np.ptp(landmarks[:, :, 1], axis=1)
    return float(np.percentile(extent, TALLEST_PERCENTILE) * HEAD_TOP)


def inside_picture(landmarks: Array, width: int, height: int) -> float:
    """Return the share of frames in which shoulders, hips and at least one ankle lie inside the picture.

    Parameters
    ----------
    landmarks : array, shape (F, 33, 2)
        Pixels; a landmarker guesses joints outside the picture too.
    width, height : int
        Of the picture, pixels.
    """
    inside = (landmarks >= 0).all(axis=-1) & (landmarks[..., 0] < width) & (landmarks[..., 1] < height)
    trunk = inside[:, [*SHOULDERS, *HIPS]].all(axis=1)
    return float((trunk & inside[:, list(ANKLES)].any(axis=1)).mean())
