"""Signs of the verdicts: a shape in the verdict's colour with a mark on it, as on the page."""

from __future__ import annotations

import numpy as np

from posture.drawing.canvas import fill, write
from posture.drawing.palette import CASING, VERDICT
from posture.drawing.text import letters
from posture.records.analysis import Label
from posture.types import Array, Image

_TURN = np.linspace(0.0, 2 * np.pi, 60, endpoint=False)
# Corners in a square of side 1, y down.
_SHAPES: dict[Label, Array] = {
    "hollow_back": np.array([[0.5, 0.06], [1.0, 0.94], [0.0, 0.94]]),
    "borderline": np.array([[0.5, 0.0], [1.0, 0.5], [0.5, 1.0], [0.0, 0.5]]),
    "not_hollow_back": 0.5 + 0.48 * np.stack([np.cos(_TURN), np.sin(_TURN)], axis=1),
    "not_measurable": np.array([[0.06, 0.06], [0.94, 0.06], [0.94, 0.94], [0.06, 0.94]]),
}
_MARKS: dict[Label, str] = {"hollow_back": "!", "borderline": "–", "not_hollow_back": "✓", "not_measurable": "?"}


def draw_sign(picture: Image, label: Label, corner: tuple[float, float], side: float) -> None:
    """Draw the sign of a verdict in a square with this left upper corner and side, pixels."""
    fill(picture, np.array(corner) + side * _SHAPES[label], VERDICT[label])
    mark = letters(_MARKS[label], 0.62 * side, bold=True)
    rows, columns = np.nonzero(mark.cover)
    # The triangle's middle lies lower than the square's.
    middle = np.array(corner) + side * np.array([0.5, 0.63 if label == "hollow_back" else 0.5])
    left, top = middle - (columns.mean(), 0.5 * (rows.min() + rows.max()))
    write(picture, mark, (left, top + mark.above), CASING)
