"""Plots of tilt and arch over the stride, and from stride to stride."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from posture.drawing.palette import Theme
from posture.language import gettext as _
from posture.records.analysis import Gait, Segment, Stride
from posture.records.course import Course, Drift, GaitEvent
from posture.report.plots.style import MARKER, SMALL, Plot, heading, plain, render, stacked

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Heights, points.
PHASE_PANEL, STRIDE_PANEL, STANCE_STRIP, GAPS = 132, 140, 44, 44
# Least range of a panel, degrees, so that noise does not look like movement.
LEAST_DEG = 16.0
# A mean is drawn of at least 3 strides; 28 marks of the usual size have room.
FEW, MANY = 3, 28


def _titles() -> dict[str, str]:
    return {"pelvic_tilt_deg": _("Pelvic tilt, degrees"), "lumbar_arch_deg": _("Lumbar arch, degrees")}


def phase_plot(course: Course) -> Plot | None:
    """Draw the curves over the stride; None when there are none."""
    names = [name for name, curve in course.curves.items() if curve is not None]
    if not names:
        return None
    titles, axis_title = _titles(), _("percent of the stride")
    feet = _feet(course.events, course.side)
    foot_names = {"left": _("left foot"), "right": _("right foot")}
    height = PHASE_PANEL * len(names) + (STANCE_STRIP if feet else 0) + GAPS

    def draw(figure: Figure, theme: Theme) -> Axes:
        panels = _panels(figure, len(names), height, strip=bool(feet))
        for axes, name in zip(panels, names, strict=False):
            _curve(axes, course, name, theme)
            heading(axes, titles[name], theme.of(name))
            axes.tick_params(labelbottom=False)
        last = panels[-1]
        if feet:
            _strip(last, feet, foot_names, theme)
        last.tick_params(labelbottom=True)
        last.set_xlabel(axis_title, color=theme.muted, fontsize=SMALL, labelpad=6)
        for axes in panels:
            axes.set_xlim(0.0, 1.0)
            axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100"])
            for event in course.events:
                if event.side == course.side and axes is not last:
                    axes.axvline(event.phase, color=theme.muted, linewidth=1, linestyle=(0, (2, 3)), zorder=1)
        return last

    return render(draw, height=height)


def _panels(figure: Figure, count: int, height: int, *, strip: bool) -> list[Axes]:
    """Stack panels from the top; their sizes in points are fixed, so that text keeps its room."""
    left, width = 0.11, 0.85
    panels, top = [], float(height - 24)
    for _number in range(count):
        panels.append(figure.add_axes((left, (top - PHASE_PANEL + 38) / height, width, (PHASE_PANEL - 38) / height)))
        top -= PHASE_PANEL
    if strip:
        panels.append(figure.add_axes((left, (top + 32 - STANCE_STRIP) / height, width, (STANCE_STRIP - 8) / height)))
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
    line: Any = "-" if name == "pelvic_tilt_deg" else (0, (6, 1.2))
    axes.plot(phases, value, color=colour, linewidth=2.4, zorder=3, linestyle=line)
    _set_range(axes, float(low.min()), float(high.max()), margin=0.06)


def _set_range(axes: Axes, low: float, high: float, *, margin: float) -> None:
    """Set the range of the y axis to the values, with a margin (share of their range) and at least `LEAST_DEG`."""
    pad = max(LEAST_DEG - (high - low), margin * (high - low)) / 2
    axes.set_ylim(low - pad, high + pad)
    axes.locator_params(axis="y", nbins=4, integer=True)


Stances = dict[str, tuple[float, float | None, float]]


def _feet(events: Sequence[GaitEvent], near: str) -> Stances:
    """Return strike, mid-stance and toe-off of each foot with known strike and toe-off, the near one first."""
    feet: Stances = {}
    for side in sorted({event.side for event in events}, key=lambda s: s != near):
        phase = {event.name: event.phase for event in events if event.side == side}
        if "foot_strike" in phase and "toe_off" in phase:
            feet[side] = (phase["foot_strike"], phase.get("mid_stance"), phase["toe_off"])
    return feet


def _strip(axes: Axes, feet: Stances, foot_names: Mapping[str, str], theme: Theme) -> None:
    """Draw the stance of each foot: filled for the near one, hatched for the other."""
    plain(axes, theme)
    axes.grid(visible=False)
    axes.set_ylim(-0.55, 1.55)
    axes.set_yticks([])
    for row, (side, (strike, middle, off)) in enumerate(feet.items()):
        y = 1 - row
        for start, end in [(strike, off)] if off >= strike else [(strike, 1.0), (0.0, off)]:
            axes.barh(
                y, end - start, left=start, height=0.72, linewidth=1, edgecolor=theme.muted,
                facecolor=theme.muted if row == 0 else "none", hatch=None if row == 0 else "////",
            )  # fmt: skip
        if middle is not None:
            axes.plot(middle, y, "o", color=theme.ground, markeredgecolor=theme.ink, markersize=6, zorder=4)
        free = off + 0.02 if off + 0.02 < 0.62 else strike - 0.02
        align = "left" if free > strike else "right"
        axes.text(free, y, foot_names[side], va="center", ha=align, fontsize=SMALL, color=theme.ink)


def stride_plot(
    gait: Gait, thresholds: Mapping[str, float], drift: Drift | None = None, segments: Sequence[Segment] = ()
) -> Plot | None:
    """Draw the values of each stride, and the means of the first and the last third where they were compared.

    Where the posture changes, the mean of each part instead, and an upright line at each change.

    None when no stride has any value.
    """
    titles, axis_title = _titles(), _("seconds of the clip")
    names = [name for name in titles if any(_value(s, name) is not None for s in gait.strides)]
    if not names:
        return None
    spans = [(s.start_s, s.end_s) for s in gait.strides] + [(s.start_s, s.end_s) for s in gait.left_out]
    first, last = min(start for start, _end in spans), max(end for _start, end in spans)
    height = STRIDE_PANEL * len(names) + GAPS

    def draw(figure: Figure, theme: Theme) -> Axes:
        panels = stacked(figure, len(names), STRIDE_PANEL, GAPS, height)
        for name, axes in zip(names, panels, strict=True):
            _strides(axes, gait, name, thresholds.get(name), drift, theme, is_divided=bool(segments))
            _segments(axes, segments, name, theme)
            heading(axes, titles[name], theme.of(name))
            axes.set_xlim(first - 0.02 * (last - first), last + 0.02 * (last - first))
            axes.tick_params(labelbottom=axes is panels[-1])
        panels[-1].set_xlabel(axis_title, color=theme.muted, fontsize=SMALL, labelpad=6)
        return panels[-1]

    return render(draw, height=height)


def _value(stride: Stride, name: str) -> float | None:
    return (stride.measures or {}).get(name)


def _segments(axes: Axes, segments: Sequence[Segment], name: str, theme: Theme) -> None:
    """Draw the mean of each part, and an upright line where the posture changes."""
    for segment in segments:
        measure = segment.measures.get(name)
        if measure is not None:
            axes.plot([segment.start_s, segment.end_s], [measure.value] * 2, color=theme.of(name), linewidth=2.0)
    for segment in segments[1:]:
        axes.axvline(segment.start_s, color=theme.muted, linewidth=1.2)


def _strides(
    axes: Axes, gait: Gait, name: str, threshold: float | None, drift: Drift | None, theme: Theme, *, is_divided: bool
) -> None:
    plain(axes, theme)
    known = [(s, value) for s in gait.strides if (value := _value(s, name)) is not None]
    middle = np.array([(s.start_s + s.end_s) / 2 for s, _value_deg in known])
    values = np.array([value for _stride, value in known])
    colour = theme.of(name)
    low, high = float(values.min()), float(values.max())
    if threshold is not None:
        low, high = min(low, threshold), max(high, threshold)
    _set_range(axes, low, high, margin=0.25)
    hatched: dict[str, Any] = {"facecolor": "none", "edgecolor": theme.left_out, "hatch": "////", "linewidth": 0}
    for stride in gait.left_out:
        axes.axvspan(stride.start_s, stride.end_s, label=_("left out"), **hatched)
    change = None if drift is None else drift.measures.get(name)
    if drift is not None and change is not None:
        for part, mean in ((middle[: drift.strides], change.first), (middle[-drift.strides :], change.last)):
            axes.plot([part[0], part[-1]], [mean, mean], color=theme.ink, linewidth=2.5, zorder=5)
    elif len(values) >= FEW and not is_divided:
        axes.axhline(float(values.mean()), color=colour, linewidth=1.2, alpha=0.6)
    if threshold is not None:
        axes.axhline(threshold, color=theme.ink, linewidth=1.2, linestyle=(0, (4, 3)))
        # Beside the line, on the side away from the dots.
        above = values.mean() < threshold
        axes.annotate(
            _("limit"), (1.0, threshold), xycoords=("axes fraction", "data"), ha="right",
            va="bottom" if above else "top", xytext=(0, 2 if above else -3), textcoords="offset points",
            fontsize=SMALL, color=theme.ink,
        )  # fmt: skip
    # Many marks are smaller, so that they do not hide each other.
    size = max(3.5, 8.0 * min(1.0, (MANY / len(values)) ** 0.5))
    axes.plot(
        middle, values, MARKER.get(name, "D"), color=colour, markersize=size,
        markeredgecolor=theme.ground, markeredgewidth=1, zorder=4,
    )  # fmt: skip
