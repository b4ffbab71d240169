"""Competing methods for the same measures: landmarks only, and direct geometry of the outline."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from posture.contour.angles import measure_outlines
from posture.contour.grid import T_GRID
from posture.contour.occlusion import ARM_RADIUS_L, arm_distance
from posture.gait.camera_roll import camera_roll_deg
from posture.gait.leg_signals import leg_signals
from posture.gait.runner_choice import TrackedPerson
from posture.pose.landmarks import ANKLES, ELBOWS, HIPS, INDEX_FINGERS, KNEES, SHOULDERS, WRISTS
from posture.pose.trunk_frame import body_height_px, lean_deg, to_trunk_frame, trunk_axis
from posture.types import Array
from validation.accuracy.statistics import MEASURES

# Fewest frames at a height for a median.
MIN_FRAMES = 3
EARS, NOSE = (7, 8), 0
HARMONICS = 2
ALPHAS = np.logspace(-1, 4, 26)
FOLDS = 10


def direct_geometry(runner: TrackedPerson, edges: Array) -> Array | None:
    """Measure the median outline without a model.

    Edge samples nearer than an arm's radius to an arm are dropped, the median is taken over the frames, and straight
    lines bridge the gaps.

    Parameters
    ----------
    runner
        With N frames.
    edges : shape (N, len(T_GRID))

    Returns
    -------
    array, shape (len(MEASURES),), or None
        None when too little of the outline is left.
    """
    facing = runner.view.facing
    used = runner.strides.frame_stride >= 0 if len(runner.strides) else np.full(len(edges), True)
    edges, marks = edges[used], runner.landmarks[used]
    hips, shoulders = trunk_axis(marks, facing)
    order = [pair[side] for side in (0, 1) for pair in (SHOULDERS, ELBOWS, WRISTS, INDEX_FINGERS)]
    arms = to_trunk_frame(marks[:, order], hips, shoulders, facing).reshape(len(marks), 2, -1, 2)
    visible = np.where(arm_distance(edges, arms) < ARM_RADIUS_L, np.nan, edges)
    known = np.isfinite(visible).sum(axis=0) >= MIN_FRAMES
    if known.sum() < 2:
        return None
    outline = np.interp(T_GRID, T_GRID[known], np.nanmedian(visible[:, known], axis=0))
    lean = float(lean_deg(hips, shoulders, facing).mean())
    roll = camera_roll_deg(runner)
    if roll is not None:
        lean -= roll if facing == "right" else -roll
    angles = measure_outlines(outline, lean)
    return np.array([angles.pelvic_tilt_deg[0], angles.lumbar_arch_deg[0], angles.lumbar_arch_index[0], lean])


def landmark_features(runner: TrackedPerson) -> Array:
    """Return features of posture and gait from landmarks alone; means first, then the harmonics of the stride.

    Lean of the trunk and of the head, thigh, knee and shank, hip height, proportions, arms, view, cadence.

    Returns
    -------
    array, shape (M,)
        For a standing person only the first `MEANS` are filled; the others are 0.
    """
    facing = runner.view.facing
    inside = runner.strides.frame_stride >= 0 if len(runner.strides) else np.full(len(runner.time_s), True)
    marks, phase = runner.landmarks[inside], runner.strides.frame_phase[inside]
    hips, shoulders = trunk_axis(marks, facing)
    length = float(np.median(np.hypot(*(shoulders - hips).T)))
    sign = 1.0 if facing == "right" else -1.0
    lean = lean_deg(hips, shoulders, facing)
    legs = leg_signals(marks, runner.time_s[inside], facing)
    thigh = _inclination(marks, HIPS, KNEES, sign)
    shank = _inclination(marks, KNEES, ANKLES, sign)
    height = -legs.height.min(axis=1)
    trunk = to_trunk_frame(marks[:, [NOSE, *EARS, *ELBOWS, *WRISTS]], hips, shoulders, facing)
    head, arms = trunk[:, :3].mean(axis=1), trunk[:, 3:]
    thigh_l, shank_l = (
        float(np.median(np.hypot(*(marks[:, list(b)] - marks[:, list(a)]).reshape(-1, 2).T))) / length
        for a, b in ((HIPS, KNEES), (KNEES, ANKLES))
    )
    wide = [float(np.mean(np.ptp(marks[:, list(pair), 0], axis=1))) / length for pair in (SHOULDERS, HIPS)]
    means = [
        lean.mean(),
        thigh.mean(),
        shank.mean(),
        legs.knee_flexion_deg.mean(),
        legs.forward.mean(),
        height.mean(),
        *head.mean(axis=0),
        *arms.mean(axis=(0, 1)),
        body_height_px(runner.landmarks) / length,
        thigh_l,
        shank_l,
        *wide,
        runner.view.yaw_deg,
        abs(runner.view.yaw_deg),
    ]
    if not len(runner.strides):
        return np.array(means + [0.0] * (MOVING - len(means)))
    far = np.mod(phase + 0.5, 1.0)
    near_first = [0, 1] if runner.strides.side == "left" else [1, 0]
    waves = [
        wave
        for pair in (thigh, shank, legs.knee_flexion_deg, legs.forward)
        for wave in _harmonics(pair[:, near_first].T.ravel(), np.concatenate([phase, far]))
    ]
    # Both sides together leave only every second harmonic.
    steps = [wave for one in (lean, height, head[:, 0]) for wave in _harmonics(one, 2 * phase)]
    spread = [*arms.std(axis=(0, 1)), np.ptp(thigh), lean.std(), runner.strides.stride_s or 0.0]
    return np.array([*means, *waves, *steps, *spread])


# Numbers of features: of a standing person, and in all.
MEANS = 17
MOVING = MEANS + 4 * 2 * HARMONICS + 3 * 2 * HARMONICS + 5


def _inclination(marks: Array, upper: tuple[int, int], lower: tuple[int, int], sign: float) -> Array:
    """Return the forward inclination of both limbs from the vertical, degrees, shape (F, 2)."""
    along = marks[:, list(lower)] - marks[:, list(upper)]
    return np.degrees(np.arctan2(sign * along[..., 0], along[..., 1]))


def _harmonics(values: Array, phase: Array) -> Array:
    """Return cosine and sine parts of the first harmonics over the phase."""
    angle = 2 * np.pi * phase[:, None] * np.arange(1, HARMONICS + 1)
    waves = np.hstack([np.ones((len(phase), 1)), np.cos(angle), np.sin(angle)])
    coefficients: Array = np.linalg.lstsq(waves, values, rcond=None)[0]
    return coefficients[1:]


@dataclass(frozen=True)
class Ridge:
    """A linear model on standardised features.

    Attributes
    ----------
    centre, scale : shape (M,)
    weights : shape (M, Q)
    offset : shape (Q,)
    alpha
        Chosen by cross-validation.
    """

    centre: Array
    scale: Array
    weights: Array
    offset: Array
    alpha: float

    def __call__(self, features: Array) -> Array:
        """Return the predictions, shape (N, Q), of features of shape (N, M)."""
        return (features - self.centre) / self.scale @ self.weights + self.offset


def fit_ridge(features: Array, targets: Array) -> Ridge:
    """Fit a ridge regression with a strength chosen by cross-validation over `FOLDS` folds.

    Parameters
    ----------
    features : shape (N, M)
    targets : shape (N, Q)
        All share one strength, chosen by the sum of squared errors in standard deviations.
    """
    fold = np.arange(len(features)) % FOLDS
    spread = np.maximum(targets.std(axis=0), 1e-9)

    def error(alpha: float) -> float:
        rest = [
            targets[fold == f] - _ridge(features[fold != f], targets[fold != f], alpha)(features[fold == f])
            for f in range(FOLDS)
        ]
        return float(((np.vstack(rest) / spread) ** 2).sum())

    return _ridge(features, targets, min(ALPHAS, key=error))


def _ridge(features: Array, targets: Array, alpha: float) -> Ridge:
    centre, scale = features.mean(axis=0), np.maximum(features.std(axis=0), 1e-9)
    offset = targets.mean(axis=0)
    x = (features - centre) / scale
    weights = np.linalg.solve(x.T @ x + alpha * np.eye(x.shape[1]), x.T @ (targets - offset))
    return Ridge(centre, scale, weights, offset, float(alpha))


def truth_vector(measures: dict[str, float]) -> Array:
    """Return the truth in the order of `MEASURES`."""
    return np.array([measures[name] for name in MEASURES])
