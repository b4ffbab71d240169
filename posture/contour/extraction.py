"""Sub-pixel back edge of the person mask, sampled along the trunk axis."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from scipy.ndimage import map_coordinates

from posture.contour.grid import T_GRID
from posture.types import Array, Indices

# Sampled distances from the trunk axis, trunk lengths: an elbow is at most about 0.75 behind.
R_STEP = 0.0125
R_MAX = 0.85
_STEPS = np.arange(0.0, R_MAX + R_STEP / 2, R_STEP)
# Mask value at the person's edge.
EDGE = 0.5
# OpenCV reads a mask many times as fast as SciPy, but rounds the places to 1/32 of a pixel: the largest error of a hard
# edge. Where it leaves open between which samples the mask falls first, and at the fall itself, SciPy reads again.
ROUGH_ERROR = 0.04


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
    # Pixel centres lie at integer indices; landmarks count from the corner of the first pixel.
    centre = hips[:, None] + T_GRID[:, None] * axis[:, None] - 0.5
    outward = _STEPS[:, None] * side[:, None]
    x, y = (np.float32(centre[:, :, None, k]) + np.float32(outward[:, None, :, k]) for k in (0, 1))
    rows = 2 * len(T_GRID), len(_STEPS)
    rough: Any = cv2.remap(mask, x.reshape(rows), y.reshape(rows), cv2.INTER_LINEAR).reshape(x.shape)
    (early, early_falls), (late, late_falls) = (_first_fall(rough + error) for error in (-ROUGH_ERROR, ROUGH_ERROR))
    unsure = (early_falls != late_falls) | (np.abs(early - late) > 1)
    rough[unsure] = _read(mask, centre[unsure][:, None] + outward[np.nonzero(unsure)[0]])
    first = np.clip(np.where(unsure, _first_fall(rough)[0], np.minimum(early, late)) - 1, 0, len(_STEPS) - 4)
    near = first[..., None] + np.arange(4)
    exact = _read(mask, centre[:, :, None] + np.take_along_axis(outward[:, None], near[..., None], axis=2))
    index, falls = _first_fall(exact)
    above, below = (np.take_along_axis(exact, (index + k)[..., None], axis=-1)[..., 0].astype(float) for k in (0, 1))
    fraction = (above - EDGE) / np.where(above > below, above - below, 1.0)
    edge = np.where(falls, (first + index + fraction) * R_STEP, np.nan)
    at = np.ceil(np.nan_to_num(edge) / R_STEP).astype(np.intp)
    ends = centre + np.take_along_axis(outward, at[..., None], axis=1)
    border = ((ends < 0.5) | (ends > np.array(mask.shape[::-1]) - 1.5)).any(axis=-1)
    return np.where(border, np.nan, edge)


def _read(mask: npt.NDArray[np.float32], points: Array) -> Any:
    """Return the mask at points, shape (..., 2), interpolated; 0 outside."""
    return map_coordinates(mask, [points[..., 1], points[..., 0]], order=1, mode="constant", cval=0.0)


def _first_fall(profile: npt.NDArray[np.float32]) -> tuple[Indices, npt.NDArray[np.bool_]]:
    """Return the last place before the mask first falls below `EDGE` along the last axis, and whether it does."""
    falls = (profile[..., :-1] >= EDGE) & (profile[..., 1:] < EDGE)
    return falls.argmax(axis=-1), np.asarray(falls.any(axis=-1))
