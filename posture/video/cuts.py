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
from posture.types import Array, Image, Indices, blocks

# Side of a thumbnail, cells; each cell is the mean of about 8 x 8 sampled pixels.
SIDE = 16
_SAMPLES = 8
# Frames on either side of a boundary to compare with; a flash is shorter than that.
NEIGHBOURS = 6
# Half lengths of the dissolves that are looked for, frames.
DISSOLVE_HALVES = (16, 8, 4)

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
        change of the picture makes a possible one a cut as well: one to a later time in front of the same background;
        a certain one is a cut unless the picture changes less than beside it.

    Examples
    --------
    >>> day, night = np.random.default_rng(0).integers(0, 255, (2, SIDE, SIDE, 3), dtype=np.uint8)
    >>> find_cuts([*[day] * 8, *[night] * 8]).tolist()
    [8]
    """
    if len(thumbnails) < 2:
        return np.zeros(0, dtype=np.intp)
    pictures = np.stack(thumbnails)
    change = _changes(pictures, 1)
    beside = largest_beside(change, NEIGHBOURS)
    is_cut = (change > CUTS.min_change) & (change > CUTS.change_ratio * beside)
    if possible is not None:
        is_cut |= possible & (change > CUTS.min_change_with_jump) & (change > CUTS.change_ratio_with_jump * beside)
    for frame in np.flatnonzero(is_cut & (change > CUTS.min_change)).tolist():
        is_cut[frame] = _lasts(pictures, frame, change[frame])
    is_cut[_dissolves(pictures)] = True
    if certain is not None:
        is_cut |= certain & (change >= CUTS.min_ratio_with_certain_jump * beside)
    return np.flatnonzero(is_cut)


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


def _changes(pictures: npt.NDArray[np.uint8], step: int) -> Array:
    """Return how far each thumbnail differs from the one so many frames before, shape (F,); 0 in the first ones."""
    change = np.zeros(len(pictures))
    for block in blocks(max(len(pictures) - step, 0)):
        vectors = _normalised(pictures[block.start : block.stop + step])
        # Half the squared distance: 1 minus the correlation, and 0 for two blank pictures.
        change[block.start + step : block.stop + step] = 0.5 * ((vectors[step:] - vectors[:-step]) ** 2).sum(axis=1)
    return change


def _lasts(pictures: npt.NDArray[np.uint8], frame: int, change: float) -> bool:
    """Return whether no picture after the change resembles one before it."""
    first = max(0, frame - NEIGHBOURS)
    vectors = _normalised(pictures[first : frame + NEIGHBOURS])
    before, after = vectors[: frame - first], vectors[frame - first :]
    return bool(1.0 - (before @ after.T).max() > CUTS.lasting_share * change)


def _dissolves(pictures: npt.NDArray[np.uint8]) -> list[int]:
    """Return the middle frames of dissolves, in which each picture is a blend of one before and one after."""
    middles: list[int] = []
    for half in DISSOLVE_HALVES:
        length = 2 * half
        if len(pictures) <= length:
            continue
        change = _changes(pictures, length)
        # In a pan, the pictures before and after change as much; at the ends of the clip, the first and last count.
        ends = np.arange(len(pictures))
        beside = [change[np.clip(ends + shift, length, len(ends) - 1)] for shift in (-length, length)]
        stands_out = change > CUTS.dissolve_ratio * np.maximum(*beside)
        residuals = np.ones(len(pictures))
        for end in np.flatnonzero(stands_out & (change > CUTS.min_dissolve_change)):
            first, *between, last = pictures[end - length : end + 1 : half // 2].astype(np.float32)
            blends = [first + (k + 1) / 4 * (last - first) for k in range(3)]
            error = max(np.abs(picture - blend).mean() for picture, blend in zip(between, blends, strict=True))
            residuals[end - half] = error / max(float(np.abs(last - first).mean()), 1.0)
        for middle in np.flatnonzero(residuals < CUTS.max_dissolve_residual).tolist():
            around = residuals[max(middle - half, 0) : middle + half]
            if residuals[middle] == around.min() and all(abs(middle - m) > 2 * DISSOLVE_HALVES[0] for m in middles):
                middles.append(middle)
    return middles


def _normalised(thumbnails: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Return each thumbnail as a vector of zero mean in every channel and length 1, shape (F, SIDE * SIDE * 3)."""
    values = thumbnails.reshape(len(thumbnails), SIDE * SIDE, 3).astype(np.float32)
    values -= values.mean(axis=1, keepdims=True)
    vectors = values.reshape(len(values), -1)
    # A blank picture has no structure: a grey level's worth keeps noise from counting as one.
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), float(SIDE))
