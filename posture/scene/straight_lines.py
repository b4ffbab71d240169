"""Straight lines that run across the trunk and on beside it: bars of a fence, a rail, stripes of sun and shade.

They are sought in single pictures, so that they are also found where the camera follows the runner, or the runner
passes by, and nothing keeps its place. Lines of a body or of its clothes are short, curved, or turn with the limbs; the
lines behind a runner end at the outline. So a direction counts in which lines cross the trunk and others run
beside it. They are found by the probabilistic Hough transform [1]_ of the picture's edges [2]_.

References
----------
.. [1] Matas, Galambos & Kittler (2000). Robust detection of lines using the progressive probabilistic Hough transform.
   Computer Vision and Image Understanding 78, 119-137. doi:10.1006/cviu.1999.0831
.. [2] Canny (1986). A computational approach to edge detection. IEEE Transactions on Pattern Analysis and Machine
   Intelligence 8, 679-698. doi:10.1109/TPAMI.1986.4767851
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from posture.scene.trunk_path import TrunkPath
from posture.types import Array, Image

LineLook = Literal["thing", "shade", "either"]

# Pictures that are searched, blur before it, pixels, and the gradients at which an edge begins and ends.
SEARCHED, BLUR_PX, EDGE_LEVELS = 16, 1.0, (12, 30)
# How far around the trunk lines are looked for, least length, and the votes for a line, trunk lengths; largest gap.
AROUND_L, MIN_LENGTH_L, MIN_VOTES_L, MAX_GAP_PX = 1.0, 0.5, 0.25, 3
# A line crosses the trunk when so much of it lies further inside than the rim, and runs beside it with less inside.
MIN_INSIDE_L, RIM_L, MAX_BESIDE_L = 0.12, 0.04, 0.02
# What runs beside the trunk lies this far off over so much, trunk lengths: further than belly and arms.
CLEAR_L, MIN_CLEAR_L = 0.45, 0.2
# A line that stays at its place on the trunk (standard deviation, trunk lengths) is worn, such as a seam.
MIN_SHIFT_L = 0.02
# Lines of one direction differ by less; directions that are tried.
SAME_DIRECTION_DEG, DIRECTION_STEP_DEG = 6.0, 5.0
# So many lines beside the trunk are a pattern; more do not count.
MANY = 3.0
# Where the levels on either side of a line are read, and from how far off the trunk the background's count.
BESIDE_PX, OFF_TRUNK_L, MIN_OFF_TRUNK_L = 2.5, 0.3, 0.2
# A thing has its own brightness on one side of its edge, before the body as before the background; at an edge of shade
# the brightness differs there by the same factor. Logarithms: the two tests must differ by so much to tell them apart.
MIN_LOOK_DIFFERENCE, DARKEST = 0.12, 3.0
# So many lines must show both. Stripes of shade are shifted on the body: where lines fill the surroundings, and cross
# the trunk in this share of the pictures, those beside it are of the same kind.
MIN_BOTH, MIN_ALWAYS = 3, 0.9
# Lines of one direction in a whole picture, of at least this share of its height, that fill it.
FILLING, FILLING_LENGTH = 8.0, 0.2


@dataclass(frozen=True)
class StraightLines:
    """Lines of the direction in which most cross the trunk."""

    crossing_share: float  # Share of the pictures in which one crosses the trunk.
    beside: float  # Mean number of them beside the trunk.
    look: LineLook  # Whether they are edges of a thing or of shade, as far as their brightness tells.

    @property
    def weight(self) -> float:
        """Crossing lines, by how many of their kind are seen beside the trunk: 0 (none) to `MANY`."""
        return self.crossing_share * min(self.beside, MANY)


@dataclass(frozen=True)
class _PictureLines:
    """Lines of a picture.

    Attributes
    ----------
    direction_deg : shape (K,)
    inside_l : shape (K,)
        Length inside of the trunk, trunk lengths.
    offset_l : shape (K,)
        Distance from the middle of the trunk, trunk lengths.
    is_beside : shape (K,)
        Whether they run beside the trunk, clear of it.
    on_body, on_background : shape (K, 2)
        Lower and higher level of the line's sides, in the trunk and off it; NaN where too little of it lies there.
    """

    direction_deg: Array
    inside_l: Array
    offset_l: Array
    is_beside: npt.NDArray[np.bool_]
    on_body: Array
    on_background: Array

    def along(self, direction_deg: float) -> _PictureLines:
        """Return the lines of a direction."""
        turn = np.abs((self.direction_deg - direction_deg + 90.0) % 180.0 - 90.0)
        return self._those(np.asarray(turn < SAME_DIRECTION_DEG))

    @property
    def crossing(self) -> _PictureLines:
        """The lines that cross the trunk."""
        return self._those(np.asarray(self.inside_l >= MIN_INSIDE_L))

    @property
    def beside(self) -> _PictureLines:
        """The lines that run beside the trunk."""
        return self._those(self.is_beside)

    def _those(self, kept: npt.NDArray[np.bool_]) -> _PictureLines:
        return _PictureLines(*(getattr(self, field.name)[kept] for field in fields(self)))


def find_crossing_lines(pictures: Image, trunk: TrunkPath) -> StraightLines | None:
    """Find the lines that cross the trunk; None where there are none.

    Parameters
    ----------
    pictures : shape (S, h, w)
    trunk
        In the same S frames, pixels of a sample.
    """
    if not len(pictures):
        return None
    chosen = np.linspace(0, len(pictures) - 1, min(SEARCHED, len(pictures))).round().astype(np.intp)
    here = trunk.at(chosen)
    middles = 0.5 * (here.hips + here.shoulders)
    found = [
        _lines_around(picture, outline, middle, trunk.length)
        for picture, outline, middle in zip(pictures[chosen], here.covered_outline(), middles, strict=True)
    ]
    candidates = [_of_direction(found, direction) for direction in np.arange(0.0, 180.0, DIRECTION_STEP_DEG)]
    best = max(candidates, key=lambda one: one.weight)
    return best if best.crossing_share > 0 else None


def fill_picture(pictures: Image) -> bool:
    """Return whether long parallel lines fill most of some pictures, shape (S, h, w)."""
    if not len(pictures):
        return False
    length = FILLING_LENGTH * pictures.shape[1]
    counts = []
    for picture in pictures:
        ends = _segments(_edges_of(picture), length, 0.5 * length)
        directions = np.degrees(np.arctan2(ends[:, 3] - ends[:, 1], ends[:, 2] - ends[:, 0])) % 180.0
        parallel = np.abs((directions[:, None] - directions + 90.0) % 180.0 - 90.0) < SAME_DIRECTION_DEG
        counts.append(parallel.sum(axis=0).max(initial=0))
    return bool(np.median(counts) >= FILLING)


def _of_direction(found: list[_PictureLines], direction_deg: float) -> StraightLines:
    alike = [lines.along(direction_deg) for lines in found]
    crossing, beside = [lines.crossing for lines in alike], [lines.beside for lines in alike]
    offsets = [float(np.median(lines.offset_l)) for lines in crossing if len(lines.offset_l)]
    is_worn = len(offsets) > 1 and float(np.std(offsets)) < MIN_SHIFT_L
    crossing_share = 0.0 if is_worn else len(offsets) / len(found)
    many = float(np.mean([len(lines.offset_l) for lines in beside]))
    on_body = np.concatenate([lines.on_body for lines in crossing])
    same_lines = np.concatenate([lines.on_background for lines in crossing])
    both = np.isfinite(on_body).all(axis=1) & np.isfinite(same_lines).all(axis=1)
    look: LineLook = "either"
    if crossing_share >= MIN_ALWAYS and many >= FILLING:
        look = _look(on_body, np.concatenate([lines.on_background for lines in beside]))
    elif np.count_nonzero(both) >= MIN_BOTH:
        look = _look(on_body[both], same_lines[both])
    return StraightLines(crossing_share, many, look)


def _look(on_body: Array, on_background: Array) -> LineLook:
    """Return what lines look like whose sides have these levels, lower and higher, shape (K, 2)."""
    on_body, on_background = (levels[np.isfinite(levels).all(axis=1)] for levels in (on_body, on_background))
    if not len(on_body) or not len(on_background):
        return "either"
    low, high = np.log(np.maximum([np.median(on_body, axis=0), np.median(on_background, axis=0)], DARKEST)).T
    as_shade = abs((high[0] - low[0]) - (high[1] - low[1]))
    as_thing = min(abs(low[0] - low[1]), abs(high[0] - high[1]))
    if abs(as_shade - as_thing) < MIN_LOOK_DIFFERENCE:
        return "either"
    return "thing" if as_thing < as_shade else "shade"


def _lines_around(picture: Image, outline: Array, middle: Array, length_px: float) -> _PictureLines:
    """Return the lines around a trunk with this outline, shape (P, 2), and middle, shape (2,)."""
    size = np.array(picture.shape[1::-1])
    low = np.clip(np.floor(outline.min(axis=0) - AROUND_L * length_px), 0, size).astype(np.intp)
    high = np.clip(np.ceil(outline.max(axis=0) + AROUND_L * length_px), 0, size).astype(np.intp)
    part = picture[low[1] : high[1], low[0] : high[0]]
    too_small = min(part.shape) < MIN_LENGTH_L * length_px
    ends = (
        np.zeros((0, 4)) if too_small else _segments(_edges_of(part), MIN_LENGTH_L * length_px, MIN_VOTES_L * length_px)
    )
    count = len(ends)
    inside_l, is_beside = np.zeros(count), np.zeros(count, dtype=np.bool_)
    on_body, on_background = np.full((count, 2), np.nan), np.full((count, 2), np.nan)
    along = ends[:, 2:] - ends[:, :2]
    along /= np.maximum(np.hypot(*along.T), 1.0)[:, None]
    if count:
        body = np.zeros(part.shape, dtype=np.uint8)
        cv2.fillPoly(body, [np.round(outline - low).astype(np.int32)], 1)
        inner = cv2.erode(body, _disk(RIM_L * length_px))
        away_l = cv2.distanceTransform(1 - body, cv2.DIST_L2, cv2.DIST_MASK_PRECISE) / length_px
        blurred = cv2.GaussianBlur(part, (0, 0), BLUR_PX).astype(np.float64)
    for number in range(count):
        places = np.linspace(
            ends[number, :2], ends[number, 2:], max(int(np.hypot(*(ends[number, 2:] - ends[number, :2]))), 2)
        )
        x, y = places.round().astype(np.intp).T
        inside, off = inner[y, x] > 0, away_l[y, x] > OFF_TRUNK_L
        inside_l[number] = np.count_nonzero(inside) / length_px
        clear_l = np.count_nonzero(away_l[y, x] > CLEAR_L) / length_px
        is_beside[number] = inside_l[number] < MAX_BESIDE_L and clear_l > MIN_CLEAR_L
        levels = _levels_beside(blurred, places, along[number])
        if inside_l[number] >= MIN_INSIDE_L:
            on_body[number] = np.sort(np.median(levels[:, inside], axis=1))
        if np.count_nonzero(off) > MIN_OFF_TRUNK_L * length_px:
            on_background[number] = np.sort(np.median(levels[:, off], axis=1))
    # Lines of one direction point to the same side.
    along *= np.where(along[:, 1] + 1e-3 * along[:, 0] < 0, -1.0, 1.0)[:, None]
    relative = ends[:, :2] + low - middle
    offset_l = (along[:, 0] * relative[:, 1] - along[:, 1] * relative[:, 0]) / length_px
    direction = np.degrees(np.arctan2(along[:, 1], along[:, 0])) % 180.0
    return _PictureLines(direction, inside_l, offset_l, is_beside, on_body, on_background)


def _edges_of(picture: Image) -> Image:
    blurred = cv2.GaussianBlur(picture, (0, 0), BLUR_PX)
    return np.asarray(cv2.Canny(blurred, *EDGE_LEVELS, L2gradient=True), dtype=np.uint8)


def _segments(edges: Image, length_px: float, votes_px: float) -> Array:
    """Return the ends of straight lines, x and y of both, shape (K, 4)."""
    found = cv2.HoughLinesP(
        edges, 1, np.pi / 180, max(int(votes_px), 1), minLineLength=length_px, maxLineGap=MAX_GAP_PX
    )
    return np.zeros((0, 4)) if found is None else np.asarray(found, dtype=np.float64).reshape(-1, 4)


def _levels_beside(picture: Array, places: Array, direction: Array) -> Array:
    """Return the levels on both sides of a line at places on it, shape (2, P)."""
    across = BESIDE_PX * np.array([-direction[1], direction[0]])
    sides = np.stack([places - across, places + across]).round().astype(np.intp)
    x = np.clip(sides[..., 0], 0, picture.shape[1] - 1)
    y = np.clip(sides[..., 1], 0, picture.shape[0] - 1)
    return np.asarray(picture[y, x])


def _disk(radius_px: float) -> Image:
    width = 2 * max(int(radius_px), 1) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width)), dtype=np.uint8)
