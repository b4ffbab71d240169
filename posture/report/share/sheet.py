"""A sheet of text, pictures and gauges, laid out in points from its upper left corner and written as PDF or PNG.

matplotlib draws it, with its own font DejaVu Sans, which is embedded.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, Literal

from posture.drawing.palette import LIGHT
from posture.drawing.text import wrapped
from posture.report.plots.gauges import Gauge, draw_gauge
from posture.types import Image

# Type 42: text stays text, which can be searched and copied.
_RC: Any = {"pdf.fonttype": 42, "font.family": ["DejaVu Sans"], "axes.unicode_minus": True}
LINE_HEIGHT = 1.38
# Lines are measured enlarged: letters of few pixels are rounded to whole ones.
FINE = 16.0
# Fine enough for a print of a picture of the page's size.
PDF_DPI = 200


def lines_of(text: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """Break a text into the lines of a column."""
    return wrapped(text, FINE * size, FINE * width, bold=bold)


class Sheet:
    """A sheet of so many points; y runs downward."""

    def __init__(self, width: float, height: float, *, ground: str = LIGHT.ground) -> None:
        from matplotlib.figure import Figure

        self.width, self.height = width, height
        self._figure = Figure(figsize=(width / 72, height / 72), facecolor=ground)

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
            self._figure.text(
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

    def picture(self, picture: Image, x: float, y: float, width: float, height: float) -> tuple[float, float]:
        """Place a picture as large as the box allows, and return its width and height."""
        scale = min(width / picture.shape[1], height / picture.shape[0])
        wide, high = scale * picture.shape[1], scale * picture.shape[0]
        axes = self._axes(x, y, wide, high)
        axes.imshow(picture, aspect="auto", interpolation="antialiased")
        axes.axis("off")
        return wide, high

    def gauge(
        self, gauge: Gauge, number: Callable[[float], str], x: float, y: float, width: float, height: float
    ) -> None:
        """Draw a gauge; see `posture.report.plots.gauges`."""
        draw_gauge(self._axes(x, y, width, height), gauge, LIGHT, number)

    def bar(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """Fill a rectangle."""
        from matplotlib.patches import Rectangle

        corner = (x / self.width, 1 - (y + height) / self.height)
        shape = (width / self.width, height / self.height)
        self._figure.add_artist(Rectangle(corner, *shape, color=colour, linewidth=0, zorder=-1))

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
            self._figure.savefig(data, format=kind, facecolor=self._figure.get_facecolor(), **options)
        return data.getvalue()

    def _axes(self, x: float, y: float, width: float, height: float) -> Any:
        box = (x / self.width, 1 - (y + height) / self.height, width / self.width, height / self.height)
        return self._figure.add_axes(box)
