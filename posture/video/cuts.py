"""Cuts of the film: frames at which another shot begins, found in small copies of all frames.

A cut is a change of the picture that stands out from the changes beside it and lasts. Change is one minus the
normalised cross-correlation of two thumbnails [1]_, which a change of exposure hardly moves; that a change must stand
out rules out pans and whatever crosses the picture, and that it must last rules out flashes.

References
----------
.. [1] Lewis, J. P. (1995). Fast normalized cross-correlation. Vision Interface 95, 120-123.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from posture.thresholds import CUTS
from posture.types import Array, Image, Indices

# Side of a thumbnail, cells; each cell is the mean of about 8 x 8 sampled pixels.
SIDE = 16
_SAMPLES = 8
# Frames on either side of a boundary to compare with; a flash is shorter than that.
NEIGHBOURS = 6

Thumbnail = npt.NDArray[np.uint8]
"""Small copy of a picture, shape (SIDE, SIDE, 3)."""


def thumbnail(rgb: Image) -> Thumbnail:
    """Return a small copy of a picture; smaller pictures than `SIDE` are repeated."""
    step = max(1, min(rgb.shape[:2]) // (SIDE * _SAMPLES))
    sampled = rgb[::step, ::step]
    if min(sampled.shape[:2]) < SIDE:
        rows, columns = (np.arange(SIDE) * n // SIDE for n in sampled.shape[:2])
        return sampled[rows][:, columns]
    height, width = (n // SIDE for n in sampled.shape[:2])
    cells = sampled[: height * SIDE, : width * SIDE].reshape(SIDE, height, SIDE, width, 3)
    # Whole numbers and the long axis first: five times as fast as a mean over both axes.
    sums = cells.sum(axis=1, dtype=np.uint32).sum(axis=2)
    return (sums // (height * width)).astype(np.uint8)


def find_cuts(
    thumbnails: Sequence[Thumbnail],
    possible: npt.NDArray[np.bool_] | None = None,
    certain: npt.NDArray[np.bool_] | None = None,
) -> Indices:
    """Return the frames at which a new shot begins, without the first frame of the clip.

    Parameters
    ----------
    thumbnails
        Of all F frames.
    possible, certain : shape (F,)
        Where everybody's pose jumps from the frame before to this one, see `posture.pose.jumps.Jumps`. A smaller
        change of the picture makes a possible one a cut as well: one to a later time in front of the same background.

    Examples
    --------
    >>> day, night = np.random.default_rng(0).integers(0, 255, (2, SIDE, SIDE, 3), dtype=np.uint8)
    >>> find_cuts([*[day] * 8, *[night] * 8]).tolist()
    [8]
    """
    if len(thumbnails) < 2:
        return np.zeros(0, dtype=np.intp)
    pictures = _normalised(np.stack(thumbnails))
    change = np.concatenate([[0.0], 1.0 - np.einsum("fi,fi->f", pictures[1:], pictures[:-1])])
    beside = largest_beside(change, NEIGHBOURS)
    is_cut = (change > CUTS.min_change) & (change > CUTS.change_ratio * beside)
    if possible is not None:
        is_cut |= possible & (change > CUTS.min_change_with_jump) & (change > CUTS.change_ratio_with_jump * beside)
    clear = change > CUTS.min_change
    lasts = [not clear[f] or _lasts(pictures, int(f), change[f]) for f in np.flatnonzero(is_cut)]
    is_cut[is_cut] = lasts
    return np.flatnonzero(is_cut if certain is None else is_cut | certain)


def largest_beside(values: Array, reach: int, *, skipped: int = 0) -> Array:
    """Return the largest of the values beside each, shape (F,); NaN does not count, 0 without any.

    Parameters
    ----------
    reach
        Places on either side.
    skipped
        Places next to each that do not count, nor does the value itself.

    Examples
    --------
    >>> largest_beside(np.array([1.0, 5.0, 2.0, 0.0]), 1).tolist()
    [5.0, 2.0, 5.0, 2.0]
    """
    padded = np.pad(np.nan_to_num(values, nan=0.0), reach)
    places = [k for k in range(-reach, reach + 1) if abs(k) > skipped]
    return np.asarray(np.max([padded[reach + k : reach + k + len(values)] for k in places], axis=0))


def _lasts(pictures: Array, frame: int, change: float) -> bool:
    """Return whether no picture after the change resembles one before it."""
    before, after = pictures[max(0, frame - NEIGHBOURS) : frame], pictures[frame : frame + NEIGHBOURS]
    return bool(1.0 - (before @ after.T).max() > CUTS.lasting_share * change)


def _normalised(thumbnails: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Return each thumbnail as a vector of zero mean in every channel and length 1, shape (F, SIDE * SIDE * 3)."""
    values = thumbnails.reshape(len(thumbnails), SIDE * SIDE, 3).astype(np.float32)
    values -= values.mean(axis=1, keepdims=True)
    vectors = values.reshape(len(values), -1)
    # A blank picture has no structure: a grey level's worth keeps noise from counting as one.
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), float(SIDE))
