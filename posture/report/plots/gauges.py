"""Gauges of measures and of their changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from posture.drawing.palette import Theme
from posture.report.plots.style import MARKER, SMALL, TEXT, Plot, render

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

HEIGHT, WITH_STANDING = 68, 86
# Room beyond the outermost mark, shares of the span.
MARGIN = 0.06
# Width of a character, shares of the picture's width: keeps labels apart.
CHARACTER = 0.0195


@dataclass(frozen=True)
class Gauge:
    """What a gauge shows; all numbers in one unit.

    Attributes
    ----------
    measure : str
        Its name in the record; gives colour and shape.
    value : float
    interval : tuple of float
    threshold : float or None
    neutral : tuple of float or None
        What 9 in 10 neutral runners lie within.
    standing : float or None
        The own standing posture.
    span : tuple of float
        What the axis shows at least.
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
        return (
            low - beyond if low < self.span[0] else low,
            high + beyond if high > self.span[1] else high,
        )


def gauge_plot(gauge: Gauge, number: Callable[[float], str], threshold_word: str, standing_word: str) -> Plot:
    """Draw a gauge.

    Parameters
    ----------
    gauge : Gauge
    number : callable
        Writes a value with its unit.
    threshold_word, standing_word : str
        What the marks are called, in the reader's language.
    """

    def draw(figure: Figure, theme: Theme) -> None:
        axes = figure.add_axes((0.03, 0.0, 0.94, 1.0))
        axes.set_xlim(*gauge.ends)
        axes.set_ylim(-0.95, 1.0 if gauge.standing is not None else 0.55)
        axes.axis("off")
        _track(axes, gauge, theme)
        _marks(axes, gauge, theme, number, threshold_word, standing_word)

    return render(draw, height=HEIGHT if gauge.standing is None else WITH_STANDING)


def _track(axes: Axes, gauge: Gauge, theme: Theme) -> None:
    low, high = gauge.ends
    axes.plot([low, high], [0, 0], color=theme.faint, linewidth=10, solid_capstyle="round", zorder=1)
    if gauge.neutral is not None:
        axes.plot(gauge.neutral, [0, 0], color=theme.neutral, linewidth=10, solid_capstyle="butt", zorder=2)
    for edge, side in ((low, "left"), (high, "right")):
        axes.text(edge, -0.92, f"{edge:.0f}°", ha=side, va="bottom", fontsize=SMALL, color=theme.muted)


def _marks(
    axes: Axes,
    gauge: Gauge,
    theme: Theme,
    number: Callable[[float], str],
    threshold_word: str,
    standing_word: str,
) -> None:
    colour = theme.of(gauge.measure)
    axes.plot(gauge.interval, [0, 0], color=colour, linewidth=5, solid_capstyle="round", zorder=4, alpha=0.55)
    axes.plot(
        gauge.value, 0, MARKER.get(gauge.measure, "D"), color=colour, markersize=14,
        markeredgecolor=theme.ground, markeredgewidth=2, zorder=6,
    )  # fmt: skip
    if gauge.threshold is not None:
        axes.plot([gauge.threshold] * 2, [-0.36, 0.36], color=theme.ink, linewidth=2, zorder=5)
        text = f"{threshold_word} {number(gauge.threshold)}"
        _label(axes, gauge, gauge.threshold, -0.92, text, SMALL, theme.ink)
    if gauge.standing is not None:
        axes.plot(
            gauge.standing, 0, "D", color=theme.ground, markersize=8, markeredgecolor=theme.ink,
            markeredgewidth=1.8, zorder=7,
        )  # fmt: skip
        _label(
            axes, gauge, gauge.standing, 0.42, f"{standing_word} {number(gauge.standing)}", SMALL, theme.ink
        )


def _label(axes: Axes, gauge: Gauge, at: float, y: float, text: str, size: float, colour: str) -> None:
    """Write centred at a value, but inside the picture and clear of the numbers at the ends of the lower row."""
    low, high = gauge.ends
    half = 0.5 * CHARACTER * len(text) * size / SMALL * (high - low)
    reserve = 0.11 * (high - low) if y < 0 else 0.0
    at = min(max(at, low + half + reserve), high - half - reserve)
    axes.text(at, y, text, ha="center", va="bottom", fontsize=size, color=colour)


if TYPE_CHECKING:
    from matplotlib.figure import Figure

ROW, GAPS = 52, 42
LEAST = 8.0


@dataclass(frozen=True)
class ChangeRow:
    """One measure's change.

    Attributes
    ----------
    measure, title, text : str
        Name in the record, name for people, value with unit.
    value : float
    interval : tuple of float
    noise : float
        Changes smaller than this cannot be told from noise.
    limit : float or None
        What the verdict holds it against.
    real : bool
    """

    measure: str
    title: str
    text: str
    value: float
    interval: tuple[float, float]
    noise: float
    limit: float | None
    real: bool


def change_plot(rows: Sequence[ChangeRow], axis: str) -> Plot | None:
    """Draw the changes, one row each; None without any."""
    if not rows:
        return None
    height = ROW * len(rows) + GAPS

    def draw(figure: Figure, theme: Theme) -> None:
        axes = figure.add_axes((0.03, GAPS / height, 0.94, ROW * len(rows) / height))
        reach = 1.08 * max(LEAST, *(max(abs(x) for x in (*r.interval, r.noise)) for r in rows))
        axes.set_xlim(-reach, reach)
        axes.set_ylim(-len(rows), 0)
        axes.set_facecolor("none")
        axes.set_yticks([])
        for side in ("top", "left", "right"):
            axes.spines[side].set_visible(False)
        axes.spines["bottom"].set_color(theme.faint)
        axes.tick_params(colors=theme.muted, labelsize=SMALL, length=0, pad=5)
        for place, row in enumerate(rows):
            y = -place - 0.6
            colour = theme.of(row.measure)
            axes.plot([0, 0], [y - 0.28, y + 0.28], color=theme.muted, linewidth=1, zorder=2)
            axes.barh(y, 2 * row.noise, left=-row.noise, height=0.3, color=theme.faint, zorder=1)
            axes.plot(
                row.interval, [y, y], color=colour, linewidth=4, alpha=0.6, solid_capstyle="round", zorder=3
            )
            axes.plot(
                row.value, y, MARKER.get(row.measure, "D"), markersize=9, zorder=4, markeredgewidth=2,
                color=colour if row.real else theme.ground, markeredgecolor=theme.ground if row.real else colour,
            )  # fmt: skip
            if row.limit is not None:
                axes.plot([row.limit] * 2, [y - 0.2, y + 0.2], color=theme.ink, linewidth=2, zorder=5)
            top = -place - 0.2
            axes.text(-reach, top, row.title, fontsize=TEXT, color=theme.ink, va="center")
            weight = "bold" if row.real else "normal"
            axes.text(
                reach,
                top,
                row.text,
                fontsize=TEXT,
                color=theme.ink,
                va="center",
                ha="right",
                fontweight=weight,
            )
        axes.set_xlabel(axis, color=theme.muted, fontsize=SMALL, labelpad=6)

    return render(draw, height=height)
