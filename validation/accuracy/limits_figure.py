"""The figure docs/images/limits.png: one small panel for each factor."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from validation.accuracy.figure import BLUE, GREY, ORANGE
from validation.accuracy.limits_document import SHORT
from validation.accuracy.trials import JUDGED

GREEN = "#009E73"
MARKS = dict(zip(JUDGED, ((BLUE, "o"), (ORANGE, "^"), (GREEN, "s")), strict=True))
COLUMNS = 4
# Upper end of the axis: errors far beyond the bound would flatten the others.
MOST_TIMES = 4.0


def draw_limits(figures: dict[str, Any], path: Path) -> None:
    """Draw the figure and write it as PNG.

    Parameters
    ----------
    figures
        Of `validation.accuracy.limits.summarise_limits`.
    """
    factors = [factor for factor in figures["factors"].values() if factor["rows"]]
    rows = -(-(len(factors) + 1) // COLUMNS)
    figure = Figure(figsize=(3.4 * COLUMNS, 2.9 * rows), layout="constrained")
    axes = figure.subplots(rows, COLUMNS, squeeze=False).ravel()
    for panel, factor in zip(axes, factors, strict=False):
        _panel(panel, factor, figures["leaves"])
    _clothing(axes[len(factors)], figures["clothing"])
    for panel in axes[len(factors) + 1 :]:
        panel.axis("off")
    kinds = [Line2D([], [], color=colour, marker=mark, ms=4, lw=1) for colour, mark in MARKS.values()]
    axes[0].legend(kinds, [SHORT[name] for name in MARKS], loc="upper left", fontsize=7)
    figure.savefig(path, dpi=100, metadata={"Software": None})


def _panel(axes: Axes, factor: dict[str, Any], leaves: float) -> None:
    labels = [row["label"] for row in factor["rows"]]
    for step, (name, (colour, mark)) in enumerate(MARKS.items()):
        shift = 0.12 * (step - 1)
        few = [at for at, row in enumerate(factor["rows"]) if row[name]["left"] is None and row[name]["times"]]
        axes.scatter(
            [at + shift for at in few],
            [factor["rows"][at][name]["times"] for at in few],
            s=14,
            marker=mark,
            facecolors="none",
            edgecolors=colour,
            linewidths=0.6,
        )
        rows = [(at, row[name]) for at, row in enumerate(factor["rows"]) if row[name]["left"] is not None]
        if not rows:
            continue
        x = np.array([at for at, _ in rows]) + shift
        times = np.array([e["times"] for _, e in rows])
        scale = times / np.array([e["rmse"] for _, e in rows])
        low, high = (np.array([e[end] for _, e in rows]) * scale for end in ("low", "high"))
        bars = np.maximum(np.stack([times - low, high - times]), 0.0)
        line = "-" if factor["worse"] else "none"
        axes.errorbar(x, times, bars, color=colour, marker=mark, ms=4, lw=1, ls=line)
    axes.axhline(leaves, color=GREY, lw=1)
    gate = gate_place(factor)
    if gate is not None:
        axes.axvline(gate, color="black", lw=1, ls=":")
    axes.set_ylim(0, max(min(axes.get_ylim()[1], MOST_TIMES), leaves + 0.5))
    axes.set_xticks(range(len(labels)), labels, fontsize=6.5, rotation=25, ha="right")
    axes.set_xlim(-0.5, len(labels) - 0.5)
    axes.set_title(factor["title"], fontsize=8.5)


def gate_place(factor: dict[str, Any]) -> float | None:
    """Return the gate's panel on the axis, between two rows; None when it is not among them."""
    if factor["gate"] is None:
        return None
    value, more = factor["gate"]["value"], factor["worse"] == "more"
    past = [row["at"] > value if more else row["at"] < value for row in factor["rows"] if row["at"] is not None]
    if len(past) < len(factor["rows"]) or all(past) or not any(past):
        return None
    return past.index(True) - 0.5


def _clothing(axes: Axes, limits: list[dict[str, Any]]) -> None:
    for words, colour, mark in (("loose", ORANGE, "^"), ("tight", BLUE, "o")):
        shares = [100 * row[words]["refused"]["share"] for row in limits]
        axes.plot([row["limit"] for row in limits], shares, color=colour, marker=mark, ms=4, lw=1, label=words)
    for row in limits:
        if row["now"]:
            axes.axvline(row["limit"], color="black", lw=1, ls=":")
    axes.set_title("Refused by a limit on the oddness, percent", fontsize=8.5)
    if limits:
        axes.legend(fontsize=7)
