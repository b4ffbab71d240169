"""The page docs/validation/accuracy.md: every table of the accuracy suite and what it compares."""

from __future__ import annotations

from typing import Any

from validation.accuracy.pages import render
from validation.accuracy.statistics import BESIDE, MEASURES
from validation.accuracy.table import (
    KINDS,
    METHODS,
    NAMES,
    UNITS,
    calibration_row,
    counted,
    hollow_rows,
    number,
    reasons_of,
    summary_block,
    with_range,
)

GROUP_TITLES = {
    "target": "Tight shirt, within 15 degrees of the side view, five strides or more",
    "all": "Everybody",
}


def document(figures: dict[str, Any]) -> str:
    """Return the page on accuracy, as Markdown."""
    return render(
        "accuracy",
        {"reasons": reasons_of, "counted": counted, "with_range": with_range, "calibration_row": calibration_row},
        **figures,
        summary=summary_block(figures),
        hollow_rows=hollow_rows,
        all_changes=_all_changes,
        real_sides=_real_sides,
        drifts=_drifts,
        BESIDE=BESIDE,
        GROUP_TITLES=GROUP_TITLES,
        KINDS=KINDS,
        MEASURES=MEASURES,
        METHODS=METHODS,
        NAMES=NAMES,
        NAMES_LOWER=[NAMES[name].lower() for name in MEASURES],
        UNITS=UNITS,
    )


def _all_changes(change: dict[str, Any]) -> str:
    """Return the RMSE of all changes, usable for the verdict or not."""
    errors = change["package_whatever_differs"]
    return _listed(
        f"{NAMES[name].lower()} {number(errors[name]['rmse'])} (n {errors[name]['n']})"
        for name in MEASURES
        if errors[name]["n"]
    ).replace("; ", ", ")


def _real_sides(course: dict[str, Any]) -> str:
    """Return the shares of side differences that were called real."""
    return _listed(f"{NAMES[name].lower()} {counted(side['called_real'])}" for name, side in course["sides"].items())


def _drifts(course: dict[str, Any]) -> str:
    """Return the shares of clips with a significant drift."""
    return _listed(f"{NAMES[name].lower()} {counted(share)}" for name, share in course["drift"].items())


def _listed(items: Any) -> str:
    return "; ".join(items) or "–"
