"""QR codes of an address, for a page and for the terminal."""

from __future__ import annotations

from io import StringIO

import segno
from markupsafe import Markup

# Black on white, whatever the terminal's colours are: not every phone reads the opposite.
WHITE_ON_BLACK, RESET = "\x1b[97;40m", "\x1b[0m"


def qr_svg(address: str) -> Markup:
    """Return a code as an SVG element, as large as its place."""
    return Markup(segno.make(address, micro=False).svg_inline(omitsize=True, dark="#000", light="#fff"))


def qr_lines(address: str) -> list[str]:
    """Return a code as lines of half blocks, two rows in each; the blocks are its light parts."""
    drawn = StringIO()
    segno.make(address, micro=False).terminal(out=drawn, border=2, compact=True)
    return [f"{WHITE_ON_BLACK}{line}{RESET}" for line in drawn.getvalue().splitlines()]
