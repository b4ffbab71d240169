"""Stored takes replayed through the package: the tracked person, and the back with every gate off."""

from __future__ import annotations

import numpy as np

from posture.back.measure import BackResult, measure_back_of
from posture.gait.camera_roll import camera_roll_deg
from posture.gait.subject import TrackedPerson, describe
from posture.outline.mask_bias import MASK_ERROR_FILE, load_mask_error
from posture.outline.shape_model import SHAPE_MODEL_FILE, Gaussian, load_shape_model
from posture.pose.landmarks import HIPS, SHOULDERS, midpoint
from posture.pose.models import models_folder
from posture.pose.tracking import Track
from validation.population.store import Take


def mover_of(take: Take) -> TrackedPerson:
    """Return view and gait of the person of a take in which somebody was found."""
    count = len(take.time_s)
    trunk = midpoint(take.landmarks, SHOULDERS) - midpoint(take.landmarks, HIPS)
    size = float(np.median(np.hypot(*trunk.T)))
    sighted = Track(np.arange(count), np.zeros(count, dtype=np.intp), size)
    return describe(sighted, [[marks] for marks in take.landmarks], take.time_s)


def back_without_gates(
    mover: TrackedPerson, take: Take, *, standing: Gaussian | None = None
) -> BackResult | None:
    """Measure the back of the person of a take, however the clip was filmed.

    Parameters
    ----------
    mover
        As `validation.population.replay.mover_of` gives it, or with some of its strides only.
    standing
        The person's own standing outline, where it is known.
    """
    shape = load_shape_model(models_folder() / SHAPE_MODEL_FILE)
    mask = load_mask_error(models_folder() / MASK_ERROR_FILE, len(shape.t))
    roll = camera_roll_deg(mover)
    return measure_back_of(
        mover, take.edges, roll_deg=roll, shape_model=shape, mask_error=mask, standing=standing
    )


def true_measures(take: Take) -> dict[str, float]:
    """Return every measure that has a truth, named as in ``analysis.json``."""
    true = dict(take.truth.measures)
    true["thoracolumbar_deg"] = true["lumbar_arch_deg"] - true["pelvic_tilt_deg"]
    true["pelvic_tilt_range_deg"] = float(np.ptp(take.truth.over_phase["pelvic_tilt_deg"]))
    return true
