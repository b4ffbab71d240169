"""Lines of text as coverage maps, in matplotlib's own font (it has umlauts and the degree sign)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from posture.types import Image

if TYPE_CHECKING:
    from matplotlib.ft2font import FT2Font


@dataclass(frozen=True)
class Letters:
    """A rendered line of text."""

    cover: Image  # Shape (height, width). Coverage of each pixel, 0..255.
    above: int  # Rows above the baseline.


def letters(text: str, size: float, *, bold: bool = False) -> Letters:
    """Render a line of text in a font of `size` pixels; characters that the font lacks become question marks."""
    font = _font(size, bold)
    _set(font, text)
    font.draw_glyphs_to_bitmap(antialiased=True)
    cover = np.array(font.get_image(), dtype=np.uint8)
    return Letters(cover, round(cover.shape[0] - font.get_descent() / 64))


def wrapped(text: str, size: float, width: float, *, bold: bool = False) -> list[str]:
    """Break a text into lines of at most `width` pixels, between words where possible."""
    font = _font(size, bold)

    def fits(line: str) -> bool:
        _set(font, line)
        return bool(font.get_width_height()[0] / 64 <= width)

    lines: list[str] = []
    for word in text.split():
        if lines and fits(f"{lines[-1]} {word}"):
            lines[-1] = f"{lines[-1]} {word}"
            continue
        rest = word
        while len(rest) > 1 and not fits(rest):
            part = next((n for n in range(len(rest) - 1, 1, -1) if fits(rest[:n])), 1)
            lines.append(rest[:part])
            rest = rest[part:]
        lines.append(rest)
    return lines


def fonts_folder() -> str:
    """Return the folder of matplotlib's fonts."""
    from matplotlib import get_data_path

    return f"{get_data_path()}/fonts/ttf"


def _font(size: float, bold: bool) -> FT2Font:
    from matplotlib.ft2font import FT2Font

    font = FT2Font(f"{fonts_folder()}/DejaVuSans{'-Bold' if bold else ''}.ttf")
    font.set_size(max(size, 1.0), 72)
    return font


def _set(font: FT2Font, text: str) -> None:
    from matplotlib.ft2font import LoadFlags

    # The font's own hints; matplotlib's default works out others for each letter, which takes three times as long.
    font.set_text(_printable(font, text) or " ", flags=LoadFlags.DEFAULT)


def _printable(font: FT2Font, text: str) -> str:
    return "".join(c if font.get_char_index(ord(c)) else "?" for c in text)
