"""Drawing on the film's pictures, in place: lines, dots, letters, blurred discs. OpenCV enters here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from posture.drawing.image import Picture
from posture.drawing.text import Letters

Points = npt.NDArray[np.floating[Any]]
Colour = tuple[int, int, int]

CASING: Colour = (16, 22, 26)
# OpenCV takes places in fractions of a pixel as whole numbers.
SUBPIXEL_BITS = 4
# Squares across a blurred disc: too few for a face to be known by.
SQUARES = 5
# Lines that reach further out of the picture than this are cut off, pixels (OpenCV counts in 16ths, 32 bits).
FAR_PX = 20_000.0


@dataclass(frozen=True)
class Line:
    """A line through points.

    Attributes
    ----------
    points : array, shape (N, 2)
        Pixels, x right, y down.
    colour : tuple of int
        RGB.
    width : float
        Pixels.
    """

    points: Points
    colour: Colour
    width: float


def draw_lines(picture: Picture, lines: Sequence[Line], casing: float = 1.0) -> None:
    """Draw lines with a dark edge, so that they show on any background; ``casing`` pixels on either side."""
    import cv2

    ends = np.cumsum([len(line.points) for line in lines])[:-1]
    paths = np.split(_fixed(np.concatenate([line.points for line in lines])), ends) if lines else []
    for path, line in zip(paths, lines, strict=True):
        width = max(1, round(line.width + 2 * casing))
        cv2.polylines(picture, [path], False, CASING, width, cv2.LINE_AA, SUBPIXEL_BITS)
    for path, line in zip(paths, lines, strict=True):
        width = max(1, round(line.width))
        cv2.polylines(picture, [path], False, line.colour, width, cv2.LINE_AA, SUBPIXEL_BITS)


def draw_dots(picture: Picture, places: Points, colour: Colour, radius: float) -> None:
    """Draw discs with a dark edge at places, shape (N, 2)."""
    import cv2

    scale = 1 << SUBPIXEL_BITS
    for x, y in _fixed(places):
        at = (int(x), int(y))
        cv2.circle(picture, at, round((radius + 1.5) * scale), CASING, -1, cv2.LINE_AA, SUBPIXEL_BITS)
        cv2.circle(picture, at, round(radius * scale), colour, -1, cv2.LINE_AA, SUBPIXEL_BITS)


def write(
    picture: Picture, text: Letters, at: tuple[float, float], colour: Colour, *, plate: bool = False
) -> None:
    """Put letters on a picture, moved inside where they would leave it.

    Parameters
    ----------
    picture : array of uint8, shape (height, width, 3)
        RGB.
    text : Letters
    at : tuple of float
        Left end of the line that they stand on, pixels.
    colour : tuple of int
    plate : bool
        Darken what lies behind them.
    """
    height, width = text.cover.shape
    edge = round(0.25 * height) if plate else 0
    tall, wide = picture.shape[:2]
    left = int(np.clip(round(at[0]), edge, max(wide - width - edge, edge)))
    top = int(np.clip(round(at[1]) - text.above, edge, max(tall - height - edge, edge)))
    if plate:
        behind = picture[max(top - edge, 0) : top + height + edge, max(left - edge, 0) : left + width + edge]
        behind[:] = (behind * 0.2 + np.array(CASING) * 0.8).astype(np.uint8)
    part = picture[top : top + height, left : left + width]
    share = text.cover[: part.shape[0], : part.shape[1], None] / 255.0
    part[:] = np.round(part * (1.0 - share) + np.array(colour) * share).astype(np.uint8)


def blur_disc(picture: Picture, x: float, y: float, radius: float) -> None:
    """Replace a disc by the mean colours of a few squares; what lies outside the picture is left out."""
    import cv2

    tall, wide = picture.shape[:2]
    left, right = (int(np.clip(v, 0, wide)) for v in (np.floor(x - radius), np.ceil(x + radius) + 1))
    top, bottom = (int(np.clip(v, 0, tall)) for v in (np.floor(y - radius), np.ceil(y + radius) + 1))
    if left >= right or top >= bottom:
        return
    part = picture[top:bottom, left:right]
    coarse = cv2.resize(part, (SQUARES, SQUARES), interpolation=cv2.INTER_AREA)
    blurred = cv2.resize(coarse, (right - left, bottom - top), interpolation=cv2.INTER_LINEAR)
    rows, columns = np.ogrid[top:bottom, left:right]
    inside = (columns + 0.5 - x) ** 2 + (rows + 0.5 - y) ** 2 <= radius**2
    part[inside] = blurred[inside]


def to_i420(picture: Picture) -> Picture:
    """Return a picture as planar YUV 4:2:0, limited range, BT.601, shape (3 * height / 2, width)."""
    import cv2

    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2YUV_I420), dtype=np.uint8)


def _fixed(points: Points) -> npt.NDArray[np.int32]:
    return np.round(np.clip(points, -FAR_PX, FAR_PX) * (1 << SUBPIXEL_BITS)).astype(np.int32)
