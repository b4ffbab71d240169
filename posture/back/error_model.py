"""Systematic error of each measure: the part that averaging over strides does not reduce.

Body shape, mask, clothes and view cause errors that all strides share. Their standard deviations were estimated on
rendered people whose true back is known (the calibration half of validation/population), and depend on the recording.
They are scaled by split conformal prediction [1]_: nine in ten calibration clips lie within 1.645 of them, the strides'
share included. Stored in ``models/measuring_error.json``.

References
----------
.. [1] Angelopoulos & Bates (2023). Conformal prediction: a gentle introduction. Foundations and Trends in Machine
   Learning 16, 494-591. doi:10.1561/2200000101
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from posture.calibration import ERROR_FILE
from posture.language import gettext as _
from posture.language import gettext_noop
from posture.model_files import MISFIT, FittedModel
from posture.thresholds import GATES

Setting = Literal["running", "running_own", "standing"]
"""Running, running with the own standing outline known, standing."""

# Covariates of the error, and the values at which their factor is 1.
CENTRE = {"yaw": 0.5, "odd": 1.5, "hidden": 0.7, "small": 0.0}
# Typical body height in the picture, pixels.
USUAL_HEIGHT_PX = 350.0
# Below this height errors of so many pixels grow with this power of the inverse height in trunk lengths, and so in
# degrees: of 41 calibration runners below it, errors are 1.3 times those of taller ones, against their intervals.
SMALL_BODY_PX, SMALL_BODY_POWER = 300.0, 1.0
# Range of the calibration clips; beyond it the gates refuse, but for smaller bodies.
LARGEST_YAW_DEG, LARGEST_MAHALANOBIS_SQ = 25.0, 30.0
SMALLEST_HEIGHT_PX, LARGEST_HEIGHT_PX = 200.0, 560.0


@dataclass(frozen=True)
class Circumstances:
    """Properties of a clip on which its errors depend."""

    yaw_deg: float  # 0 is an exact side view.
    mahalanobis_sq: float  # Squared Mahalanobis distance of the outline from the mean body's.
    upper_unoccluded_share: float  # Share of the upper back's samples that no arm hides, 0..1.
    height_px: float  # Body height in the picture.

    def terms(self) -> dict[str, float]:
        """Return the centred covariates; the logarithm of the error is linear in them."""
        raw = {
            "yaw": min(abs(self.yaw_deg), LARGEST_YAW_DEG) / 10.0,
            "odd": math.log(min(max(self.mahalanobis_sq, 1.0), LARGEST_MAHALANOBIS_SQ)),
            "hidden": 1.0 - min(max(self.upper_unoccluded_share, 0.0), 1.0),
            "small": math.log2(USUAL_HEIGHT_PX / min(max(self.height_px, SMALLEST_HEIGHT_PX), LARGEST_HEIGHT_PX)),
        }
        return {name: value - CENTRE[name] for name, value in raw.items()}


@dataclass(frozen=True)
class ErrorModel:
    """Standard deviations of the errors that all strides share.

    Attributes
    ----------
    sd
        By setting and measure: ``base`` (in the measure's unit), the exponents of `Circumstances.terms`, and ``bias``:
        mean of measured minus true, which is subtracted. The prior draws outlines to the mean, so their steepest
        slopes come out too small.
    outlier_limit
        By pose: squared Mahalanobis distance beyond which an outline is not a body's (mostly loose clothes).
    """

    sd: Mapping[str, Mapping[str, Mapping[str, float]]]
    outlier_limit: Mapping[str, float]

    def bias(self, setting: Setting) -> dict[str, float]:
        """Return the mean error of each measure, measured minus true."""
        return {name: row.get("bias", 0.0) for name, row in self.sd[setting].items()}

    def systematic(self, setting: Setting, circumstances: Circumstances) -> dict[str, float]:
        """Return the standard deviation of each measure's systematic error."""
        terms = circumstances.terms()
        height_px = min(max(circumstances.height_px, GATES.min_body_height_px), SMALL_BODY_PX)
        small = (SMALL_BODY_PX / height_px) ** SMALL_BODY_POWER
        return {
            name: row["base"] * small * math.exp(sum(row.get(term, 0.0) * value for term, value in terms.items()))
            for name, row in self.sd[setting].items()
        }


def widened(systematic_sd: Mapping[str, float], factors: Mapping[str, float]) -> dict[str, float]:
    """Return the systematic errors of a recording in which something adds to the errors of the outline.

    Parameters
    ----------
    systematic_sd
        Standard deviation by measure.
    factors
        By cause, how many times as large the error is with this cause alone, at least 1. Causes are independent: each
        adds its own variance. The lean comes from landmarks and stays as it is.

    Examples
    --------
    >>> widened({"pelvic_tilt_deg": 2.0, "trunk_lean_deg": 1.0}, {"dark": 2.0})
    {'pelvic_tilt_deg': 4.0, 'trunk_lean_deg': 1.0}
    """
    total = math.sqrt(1.0 + sum(factor**2 - 1.0 for factor in factors.values()))
    return {name: sd if name == "trunk_lean_deg" else sd * total for name, sd in systematic_sd.items()}


def _error_model(stored: Mapping[str, Any]) -> ErrorModel:
    settings: tuple[Setting, ...] = ("running", "running_own", "standing")
    sd: dict[str, dict[str, dict[str, float]]] = {
        s: {n: {k: float(v) for k, v in r.items()} for n, r in stored["sd"][s].items()} for s in settings
    }
    limit = {s: float(stored["odd_limit"][s]) for s in ("running", "standing")}
    values = [v for rows in sd.values() for row in rows.values() for v in row.values()]
    bases = [row["base"] for rows in sd.values() for row in rows.values()]
    if not all(map(math.isfinite, (*values, *limit.values()))) or min(bases) <= 0:
        raise ValueError(_(MISFIT))
    return ErrorModel(sd, limit)


ERROR_MODEL = FittedModel(ERROR_FILE, gettext_noop("the table of errors"), _error_model)
