"""Signs that something other than the skin or a tight top makes the back's outline, stored in ``models/clothing.json``.

Two tests. Parts of the lower back that deviate (`posture.outline.leave_out`) in an outline that is unusual as a whole
show things that are worn there: packs, harnesses. A logistic score of four inputs shows loose tops: the outline's
distance from the mean body, the deviation of its parts, how high the buttock's apex lies (the hem of a top lies above
it), and the depth of the hollow (cloth hangs straight). Where the score cannot distinguish a loose top from an unusual
body, the numbers hold on the condition that the top is tight and nothing is worn over it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from posture.contour.angles import measure_outlines
from posture.outline.clothing_table import INPUTS, ClothingTable
from posture.outline.leave_out import part_deviations, summarise
from posture.outline.posterior import OutlinePosterior
from posture.types import Array, Clothing

# A deeper hollow than this, percent, says nothing more about cloth.
LARGEST_INDEX = 12.0


@dataclass(frozen=True)
class ClothingSigns:
    """The signs of one clip."""

    deviations: Array  # Shape (W,). Of each part, before they are compared with those of people in tight clothes.
    inputs: Mapping[str, float]  # The score's `INPUTS`.
    score: float  # Log-odds of a loose top.
    excess: float  # The score beyond which it is taken for one, subtracted from it.
    worn_t: float | None  # Middle of the part that is not a body's, along the trunk axis; None when there is none.
    widening: float  # How many times as large it makes the systematic error, at least 1.
    # ``loose``: the outline is not a body's; ``possible``: it may be that of a loose top; else ``tight``.
    clothing: Clothing


def find_signs(posterior: OutlinePosterior, mahalanobis_sq: float, table: ClothingTable) -> ClothingSigns:
    """Test an outline for loose tops and worn things."""
    deviations = part_deviations(posterior, table.windows)
    angles = measure_outlines(posterior.outline, 0.0, smooth=False)
    overall, middle_t = summarise(deviations, table)
    inputs = {
        "log_mahalanobis_sq": math.log(max(mahalanobis_sq, 1e-3)),
        "part_deviation": overall,
        "gluteal_t": float(angles.gluteal_t[0]),
        "index": min(float(angles.lumbar_arch_index[0]), LARGEST_INDEX),
    }
    score = table.intercept + sum(table.weights[name] * inputs[name] for name in INPUTS)
    worn_t = middle_t if oddity(inputs) > table.worn else None
    clothing: Clothing = "tight"
    if score > table.loose or worn_t is not None:
        clothing = "loose"
    elif score > table.possible:
        clothing = "possible"
    widening = table.widening if clothing == "possible" else 1.0
    return ClothingSigns(deviations, inputs, score, score - table.loose, worn_t, widening, clothing)


def oddity(inputs: Mapping[str, float]) -> float:
    """Return how unlike a body an outline is in its parts and as a whole: an unusual body is so in one of them only."""
    return inputs["part_deviation"] * max(inputs["log_mahalanobis_sq"], 0.0)
