"""RGB pictures: drawing in place, scaling, encoding and decoding. OpenCV enters here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from posture.drawing.palette import CASING, Colour
from posture.drawing.text import Letters
from posture.types import Image

Points = npt.NDArray[np.floating[Any]]

# OpenCV takes fractions of a pixel as fixed-point numbers.
SUBPIXEL_BITS = 4
# Squares across a blurred disc: too few to recognise a face.
SQUARES = 5
# Lines are cut off this far outside of the picture, pixels (OpenCV counts in 16ths, 32 bits).
FAR_PX = 20_000.0
PLATE_OPACITY = 0.8
JPEG_QUALITY = 90


@dataclass(frozen=True)
class Polyline:
    """A line through points, shape (N, 2), x right, y down; points and width are in pixels."""

    points: Points
    colour: Colour
    width: float


def draw_lines(picture: Image, lines: Sequence[Polyline], casing: float = 1.0) -> None:
    """Draw lines, each with a dark edge of `casing` pixels on either side so that it shows on any background."""
    ends = np.cumsum([len(line.points) for line in lines])[:-1]
    paths = np.split(_fixed(np.concatenate([line.points for line in lines])), ends) if lines else []
    if casing:
        for path, line in zip(paths, lines, strict=True):
            width = max(1, round(line.width + 2 * casing))
            cv2.polylines(picture, [path], False, CASING, width, cv2.LINE_AA, SUBPIXEL_BITS)
    for path, line in zip(paths, lines, strict=True):
        width = max(1, round(line.width))
        cv2.polylines(picture, [path], False, line.colour, width, cv2.LINE_AA, SUBPIXEL_BITS)


def draw_dots(picture: Image, places: Points, colour: Colour, radius: float) -> None:
    """Draw discs with a dark edge at places, shape (N, 2)."""
    scale = 1 << SUBPIXEL_BITS
    for x, y in _fixed(places):
        at = (int(x), int(y))
        cv2.circle(picture, at, round((radius + 1.5) * scale), CASING, -1, cv2.LINE_AA, SUBPIXEL_BITS)
        cv2.circle(picture, at, round(radius * scale), colour, -1, cv2.LINE_AA, SUBPIXEL_BITS)


def fill(picture: Image, corners: Points, colour: Colour) -> None:
    """Fill a polygon, shape (N, 2), without holes."""
    cv2.fillPoly(picture, [_fixed(corners)], colour, cv2.LINE_AA, SUBPIXEL_BITS)


def write(
    picture: Image, text: Letters, at: tuple[float, float], colour: Colour, *, plate: float = 0.0, padding: float = 0.25
) -> None:
    """Write on a picture, moved inside where the text would leave it.

    Parameters
    ----------
    picture : shape (height, width, 3)
        RGB.
    at
        Left end of the baseline, pixels.
    plate
        Opacity of a dark plate behind the text; none by default.
    padding
        Rim of the plate, shares of the text's height.
    """
    height, width = text.cover.shape
    edge = round(padding * height) if plate else 0
    picture_height, picture_width = picture.shape[:2]
    left = int(np.clip(round(at[0]), edge, max(picture_width - width - edge, edge)))
    top = int(np.clip(round(at[1]) - text.above, edge, max(picture_height - height - edge, edge)))
    if plate:
        behind = picture[max(top - edge, 0) : top + height + edge, max(left - edge, 0) : left + width + edge]
        behind[:] = (behind * (1.0 - plate) + np.array(CASING) * plate).astype(np.uint8)
    part = picture[top : top + height, left : left + width]
    share = text.cover[: part.shape[0], : part.shape[1], None] / 255.0
    part[:] = np.round(part * (1.0 - share) + np.array(colour) * share).astype(np.uint8)


def blur_disc(picture: Image, x: float, y: float, radius: float) -> None:
    """Replace a disc by the mean colours of a few squares; the part outside of the picture is ignored."""
    height, width = picture.shape[:2]
    left, right = (int(np.clip(v, 0, width)) for v in (np.floor(x - radius), np.ceil(x + radius) + 1))
    top, bottom = (int(np.clip(v, 0, height)) for v in (np.floor(y - radius), np.ceil(y + radius) + 1))
    if left >= right or top >= bottom:
        return
    part = picture[top:bottom, left:right]
    coarse = cv2.resize(part, (SQUARES, SQUARES), interpolation=cv2.INTER_AREA)
    blurred = cv2.resize(coarse, (right - left, bottom - top), interpolation=cv2.INTER_LINEAR)
    rows, columns = np.ogrid[top:bottom, left:right]
    inside = (columns + 0.5 - x) ** 2 + (rows + 0.5 - y) ** 2 <= radius**2
    part[inside] = blurred[inside]


def to_i420(picture: Image) -> Image:
    """Return a picture as planar YUV 4:2:0, limited range, BT.601, shape (3 * height / 2, width)."""
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2YUV_I420), dtype=np.uint8)


def encode_jpeg(picture: Image, quality: int = JPEG_QUALITY) -> bytes:
    """Return a picture as JPEG data."""
    is_encoded, data = cv2.imencode(".jpg", picture[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not is_encoded:  # pragma: no cover - out of memory only
        raise MemoryError
    return bytes(data)


def decode_rgb(data: bytes) -> Image:
    """Return an encoded picture as RGB, shape (height, width, 3).

    Raises
    ------
    ValueError
        When it cannot be decoded.
    """
    bgr = cv2.imdecode(np.frombuffer(data, dtype=np.uint8), cv2.IMREAD_COLOR)
    if bgr is None:
        raise ValueError("no picture")
    return np.asarray(bgr[..., ::-1], dtype=np.uint8)


def decode_rgba(data: bytes) -> Image:
    """Return an encoded picture with an alpha channel as RGBA, shape (height, width, 4)."""
    bgra = cv2.imdecode(np.frombuffer(data, dtype=np.uint8), cv2.IMREAD_UNCHANGED)
    assert bgra is not None
    return np.asarray(bgra[..., [2, 1, 0, 3]], dtype=np.uint8)


def resize(picture: Image, factor: float) -> Image:
    """Return a picture scaled by a factor."""
    size = (max(1, round(picture.shape[1] * factor)), max(1, round(picture.shape[0] * factor)))
    scaled = cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC if factor > 1 else cv2.INTER_AREA)
    return scaled.astype(np.uint8, copy=False)


def cut_out(picture: Image, corner: Points, scale: float, size: tuple[int, int], colour: Colour) -> Image:
    """Return a part of a picture, scaled; `colour` stands where it leaves the picture.

    Parameters
    ----------
    corner : shape (2,)
        Left upper corner, pixels of the picture; fractions count.
    scale
        Pixels of the result for each of the picture's.
    size
        Width and height of the result, pixels.
    """
    # Centres of pixels lie at halves.
    shift = scale * (0.5 - np.asarray(corner)) - 0.5
    matrix = np.array([[scale, 0.0, shift[0]], [0.0, scale, shift[1]]])
    cut = cv2.warpAffine(picture, matrix, size, flags=cv2.INTER_LINEAR, borderValue=colour)
    return np.asarray(cut, dtype=np.uint8)


def _fixed(points: Points) -> npt.NDArray[np.int32]:
    return np.round(np.clip(points, -FAR_PX, FAR_PX) * (1 << SUBPIXEL_BITS)).astype(np.int32)
