"""Figures by kind of nuisance, their table, and the page docs/validation/nuisances.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from rich.table import Table

from posture.types import PRIMARY_MEASURES
from posture.version import __version__
from validation.accuracy.nuisance_outcomes import OUTCOMES, NuisanceOutcome
from validation.accuracy.pages import render
from validation.accuracy.statistics import reliability, rounded, share
from validation.accuracy.table import KINDS, calibration_row, counted

CLEAN = "clean"
# A kind with fewer measured clips is shown but not held to a bound.
ENOUGH = 20


def summarise_nuisances(outcomes: Sequence[NuisanceOutcome]) -> dict[str, Any]:
    """Return the figures of each half: by kind, and of all clips with a nuisance."""
    halves: dict[str, Any] = {}
    for half in ("calibration", "test"):
        own = [one for one in outcomes if one.half == half]
        kinds = sorted({one.kind for one in own} - {CLEAN})
        halves[half] = {
            "kinds": {kind: _figures([one for one in own if one.kind == kind]) for kind in (CLEAN, *kinds)},
            "all": _figures([one for one in own if one.kind != CLEAN]),
        }
    clean = [one for one in outcomes if one.kind == CLEAN]
    figures = {
        "posture": __version__,
        "clips": len(outcomes),
        "halves": halves,
        "clean_labels": _labels(clean),
        "reliability": {"clean": _reliability(clean), "all": _reliability(outcomes)},
    }
    result: dict[str, Any] = rounded(figures)
    return result


def nuisances_document(figures: dict[str, Any]) -> str:
    """Return the page on nuisances, as Markdown."""
    return render(
        "nuisances",
        {"counted": counted, "calibration_row": calibration_row},
        **figures,
        title=title_of,
        ENOUGH=ENOUGH,
        KINDS=KINDS,
    )


def title_of(kind: str) -> str:
    """Return a kind of nuisance in words."""
    return {"fast2": "double speed", "slow": "slow motion"}.get(kind, kind.replace("_", " "))


def nuisances_table(figures: dict[str, Any], half: str = "test") -> Table:
    """Return the outcomes of one half as a table for the terminal."""
    columns = (
        "nuisance",
        "clips",
        "refused rightly",
        "otherwise",
        "inside",
        "outside, said",
        "not said",
        "wrong verdict",
    )
    table = Table(*columns, title=f"What is not the back ({half} half)")
    own = figures["halves"][half]
    for kind, row in {**own["kinds"], "all but clean": own["all"]}.items():
        table.add_row(title_of(kind), *(str(row[key]) for key in ("clips", *OUTCOMES, "wrong_verdict")))
    return table


def _figures(outcomes: Sequence[NuisanceOutcome]) -> dict[str, Any]:
    """Return counts of outcomes, error of what was measured, and the codes that were said."""
    counts = Counter(one.outcome for one in outcomes)
    measured = [one for one in outcomes if not one.outcome.startswith("refused")]
    return {
        "clips": len(outcomes),
        **{name: counts[name] for name in OUTCOMES},
        "wrong_verdict": sum(one.wrong_verdict for one in outcomes),
        "outside_unsaid": share([one.outcome == "outside" for one in measured]),
        "rmse": {name: _rmse(measured, name) for name in PRIMARY_MEASURES},
        "said": dict(Counter(code for one in outcomes for code in one.said).most_common()),
    }


def _labels(outcomes: Sequence[NuisanceOutcome]) -> dict[str, Any]:
    """Return the shares of the labels of those with a verdict, by the kind of runner."""
    judged = [one for one in outcomes if one.label != "not_measurable"]
    return {
        kind: {
            label: share([one.label == label for one in judged if one.runner == kind])
            for label in ("hollow_back", "borderline", "not_hollow_back")
        }
        for kind in KINDS
    }


def _reliability(outcomes: Sequence[NuisanceOutcome]) -> dict[str, Any]:
    """Return how well the probability of hollow and neutral runners is calibrated."""
    sides = [
        (one.probability, one.runner == "hollow")
        for one in outcomes
        if one.probability is not None and one.runner in ("hollow", "neutral")
    ]
    return reliability(np.array([p for p, _ in sides]), np.array([hollow for _, hollow in sides], dtype=bool))


def _rmse(outcomes: Sequence[NuisanceOutcome], name: str) -> float | None:
    errors = [part[name] for one in outcomes for part in one.errors if name in part]
    return float(np.sqrt(np.mean(np.square(errors)))) if errors else None
