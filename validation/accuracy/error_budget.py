"""docs/error_budget.md: what view, shape model, arms and mask each add to the error, in words and tables."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from posture.types import Array
from posture.version import __version__
from validation.accuracy.table import NAMES, markdown_table, number

DOCS = Path(__file__).resolve().parents[2] / "docs"
JUDGED = ("pelvic_tilt_deg", "lumbar_arch_deg", "lumbar_arch_index")
MAX_YAW_DEG = 15.0
STEPS = ("view", "shape", "arms", "mask")
_WHAT = {
    "view": "the true outline as the camera sees it, measured directly",
    "shape": "the same, through the shape model",
    "arms": "the true silhouette with its arms: a perfect mask",
    "mask": "MediaPipe's mask: as `posture` measures",
}
# Heights of the runner in the picture, pixels, at which the clips are divided.
HEIGHTS_PX = (0, 270, 400, 10_000)
# Robust standard deviation of a normal error from its median distance.
MAD_TO_SD = 1.4826


@dataclass(frozen=True)
class Found:
    """One clip.

    Attributes
    ----------
    person : int
    take : {"run", "stand"}
    height_px : float
    error : dict of step to array, shape (len(JUDGED),)
        Measured minus true.
    """

    person: int
    take: str
    height_px: float
    error: dict[str, Array]


def spread_of(found: Sequence[Found], step: str) -> dict[str, dict[str, float]]:
    """Return the standard deviation of a step's errors, plain and robust, by measure.

    A constant error is left out: it can be learnt and taken off.
    """
    errors = np.array([one.error[step] for one in found])
    away = np.abs(errors - np.median(errors, axis=0))
    plain, robust = errors.std(axis=0, ddof=1), MAD_TO_SD * np.median(away, axis=0)
    return {
        name: {"sd": round(float(plain[i]), 3), "robust": round(float(robust[i]), 3)}
        for i, name in enumerate(JUDGED)
    }


def figures_of(found: Sequence[Found]) -> dict[str, Any]:
    """Return all figures: by take, and of runners by their height in the picture."""
    groups: dict[str, list[Found]] = {take: [f for f in found if f.take == take] for take in ("run", "stand")}
    for low, high in pairwise(HEIGHTS_PX):
        groups[f"run_{low}_{high}"] = [f for f in groups["run"] if low <= f.height_px < high]
    return {
        "posture": __version__,
        "groups": {
            name: {"n": len(some), "steps": {step: spread_of(some, step) for step in STEPS}}
            for name, some in groups.items()
            if len(some) > 2
        },
    }


def document(figures: dict[str, Any]) -> str:
    """Return the whole of docs/error_budget.md."""
    groups = figures["groups"]
    tables = [
        _table("People running", groups["run"]),
        _table("The same people standing", groups["stand"]),
        *[
            _table(_between(*map(int, name.split("_")[1:])), group)
            for name, group in groups.items()
            if name.count("_") == 2
        ],
    ]
    return _TEXT.format(posture=figures["posture"], tables="\n\n".join(tables))


def write(found: Sequence[Found]) -> None:
    """Write docs/error_budget.json and .md."""
    figures = figures_of(found)
    (DOCS / "error_budget.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    (DOCS / "error_budget.md").write_text(document(figures), encoding="utf-8")


def _between(low: int, high: int) -> str:
    if low == HEIGHTS_PX[0]:
        return f"Running, less than {high} pixels tall"
    return (
        f"Running, {low} pixels tall or more"
        if high == HEIGHTS_PX[-1]
        else f"Running, {low} to {high} pixels tall"
    )


def _table(title: str, group: dict[str, Any]) -> str:
    rows = [[_WHAT[step], *[_cell(group["steps"][step][name]) for name in JUDGED]] for step in STEPS]
    heads = ("measured on", *[NAMES[name] for name in JUDGED])
    return f"## {title} (n {group['n']})\n\n{markdown_table(heads, rows)}"


def _cell(spread: dict[str, float]) -> str:
    return f"{number(spread['sd'])} ({number(spread['robust'])})"


_TEXT = """# Where the error comes from

Written by `make error-budget` (posture {posture}); do not edit.

How good could the numbers be? The stored clips of the rendered test people with a tight shirt, filmed within 15 degrees
of the side, are measured again on better and better edges of the back. In every frame the true body is posed once more
and seen by the same camera, in the trunk frame that MediaPipe's landmarks gave in that frame. So each line of a table
holds the errors of the line before, and one more; the shape model also takes some away, for it knows backs.

Angles in degrees, the index in points of percent: standard deviation of measured minus true between people, in brackets
the robust one (from the median distance), which a few bad clips do not touch. Constant errors are left out; they can be
learnt. Every gate is off.

{tables}

*What the first line holds* is view and camera: a turn of up to 15 degrees, a camera above or below the hips, a
tilt of the camera that nothing in the picture tells. *The second* adds what twelve shapes cannot draw, *the third* what
the arms hide, *the fourth* the mask: how far its edge lies from the person's own, where shirt and background look alike
or the runner is small. `error_budget.json` beside this file has the figures.
"""
