"""Changes of measures beside the smallest that can be detected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from posture.drawing.palette import Theme
from posture.language import gettext as _
from posture.report.plots.style import MARKER, SMALL, TEXT, Plot, plain, render

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CHANGE_ROW, CHANGE_GAPS = 52, 42
# Least change that the axis reaches, degrees.
LEAST_CHANGE = 8.0


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
