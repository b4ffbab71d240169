"""A stored take's back as the package measures it, with every gate off, beside the truth."""

from __future__ import annotations

import numpy as np

from posture.back.of_runner import RunnerBack, back_of
from posture.contour.mask_error import MASK_ERROR_FILE, load_mask_error
from posture.contour.shape_model import SHAPE_MODEL_FILE, Gaussian, load_shape_model
from posture.gait.roll import camera_roll_deg
from posture.gait.runner import Mover
from posture.pose.models import models_folder
from samples.features import Take


def back_without_gates(mover: Mover, take: Take, *, standing: Gaussian | None = None) -> RunnerBack | None:
    """Measure the back of the person of a take, however the clip was filmed.

    Parameters
    ----------
    mover : Mover
        As `samples.watched.mover_of` gives it, or with some of its strides only.
    take : Take
    standing : Gaussian, optional
        The person's own standing outline, where it is known.
    """
    shape = load_shape_model(models_folder() / SHAPE_MODEL_FILE)
    mask = load_mask_error(models_folder() / MASK_ERROR_FILE, len(shape.t))
    roll = camera_roll_deg(mover)
    return back_of(mover, take.edges, roll_deg=roll, shape_model=shape, mask_error=mask, standing=standing)


def true_measures(take: Take) -> dict[str, float]:
    """Return every measure that has a truth, named as in ``analysis.json``."""
    true = dict(take.truth.measures)
    true["thoracolumbar_deg"] = true["lumbar_arch_deg"] - true["pelvic_tilt_deg"]
    true["pelvic_tilt_range_deg"] = float(np.ptp(take.truth.over_phase["pelvic_tilt_deg"]))
    return true
