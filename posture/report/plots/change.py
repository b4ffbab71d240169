"""Changes against the baseline: value and interval around zero, and what is within the noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from posture.report.plots.theme import MARKER, SMALL, TEXT, Plot, Theme, render

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
