"""A sheet of text, pictures and bars, laid out in points from its upper left corner and written as PDF or PNG.

matplotlib draws it, with its own font DejaVu Sans, which is embedded.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, Literal

from posture.drawing.palette import LIGHT
from posture.drawing.text import wrapped
from posture.report.html.answer import Bar
from posture.report.share.finding import SharedPicture

# Type 42: text stays text, which can be searched and copied.
_RC: Any = {"pdf.fonttype": 42, "font.family": ["DejaVu Sans"], "axes.unicode_minus": True}
LINE_HEIGHT = 1.38
# Lines are measured enlarged: letters of few pixels are rounded to whole ones.
FINE = 16.0
# Fine enough for a print of a picture of the page's size.
PDF_DPI = 200
# Words below a picture, and the room between two, points.
CAPTION, GUTTER = 9.0, 8.0


def lines_of(text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """Break a text into the lines of a column."""
    return wrapped(text, FINE * size, FINE * width, bold=bold)


class Sheet:
    """A sheet of so many points; y runs downward."""

    def __init__(self, width: float, height: float) -> None:
        from matplotlib.figure import Figure

        self.width, self.height = width, height
        self.figure = Figure(figsize=(width / 72, height / 72), facecolor=LIGHT.ground)

    def text(
        self,
        text: str,
        x: float,
        y: float,
        width: float,
        size: float,
        *,
        bold: bool = False,
        colour: str = LIGHT.ink,
        align: Literal["left", "right"] = "left",
    ) -> float:
        """Write a text into a column, and return where the next line begins.

        Parameters
        ----------
        x, y
            Upper left corner of the column.
        """
        for line in lines_of(text, width, size, bold=bold):
            self.figure.text(
                (x if align == "left" else x + width) / self.width,
                1 - (y + size) / self.height,
                # A dollar sign would begin a formula.
                line.replace("$", r"\$"),
                fontsize=size,
                fontweight="bold" if bold else "normal",
                color=colour,
                ha=align,
                va="baseline",
            )
            y += LINE_HEIGHT * size
        return y

    def pictures(
        self,
        pictures: Sequence[SharedPicture],
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        centred: bool = False,
    ) -> tuple[float, float]:
        """Place pictures side by side as large as the box allows, captions below; return their width and height."""
        below = CAPTION * LINE_HEIGHT if any(one.caption for one in pictures) else 0.0
        shapes = [one.pixels.shape[1] / one.pixels.shape[0] for one in pictures]
        high = min((width - GUTTER * (len(shapes) - 1)) / sum(shapes), height - below)
        wide = high * sum(shapes) + GUTTER * (len(shapes) - 1)
        left = x + (width - wide) / 2 if centred else x
        for one, shape in zip(pictures, shapes, strict=True):
            self._picture(one, left, y, high * shape, high)
            left += high * shape + GUTTER
        return wide, high + below

    def _picture(self, picture: SharedPicture, x: float, y: float, width: float, height: float) -> None:
        box = (x / self.width, 1 - (y + height) / self.height, width / self.width, height / self.height)
        axes = self.figure.add_axes(box)
        axes.imshow(picture.pixels, aspect="auto", interpolation="antialiased")
        axes.axis("off")
        self.text(picture.caption, x, y + height + 1, width, CAPTION, colour=LIGHT.muted)

    def measure(self, bar: Bar, x: float, y: float, width: float, *, size: float) -> float:
        """Draw a measure as on the page of the report: words, number and bar; return where the next line begins.

        Parameters
        ----------
        size
            Of the title, points; all else follows it.
        """
        small, colour = 0.78 * size, LIGHT.of(bar.name)
        self.text(bar.title, x, y, width, size, bold=True)
        y = self.text(bar.number, x, y - 0.2 * size, width, 1.2 * size, bold=True, colour=colour, align="right")
        y = self.text(bar.meaning, x, y, width, small, colour=LIGHT.muted) + 0.35 * size
        tall = 0.9 * size
        at, unit = y + 0.2 * tall, width / 100
        self.rectangle(x, at, width, 0.6 * tall, LIGHT.faint)
        if bar.usual is not None:
            low, high = max(bar.usual[0], 0.0), min(bar.usual[1], 100.0)
            self.rectangle(x + low * unit, at, (high - low) * unit, 0.6 * tall, LIGHT.neutral)
        low, high = bar.interval
        self.rectangle(x + low * unit, at + 0.12 * tall, (high - low) * unit, 0.36 * tall, colour, opacity=0.5)
        for place, ink in ((bar.standing, LIGHT.muted), (bar.limit, LIGHT.ink)):
            if place is not None:
                self.rectangle(x + place * unit - 1, y, 2, tall, ink)
        self.rectangle(x + bar.value * unit - 3, y + 0.06 * tall, 6, 0.88 * tall, colour)
        return self.text(bar.words, x, y + tall + 1, width, small)

    def rectangle(self, x: float, y: float, width: float, height: float, colour: str, *, opacity: float = 1.0) -> None:
        """Fill a rectangle."""
        from matplotlib.patches import Rectangle

        corner = (x / self.width, 1 - (y + height) / self.height)
        shape = (width / self.width, height / self.height)
        self.figure.add_artist(Rectangle(corner, *shape, color=colour, linewidth=0, alpha=opacity))

    def to_pdf(self, title: str) -> bytes:
        """Return the sheet as a PDF of one page, without a time of making."""
        return self._saved("pdf", dpi=PDF_DPI, metadata={"Title": title, "CreationDate": None, "Creator": "posture"})

    def to_png(self, width_px: int) -> bytes:
        """Return the sheet as a PNG of this width."""
        return self._saved("png", dpi=width_px / (self.width / 72), metadata={"Software": None})

    def _saved(self, kind: str, **options: Any) -> bytes:
        import matplotlib as mpl

        data = io.BytesIO()
        with mpl.rc_context(_RC):
            self.figure.savefig(data, format=kind, facecolor=self.figure.get_facecolor(), **options)
        return data.getvalue()
