"""Roll of the camera over a clip, from the straight lines of the scene: horizons, floors, walls, fences.

Corners can be followed neither on plain walls nor where the camera pans fast. The direction of long edges does not
depend on where they lie, so that it is read in each picture alone: from structure tensors [1]_, of which only those
count that have one clear direction. The lines that are nearly level, or those that are nearly upright, turn with the
camera; but a camera that pans past them at an angle turns them too, so that the runner's own axis has to agree, see
`posture.analysis.camera_turn`.

References
----------
.. [1] Bigun & Granlund (1987). Optimal orientation detection of linear symmetry. ICCV, 433-438.
"""

from __future__ import annotations

import cv2
import numpy as np
from scipy.ndimage import median_filter

from posture.types import Array, Image

# Pictures that are read, and their longer side, pixels.
MOST_PICTURES, LONG_SIDE_PX = 32, 320.0
# Blur before the gradient is taken, and over which the directions around a pixel are compared, pixels.
BLUR_PX, TENSOR_PX = 1.0, 3.0
BORDER_PX = 6
# Least share of one direction among those around a pixel, least gradient, and the largest that counts, grey levels a
# pixel.
MIN_COHERENCE, MIN_GRADIENT, MAX_GRADIENT = 0.9, 0.3, 5.0
# Directions are counted in bins of this width, smoothed by this SD, and looked for within so much of level or upright.
BIN_DEG, SMOOTHING_DEG, RANGE_DEG = 0.25, 1.0, 25.0
# Directions this close to the commonest one are of the same lines, which need this share of all in a picture.
SAME_LINES_DEG, MIN_SHARE = 2.0, 0.12
# Neighbouring pictures of the median, the largest median deviation from it, degrees, and the fewest pictures.
MEDIAN_OF, MAX_SCATTER_DEG, MIN_PICTURES = 5, 0.8, 8


def line_roll_deg(pictures: Image, boxes: Array) -> Array:
    """Return the angle of the scene's lines to level or upright, shape (S,), clockwise positive; NaN without lines.

    Parameters
    ----------
    pictures : shape (S, h, w)
    boxes : shape (S, 4)
        Left, top, right and bottom around the runner, pixels; NaN where unknown.
    """
    places = np.linspace(0, len(pictures) - 1, min(MOST_PICTURES, len(pictures))).round().astype(int)
    unknown: Array = np.full(len(pictures), np.nan)
    if len(places) < MIN_PICTURES:
        return unknown
    counts = np.array([_directions(pictures[place], boxes[place]) for place in places])
    # Lines are perpendicular to their gradient: level ones have it upright.
    level, upright = _commonest(np.roll(counts, counts.shape[1] // 2, axis=1)), _commonest(counts)
    angle, weight = max(level, upright, key=lambda lines: float(np.median(lines[1])))
    clear = weight >= MIN_SHARE * counts.sum(axis=1)
    if not weight.any() or clear.mean() < 0.5:
        return unknown
    smooth = median_filter(angle, MEDIAN_OF, mode="nearest")
    if np.median(np.abs(angle - smooth)) > MAX_SCATTER_DEG:
        return unknown
    return np.asarray(np.interp(np.arange(len(pictures)), places, smooth))


def _directions(picture: Image, box: Array) -> Array:
    """Return the weight of each direction of the gradient, from -90 to 90 degrees, outside of the box."""
    scale = min(LONG_SIDE_PX / max(picture.shape), 1.0)
    size = (max(round(picture.shape[1] * scale), 1), max(round(picture.shape[0] * scale), 1))
    reduced = cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    small = cv2.GaussianBlur(reduced, (0, 0), BLUR_PX)
    x, y = (cv2.Sobel(small, cv2.CV_32F, *order, scale=1 / 8) for order in ((1, 0), (0, 1)))
    xx, yy, xy = (cv2.GaussianBlur(product, (0, 0), TENSOR_PX) for product in (x * x, y * y, x * y))
    power = xx + yy
    coherent = np.hypot(xx - yy, 2 * xy) > MIN_COHERENCE * power
    inside = np.zeros(small.shape, dtype=np.bool_)
    inside[BORDER_PX:-BORDER_PX, BORDER_PX:-BORDER_PX] = True
    if np.isfinite(box).all():
        left, top, right, bottom = np.maximum(box * scale, 0.0).astype(int)
        inside[top:bottom, left:right] = False
    gradient = np.sqrt(power)
    counted = inside & coherent & (gradient >= MIN_GRADIENT)
    angle = 0.5 * np.degrees(np.arctan2(2 * xy[counted], xx[counted] - yy[counted]))
    weights = np.minimum(gradient[counted], MAX_GRADIENT)
    counts, _ = np.histogram(angle, round(180 / BIN_DEG), (-90.0, 90.0), weights=weights)
    return np.asarray(counts, dtype=np.float64)


def _commonest(counts: Array) -> tuple[Array, Array]:
    """Return the mean of the commonest directions near zero of each picture, degrees, and their weight."""
    middles = (np.arange(counts.shape[1]) + 0.5) * BIN_DEG - 90.0
    near = np.flatnonzero(np.abs(middles) <= RANGE_DEG)
    smooth = cv2.GaussianBlur(counts, (0, 0), sigmaX=SMOOTHING_DEG / BIN_DEG, sigmaY=1e-3)
    peak = middles[near[smooth[:, near].argmax(axis=1)]]
    weights = np.where(np.abs(middles - peak[:, None]) <= SAME_LINES_DEG, counts, 0.0)
    total = weights.sum(axis=1)
    mean = (weights * middles).sum(axis=1) / np.maximum(total, 1e-9)
    return np.asarray(np.where(total > 0, mean, peak)), np.asarray(total)
