"""Sub-pixel back edge of the person mask, sampled along the trunk axis."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.ndimage import map_coordinates

from posture.contour.grid import T_GRID
from posture.types import Array

# Sampled distances from the trunk axis, trunk lengths: an elbow is at most about 0.75 behind.
R_STEP = 0.0125
R_MAX = 0.85
# Mask value at the person's edge.
EDGE = 0.5


def sample_edges(mask: npt.NDArray[np.float32], hips: Array, shoulders: Array) -> Array:
    """Read the mask's edge behind the trunk along rows perpendicular to the trunk axis.

    The edge is the first place, outward from the axis, where the mask falls below one half. Where light shows between
    trunk and arm, that is the trunk's own edge.

    Parameters
    ----------
    mask : shape (height, width)
        0..1.
    hips, shoulders : shape (2, 2)
        Ends of the trunk axis, pixels, x right, y down: row 0 if the runner faces right, row 1 if left (which is
        known only at the end of the clip).

    Returns
    -------
    array, shape (2, len(T_GRID))
        Distance from the axis, trunk lengths; NaN where there is no edge but the border of the picture.
    """
    axis = shoulders - hips
    # Perpendicular to the axis, same length; backward for an upright trunk.
    side = np.stack([axis[:, 1], -axis[:, 0]], axis=1) * np.array([[1.0], [-1.0]])
    steps = np.arange(0.0, R_MAX + R_STEP / 2, R_STEP)
    centre = hips[:, None] + T_GRID[:, None] * axis[:, None]
    points = centre[:, :, None] + steps[:, None] * side[:, None, None]
    # Pixel centres lie at integer indices; landmarks count from the corner of the first pixel.
    profile = map_coordinates(mask, [points[..., 1] - 0.5, points[..., 0] - 0.5], order=1, mode="constant", cval=0.0)
    edge = _first_fall(profile)
    at = np.clip(np.ceil(np.nan_to_num(edge) / R_STEP).astype(int), 0, len(steps) - 1)
    border = np.take_along_axis(_outside(points, mask.shape), at[..., None], axis=2)[..., 0]
    return np.where(border, np.nan, edge)


def _outside(points: Array, shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    height, width = shape[:2]
    x, y = points[..., 0], points[..., 1]
    return (x < 1) | (y < 1) | (x > width - 1) | (y > height - 1)


def _first_fall(profile: npt.NDArray[np.float32]) -> Array:
    """Return the distance of the first downward crossing of `EDGE` along the last axis; NaN without one."""
    falls = (profile[..., :-1] >= EDGE) & (profile[..., 1:] < EDGE)
    index = falls.argmax(axis=-1)
    above = np.take_along_axis(profile, index[..., None], axis=-1)[..., 0].astype(np.float64)
    below = np.take_along_axis(profile, index[..., None] + 1, axis=-1)[..., 0].astype(np.float64)
    fraction = (above - EDGE) / np.where(above > below, above - below, 1.0)
    return np.where(falls.any(axis=-1), (index + fraction) * R_STEP, np.nan)
