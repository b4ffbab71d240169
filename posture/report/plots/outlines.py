"""Plot of two back outlines over each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from posture.drawing.palette import Theme
from posture.language import gettext as _
from posture.records.analysis import Analysis, Outline
from posture.report.plots.style import SMALL, TEXT, Plot, render
from posture.types import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

HEIGHT = 360
# Shown part of the outlines, trunk lengths: the lower buttocks and the neck say nothing about the arch.
FROM_T, TO_T = -0.15, 1.05
# Room on either side of the outlines, trunk lengths.
MARGIN = 0.12


def outline_plot(before: Analysis, after: Analysis, names: tuple[str, str]) -> Plot | None:
    """Draw both mean outlines as a person who faces right has them, hips on hips; None when one is missing.

    Parameters
    ----------
    names
        Of the two, for the legend.
    """
    if before.outline is None or after.outline is None:
        return None
    lines = [_standing_in_the_world(a.outline, _lean_deg(a)) for a in (before, after) if a.outline is not None]

    def draw(figure: Figure, theme: Theme) -> None:
        axes = figure.add_axes((0.0, 0.12, 1.0, 0.88))
        axes.set_axis_off()
        axes.set_aspect("equal")
        styles = ((theme.muted, (0, (4, 2)), 2.4), (theme.arch, "-", 3.2))
        for line, name, (colour, dashes, width) in zip(lines, names, styles, strict=True):
            axes.plot(*line, color=colour, linestyle=dashes, linewidth=width, label=name, solid_capstyle="round")
        both = np.concatenate(lines, axis=1)
        (left, low), (right, high) = both.min(axis=1) - MARGIN, both.max(axis=1) + MARGIN
        axes.set_xlim(left, right)
        axes.set_ylim(low, high)
        _running_direction(axes, (right, high), theme)
        figure.legend(loc="lower center", ncols=2, frameon=False, fontsize=TEXT, labelcolor=theme.ink)

    return render(draw, height=HEIGHT)


def _lean_deg(analysis: Analysis) -> float:
    lean = analysis.measures.get("trunk_lean_deg")
    return 0.0 if lean is None else lean.value


def _standing_in_the_world(outline: Outline, lean_deg: float) -> Array:
    """Return an outline, shape (2, N): forward and up from the hips, trunk lengths."""
    t, distance = np.array(outline.t), np.array(outline.distance)
    shown = (t >= FROM_T) & (t <= TO_T)
    lean = np.radians(lean_deg)
    axis, backward = np.array([np.sin(lean), np.cos(lean)]), np.array([-np.cos(lean), np.sin(lean)])
    points: Array = np.outer(axis, t[shown]) + np.outer(backward, distance[shown])
    return points


def _running_direction(axes: Axes, corner: tuple[float, float], theme: Theme) -> None:
    x, y = corner
    axes.text(x, y, _("facing this way →"), color=theme.muted, fontsize=SMALL, ha="right", va="top")
