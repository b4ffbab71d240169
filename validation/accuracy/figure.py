"""The pictures of the page on accuracy: measured against true values, and how well the probability is calibrated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from validation.accuracy.pairs import TARGET_YAW_DEG, in_target, is_tight, measured, value_pairs
from validation.accuracy.people import ExaminedPerson
from validation.accuracy.statistics import MEASURES, errors
from validation.accuracy.table import NAMES

# Colours for any colour vision (Okabe & Ito 2008); the marks differ in shape too.
BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#999999"
GROUPS = (
    ("loose shirt", GREY, "x"),
    ("tight, oblique", ORANGE, "^"),
    ("tight, within 15°", BLUE, "o"),
)
UNITS = {"pelvic_tilt_deg": "°", "lumbar_arch_deg": "°", "lumbar_arch_index": "percent"}


def draw(people: Sequence[ExaminedPerson], path: Path) -> None:
    """Draw the figure of the test people and write it as PNG.

    Parameters
    ----------
    people
        The test half.
    """
    figure = Figure(figsize=(12, 7.5), layout="constrained")
    axes = figure.subplots(2, 3)
    for column, name in enumerate(MEASURES[:3]):
        _scatter(axes[0, column], people, name)
        _over_yaw(axes[1, column], people, name)
    axes[0, 0].legend(loc="upper left", fontsize=8)
    figure.savefig(path, dpi=110, metadata={"Software": None})


def draw_reliability(figures: Mapping[str, Any], path: Path) -> None:
    """Draw the share of hollow runners over the probability that the verdict gave, and write it as PNG.

    Parameters
    ----------
    figures
        Of `validation.accuracy.summary.summarise`.
    """
    figure = Figure(figsize=(9, 4.6), layout="constrained")
    test = figures["groups"]["all"]["hollow"]
    for axes, setting, key, title in zip(
        figure.subplots(1, 2, sharey=True),
        ("alone", "own_standing"),
        ("reliability", "reliability_own"),
        ("from the clip alone", "with the standing clip"),
        strict=True,
    ):
        axes.plot([0, 1], [0, 1], color="black", lw=0.8, ls="--")
        lines = [title]
        for words, found, colour, mark in (
            ("both halves", figures["cross_fitted"][setting], BLUE, "o"),
            ("test half", test[key], ORANGE, "^"),
        ):
            _bins(axes, found["bins"], colour, mark, words)
            if found["n"]:
                error = f"error {found['error']:.2f}, by chance {found['by_chance']:.2f}"
                lines.append(f"{words}, {found['n']} clips: {error}")
        axes.set_xlim(-0.08, 1.08)
        axes.set_title("\n".join(lines), fontsize=10)
        axes.set_xlabel("probability of a hollow back, mean of the clips")
    figure.axes[0].set_ylabel("share with a hollow back, 90 % interval")
    figure.axes[0].legend(loc="upper left", fontsize=8)
    figure.savefig(path, dpi=110, metadata={"Software": None})


def _bins(axes: Axes, bins: Sequence[Mapping[str, Any]], colour: str, mark: str, words: str) -> None:
    """Draw the share in each bin of the probability, with its interval and the number of clips."""
    side = -1 if mark == "o" else 1
    text: dict[str, Any] = {
        "textcoords": "offset points",
        "fontsize": 9,
        "color": colour,
        "ha": "left" if side > 0 else "right",
    }
    at = np.array([one["mean"] for one in bins]) + 0.012 * side
    for x, one in zip(at, bins, strict=True):
        axes.plot([x, x], [one["low"], one["high"]], color=colour, lw=2, alpha=0.5)
        axes.annotate(str(one["n"]), (x, one["share"]), (8 * side, -4), **text)
    axes.scatter(at, [one["share"] for one in bins], s=28, color=colour, marker=mark, label=words)


def _group_of(one: ExaminedPerson) -> str:
    if not is_tight(one):
        return "loose shirt"
    return "tight, within 15°" if in_target(one) else "tight, oblique"


def _scatter(axes: Axes, people: Sequence[ExaminedPerson], name: str) -> None:
    for group, colour, mark in GROUPS:
        pairs = value_pairs([one for one in people if _group_of(one) == group], "run", name)
        half = (pairs.high - pairs.low) / 2
        axes.errorbar(pairs.true, pairs.measured, half, fmt="none", ecolor=colour, alpha=0.15, lw=1)
        axes.scatter(pairs.true, pairs.measured, s=16, color=colour, marker=mark, label=group, linewidths=1)
    low, high = axes.get_xlim()
    axes.plot([low, high], [low, high], color="black", lw=0.8, ls="--")
    axes.set_xlim(low, high)
    figures = errors(value_pairs([one for one in people if in_target(one)], "run", name))
    if figures["rmse"] is not None and figures["slope"] is not None:
        text = f"within 15°: RMSE {figures['rmse']:.2f}, bias {figures['bias']:+.2f}, slope {figures['slope']:.2f}"
        axes.set_title(f"{NAMES[name]}\n{text}", fontsize=10)
    axes.set_xlabel(f"true, {UNITS[name]}")
    axes.set_ylabel(f"measured, {UNITS[name]}")


def _over_yaw(axes: Axes, people: Sequence[ExaminedPerson], name: str) -> None:
    for group, colour, mark in GROUPS:
        in_group = [
            one for one in people if _group_of(one) == group and measured(one.analyses["run"], name) is not None
        ]
        pairs = value_pairs(in_group, "run", name)
        yaw = np.array([one.filming["run"]["yaw_deg"] for one in in_group])
        axes.scatter(yaw, pairs.measured - pairs.true, s=16, color=colour, marker=mark, linewidths=1)
    refused = [one.filming["run"]["yaw_deg"] for one in people if measured(one.analyses["run"], name) is None]
    axes.axhline(0, color="black", lw=0.8, ls="--")
    axes.axvspan(-TARGET_YAW_DEG, TARGET_YAW_DEG, color=BLUE, alpha=0.06, lw=0)
    bottom = axes.get_ylim()[0]
    axes.scatter(refused, np.full(len(refused), bottom), s=14, color="black", marker="|", label="not measured")
    axes.legend(loc="upper left", fontsize=8)
    axes.set_xlabel("true turn of the view, ° (+ to the front)")
    axes.set_ylabel(f"measured − true, {UNITS[name]}")
