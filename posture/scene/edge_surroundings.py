"""Surroundings of a fixed edge: the surfaces beside it, and its continuation beyond its ends."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from posture.scene.crop import MIN_COVERED, MIN_COVERED_SHARE, MOSTLY_COVERED, BoolMask, Crop
from posture.types import Array

# Percentile over the covered frames, and the least gradient there, grey levels a pixel.
PERCENTILE, MIN_GRADIENT = 12.0, 1.5
# The rim of a body that moves along it resembles a fixed edge, and so does a seam. Such an edge must have the calm own
# surface of a thing beside it, or go on over this share of its continuation at either end: things and shade on the
# background 0.7 to 1.0, rims at most 0.4.
MIN_CONTINUED_SHARE = 0.6
# It is looked at up to this far, and must lie off the rim over so much, trunk lengths; it may bend by so many pixels,
# and lies off the rim when that is so far away.
LOOKED_BEYOND_L, MIN_CONTINUED_L, BEND_PX, OFF_RIM_PX = 0.35, 0.08, 2, 5
# A thing's own surface changes by less than this while the body moves, grey levels, or than this share of the
# change on the other side of its edge: things 0.0 to 0.4, the body beside them 3 to 13.
CALM_VARIATION, CALM_SHARE = 0.5, 0.15


def continues(
    gradients: npt.NDArray[np.float32], covered: BoolMask, pixels: Array, direction: Array, length_px: float
) -> bool:
    """Return whether an edge goes on at one of its ends, beyond the trunk's rim or across the trunk.

    Parameters
    ----------
    gradients : shape (2, S, h, w)
    covered : shape (S, h, w)
    length_px
        Of the trunk.
    """
    height, width = covered.shape[1:]
    centre, across = pixels.mean(axis=0), np.array([-direction[1], direction[0]])
    along = (pixels - centre) @ direction
    beyond = np.arange(2.0, LOOKED_BEYOND_L * length_px)
    sideways = np.arange(-OFF_RIM_PX, OFF_RIM_PX + 1)
    near = np.abs(sideways) <= BEND_PX
    for distance in (along.max() + beyond, along.min() - beyond):
        places = centre + distance[:, None, None] * direction + sideways[None, :, None] * across
        x, y = np.round(places).astype(np.intp).transpose(2, 0, 1)
        inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
        x, y = np.clip(x, 0, width - 1), np.clip(y, 0, height - 1)
        share = covered[:, y, x].mean(axis=0)
        # Where the trunk comes and goes, its own rim may go on as well.
        off_rim = (inside & ((share < MIN_COVERED_SHARE) | (share > MOSTLY_COVERED))).all(axis=1)
        if np.count_nonzero(off_rim) < MIN_CONTINUED_L * length_px:
            continue
        gradient = np.einsum("isyx,i->syx", gradients[:, :, y[off_rim][:, near], x[off_rim][:, near]], across)
        strength = np.percentile(gradient * np.sign(np.median(gradient, axis=0)), PERCENTILE, axis=0).max(axis=1)
        if (strength > MIN_GRADIENT).mean() >= MIN_CONTINUED_SHARE:
            return True
    return False


def surface_beside(crop: Crop, pixels: Array, direction: Array, max_width_px: float) -> tuple[Array, Array]:
    """Return `FixedEdge.variation` and `FixedEdge.reach` of an edge."""
    offsets = np.arange(2.0, max(max_width_px, 5.0))
    profiles = np.array(
        [[_variation(crop, pixels, sign * offset, direction) for offset in offsets] for sign in (-1, 1)]
    )
    near = np.fmin.reduce(profiles[:, :3], axis=1)
    reach = np.zeros(2)
    for side in (0, 1):
        calm = max(CALM_VARIATION, CALM_SHARE * float(np.nan_to_num(near[1 - side])))
        if near[side] < calm:
            # Where the trunk is not in front of the place any more, nothing is known.
            lively = np.flatnonzero(~(profiles[side] < calm))
            lively = lively[lively > int(np.nanargmin(profiles[side][:3]))]
            reach[side] = offsets[lively[0]] - 1.0 if len(lively) else offsets[-1]
    return near, reach


def _variation(crop: Crop, pixels: Array, offset: float, direction: Array) -> float:
    """Return how much the picture changes beside an edge while the trunk is there, grey levels; NaN if it never is."""
    height, width = crop.pictures.shape[1:]
    x, y = np.round(pixels + offset * np.array([-direction[1], direction[0]])).astype(int).T
    good = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    x, y = x[good], y[good]
    inside = crop.covered[:, y, x]
    enough = inside.sum(axis=0) >= MIN_COVERED
    if not enough.any():
        return float("nan")
    value = np.where(inside, crop.pictures[:, y, x], np.nan)[:, enough]
    return float(np.median(np.nanmedian(np.abs(value - np.nanmedian(value, axis=0)), axis=0)))
