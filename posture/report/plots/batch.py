"""Plots over many clips: distribution of tilt and arch, and their trend from session to session."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from posture.drawing.palette import Theme
from posture.report.plots.style import MARKER, SMALL, Plot, heading, plain, render, stacked

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SPREAD_HEIGHT, TREND_PANEL, TREND_GAPS = 170, 130, 64
# Bins of a histogram, degrees; about half of a clip's interval.
BIN_DEG = 2.5
LEAST_DEG = 12.0
# Gaps between the names that have room below a plot.
MAX_GAPS = 3


@dataclass(frozen=True)
class Point:
    """Value of a clip in a trend.

    Attributes
    ----------
    place
        Its session, or its name where sessions are not known.
    value, low, high
        Degrees; value and 90 % interval.
    day
        Place on the axis, days since any beginning; without it, places are as far apart as each other.
    """

    place: str
    value: float
    low: float
    high: float
    day: float | None = None


def spread_plot(
    name: str,
    values: Sequence[float],
    *,
    title: str,
    axis: str,
    count: str,
    neutral: tuple[float, float] | None,
    threshold: float | None,
) -> Plot:
    """Draw the distribution of a measure over clips, over the range of neutral runners.

    Parameters
    ----------
    name
        Of the measure.
    values
        Degrees, one of each clip; at least one.
    title, axis, count
        Heading and axis titles.
    neutral
        The range of 9 in 10 neutral runners.
    """
    data = np.asarray(values, dtype=np.float64)
    ends = [*data, *(neutral or ()), *([] if threshold is None else [threshold])]
    first = BIN_DEG * np.floor(min(ends) / BIN_DEG - 1)
    bins = np.arange(first, max(ends) + 2 * BIN_DEG, BIN_DEG)

    def draw(figure: Figure, theme: Theme) -> None:
        axes = figure.add_axes((0.11, 0.27, 0.85, 0.56))
        plain(axes, theme)
        if neutral is not None:
            axes.axvspan(*neutral, color=theme.neutral, alpha=0.55, linewidth=0)
        axes.hist(data, bins=bins.tolist(), color=theme.of(name), rwidth=0.86)
        if threshold is not None:
            axes.axvline(threshold, color=theme.ink, linewidth=1.4)
        axes.locator_params(axis="y", nbins=4, integer=True)
        axes.set_xlabel(axis, color=theme.muted, fontsize=SMALL, labelpad=4)
        axes.set_ylabel(count, color=theme.muted, fontsize=SMALL)
        heading(axes, title, theme.of(name))

    return render(draw, height=SPREAD_HEIGHT)


def trend_plot(points: Mapping[str, Sequence[Point]], *, titles: Mapping[str, str], axis: str) -> Plot | None:
    """Draw a runner's measures from session to session, with their intervals; None when there are none.

    Parameters
    ----------
    points
        By measure, in the order of the sessions.
    titles
        Heading of each measure.
    axis
        Title of the axis of sessions.
    """
    names = [name for name in titles if points.get(name)]
    if not names:
        return None
    every = [point for name in names for point in points[name]]
    order = {place: number for number, place in enumerate(dict.fromkeys(point.place for point in every))}
    where = {point: float(order[point.place]) if point.day is None else point.day for point in every}
    height = TREND_PANEL * len(names) + TREND_GAPS

    def draw(figure: Figure, theme: Theme) -> None:
        panels = stacked(figure, len(names), TREND_PANEL, TREND_GAPS, height)
        for name, axes in zip(names, panels, strict=True):
            _trend(axes, name, points[name], where, theme)
            heading(axes, titles[name], theme.of(name))
            axes.tick_params(labelbottom=axes is panels[-1])
        panels[-1].set_xlabel(axis, color=theme.muted, fontsize=SMALL, labelpad=4)

    with warnings.catch_warnings():
        # Names stay text in the viewer's font, which has letters that the measuring font lacks.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        return render(draw, height=height)


def _trend(axes: Axes, name: str, points: Sequence[Point], where: Mapping[Point, float], theme: Theme) -> None:
    plain(axes, theme)
    x = np.array([where[point] for point in points])
    value = np.array([point.value for point in points])
    low, high = (np.array([getattr(point, end) for point in points]) for end in ("low", "high"))
    axes.errorbar(
        x,
        value,
        yerr=np.vstack((value - low, high - value)),
        color=theme.of(name),
        marker=MARKER.get(name, "o"),
        markersize=6,
        linewidth=1.2,
        elinewidth=2.4,
        linestyle="-" if len(set(x.tolist())) == len(x) else "none",
    )
    middle, half = (low.min() + high.max()) / 2, max(high.max() - low.min(), LEAST_DEG) * 0.58
    axes.set_ylim(middle - half, middle + half)
    first, last = min(where.values()), max(where.values())
    # Room for the names at both ends.
    margin = max(0.5, 0.13 * (last - first))
    axes.set_xlim(first - margin, last + margin)
    axes.locator_params(axis="y", nbins=4, integer=True)
    named = _spread_out({where[point]: point.place for point in where}, (last - first) / MAX_GAPS)
    axes.set_xticks(list(named), [_shortened(place, 12) for place in named.values()])


def _spread_out(names: Mapping[float, str], least: float) -> dict[float, str]:
    """Return the names, by place, that have room: the first, and each that is far enough from the one before."""
    shown: dict[float, str] = {}
    for place in sorted(names):
        if not shown or place - max(shown) >= least:
            shown[place] = names[place]
    return shown


def _shortened(text: str, limit: int) -> str:
    # A $ would begin a formula.
    safe = "".join(c if c.isprintable() and c != "$" else "\N{REPLACEMENT CHARACTER}" for c in text)
    return safe if len(safe) <= limit else f"{safe[: limit - 1]}…"
