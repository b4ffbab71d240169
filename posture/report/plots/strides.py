"""Tilt and arch of each stride over the clip's time, the thresholds, and strides that were left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from posture.records import Drift, Gait, Stride
from posture.report.plots.theme import MARKER, SMALL, Plot, Theme, heading, plain, render

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PANEL, GAPS = 140, 44
LEAST_DEG = 16.0
# The fewest strides of which a mean is drawn, and how many marks of the usual size have room.
FEW, MANY = 3, 28


@dataclass(frozen=True)
class StrideWords:
    """The words of the plot, in the reader's language.

    Attributes
    ----------
    titles : mapping of str to str
        Each measure's, with its unit; only these measures are drawn.
    axis, threshold, left_out : str
    """

    titles: Mapping[str, str]
    axis: str
    threshold: str
    left_out: str


def stride_plot(
    gait: Gait, thresholds: Mapping[str, float], words: StrideWords, drift: Drift | None = None
) -> Plot | None:
    """Draw each stride's values, and the means of the first and the last third where they were compared.

    None when no stride has any value.
    """
    names = [name for name in words.titles if any(_value(s, name) is not None for s in gait.strides)]
    if not names:
        return None
    spans = [(s.start_s, s.end_s) for s in gait.strides] + [(s.start_s, s.end_s) for s in gait.left_out]
    first, last = min(s for s, _ in spans), max(e for _, e in spans)
    height = PANEL * len(names) + GAPS

    def draw(figure: Figure, theme: Theme) -> Axes:
        axes = None
        for row, name in enumerate(names):
            bottom = (GAPS + PANEL * (len(names) - 1 - row)) / height
            axes = figure.add_axes((0.11, bottom, 0.85, (PANEL - 34) / height))
            _panel(axes, gait, name, thresholds.get(name), drift, words, theme)
            heading(axes, words.titles[name], theme.of(name))
            axes.set_xlim(first - 0.02 * (last - first), last + 0.02 * (last - first))
            axes.tick_params(labelbottom=row == len(names) - 1)
        assert axes is not None
        axes.set_xlabel(words.axis, color=theme.muted, fontsize=SMALL, labelpad=6)
        return axes

    return render(draw, height=height)


def _value(stride: Stride, name: str) -> float | None:
    return (stride.measures or {}).get(name)


def _size(count: int) -> float:
    """Return the size of that many marks: smaller where they would hide each other."""
    return max(3.5, 8.0 * min(1.0, (MANY / count) ** 0.5))


def _panel(
    axes: Axes,
    gait: Gait,
    name: str,
    threshold: float | None,
    drift: Drift | None,
    words: StrideWords,
    theme: Theme,
) -> None:
    plain(axes, theme)
    known = [(s, value) for s in gait.strides if (value := _value(s, name)) is not None]
    middle = np.array([(s.start_s + s.end_s) / 2 for s, _ in known])
    values = np.array([value for _, value in known])
    colour = theme.of(name)
    low, high = float(values.min()), float(values.max())
    if threshold is not None:
        low, high = min(low, threshold), max(high, threshold)
    pad = max(LEAST_DEG - (high - low), 0.25 * (high - low)) / 2
    axes.set_ylim(low - pad, high + pad)
    axes.locator_params(axis="y", nbins=4, integer=True)
    for odd in gait.left_out:
        axes.axvspan(
            odd.start_s, odd.end_s, facecolor="none", edgecolor=theme.left_out, hatch="////", linewidth=0
        )
    change = None if drift is None else drift.measures.get(name)
    if drift is not None and change is not None:
        for part, mean in ((middle[: drift.strides], change.first), (middle[-drift.strides :], change.last)):
            axes.plot([part[0], part[-1]], [mean, mean], color=theme.ink, linewidth=2.5, zorder=5)
    elif len(values) >= FEW:
        axes.axhline(float(values.mean()), color=colour, linewidth=1.2, alpha=0.6)
    if threshold is not None:
        axes.axhline(threshold, color=theme.ink, linewidth=1.2, linestyle=(0, (4, 3)))
        # Beside the line, on the side away from the dots.
        above = values.mean() < threshold
        axes.annotate(
            words.threshold, (1.0, threshold), xycoords=("axes fraction", "data"), ha="right",
            va="bottom" if above else "top", xytext=(0, 2 if above else -3), textcoords="offset points",
            fontsize=SMALL, color=theme.ink,
        )  # fmt: skip
    axes.plot(
        middle, values, MARKER.get(name, "D"), color=colour, markersize=_size(len(values)),
        markeredgecolor=theme.ground, markeredgewidth=1, zorder=4,
    )  # fmt: skip
