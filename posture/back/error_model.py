"""How far a measure lies from the truth beyond what more strides mend; stored in ``models/measuring_error.json``.

Body shape, mask, clothes and view make errors that every stride shares. Their size was found on rendered people whose
true back is known (the calibration half of validation/population), and depends on what is known of the clip. The scale
is conformal: nine in ten of the calibration clips lie within 1.645 of these standard deviations, the strides' share
included.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from posture.calibration import load_model_file
from posture.language import gettext as _
from posture.language import gettext_noop

ERROR_FILE = "measuring_error.json"

Setting = Literal["running", "running_own", "standing"]
"""Somebody runs; runs, and their own standing outline is known; stands."""

# What the error depends on, and where it is centred: the factor is 1 there.
CENTRE = {"yaw": 0.5, "odd": 1.5, "hidden": 0.7, "small": 0.0}
# A usual height in the picture, pixels.
USUAL_HEIGHT_PX = 350.0
# Nothing beyond these was calibrated; the gates refuse it anyway.
LARGEST_YAW_DEG, LARGEST_MAHALANOBIS_SQ = 25.0, 30.0
SMALLEST_HEIGHT_PX, LARGEST_HEIGHT_PX = 200.0, 560.0


@dataclass(frozen=True)
class Circumstances:
    """What is known of a clip that its errors depend on.

    Attributes
    ----------
    yaw_deg : float
        Of the view, 0 side on.
    mahalanobis_sq : float
        Squared distance of the outline from the mean body's, in the shape model's own spread (Mahalanobis).
    upper_unoccluded_share : float
        Share of the upper back's samples that no arm hides, 0..1.
    height_px : float
        Of the person in the picture, pixels.
    """

    yaw_deg: float
    mahalanobis_sq: float
    upper_unoccluded_share: float
    height_px: float

    def terms(self) -> dict[str, float]:
        """Return what the logarithm of the error is linear in, centred."""
        raw = {
            "yaw": min(abs(self.yaw_deg), LARGEST_YAW_DEG) / 10.0,
            "odd": math.log(min(max(self.mahalanobis_sq, 1.0), LARGEST_MAHALANOBIS_SQ)),
            "hidden": 1.0 - min(max(self.upper_unoccluded_share, 0.0), 1.0),
            "small": math.log2(
                USUAL_HEIGHT_PX / min(max(self.height_px, SMALLEST_HEIGHT_PX), LARGEST_HEIGHT_PX)
            ),
        }
        return {name: value - CENTRE[name] for name, value in raw.items()}


@dataclass(frozen=True)
class ErrorModel:
    """Standard deviations of the errors that strides share.

    Attributes
    ----------
    sd : dict of setting to dict of measure to dict
        ``base`` (in the measure's unit), the exponents of `Circumstances.terms`, and ``bias``: measured minus true on
        the mean, which is taken off. The steepest slopes of an outline that is drawn to the mean are too small.
    outlier_limit : dict of setting to float
        Oddness beyond which an outline is not a body's: loose clothes, mostly.
    """

    sd: Mapping[str, Mapping[str, Mapping[str, float]]]
    outlier_limit: Mapping[str, float]

    def bias(self, setting: Setting) -> dict[str, float]:
        """Return how much too large each measure is on the mean."""
        return {name: row.get("bias", 0.0) for name, row in self.sd[setting].items()}

    def systematic(self, setting: Setting, circumstances: Circumstances) -> dict[str, float]:
        """Return the standard deviation of each measure's shared error under these circumstances."""
        terms = circumstances.terms()
        return {
            name: row["base"] * math.exp(sum(row.get(term, 0.0) * value for term, value in terms.items()))
            for name, row in self.sd[setting].items()
        }


@lru_cache(maxsize=2)
def load_error_model(path: Path) -> ErrorModel:
    """Read the errors.

    Raises
    ------
    ModelFileError
        When the file is missing or is not such a file.
    """
    return load_model_file(
        path,
        _error_model,
        missing=gettext_noop("the table of errors is missing"),
        unreadable=gettext_noop("the table of errors cannot be read ({reason})"),
    )


def _error_model(stored: Any) -> ErrorModel:
    settings: tuple[Setting, ...] = ("running", "running_own", "standing")
    sd: dict[str, dict[str, dict[str, float]]] = {
        s: {n: {k: float(v) for k, v in r.items()} for n, r in stored["sd"][s].items()} for s in settings
    }
    limit = {s: float(stored["odd_limit"][s]) for s in ("running", "standing")}
    values = [v for rows in sd.values() for row in rows.values() for v in row.values()]
    bases = [row["base"] for rows in sd.values() for row in rows.values()]
    if not all(map(math.isfinite, (*values, *limit.values()))) or min(bases) <= 0:
        raise ValueError(_("its numbers do not fit this version"))
    return ErrorModel(sd, limit)
