"""Tilt and arch over the stride, with bands, the feet's stances and the moments of the near foot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from posture.records import Course, GaitEvent
from posture.report.plots.theme import SMALL, Plot, Theme, heading, plain, render

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PANEL, STRIP, GAPS = 132, 44, 44
# A panel shows at least so many degrees, so that noise does not look like movement.
LEAST_DEG = 16.0


@dataclass(frozen=True)
class PhaseWords:
    """The words of the plot, in the reader's language.

    Attributes
    ----------
    titles : mapping of str to str
        Each measure's, with its unit.
    axis : str
        Below the axis.
    feet : mapping of str to str
        ``left`` and ``right``.
    """

    titles: Mapping[str, str]
    axis: str
    feet: Mapping[str, str]


def phase_plot(course: Course, words: PhaseWords) -> Plot | None:
    """Draw the curves over the stride; None when there are none."""
    names = [name for name, curve in course.curves.items() if curve is not None]
    if not names:
        return None
    feet = _feet(course.events, course.side)
    height = PANEL * len(names) + (STRIP if feet else 0) + GAPS

    def draw(figure: Figure, theme: Theme) -> Axes:
        panels = _panels(figure, len(names), height, strip=bool(feet))
        for axes, name in zip(panels, names, strict=False):
            _curve(axes, course, name, theme)
            heading(axes, words.titles[name], theme.of(name))
            axes.tick_params(labelbottom=False)
        last = panels[-1]
        if feet:
            _strip(last, feet, words, theme)
        last.tick_params(labelbottom=True)
        last.set_xlabel(words.axis, color=theme.muted, fontsize=SMALL, labelpad=6)
        for axes in panels:
            axes.set_xlim(0.0, 1.0)
            axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100"])
            for event in course.events:
                if event.side == course.side and axes is not last:
                    axes.axvline(event.phase, color=theme.muted, linewidth=1, linestyle=(0, (2, 3)), zorder=1)
        return last

    return render(draw, height=height)


def _panels(figure: Figure, count: int, height: int, *, strip: bool) -> list[Axes]:
    """Stack panels from the top: fixed sizes in points, so that text keeps its room."""
    left, width = 0.11, 0.85
    panels, top = [], float(height - 24)
    for _ in range(count):
        panels.append(figure.add_axes((left, (top - PANEL + 38) / height, width, (PANEL - 38) / height)))
        top -= PANEL
    if strip:
        panels.append(figure.add_axes((left, (top + 32 - STRIP) / height, width, (STRIP - 8) / height)))
    return panels


def _curve(axes: Axes, course: Course, name: str, theme: Theme) -> None:
    curve = course.curves[name]
    if curve is None:
        return
    plain(axes, theme)
    # The stride closes: its end is its beginning.
    phases = np.append(course.phases, 1.0)
    value, low, high = (np.append(v, v[0]) for v in (curve.value, curve.low, curve.high))
    colour = theme.of(name)
    axes.fill_between(phases, low, high, color=colour, alpha=0.18, linewidth=0, zorder=2)
    axes.plot(phases, value, color=colour, linewidth=2.4, zorder=3, linestyle=_line(name))
    _widen(axes, float(low.min()), float(high.max()))


def _line(name: str) -> str:
    return "-" if name == "pelvic_tilt_deg" else (0, (6, 1.2))  # type: ignore[return-value]


def _widen(axes: Axes, low: float, high: float) -> None:
    missing = max(LEAST_DEG - (high - low), 0.06 * (high - low))
    axes.set_ylim(low - missing / 2, high + missing / 2)
    axes.locator_params(axis="y", nbins=4, integer=True)


Stances = dict[str, tuple[float, float | None, float]]


def _feet(events: Sequence[GaitEvent], near: str) -> Stances:
    """Return strike, mid-stance and toe-off of the feet of which strike and toe-off are known, the near one first."""
    feet: Stances = {}
    for side in sorted({event.side for event in events}, key=lambda s: s != near):
        phase = {event.name: event.phase for event in events if event.side == side}
        if "foot_strike" in phase and "toe_off" in phase:
            feet[side] = (phase["foot_strike"], phase.get("mid_stance"), phase["toe_off"])
    return feet


def _strip(axes: Axes, feet: Stances, words: PhaseWords, theme: Theme) -> None:
    """Draw when each foot is on its stance: filled for the near foot, hatched for the other."""
    plain(axes, theme)
    axes.grid(visible=False)
    axes.set_ylim(-0.55, 1.55)
    axes.set_yticks([])
    for row, (side, (strike, middle, off)) in enumerate(feet.items()):
        y = 1 - row
        for start, end in _unwrapped(strike, off):
            axes.barh(
                y, end - start, left=start, height=0.72, linewidth=1, edgecolor=theme.muted,
                facecolor=theme.muted if row == 0 else "none", hatch=None if row == 0 else "////",
            )  # fmt: skip
        if middle is not None:
            axes.plot(middle, y, "o", color=theme.ground, markeredgecolor=theme.ink, markersize=6, zorder=4)
        free = off + 0.02 if off + 0.02 < 0.62 else strike - 0.02
        align = "left" if free > strike else "right"
        axes.text(free, y, words.feet[side], va="center", ha=align, fontsize=SMALL, color=theme.ink)


def _unwrapped(start: float, end: float) -> list[tuple[float, float]]:
    return [(start, end)] if end >= start else [(start, 1.0), (0.0, end)]
