"""What the user asks of a clip, checked before long work, with the models that answer it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from posture.analysis.observe import ClipObservations
from posture.back.error_model import ERROR_FILE, ErrorModel, load_error_model
from posture.back.measure import BackResult, measure_back_of
from posture.comparison.baseline import own_standing
from posture.errors import UsageError
from posture.gait.subject import TrackedPerson
from posture.language import format_number, format_short_number
from posture.language import gettext as _
from posture.outline.mask_bias import MASK_ERROR_FILE, MaskError, load_mask_error
from posture.outline.shape_model import SHAPE_MODEL_FILE, Gaussian, ShapeModel, load_shape_model
from posture.pose.models import models_folder
from posture.records.analysis import Analysis
from posture.types import PoseModel

MAX_SLOW_MOTION = 64.0


@dataclass(frozen=True)
class AnalysisOptions:
    """What the user asked for, beyond the clip.

    Attributes
    ----------
    model : {"lite", "full", "heavy"}
    slow_motion : float
    person : str
    shape_model : ShapeModel
    mask_error : MaskError
    errors : ErrorModel
    before : Analysis or None
        The baseline.
    before_path : str
        How it is called in the result.
    own : Gaussian or None
        The runner's own standing outline, which tells about parts that the arms hide.
    """

    model: PoseModel
    slow_motion: float
    person: str
    shape_model: ShapeModel
    mask_error: MaskError
    errors: ErrorModel
    before: Analysis | None = None
    before_path: str = ""
    own: Gaussian | None = None

    def against(self, before: Analysis, path: str) -> AnalysisOptions:
        """Return the same with a baseline, and what it tells about the outline."""
        return replace(self, before=before, before_path=path, own=own_standing(before, self.shape_model))

    def measure_back_of(
        self, runner: TrackedPerson, watched: ClipObservations, *, roll_deg: float | None
    ) -> BackResult | None:
        """Measure the back of somebody seen in the clip; None when there is nothing to measure over."""
        return measure_back_of(
            runner,
            watched.edges_of(runner),
            roll_deg=roll_deg,
            shape_model=self.shape_model,
            mask_error=self.mask_error,
            standing=self.own,
            errors=self.errors,
        )


def ask(model: PoseModel, slow_motion: float = 1.0, person: str | int = "largest") -> AnalysisOptions:
    """Check what the user asks for and load the models.

    Raises
    ------
    UsageError
        When the slow-motion factor cannot be one.
    ModelFileError
        When a model file is missing or altered.
    """
    check_slow_motion(slow_motion)
    shape_model = load_shape_model(models_folder() / SHAPE_MODEL_FILE)
    mask_error = load_mask_error(models_folder() / MASK_ERROR_FILE, len(shape_model.t))
    errors = load_error_model(models_folder() / ERROR_FILE)
    return AnalysisOptions(model, slow_motion, str(person), shape_model, mask_error, errors)


def check_slow_motion(slow_motion: float) -> None:
    """Find out before long work whether a factor can be one.

    Raises
    ------
    UsageError
        When it cannot.
    """
    if not (np.isfinite(slow_motion) and 1.0 <= slow_motion <= MAX_SLOW_MOTION):
        raise UsageError(
            _("{factor} is not a slow-motion factor").format(factor=format_short_number(slow_motion)),
            where="--slow-motion",
            advice=_("Say how many times slower than life it plays, 1 to {most}.").format(
                most=format_number(MAX_SLOW_MOTION, 0)
            ),
        )
