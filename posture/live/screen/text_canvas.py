"""A dark board of letters beside the picture: lines and the foot, by size and place."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from posture.drawing.canvas import write
from posture.drawing.palette import GROUND, INK, MUTED, Colour
from posture.drawing.text import letters, wrapped
from posture.live.screen.wording import flags_line
from posture.live.session import DisplayState
from posture.types import Image

TRACK: Colour = (58, 68, 73)
# Grounds of banners: they differ in lightness too, not in colour alone.
GREEN: Colour = (23, 92, 67)
ORANGE: Colour = (150, 84, 0)
BLUE: Colour = (38, 84, 124)
_FLAGS: Colour = (240, 190, 80)
# Shares of the board's width.
MARGIN, SMALL = 0.05, 0.044
# Of the letters' size.
_SPACING = 1.25


class Board:
    """What letters are written on.

    Sizes of letters are shares of `unit`.

    Parameters
    ----------
    width, height : int
        Pixels.
    share : float
        The unit is at most this share of the height: in a low picture letters are smaller, so that all has room.

    Attributes
    ----------
    size : tuple of int
        Width and height, pixels.
    unit : int
        Pixels.
    canvas : array of uint8, shape (height, width, 3)
        RGB.
    """

    def __init__(self, width: int, height: int, *, share: float) -> None:
        self.size = (width, height)
        self.unit = min(width, round(share * height))
        self.canvas: Image = np.empty((height, width, 3), dtype=np.uint8)
        # Both measure glyph by glyph, which takes longer than all the rest.
        self._letters = lru_cache(maxsize=256)(letters)
        self._wrapped = lru_cache(maxsize=256)(wrapped)

    def clear(self) -> None:
        """Take everything off."""
        self.canvas[:] = GROUND

    def fitted(self, text: str, size: float, *, bold: bool = False) -> list[str]:
        """Return a text in lines that fit between the margins; none for an empty text."""
        room = self.size[0] * (1 - 2 * MARGIN)
        return self._wrapped(text, size * self.unit, room, bold=bold) if text else []

    def rows(self, size: float, count: int) -> float:
        """Return how high so many lines are, pixels."""
        return _SPACING * size * self.unit * count

    def line(self, text: str, size: float, colour: Colour, top: float, *, bold: bool = False) -> float:
        """Write one line, left out below the board's end; return where the next one begins."""
        width, height = self.size
        bottom = top + self.rows(size, 1)
        if bottom <= height:
            drawn = self._letters(text, size * self.unit, bold=bold)
            write(self.canvas, drawn, (MARGIN * width, top + size * self.unit), colour)
        return bottom

    def text(self, text: str, size: float, colour: Colour, top: float, *, bold: bool = False) -> float:
        """Write a text in as many lines as it needs; return where the next one begins."""
        for line in self.fitted(text, size, bold=bold):
            top = self.line(line, size, colour, top, bold=bold)
        return top

    def foot(self, moment: DisplayState, quiet: Sequence[str]) -> float:
        """Write note, flags and further texts at the bottom; return where they begin."""
        texts = [(moment.note, INK), (flags_line(moment), _FLAGS), *((text, MUTED) for text in quiet)]
        lines = [(line, colour) for text, colour in texts for line in self.fitted(text, SMALL)]
        begin = top = self.size[1] - 0.5 * MARGIN * self.size[0] - self.rows(SMALL, len(lines))
        for line, colour in lines:
            top = self.line(line, SMALL, colour, top)
        return begin
