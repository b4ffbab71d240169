"""Drawing on pictures: the only place that uses OpenCV."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
Points = npt.NDArray[np.floating[Any]]

# Okabe-Ito colours, told apart by colour-blind people; RGB.
BACK = (0, 158, 115)
TANGENT = (230, 159, 0)
AXIS = (86, 180, 233)
POINT = (213, 94, 0)
WHITE, BLACK = (255, 255, 255), (0, 0, 0)
JPEG_QUALITY = 90
SUBPIXEL_BITS = 4


@dataclass(frozen=True)
class Stroke:
    """A line through points.

    Attributes
    ----------
    points : array, shape (N, 2)
        Pixels, x right, y down.
    colour : tuple of int
        RGB.
    width : float
        In 1/300 of the picture's height.
    """

    points: Points
    colour: tuple[int, int, int]
    width: float


@dataclass(frozen=True)
class Label:
    """Words at a place, on a dark plate."""

    text: str
    at: tuple[float, float]
    colour: tuple[int, int, int] = WHITE


def draw(picture: Picture, strokes: list[Stroke], dots: Points, labels: list[Label]) -> Picture:
    """Return a copy of a picture with lines, dots and labels.

    Parameters
    ----------
    picture : array of uint8, shape (height, width, 3)
        RGB.
    strokes : list of Stroke
    dots : array, shape (N, 2)
        Pixels.
    labels : list of Label
    """
    import cv2

    canvas = picture.copy()
    unit = max(canvas.shape[0] / 300, 0.6)
    scale = 1 << SUBPIXEL_BITS
    for colour, grow in ((BLACK, 1.5), (None, 0.0)):
        for stroke in strokes:
            path = np.round(stroke.points * scale).astype(np.int32)[:, None]
            width = max(1, round(unit * stroke.width + unit * grow * 0.8))
            cv2.polylines(canvas, [path], False, colour or stroke.colour, width, cv2.LINE_AA, SUBPIXEL_BITS)
        for dot in np.round(np.atleast_2d(dots) * scale).astype(int) if len(dots) else []:
            radius = round((2.2 + grow * 0.5) * unit * scale)
            cv2.circle(
                canvas, (int(dot[0]), int(dot[1])), radius, colour or POINT, -1, cv2.LINE_AA, SUBPIXEL_BITS
            )
    for label in labels:
        _write(canvas, label, unit)
    return canvas


def _write(canvas: Picture, label: Label, unit: float) -> None:
    import cv2

    size, thickness = 0.32 * unit, max(1, round(0.6 * unit))
    (width, height), base = cv2.getTextSize(label.text, cv2.FONT_HERSHEY_SIMPLEX, size, thickness)
    x = int(np.clip(label.at[0], 2, max(canvas.shape[1] - width - 2, 2)))
    y = int(np.clip(label.at[1], height + 2, canvas.shape[0] - base - 2))
    pad = max(2, round(2 * unit))
    top, bottom = max(y - height - pad, 0), min(y + base + pad, canvas.shape[0])
    left, right = max(x - pad, 0), min(x + width + pad, canvas.shape[1])
    canvas[top:bottom, left:right] = (canvas[top:bottom, left:right] * 0.35).astype(np.uint8)
    cv2.putText(
        canvas, label.text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, size, label.colour, thickness, cv2.LINE_AA
    )


def jpeg(picture: Picture) -> bytes:
    """Return a picture as JPEG data."""
    import cv2

    done, data = cv2.imencode(".jpg", picture[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    if not done:  # pragma: no cover - memory only
        raise MemoryError
    return bytes(data)


def resize(picture: Picture, factor: float) -> Picture:
    """Return a picture scaled by a factor."""
    import cv2

    size = (max(1, round(picture.shape[1] * factor)), max(1, round(picture.shape[0] * factor)))
    scaled = cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC if factor > 1 else cv2.INTER_AREA)
    return scaled.astype(np.uint8, copy=False)
