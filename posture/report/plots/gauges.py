"""Gauges of measures and of their changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from posture.drawing.palette import Theme
from posture.language import gettext as _
from posture.report.plots.style import MARKER, SMALL, TEXT, Plot, plain, render

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

HEIGHT, HEIGHT_WITH_STANDING = 68, 86
# Room beyond the outermost mark, share of the range.
MARGIN = 0.06
# Width of a character, share of the picture's width: keeps labels apart.
CHARACTER = 0.0195
CHANGE_ROW, CHANGE_GAPS = 52, 42
# Least change that the axis reaches, degrees.
LEAST_CHANGE = 8.0


@dataclass(frozen=True)
class Gauge:
    """A measure on its scale, its 90 % interval and its marks; all numbers in one unit.

    Attributes
    ----------
    measure
        Its name in the record; gives colour and shape.
    neutral
        The range of 9 in 10 neutral runners.
    standing
        The own standing posture.
    span
        Least range of the axis.
    """

    measure: str
    value: float
    interval: tuple[float, float]
    threshold: float | None = None
    neutral: tuple[float, float] | None = None
    standing: float | None = None
    span: tuple[float, float] = (0.0, 1.0)

    @property
    def ends(self) -> tuple[float, float]:
        """The axis: `span`, widened where a mark would leave it."""
        marks = [self.value, *self.interval, *self.span]
        marks += [x for x in (self.threshold, self.standing) if x is not None]
        marks += self.neutral or ()
        low, high = min(marks), max(marks)
        beyond = MARGIN * (high - low)
        return (low - beyond if low < self.span[0] else low, high + beyond if high > self.span[1] else high)


def gauge_plot(gauge: Gauge, number: Callable[[float], str]) -> Plot:
    """Draw a gauge; `number` writes a value with its unit."""

    def draw(figure: Figure, theme: Theme) -> None:
        draw_gauge(figure.add_axes((0.03, 0.0, 0.94, 1.0)), gauge, theme, number)

    return render(draw, height=HEIGHT if gauge.standing is None else HEIGHT_WITH_STANDING)


def draw_gauge(axes: Axes, gauge: Gauge, theme: Theme, number: Callable[[float], str]) -> None:
    """Draw a gauge into empty axes; see `gauge_plot`."""
    axes.set_xlim(*gauge.ends)
    axes.set_ylim(-0.95, 1.0 if gauge.standing is not None else 0.55)
    axes.axis("off")
    _scale(axes, gauge, theme)
    _marks(axes, gauge, theme, number)


def _scale(axes: Axes, gauge: Gauge, theme: Theme) -> None:
    low, high = gauge.ends
    axes.plot([low, high], [0, 0], color=theme.faint, linewidth=10, solid_capstyle="round", zorder=1)
    if gauge.neutral is not None:
        axes.plot(gauge.neutral, [0, 0], color=theme.neutral, linewidth=10, solid_capstyle="butt", zorder=2)
    for edge, side in ((low, "left"), (high, "right")):
        axes.text(edge, -0.92, f"{edge:.0f}°", ha=side, va="bottom", fontsize=SMALL, color=theme.muted)


def _marks(axes: Axes, gauge: Gauge, theme: Theme, number: Callable[[float], str]) -> None:
    colour = theme.of(gauge.measure)
    axes.plot(gauge.interval, [0, 0], color=colour, linewidth=5, solid_capstyle="round", zorder=4, alpha=0.55)
    axes.plot(
        gauge.value, 0, MARKER.get(gauge.measure, "D"), color=colour, markersize=14,
        markeredgecolor=theme.ground, markeredgewidth=2, zorder=6,
    )  # fmt: skip
    if gauge.threshold is not None:
        axes.plot([gauge.threshold] * 2, [-0.3, 0.3], color=theme.ink, linewidth=2, zorder=5)
        text = _("limit {value}").format(value=number(gauge.threshold))
        _label(axes, gauge, gauge.threshold, -0.92, text, theme)
    if gauge.standing is not None:
        axes.plot(
            gauge.standing, 0, "D", color=theme.ground, markersize=8, markeredgecolor=theme.ink,
            markeredgewidth=1.8, zorder=7,
        )  # fmt: skip
        name = _("standing")
        _label(axes, gauge, gauge.standing, 0.42, f"{name} {number(gauge.standing)}", theme)


def _label(axes: Axes, gauge: Gauge, at: float, y: float, text: str, theme: Theme) -> None:
    """Write centred at a value, but inside the picture and clear of the numbers at the ends of the lower row."""
    low, high = gauge.ends
    half = 0.5 * CHARACTER * len(text) * (high - low)
    reserve = 0.11 * (high - low) if y < 0 else 0.0
    at = min(max(at, low + half + reserve), high - half - reserve)
    axes.text(at, y, text, ha="center", va="bottom", fontsize=SMALL, color=theme.ink)


@dataclass(frozen=True)
class ChangeRow:
    """Change of one measure (its name in the record and for people) beside the smallest detectable change, `noise`.

    `text` is the value with its unit.
    """

    measure: str
    title: str
    text: str
    value: float
    interval: tuple[float, float]
    noise: float
    real: bool


def change_plot(rows: Sequence[ChangeRow]) -> Plot | None:
    """Draw changes in degrees, one row each; None without any."""
    if not rows:
        return None
    height = CHANGE_ROW * len(rows) + CHANGE_GAPS
    reach = 1.08 * max(LEAST_CHANGE, *(max(abs(x) for x in (*r.interval, r.noise)) for r in rows))

    def draw(figure: Figure, theme: Theme) -> None:
        axes = figure.add_axes((0.03, CHANGE_GAPS / height, 0.94, CHANGE_ROW * len(rows) / height))
        axes.set_xlim(-reach, reach)
        axes.set_ylim(-len(rows), 0)
        plain(axes, theme)
        axes.grid(visible=False)
        axes.set_yticks([])
        for place, row in enumerate(rows):
            _change_row(axes, row, -place, reach, theme)
        axes.set_xlabel(_("change, degrees"), color=theme.muted, fontsize=SMALL, labelpad=6)

    return render(draw, height=height)


def _change_row(axes: Axes, row: ChangeRow, top: float, reach: float, theme: Theme) -> None:
    y, colour = top - 0.6, theme.of(row.measure)
    axes.plot([0, 0], [y - 0.28, y + 0.28], color=theme.muted, linewidth=1, zorder=2)
    axes.barh(y, 2 * row.noise, left=-row.noise, height=0.3, color=theme.faint, zorder=1)
    axes.plot(row.interval, [y, y], color=colour, linewidth=4, alpha=0.6, solid_capstyle="round", zorder=3)
    axes.plot(
        row.value, y, MARKER.get(row.measure, "D"), markersize=9, zorder=4, markeredgewidth=2,
        color=colour if row.real else theme.ground, markeredgecolor=theme.ground if row.real else colour,
    )  # fmt: skip
    text: dict[str, Any] = {"fontsize": TEXT, "color": theme.ink, "va": "center"}
    axes.text(-reach, top - 0.2, row.title, **text)
    axes.text(reach, top - 0.2, row.text, **text, ha="right", fontweight="bold" if row.real else "normal")
