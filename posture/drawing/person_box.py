"""Numbered boxes around the people of a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from posture.drawing.canvas import PLATE_OPACITY, Polyline, draw_lines, write
from posture.drawing.palette import BACK, WHITE
from posture.drawing.text import letters, wrapped
from posture.types import Array, Image

# Sizes in pixels of a picture whose shorter side is as long as this.
REFERENCE_SIDE = 540
MAIN_PX, OTHER_PX, CASING_PX, GAP_PX = 4.0, 2.5, 1.0, 10.0
NUMBER_TEXT_PX, CAPTION_TEXT_PX = 26.0, 19.0
# Rim of the box around the outermost landmarks, share of its longer side: the head reaches beyond those of the face.
RIM = 0.07


@dataclass(frozen=True)
class PersonBox:
    """A person in a picture."""

    landmarks: Array  # Shape (33, 2). Pixels of the picture, x right, y down.
    number: int  # Written at the box.
    is_main: bool  # Whether it is the person whom the picture is about.

    def corners(self, width: int, height: int) -> Array:
        """Return the left upper and right lower corner, pixels inside the picture, shape (2, 2)."""
        low, high = self.landmarks.min(axis=0), self.landmarks.max(axis=0)
        rim = RIM * float((high - low).max())
        return np.clip([low - rim, high + rim], 0.0, [width - 1.0, height - 1.0])


def draw_person_boxes(picture: Image, people: Sequence[PersonBox], caption: str = "") -> None:
    """Draw boxes with their numbers on a picture, the main one green and over the others, and a caption below."""
    height, width = picture.shape[:2]
    unit = min(height, width) / REFERENCE_SIDE
    ordered = sorted(people, key=lambda person: person.is_main)
    for person in ordered:
        (left, top), (right, bottom) = person.corners(width, height)
        frame = np.array([[left, top], [right, top], [right, bottom], [left, bottom], [left, top]])
        colour, line = (BACK, MAIN_PX) if person.is_main else (WHITE, OTHER_PX)
        draw_lines(picture, [Polyline(frame, colour, line * unit)], CASING_PX * unit)
    for person in ordered:
        (left, top), _opposite = person.corners(width, height)
        number = letters(str(person.number), NUMBER_TEXT_PX * unit, bold=True)
        colour = BACK if person.is_main else WHITE
        write(picture, number, (left + GAP_PX * unit, top + GAP_PX * unit + number.above), colour, plate=PLATE_OPACITY)
    size = CAPTION_TEXT_PX * unit
    lines = wrapped(caption, size, width - 4 * GAP_PX * unit)
    for above, text in enumerate(reversed(lines)):
        baseline = height - GAP_PX * unit - 1.6 * size * above
        write(picture, letters(text, size), (2 * GAP_PX * unit, baseline), WHITE, plate=PLATE_OPACITY)
