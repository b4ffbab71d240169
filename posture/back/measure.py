"""The back of one runner over a clip: from their mask edges and arms to the measures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from posture.back.error_model import Circumstances, ErrorModel, Setting
from posture.back.intervals import BackMeasures, measure_back
from posture.contour.occlusion import near_arm
from posture.gait.strides import fixed_windows
from posture.gait.subject import TrackedPerson
from posture.outline.em import (
    covariance_of_mean,
    mean_residual,
    posterior,
    unoccluded_by_frame,
    unoccluded_share,
)
from posture.outline.mask_bias import MaskError, Pose
from posture.outline.prior import edge_prior, plain_prior
from posture.outline.segmentation import segment_strides
from posture.outline.shape_model import Gaussian, ShapeModel
from posture.pose.landmarks import ELBOWS, INDEX_FINGERS, SHOULDERS, WRISTS
from posture.pose.trunk_frame import body_height_px, lean_deg, to_trunk_frame, trunk_axis
from posture.thresholds import GATES, SYSTEMATIC_SD
from posture.types import Array, Indices


@dataclass(frozen=True)
class BackResult:
    """The measured back of one runner.

    Attributes
    ----------
    measured : BackMeasures
    shape : Gaussian
        The shape model's coefficients of the mean outline.
    mahalanobis_sq : float
        Their squared distance from the mean body's, in the shape model's own spread (Mahalanobis): large where
        something other than a body's outline was seen, such as a loose shirt's.
    is_outlier : bool
        Whether it is larger than of nearly all bodies.
    ambiguity_sd : float
        How far apart two readings of the edges lie that differ in what is an arm: the largest difference of a measure,
        in standard deviations of its error.
    unoccluded_share, upper_unoccluded_share : float
        Share of the back's samples (of its upper half's) that no arm hides, 0..1.
    hips, shoulders : array, shape (N, 2)
        The trunk axis in each of the runner's frames, pixels.
    residual_by_frame : array, shape (N,)
        How far each frame's visible back edge lies from the measured line, trunk lengths; inf where it is not used.
    measured_strides : array of int, shape (S,)
        Which of the runner's strides (or even parts) the measures' S strides are; those without any edge are missing.
    lean_deg : array, shape (N,)
        Trunk axis to the vertical in each frame, forward positive, corrected as the measure ``trunk_lean_deg`` is.
    unoccluded_by_frame : array, shape (N,)
        Share of each frame's back samples that no arm hides, 0..1; NaN in frames that are not used.
    """

    measured: BackMeasures
    shape: Gaussian
    mahalanobis_sq: float
    is_outlier: bool
    ambiguity_sd: float
    unoccluded_share: float
    upper_unoccluded_share: float
    hips: Array
    shoulders: Array
    residual_by_frame: Array
    measured_strides: Indices
    lean_deg: Array
    unoccluded_by_frame: Array

    @property
    def is_ambiguous(self) -> bool:
        """Return whether two different backs fit the edges."""
        return self.ambiguity_sd > GATES.max_split

    @property
    def is_reliable(self) -> bool:
        """Return whether the outline is a body's, and the only one that the edges can be."""
        return not self.is_outlier and not self.is_ambiguous


def measure_back_of(
    runner: TrackedPerson,
    edges: Array,
    *,
    roll_deg: float | None,
    shape_model: ShapeModel,
    mask_error: MaskError | None = None,
    standing: Gaussian | None = None,
    errors: ErrorModel | None = None,
) -> BackResult | None:
    """Measure the back over the strides; of somebody who stands, over even parts of the clip.

    Parameters
    ----------
    runner : TrackedPerson
        With N frames.
    edges : array, shape (N, len(T_GRID))
        Mask edge behind the trunk in each of them, trunk lengths; NaN where there is none.
    roll_deg : float or None
        The camera's roll, clockwise positive; taken for zero when None.
    shape_model : ShapeModel
    mask_error : MaskError, optional
        Of the mask that the edges are from; none for true edges.
    standing : Gaussian, optional
        The runner's own standing outline, where it is known: it tells about parts that the arms hide.
    errors : ErrorModel, optional
        For the intervals; the plain figures of the thresholds without it.

    Returns
    -------
    BackResult or None
        None when there is nothing to measure over, or no edge was seen.
    """
    if len(runner.strides):
        number, phase = runner.strides.frame_stride, runner.strides.frame_phase
    elif runner.activity == "standing":
        number, phase = fixed_windows(runner.time_s)
    else:
        return None
    facing = runner.view.facing
    hips, shoulders = trunk_axis(runner.landmarks, facing)
    used = (number >= 0) & np.isfinite(edges).any(axis=1)
    measured_strides = np.unique(number[used])
    if len(measured_strides) == 0:
        return None
    number = np.searchsorted(measured_strides, number[used])
    arms = to_trunk_frame(_arm_points(runner.landmarks[used]), hips[used], shoulders[used], facing)
    own = edges[used]
    near = near_arm(own, arms.reshape(len(arms), 2, -1, 2))
    pose: Pose = "standing" if runner.activity == "standing" else "running"
    prior, lean_bias = plain_prior(shape_model), 0.0
    if mask_error is not None:
        prior = edge_prior(shape_model, mask_error, pose, standing=standing)
        lean_bias = mask_error.lean_bias_deg[pose]
    evidence, ambiguity_sd = segment_strides(own, near, phase[used], number, prior)
    del own, near
    lean = lean_deg(hips, shoulders, facing) - lean_bias
    if roll_deg is not None:
        lean = lean - (roll_deg if facing == "right" else -roll_deg)
    shape = prior.of_body(posterior(evidence)[0], covariance_of_mean(evidence))
    upper_unoccluded_share = unoccluded_share(evidence, prior, upper=True)
    known = shape_model.standing if pose == "standing" else shape_model.running
    mahalanobis_sq = known.mahalanobis_sq(shape.mean)
    systematic: Mapping[str, float] = SYSTEMATIC_SD
    bias: Mapping[str, float] = {}
    if errors is not None:
        setting: Setting = "running_own" if pose == "running" and standing is not None else pose
        circumstances = Circumstances(
            runner.view.yaw_deg, mahalanobis_sq, upper_unoccluded_share, body_height_px(runner.landmarks)
        )
        systematic = {
            **SYSTEMATIC_SD,
            **errors.systematic(setting, circumstances),
        }
        bias = errors.bias(setting)
    measured = measure_back(
        evidence, lean[used], phase[used], number, prior, systematic=systematic, bias=bias
    )
    by_frame = np.full(len(used), np.nan)
    by_frame[used] = unoccluded_by_frame(evidence, prior)
    return BackResult(
        measured=measured,
        shape=shape,
        mahalanobis_sq=mahalanobis_sq,
        is_outlier=errors is not None and mahalanobis_sq > errors.outlier_limit[pose],
        ambiguity_sd=ambiguity_sd,
        unoccluded_share=unoccluded_share(evidence, prior),
        upper_unoccluded_share=upper_unoccluded_share,
        hips=hips,
        shoulders=shoulders,
        residual_by_frame=np.where(used, mean_residual(measured.outline, edges), np.inf),
        measured_strides=measured_strides,
        lean_deg=lean - bias.get("trunk_lean_deg", 0.0),
        unoccluded_by_frame=by_frame,
    )


def _arm_points(landmarks: Array) -> Array:
    """Return shoulder, elbow, wrist and finger of the left and then of the right arm, shape (F, 8, 2)."""
    order = [pair[side] for side in (0, 1) for pair in (SHOULDERS, ELBOWS, WRISTS, INDEX_FINGERS)]
    return landmarks[:, order]
