"""The page docs/validation/error-budget.md: what view, shape model, arms and mask each add to the error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from posture.types import Array
from posture.version import __version__
from validation.accuracy.pages import DOCS, render, write_page
from validation.accuracy.table import NAMES

JUDGED = ("pelvic_tilt_deg", "lumbar_arch_deg", "lumbar_arch_index")
MAX_YAW_DEG = 15.0
STEPS = {
    "view": "the true outline as the camera sees it, measured directly",
    "shape": "the same, through the shape model",
    "arms": "the true silhouette with its arms: a perfect mask",
    "mask": "MediaPipe's mask: as `posture` measures",
}
# Bounds of the groups by the runner's height in the picture, pixels.
HEIGHTS_PX = (0, 270, 400, 10_000)
# Robust standard deviation of a normal error from its median distance.
MAD_TO_SD = 1.4826


@dataclass(frozen=True)
class ClipErrors:
    """Errors of one clip.

    Attributes
    ----------
    take
        "run" or "stand".
    error
        Measured minus true by step; arrays of shape (len(JUDGED),).
    """

    person: int
    take: str
    height_px: float
    error: dict[str, Array]


def spread_of(clips: Sequence[ClipErrors], step: str) -> dict[str, dict[str, float]]:
    """Return the standard deviation of a step's errors, plain and robust, by measure.

    Constant errors are left out: calibration removes them.
    """
    errors = np.array([clip.error[step] for clip in clips])
    away = np.abs(errors - np.median(errors, axis=0))
    plain, robust = errors.std(axis=0, ddof=1), MAD_TO_SD * np.median(away, axis=0)
    return {
        name: {"sd": round(float(plain[i]), 3), "robust": round(float(robust[i]), 3)} for i, name in enumerate(JUDGED)
    }


def figures_of(clips: Sequence[ClipErrors]) -> dict[str, Any]:
    """Return all figures: by take, and for runners by their height in the picture."""
    groups: dict[str, list[ClipErrors]] = {
        take: [clip for clip in clips if clip.take == take] for take in ("run", "stand")
    }
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
    """Return the page on the error budget, as Markdown."""
    groups = figures["groups"]
    sections = [
        ("People running", groups["run"]),
        ("The same people standing", groups["stand"]),
        *[(_between(*map(int, name.split("_")[1:])), group) for name, group in groups.items() if name.count("_") == 2],
    ]
    return render(
        "error-budget",
        {},
        posture=figures["posture"],
        sections=sections,
        JUDGED=JUDGED,
        NAMES=NAMES,
        STEPS=STEPS,
    )


def write(clips: Sequence[ClipErrors]) -> None:
    """Write the page on the error budget and its figures."""
    figures = figures_of(clips)
    write_page(DOCS, "error-budget", document(figures), figures)


def _between(low: int, high: int) -> str:
    if low == HEIGHTS_PX[0]:
        return f"Running, less than {high} pixels tall"
    return f"Running, {low} pixels tall or more" if high == HEIGHTS_PX[-1] else f"Running, {low} to {high} pixels tall"
