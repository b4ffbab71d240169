"""The edge of the person mask on both sides of the trunk axis, at sub-pixel precision."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.ndimage import map_coordinates

from posture.contour.grid import T_GRID

Array = npt.NDArray[np.float64]

# Distances from the trunk axis that are sampled, trunk lengths: an elbow stands at most about 0.75 behind.
R_STEP = 0.0125
R_MAX = 0.85
# The person's edge is where the mask crosses this value.
EDGE = 0.5


@dataclass(frozen=True)
class Edges:
    """Mask edges of one frame on both sides of the trunk axis.

    Arrays have shape (2, len(T_GRID)): row 0 the side towards smaller x in the picture (the back of a runner who
    faces right), row 1 the other; distances in trunk lengths from the axis, NaN where there is no edge.

    Attributes
    ----------
    inner : array
        First place, going outward from the axis, where the mask falls below one half.
    outer : array
        Last such place: differs from `inner` where an arm stands clear of the trunk.
    softness : array
        Width over which the mask falls from 0.75 to 0.25 at the inner edge, trunk lengths.
    """

    inner: Array
    outer: Array
    softness: Array


def sample_edges(mask: npt.NDArray[np.float32], hips: Array, shoulders: Array) -> Edges:
    """Read the mask's edges along rows perpendicular to the trunk axis.

    Parameters
    ----------
    mask : array, shape (height, width)
        0..1.
    hips, shoulders : array, shape (2, 2)
        Ends of the trunk axis, pixels, x right, y down: row 0 as it lies when the runner faces right, row 1 when
        they face left (which of the two is only known at the end of the clip).

    Returns
    -------
    Edges
    """
    axis = shoulders - hips
    # Perpendicular to the axis, same length; backward for an upright trunk.
    side = np.stack([axis[:, 1], -axis[:, 0]], axis=1) * np.array([[1.0], [-1.0]])
    steps = np.arange(0.0, R_MAX + R_STEP / 2, R_STEP)
    centre = hips[:, None] + T_GRID[:, None] * axis[:, None]
    points = centre[:, :, None] + steps[:, None] * side[:, None, None]
    # Pixel centres lie at integer indices; landmarks count from the corner of the first pixel.
    profile = map_coordinates(mask, [points[..., 1] - 0.5, points[..., 0] - 0.5], order=1, mode="constant", cval=0.0)
    border = _outside(points, mask.shape)
    inner, outer = _crossings(profile, EDGE)
    softness = _crossings(profile, 0.25)[0] - _crossings(profile, 0.75)[0]
    # An edge made by the picture's border is none.
    for edge in (inner, outer):
        at = np.clip(np.ceil(np.nan_to_num(edge) / R_STEP).astype(int), 0, len(steps) - 1)
        edge[np.take_along_axis(border, at[..., None], axis=2)[..., 0]] = np.nan
    return Edges(inner=inner, outer=outer, softness=softness)


def _outside(points: Array, shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    height, width = shape[:2]
    x, y = points[..., 0], points[..., 1]
    return (x < 1) | (y < 1) | (x > width - 1) | (y > height - 1)


def _crossings(profile: npt.NDArray[np.float32], level: float) -> tuple[Array, Array]:
    """Return the first and last downward crossing of a level along the last axis, trunk lengths."""
    falls = (profile[..., :-1] >= level) & (profile[..., 1:] < level)
    count = falls.shape[-1]
    found = falls.any(axis=-1)
    first = falls.argmax(axis=-1)
    last = count - 1 - falls[..., ::-1].argmax(axis=-1)

    def refine(index: npt.NDArray[np.intp]) -> Array:
        above = np.take_along_axis(profile, index[..., None], axis=-1)[..., 0].astype(np.float64)
        below = np.take_along_axis(profile, index[..., None] + 1, axis=-1)[..., 0].astype(np.float64)
        fraction = (above - level) / np.where(above > below, above - below, 1.0)
        return np.where(found, (index + fraction) * R_STEP, np.nan)

    return refine(first), refine(last)
