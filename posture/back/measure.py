"""The back of one runner over a clip: from mask edges and landmarks to measures with intervals."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from posture.back.error_model import Circumstances, ErrorModel, Setting, widened
from posture.back.intervals import NO_BIAS, BackMeasures, CountedStrides, measure_back, with_stride_spread
from posture.back.models import Models
from posture.calibration import calibration
from posture.contour.angles import measures_by_name
from posture.contour.occlusion import near_arm
from posture.gait.runner_choice import TrackedPerson
from posture.gait.strides import fixed_windows
from posture.outline.clothing import ClothingSigns, find_signs
from posture.outline.mask_bias import Pose
from posture.outline.neck_step import neck_step_l
from posture.outline.posterior import OutlinePosterior, infer_outline, mean_residual
from posture.outline.prior import EdgePrior, edge_prior, plain_prior
from posture.outline.shape_model import Gaussian
from posture.pose.landmarks import ELBOWS, INDEX_FINGERS, SHOULDERS, WRISTS
from posture.pose.trunk_frame import body_height_px, lean_deg, to_trunk_frame, trunk_axis
from posture.thresholds import GATES, REMARKS
from posture.types import Array, Indices

# Angles to the vertical, which the camera's roll shifts.
TO_VERTICAL = ("pelvic_tilt_deg", "thoracolumbar_deg", "trunk_lean_deg")
# How many times as large the errors are where something hangs at the neck: of nine rendered clips of the calibration
# half the largest error is then 0.96 of the interval's half-width.
NECK_FACTOR = 1.2


@dataclass(frozen=True)
class BackResult:
    """The measured back of one runner with N frames."""

    measured: BackMeasures
    shape: Gaussian  # Shape-model coefficients of the mean outline.
    # Their squared Mahalanobis distance from the mean body: large where something other than a body was seen, such as a
    # loose shirt.
    mahalanobis_sq: float
    is_outlier: bool  # Whether that is further than nearly all bodies.
    clothing: ClothingSigns | None  # Signs of loose or worn things; None where they were not looked for.
    neck_step_l: float  # Step of the edge beside the neck, trunk lengths; see `posture.outline.neck_step`.
    # Distance between two solutions that differ in what is an arm: the largest difference of a measure, in standard
    # deviations of its error.
    ambiguity_sd: float
    unoccluded_share: float  # Share of the back's samples that no arm hides, 0..1.
    upper_unoccluded_share: float  # The same of its upper half's.
    hips: Array  # Shape (N, 2). Lower ends of the trunk axis, pixels.
    shoulders: Array  # Shape (N, 2). Its upper ends.
    # Shape (N,). Mean distance of the visible back edge from the measured outline, trunk lengths; inf in frames not
    # used.
    residual_by_frame: Array
    # Shape (S,). The runner's strides (or fixed windows) that were measured; those without any edge are missing.
    measured_strides: Indices
    segment: Indices  # Shape (S,). Segment of similar posture of each, 0..B-1.
    # Shape (N,). Trunk axis to the vertical, forward positive, corrected like the measure ``trunk_lean_deg``.
    lean_deg: Array
    # Shape (N,). Share of the back's samples that no arm hides, 0..1; NaN in frames not used.
    unoccluded_by_frame: Array

    @property
    def is_ambiguous(self) -> bool:
        """Whether two different backs explain the edges."""
        return self.ambiguity_sd > GATES.max_split

    @property
    def is_reliable(self) -> bool:
        """Whether the outline is a body's, and the only one that explains the edges."""
        return self.is_body and not self.is_ambiguous

    @property
    def is_body(self) -> bool:
        """Whether the outline is a body's, as a whole and in its parts."""
        if self.is_outlier or (self.clothing is not None and self.clothing.clothing == "loose"):
            return False
        # Where two backs explain cloth-like edges, the cloth explains both.
        return not (self.may_be_loose and self.is_ambiguous)

    @property
    def may_be_loose(self) -> bool:
        """Whether the outline could as well be a loose top's."""
        return self.clothing is not None and self.clothing.clothing == "possible"

    @property
    def worn_t(self) -> float | None:
        """Middle of the part that is not a body's, along the trunk axis; None when there is none."""
        return None if self.clothing is None else self.clothing.worn_t


@dataclass(frozen=True)
class SceneCorrections:
    """Corrections of the measuring of a back for the camera and for the scene, in N frames.

    Attributes
    ----------
    roll_deg
        Roll of the camera, clockwise positive, or that of each frame, shape (N,); None counts as zero.
    roll_sd_deg
        Standard deviation of the roll, beyond that of a camera that stands still.
    hidden : shape (N, len(T_GRID))
        Samples that something in front of the runner hides: they are no edge of the body or of an arm.
    widening
        Factors of the systematic error by cause, see `widened`.
    """

    roll_deg: float | Array | None = None
    roll_sd_deg: float = 0.0
    hidden: npt.NDArray[np.bool_] | None = None
    widening: Mapping[str, float] = field(default_factory=dict)


LEVEL_CAMERA = SceneCorrections()


def measure_back_of(
    runner: TrackedPerson,
    edges: Array,
    models: Models,
    *,
    scene: SceneCorrections = LEVEL_CAMERA,
    standing: Gaussian | None = None,
    steady: bool = False,
) -> BackResult | None:
    """Measure the back over the strides, or over fixed windows of a person who stands.

    Parameters
    ----------
    runner
        With N frames.
    edges : shape (N, len(T_GRID))
        Mask edge behind the trunk, trunk lengths; NaN where there is none.
    standing
        The runner's own standing outline, where it is known: it informs about what the arms hide.
    steady
        Whether the posture is known to stay the same.

    Returns
    -------
    BackResult or None
        None when there are no strides or windows, or no edge in them.
    """
    if scene.hidden is not None:
        edges = np.where(scene.hidden, np.nan, edges)
    frames = _frames_to_measure(runner, edges)
    if frames is None:
        return None
    pose: Pose = "standing" if runner.activity == "standing" else "running"
    prior, lean_bias = plain_prior(models.shape), 0.0
    if models.mask_error is not None:
        prior = edge_prior(models.shape, models.mask_error, pose, standing=standing)
        lean_bias = models.mask_error.lean_bias_deg[pose]
    posterior = _infer(runner, edges, frames, prior, steady=steady or bool(runner.strides.parts))

    known = models.shape.standing if pose == "standing" else models.shape.running
    mahalanobis_sq = known.mahalanobis_sq(posterior.body.mean)
    upper_share = posterior.unoccluded_share(upper=True)
    setting: Setting = "running_own" if pose == "running" and standing is not None else pose
    height = body_height_px(runner.landmarks)
    circumstances = Circumstances(runner.view.yaw_deg, mahalanobis_sq, upper_share, height)
    systematic_sd, bias = _errors_of(models.errors, setting, circumstances)
    signs = None if models.clothing is None else find_signs(posterior, mahalanobis_sq, models.clothing[pose])
    neck_step = neck_step_l(edges[frames.used])
    widening = {**scene.widening, **_widening_of_worn(signs, neck_step)}
    extra = {} if scene.hidden is None else sd_of_hiding(posterior, scene.hidden[frames.used])
    systematic_sd = _with_extra(widened(systematic_sd, widening), extra, scene.roll_sd_deg)

    hips, shoulders = trunk_axis(runner.landmarks, runner.view.facing)
    lean = _lean(runner, hips, shoulders, roll_deg=scene.roll_deg, bias_deg=lean_bias)
    counted = CountedStrides.of(runner.strides, len(frames.strides)) if len(runner.strides) else None
    measured = measure_back(posterior, lean[frames.used], systematic_sd=systematic_sd, bias=bias, counted=counted)
    unoccluded = np.full(len(edges), np.nan)
    unoccluded[frames.used] = posterior.unoccluded_by_frame()
    return BackResult(
        measured=measured,
        shape=posterior.body,
        mahalanobis_sq=mahalanobis_sq,
        is_outlier=models.errors is not None and mahalanobis_sq > models.errors.outlier_limit[pose],
        clothing=signs,
        neck_step_l=neck_step,
        # A difference that is small against the interval does no harm.
        ambiguity_sd=posterior.ambiguity_in(with_stride_spread(calibration().systematic_sd, measured.by_stride)),
        unoccluded_share=posterior.unoccluded_share(),
        upper_unoccluded_share=upper_share,
        hips=hips,
        shoulders=shoulders,
        residual_by_frame=np.where(frames.used, mean_residual(measured.outline, edges), np.inf),
        measured_strides=frames.strides,
        segment=posterior.evidence.segment[: len(frames.strides)],
        lean_deg=lean - bias.get("trunk_lean_deg", 0.0),
        unoccluded_by_frame=unoccluded,
    )


def _widening_of_worn(signs: ClothingSigns | None, neck_step: float) -> dict[str, float]:
    """Return by cause how many times as large worn things and loose cloth make the systematic errors."""
    return {
        "loose_clothing": 1.0 if signs is None else signs.widening,
        "worn_on_back": NECK_FACTOR if neck_step > REMARKS.neck_step_l else 1.0,
    }


def _with_extra(
    systematic_sd: Mapping[str, float], of_hiding: Mapping[str, float], roll_sd_deg: float
) -> dict[str, float]:
    """Add the variances of hidden samples and of the camera's roll to the systematic ones."""
    return {
        name: math.hypot(sd, of_hiding.get(name, 0.0), roll_sd_deg if name in TO_VERTICAL else 0.0)
        for name, sd in systematic_sd.items()
    }


def sd_of_hiding(posterior: OutlinePosterior, hidden: npt.NDArray[np.bool_]) -> dict[str, float]:
    """Return by how much the samples that something hides make each measure of the outline less certain.

    The posterior's variance beyond that of the same clip without the thing, carried to the measures by their slopes.

    Parameters
    ----------
    hidden : shape (F, len(T_GRID))

    Returns
    -------
    dict
        Standard deviation by measure.
    """
    if not hidden.any():
        return {}
    mean, added = posterior.coefficients[0], posterior.mean_covariance() - posterior.mean_covariance_unhidden(hidden)
    steps = 0.2 * np.eye(len(mean))
    ahead, behind = (measures_by_name(posterior.prior.outlines(mean + sign * steps), 0.0) for sign in (1, -1))
    slopes = {name: (ahead[name] - behind[name]) / 0.4 for name in ahead}
    return {name: math.sqrt(max(float(slope @ added @ slope), 0.0)) for name, slope in slopes.items()}


def _errors_of(
    errors: ErrorModel | None, setting: Setting, circumstances: Circumstances
) -> tuple[Mapping[str, float], Mapping[str, float]]:
    """Return the systematic standard deviations and the biases by measure."""
    usual = calibration().systematic_sd
    if errors is None:
        return usual, NO_BIAS
    return {**usual, **errors.systematic(setting, circumstances)}, errors.bias(setting)


@dataclass(frozen=True)
class _Frames:
    """Frames to measure.

    Attributes
    ----------
    used : shape (N,)
        Mask of F frames.
    strides : shape (S,)
        The whole strides they belong to.
    stride, phase : shape (F,)
        Number 0..S-1 of each frame's whole stride, or a higher one of a part of a stride; phase 0..1.
    """

    used: npt.NDArray[np.bool_]
    strides: Indices
    stride: Indices
    phase: Array


def _frames_to_measure(runner: TrackedPerson, edges: Array) -> _Frames | None:
    """Select the frames with an edge inside of strides, or of fixed windows of a person who stands."""
    if len(runner.strides):
        number, phase = runner.strides.frame_stride, runner.strides.frame_phase
    elif runner.activity == "standing":
        number, phase = fixed_windows(runner.time_s)
    else:
        return None
    used = (number >= 0) & np.isfinite(edges).any(axis=1)
    strides = np.unique(number[used])
    if len(strides) == 0:
        return None
    place = np.searchsorted(strides, number)
    phase = phase.copy()
    for count, part in enumerate(runner.strides.parts):
        own = part.frames[np.isfinite(edges[part.frames]).any(axis=1)]
        used[own], place[own], phase[part.frames] = True, len(strides) + count, part.phase
    # Parts without an edge leave no number behind.
    _numbers, stride = np.unique(place[used], return_inverse=True)
    return _Frames(used, strides, np.asarray(stride, dtype=np.intp), phase[used])


def _infer(runner: TrackedPerson, edges: Array, frames: _Frames, prior: EdgePrior, *, steady: bool) -> OutlinePosterior:
    """Infer the outline from the edges, knowing where the arms are."""
    landmarks, facing = runner.landmarks[frames.used], runner.view.facing
    joints = [pair[side] for side in (0, 1) for pair in (SHOULDERS, ELBOWS, WRISTS, INDEX_FINGERS)]
    hips, shoulders = trunk_axis(landmarks, facing)
    arms = to_trunk_frame(landmarks[:, joints], hips, shoulders, facing)
    edge = edges[frames.used]
    near = near_arm(edge, arms.reshape(len(arms), 2, -1, 2))
    return infer_outline(
        edge, near, frames.phase, frames.stride, prior, lean_deg(hips, shoulders, facing), steady=steady
    )


def _lean(
    runner: TrackedPerson, hips: Array, shoulders: Array, *, roll_deg: float | Array | None, bias_deg: float
) -> Array:
    """Return the trunk's lean in each frame, corrected for the mask's bias and the camera's roll, shape (N,)."""
    facing = runner.view.facing
    lean = lean_deg(hips, shoulders, facing) - bias_deg
    if roll_deg is not None:
        lean = lean - (roll_deg if facing == "right" else -roll_deg)
    return lean
