"""Appearance of a person: colour histograms of the trunk and of the thighs, for telling people apart.

Histograms of the parts of an upright body, compared by the Bhattacharyya coefficient, as in [1]_ and [2]_; each pixel
counts for the neighbouring bins, so that noise and slight shade move a histogram little.

References
----------
.. [1] Comaniciu, D., Ramesh, V., Meer, P. (2003). Kernel-based object tracking. IEEE Trans Pattern Anal Mach Intell
   25(5), 564-577. doi:10.1109/TPAMI.2003.1195991
.. [2] Farenzena, M. et al. (2010). Person re-identification by symmetry-driven accumulation of local features. IEEE
   CVPR, 2360-2367. doi:10.1109/CVPR.2010.5539926
"""

from __future__ import annotations

from itertools import product

import numpy as np
import numpy.typing as npt

from posture.pose.landmarks import HIPS, KNEES, SHOULDERS, midpoint
from posture.types import Array, Image

PARTS = 2
"""Parts of the body that have a histogram each: trunk, thighs."""
# Nodes of each colour channel; a pixel counts for the two next to it in every channel.
NODES = 4
# Of a node's index in each channel, and the distance of the eight nodes around a colour from the lowest of them.
_STRIDES = np.array([NODES**2, NODES, 1])
_CORNERS = np.array(list(product((0, 1), repeat=3))) @ _STRIDES
# Positions of the sampled points: along the trunk axis and across it, and along each thigh and across it, trunk
# lengths. They stay inside the body, clear of the neck and of the waistband.
TRUNK_ALONG, TRUNK_ACROSS = np.linspace(0.15, 0.85, 15), np.linspace(-0.12, 0.12, 7)
THIGH_ALONG, THIGH_ACROSS = np.linspace(0.2, 0.8, 10), np.linspace(-0.07, 0.07, 5)

Appearance = npt.NDArray[np.float32]
"""Square roots of the bins' shares of each part, shape (PARTS, NODES ** 3); a part's row is 0 outside the picture."""


def appearance_of(rgb: Image, landmarks: Array) -> Appearance:
    """Return the appearance of a person in a picture.

    Parameters
    ----------
    landmarks : shape (33, 2)
        Pixels of the picture.

    Examples
    --------
    >>> grey, red = np.full((9, 9, 3), 128, dtype=np.uint8), np.zeros((9, 9, 3), dtype=np.uint8)
    >>> red[..., 0] = 255
    >>> here = np.full((33, 2), 4.0)
    >>> round(appearance_distance(appearance_of(grey, here), appearance_of(red, here)), 3)
    1.0
    """
    hips, shoulders = midpoint(landmarks, HIPS), midpoint(landmarks, SHOULDERS)
    length = float(np.hypot(*(shoulders - hips)))
    trunk = _points(hips, shoulders, TRUNK_ALONG, TRUNK_ACROSS * length)
    thighs = [
        _points(landmarks[hip], landmarks[knee], THIGH_ALONG, THIGH_ACROSS * length)
        for hip, knee in zip(HIPS, KNEES, strict=True)
    ]
    return np.stack([_histogram(rgb, trunk), _histogram(rgb, np.concatenate(thighs))])


def appearance_distance(one: Appearance, other: Appearance) -> float:
    """Return the Hellinger distance of two appearances, 0 (the same) to 1 (nothing in common); the parts' mean.

    NaN when no part is inside the picture in both.
    """
    known = (one.any(axis=1)) & (other.any(axis=1))
    if not known.any():
        return float("nan")
    overlap = np.clip((one[known] * other[known]).sum(axis=1), 0.0, 1.0)
    return float(np.sqrt(1.0 - overlap).mean())


def mean_colours(appearance: Appearance) -> Array:
    """Return the mean colour of each part, shape (PARTS, 3), 0..255; NaN for a part outside the picture.

    Examples
    --------
    >>> rgb = np.full((9, 9, 3), (200, 100, 50), dtype=np.uint8)
    >>> mean_colours(appearance_of(rgb, np.full((33, 2), 4.0))).round().tolist()
    [[200.0, 100.0, 50.0], [200.0, 100.0, 50.0]]
    """
    shares = appearance.astype(np.float64) ** 2
    total = shares.sum(axis=1, keepdims=True)
    nodes = np.array(list(product(range(NODES), repeat=3))) * (255.0 / (NODES - 1))
    return np.asarray(shares @ nodes / np.where(total > 0, total, np.nan))


def mean_appearance(appearances: npt.NDArray[np.float32], weights: Array | None = None) -> Appearance:
    """Return the mean of several appearances, shape (N, PARTS, bins), with weights, shape (N,)."""
    squares = appearances.astype(np.float64) ** 2
    shares = squares.sum(axis=0) if weights is None else np.tensordot(weights, squares, axes=1)
    total = shares.sum(axis=1, keepdims=True)
    return np.sqrt(shares / np.where(total > 0, total, 1.0)).astype(np.float32)


def _points(start: Array, end: Array, along: Array, across: Array) -> Array:
    """Return points beside a line between two joints, shape (N, 2)."""
    axis = end - start
    normal = np.array([-axis[1], axis[0]]) / max(float(np.hypot(*axis)), 1e-9)
    points = start + along[:, None, None] * axis + across[None, :, None] * normal
    return np.asarray(points.reshape(-1, 2))


def _histogram(rgb: Image, points: Array) -> npt.NDArray[np.float32]:
    height, width = rgb.shape[:2]
    # Far outside, a coordinate may exceed the range of integers.
    column, row = np.floor(np.clip(points, -1, 1e6)).astype(np.intp).T
    inside = (column >= 0) & (row >= 0) & (column < width) & (row < height)
    if not inside.any():
        return np.zeros(NODES**3, dtype=np.float32)
    colours = rgb[row[inside], column[inside]] * ((NODES - 1) / 255.0)
    lower = np.minimum(colours.astype(np.intp), NODES - 2)
    upper = colours - lower
    # Of each point and channel, the shares of the lower and the upper node.
    red, green, blue = np.moveaxis(np.stack([1.0 - upper, upper], axis=1), 2, 0)
    share = red[:, :, None, None] * green[:, None, :, None] * blue[:, None, None, :]
    place = (lower @ _STRIDES)[:, None] + _CORNERS
    bins = np.bincount(place.ravel(), weights=share.ravel(), minlength=NODES**3)
    return np.sqrt(bins / bins.sum()).astype(np.float32)
