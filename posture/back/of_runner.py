"""The back of one runner over a clip: from their mask edges and arms to the measures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from posture.arrays import Array, Indices
from posture.back.measures import BackMeasures, measure_back
from posture.contour.arms import arm_distance
from posture.contour.recover import gather_evidence, misfit_to, share_of_body
from posture.contour.shape_model import ShapeModel
from posture.gait.runner import Mover
from posture.gait.strides import even_parts
from posture.pose.trunk import ELBOWS, INDEX_FINGERS, SHOULDERS, WRISTS, lean_deg, to_trunk_frame, trunk_axis


@dataclass(frozen=True)
class RunnerBack:
    """The measured back of one runner.

    Attributes
    ----------
    measured : BackMeasures
    free, upper_free : float
        Share of the back's samples (of its upper half's) that no arm hides, 0..1.
    hips, shoulders : array, shape (N, 2)
        The trunk axis in each of the runner's frames, pixels.
    misfit : array, shape (N,)
        How far each frame's visible back edge lies from the measured line, trunk lengths; inf where it is not used.
    kept : array of int, shape (S,)
        Which of the runner's strides (or even parts) the measures' S strides are; those without any edge are missing.
    """

    measured: BackMeasures
    free: float
    upper_free: float
    hips: Array
    shoulders: Array
    misfit: Array
    kept: Indices


def back_of(
    runner: Mover, edges: Array, *, roll_deg: float | None, shape_model: ShapeModel
) -> RunnerBack | None:
    """Measure the back over the strides; of somebody who stands, over even parts of the clip.

    Parameters
    ----------
    runner : Mover
        With N frames.
    edges : array, shape (N, len(T_GRID))
        Mask edge behind the trunk in each of them, trunk lengths; NaN where there is none.
    roll_deg : float or None
        The camera's roll, clockwise positive; taken for zero when None.
    shape_model : ShapeModel

    Returns
    -------
    RunnerBack or None
        None when there is nothing to measure over, or no edge was seen.
    """
    if len(runner.strides):
        number, phase = runner.strides.frame_stride, runner.strides.frame_phase
    elif runner.activity == "standing":
        number, phase = even_parts(runner.time_s)
    else:
        return None
    facing = runner.view.facing
    hips, shoulders = trunk_axis(runner.landmarks, facing)
    used = (number >= 0) & np.isfinite(edges).any(axis=1)
    kept = np.unique(number[used])
    if len(kept) == 0:
        return None
    number = np.searchsorted(kept, number[used])
    arms = to_trunk_frame(_arm_points(runner.landmarks[used]), hips[used], shoulders[used], facing)
    distance = arm_distance(edges[used], arms.reshape(len(arms), 2, -1, 2))
    evidence = gather_evidence(edges[used], distance, phase[used], number, shape_model)
    lean = lean_deg(hips[used], shoulders[used], facing)
    if roll_deg is not None:
        lean = lean - (roll_deg if facing == "right" else -roll_deg)
    measured = measure_back(evidence, lean, phase[used], number, shape_model)
    return RunnerBack(
        measured=measured,
        free=share_of_body(evidence, shape_model),
        upper_free=share_of_body(evidence, shape_model, upper=True),
        hips=hips,
        shoulders=shoulders,
        misfit=np.where(used, misfit_to(measured.outline, edges), np.inf),
        kept=kept,
    )


def _arm_points(landmarks: Array) -> Array:
    """Return shoulder, elbow, wrist and finger of the left and then of the right arm, shape (F, 8, 2)."""
    order = [pair[side] for side in (0, 1) for pair in (SHOULDERS, ELBOWS, WRISTS, INDEX_FINGERS)]
    return landmarks[:, order]
