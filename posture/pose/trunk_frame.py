"""Trunk axis, lean, trunk coordinates and body height from landmarks."""

from __future__ import annotations

import numpy as np

from posture.pose.landmarks import ANKLES, HIPS, SHOULDERS, midpoint
from posture.types import Array, Facing

# MediaPipe's midpoint of the hips is in front of that of the joint centres, and its midpoint of the shoulders above:
# means over 32 rendered runners (SD between people 0.02), MediaPipe's trunk lengths.
HIPS_FORWARD_L = 0.048
SHOULDERS_UP_L = 0.088
# The eyes are at about 0.94 of the body height, and a runner is upright in the tallest frames.
HEAD_TOP = 1.06
TALLEST_PERCENTILE = 90.0


def trunk_axis(landmarks: Array, facing: Facing) -> tuple[Array, Array]:
    """Return the midpoints of the hip and shoulder joints.

    Parameters
    ----------
    landmarks : shape (..., 33, 2)
        Pixels, x right, y down.

    Returns
    -------
    hips, shoulders : array, shape (..., 2)
        Pixels, corrected for the mean offset of MediaPipe's landmarks.
    """
    hips, shoulders = midpoint(landmarks, HIPS), midpoint(landmarks, SHOULDERS)
    axis = shoulders - hips
    # Forward of an upright trunk, whose axis points to smaller y, is larger x when facing right.
    forward = np.stack([-axis[..., 1], axis[..., 0]], axis=-1) * (1.0 if facing == "right" else -1.0)
    return hips - HIPS_FORWARD_L * forward, shoulders - SHOULDERS_UP_L * axis


def lean_deg(hips: Array, shoulders: Array, facing: Facing) -> Array:
    """Return the angle of the trunk axis to the vertical, degrees, forward positive, shape (...)."""
    axis = shoulders - hips
    sign = 1.0 if facing == "right" else -1.0
    return np.degrees(np.arctan2(sign * axis[..., 0], -axis[..., 1]))


def to_trunk_frame(points: Array, hips: Array, shoulders: Array, facing: Facing) -> Array:
    """Return points in trunk coordinates.

    Parameters
    ----------
    points : shape (..., P, 2)
        Pixels.
    hips, shoulders : shape (..., 2)
        Pixels.

    Returns
    -------
    array, shape (..., P, 2)
        (t, c), trunk lengths: t along the trunk axis, 0 at the hips and 1 at the shoulders; c backward from it.

    Examples
    --------
    >>> hips, shoulders = np.array([100.0, 300.0]), np.array([100.0, 200.0])
    >>> to_trunk_frame(np.array([[80.0, 250.0]]), hips, shoulders, "right").tolist()
    [[0.5, 0.2]]
    """
    axis = (shoulders - hips)[..., None, :]
    back = np.stack([axis[..., 1], -axis[..., 0]], axis=-1) * (1.0 if facing == "right" else -1.0)
    relative = points - hips[..., None, :]
    square = (axis**2).sum(axis=-1)
    return np.stack([(relative * axis).sum(axis=-1), (relative * back).sum(axis=-1)], axis=-1) / square[..., None]


def body_height_px(landmarks: Array) -> float:
    """Return the body height in pixels: eyes to the lowest foot, plus the top of the head.

    Parameters
    ----------
    landmarks : shape (F, 33, 2)
        Pixels.
    """
    extent = np.ptp(landmarks[:, :, 1], axis=1)
    return float(np.percentile(extent, TALLEST_PERCENTILE) * HEAD_TOP)


def inside_picture(landmarks: Array, width: int, height: int) -> float:
    """Return the share of frames in which shoulders, hips and at least one ankle are inside the image.

    Parameters
    ----------
    landmarks : shape (F, 33, 2)
        Pixels; the landmarker also extrapolates joints outside the image.
    width, height
        Of the image, pixels.
    """
    inside = (landmarks >= 0).all(axis=-1) & (landmarks[..., 0] < width) & (landmarks[..., 1] < height)
    trunk = inside[:, [*SHOULDERS, *HIPS]].all(axis=1)
    return float((trunk & inside[:, list(ANKLES)].any(axis=1)).mean())
