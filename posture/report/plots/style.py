"""Common style of all plots: sizes for a phone, in a light and a dark edition."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from posture.drawing.palette import DARK, LIGHT, Theme

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Points of the SVG; on a phone of 380 px, one point is about one pixel.
WIDTH = 330
TEXT, SMALL = 12.5, 11.5
# The viewer's own font, as on the page: text stays text and needs no font file.
FONTS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', Arial, sans-serif"
_RC: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "posture",
    "font.family": ["sans-serif"],
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": TEXT,
    "axes.unicode_minus": True,
    "hatch.linewidth": 0.8,
}


_DARK_COLOUR = {value: getattr(DARK, name) for name, value in vars(LIGHT).items() if name != "name"}

# Shape and line differ with the colour.
MARKER = {"pelvic_tilt_deg": "o", "lumbar_arch_deg": "s"}


@dataclass(frozen=True)
class Plot:
    """A finished plot.

    Attributes
    ----------
    light, dark
        SVG for either page.
    width, height
        Points.
    span
        Of a plot over time: beginning and end of its time axis in the picture (shares of the width), and the values
        there.
    """

    light: bytes
    dark: bytes
    width: int
    height: int
    span: tuple[float, float, float, float] | None = None


def render(draw: Callable[[Figure, Theme], Axes | None], *, height: int, width: int = WIDTH) -> Plot:
    """Draw a plot for both pages.

    Parameters
    ----------
    draw
        Draws on an empty figure, in colours of the theme only; returns the axes whose x axis is time, or None.
    height, width
        Points.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    span = None
    with mpl.rc_context(_RC):
        figure = Figure(figsize=(width / 72, height / 72))
        timed = draw(figure, LIGHT)
        if timed is not None:
            box, (first, last) = timed.get_position(), timed.get_xlim()
            span = (round(float(box.x0), 5), round(float(box.x1), 5), float(first), float(last))
        light = _svg(figure)
    # Drawing takes a hundred times as long as another set of colours.
    dark = re.sub("|".join(_DARK_COLOUR), lambda colour: _DARK_COLOUR[colour.group()], light)
    return Plot(light.encode("utf-8"), dark.encode("utf-8"), width, height, span)


def _svg(figure: Figure) -> str:
    data = io.BytesIO()
    figure.savefig(data, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = data.getvalue().decode("utf-8")
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text, flags=re.DOTALL)
    text = text.replace("'DejaVu Sans', sans-serif", FONTS)
    return re.sub(r">\s+<", "><", text)


def plain(axes: Axes, theme: Theme) -> None:
    """Style axes: no box, faint horizontal lines, quiet ticks."""
    axes.set_facecolor("none")
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(theme.faint)
    axes.tick_params(colors=theme.muted, labelsize=SMALL, length=0, pad=5)
    axes.grid(axis="y", color=theme.faint, linewidth=0.8)
    axes.set_axisbelow(True)


def heading(axes: Axes, text: str, colour: str) -> None:
    """Write the heading of a panel, left above it, in the colour of its measure."""
    axes.set_title(text, loc="left", fontsize=TEXT, fontweight="bold", color=colour, pad=8)


def stacked(figure: Figure, count: int, panel: int, below: int, height: int) -> list[Axes]:
    """Return panels on top of each other, `panel` points high each, with `below` points left below them."""
    bottoms = [below + panel * (count - 1 - row) for row in range(count)]
    return [figure.add_axes((0.11, bottom / height, 0.85, (panel - 34) / height)) for bottom in bottoms]
