"""Synthetic people and backs with known truth, without a pose model or image files.

A stick figure runs, walks or stands in front of an orthographic camera; person masks are painted from known outlines;
back outlines are drawn from the shape model.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from hypothesis import settings

from posture.contour.grid import T_GRID
from posture.contour.occlusion import near_arm
from posture.gait.fourier import fourier_basis
from posture.gait.leg_signals import leg_signals
from posture.gait.strides import Strides, find_strides
from posture.outline.body_or_arm import HARMONICS, EdgeSamples, fit_memberships
from posture.outline.posterior import OutlinePosterior
from posture.outline.prior import EdgePrior, plain_prior
from posture.outline.shape_model import SHAPE_MODEL, ShapeModel
from posture.pose.landmarks import MIRRORED
from posture.pose.trunk_frame import trunk_axis
from posture.types import Facing, Side

Array = npt.NDArray[np.floating[Any]]
Gait = Literal["running", "walking", "standing"]

# Enough examples to find a wrong sign, few enough for slow machines.
few = settings(max_examples=15, deadline=None)
many = settings(max_examples=60, deadline=None)

THIGH_L, SHANK_L, UPPER_ARM_L, FOREARM_L = 0.85, 0.85, 0.55, 0.5
SHOULDER_HALF_L, HIP_HALF_L = 0.33, 0.18
# (mean, amplitude) of the angle of the thigh to the vertical and of knee flexion, degrees; the knee flexes most in
# mid-swing.
LEGS: dict[Gait, tuple[tuple[float, float], tuple[float, float]]] = {
    "running": ((8.0, 32.0), (50.0, 48.0)),
    "walking": ((5.0, 20.0), (30.0, 25.0)),
    "standing": ((0.0, 1.0), (5.0, 1.0)),
}
KNEE_PHASE = 0.78
# Share of the stride in which a leg moves backward.
STANCE: dict[Gait, float] = {"running": 0.5, "walking": 0.66, "standing": 0.5}


@dataclass(frozen=True)
class Figure:
    """A stick figure and the camera; lengths in trunk lengths, or in pixels where the name says so.

    ``yaw_deg`` rotates the figure out of the side view, positive toward the front; ``roll_deg`` rotates the image
    clockwise; ``speed_px_s`` is the horizontal speed (0: treadmill or panning camera); ``growth`` is the relative
    increase of size per second (an approach).
    """

    gait: Gait = "running"
    facing: Facing = "right"
    stride_s: float = 0.7
    phase: float = 0.0
    lean_deg: float = 8.0
    trunk_px: float = 120.0
    hips_px: tuple[float, float] = (400.0, 300.0)
    speed_px_s: float = 0.0
    growth: float = 0.0
    bounce: float = 0.03
    rotation_deg: float = 8.0
    yaw_deg: float = 0.0
    roll_deg: float = 0.0

    def phase_at(self, time_s: Array) -> Array:
        """Return the phase of the left leg, 0..1; the thigh is furthest forward at 0."""
        return np.mod(np.asarray(time_s) / self.stride_s + self.phase, 1.0)

    def landmarks(self, time_s: Array) -> Array:
        """Return the 33 landmarks in pixels, shape (F, 33, 2)."""
        forward, up, left = self._space(np.asarray(time_s, dtype=np.float64))
        yaw, sign = np.radians(self.yaw_deg), 1.0 if self.facing == "right" else -1.0
        size = self.trunk_px * (1.0 + self.growth * (time_s - time_s[0]))[:, None]
        x = size * (sign * forward * np.cos(yaw) + left * np.sin(yaw))
        y = -size * up
        x = x + self.hips_px[0] + sign * self.speed_px_s * (time_s - time_s[0])[:, None]
        points = np.stack([x, y + self.hips_px[1]], axis=-1)
        return rolled(points, self.roll_deg)

    def _space(self, time_s: Array) -> tuple[Array, Array, Array]:
        """Return the landmarks in space relative to the hips: forward, up and left, each of shape (F, 33)."""
        out = np.zeros((3, len(time_s), 33))
        phase = self.phase_at(time_s)
        lean, turn = np.radians(self.lean_deg), np.radians(self.rotation_deg) * np.sin(2 * np.pi * phase)
        top = np.array([np.sin(lean), np.cos(lean)])
        for number, along, before in (
            (0, 1.38, 0.22),
            *((n, 1.42, 0.15) for n in range(1, 7)),
            *((n, 1.38, 0.02) for n in (7, 8)),
            *((n, 1.3, 0.17) for n in (9, 10)),
        ):
            out[0, :, number] = along * top[0] + before
            out[1, :, number] = along * top[1]
        for side, outward in ((0, 1.0), (1, -1.0)):
            own = phase + 0.5 * side
            hip = np.stack([np.zeros_like(own), np.zeros_like(own), np.full_like(own, outward * HIP_HALF_L)])
            shoulder = np.stack(
                [
                    top[0] - outward * SHOULDER_HALF_L * np.sin(turn),
                    np.full_like(own, top[1]),
                    outward * SHOULDER_HALF_L * np.cos(turn),
                ]
            )
            self._leg(out, side, own, hip)
            self._arm(out, side, own, shoulder)
            out[:, :, 23 + side], out[:, :, 11 + side] = hip, shoulder
        out[1] += self.bounce * np.cos(4 * np.pi * phase)[:, None]
        return out[0], out[1], out[2]

    def _leg(self, out: Array, side: int, phase: Array, hip: Array) -> None:
        (mean, swing), (bent, fold) = LEGS[self.gait]
        stance = STANCE[self.gait]
        phase = np.interp(np.mod(phase, 1.0), [0.0, stance, 1.0], [0.0, 0.5, 1.0])
        thigh = np.radians(mean + swing * np.cos(2 * np.pi * phase))
        shank = thigh - np.radians(bent + fold * np.cos(2 * np.pi * (phase - KNEE_PHASE)))
        knee = hip + THIGH_L * _hanging(thigh)
        ankle = knee + SHANK_L * _hanging(shank)
        ahead = np.stack([np.cos(0.6 * shank), np.sin(0.6 * shank), np.zeros_like(shank)])
        out[:, :, 25 + side], out[:, :, 27 + side] = knee, ankle
        out[:, :, 29 + side] = ankle - 0.08 * ahead + 0.08 * _hanging(0.6 * shank)
        out[:, :, 31 + side] = ankle + 0.3 * ahead + 0.08 * _hanging(0.6 * shank)

    def _arm(self, out: Array, side: int, phase: Array, shoulder: Array) -> None:
        swing = 0.0 if self.gait == "standing" else 30.0
        upper = np.radians(-15.0 - swing * np.cos(2 * np.pi * phase))
        fore = upper + np.radians(10.0 if self.gait == "standing" else 85.0)
        elbow = shoulder + UPPER_ARM_L * _hanging(upper)
        wrist = elbow + FOREARM_L * _hanging(fore)
        out[:, :, 13 + side], out[:, :, 15 + side] = elbow, wrist
        for number in (17, 19, 21):
            out[:, :, number + side] = wrist + 0.15 * _hanging(fore)


def _hanging(angle: Array) -> Array:
    """Return the direction of a hanging limb that is rotated forward by an angle, shape (3, F)."""
    return np.stack([np.sin(angle), -np.cos(angle), np.zeros_like(angle)])


def frame_times(seconds: float, fps: float) -> Array:
    return np.arange(round(seconds * fps)) / fps


def strides_of(figure: Figure, times: Array, side: Side = "right", *, noise_l: float = 0.0) -> Strides:
    """Return the strides of a figure whose landmarks have Gaussian noise, trunk lengths."""
    marks = figure.landmarks(times)
    marks = marks + np.random.default_rng(3).normal(scale=noise_l * figure.trunk_px, size=marks.shape)
    return find_strides(leg_signals(marks, times, figure.facing), side)


def phase_difference(first: Array, second: Array) -> Array:
    """Return the circular difference of phases, 0..0.5, of the frames that both series know: nearly the same ones."""
    one_only = np.isfinite(first) != np.isfinite(second)
    assert one_only.sum() <= 2, "the frames of the strides differ"
    both = np.isfinite(first) & np.isfinite(second)
    difference = np.mod(first[both] - second[both], 1.0)
    return np.minimum(difference, 1.0 - difference)


def rolled(points: Array, degrees: float) -> Array:
    """Rotate points clockwise, as they appear in the image, about (400, 300)."""
    angle, centre = np.radians(degrees), np.array([400.0, 300.0])
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return (points - centre) @ turn.T + centre


def mirrored(landmarks: Array, width: float) -> Array:
    """Return the landmarks of the mirrored image, with left and right labels swapped."""
    out = landmarks[..., list(MIRRORED), :].copy()
    out[..., 0] = width - out[..., 0]
    return out


def paint(
    outline: Array,
    hips: Array,
    shoulders: Array,
    facing: Facing,
    size: tuple[int, int],
    *,
    front_l: float = 0.5,
    soft_l: float = 0.03,
    arms: Array | None = None,
    arm_radius_l: float = 0.08,
) -> npt.NDArray[np.float32]:
    """Paint a person mask whose back edge is a known outline.

    Parameters
    ----------
    outline : shape (len(T_GRID),)
        Trunk lengths; the body ends at the ends of the grid.
    hips, shoulders : shape (2,)
        Ends of the trunk axis, pixels.
    facing
    size
        Width and height of the image, pixels.
    front_l, soft_l
        Distance of the front from the axis, and width of the edge's ramp from 1 to 0 (at least a pixel), trunk lengths.
    arms : shape (A, J, 2)
        Chains of joints in trunk coordinates (t, c).
    arm_radius_l
        Trunk lengths.
    """
    width, height = size
    axis = shoulders - hips
    length = float(np.hypot(*axis))
    back = np.array([axis[1], -axis[0]]) * (1.0 if facing == "right" else -1.0)
    y, x = np.mgrid[0:height, 0:width] + 0.5
    relative = np.stack([x - hips[0], y - hips[1]], axis=-1)
    t, c = relative @ axis / length**2, relative @ back / length**2
    ramp = max(soft_l, 1.0 / length)
    behind = np.interp(t, T_GRID, outline) - c
    inside = np.minimum(behind, c + front_l)
    inside = np.minimum(inside, np.minimum(t - T_GRID[0], T_GRID[-1] - t))
    if arms is not None:
        points = np.stack([t, c], axis=-1)
        inside = np.maximum(inside, arm_radius_l - _distance_to_chains(points, arms))
    return np.clip(0.5 + inside / ramp, 0.0, 1.0).astype(np.float32)


def _distance_to_chains(points: Array, chains: Array) -> Array:
    nearest = np.full(points.shape[:-1], np.inf)
    for chain in chains:
        for a, b in pairwise(chain):
            along = b - a
            share = np.clip((points - a) @ along / max(float(along @ along), 1e-12), 0.0, 1.0)
            nearest = np.minimum(nearest, np.linalg.norm(points - a - share[..., None] * along, axis=-1))
    return nearest


def figure_mask(landmarks: Array, facing: Facing, outline: Array, size: tuple[int, int]) -> npt.NDArray[np.float32]:
    """Paint the mask of one frame of a figure at its landmarks, shape (height, width)."""
    hips, shoulders = trunk_axis(landmarks, facing)
    return paint(outline, hips, shoulders, facing, size)


def shape_model() -> ShapeModel:
    return SHAPE_MODEL.load()


def prior() -> EdgePrior:
    """Return the prior of an unbiased mask."""
    return plain_prior(shape_model())


def plain_outline(depth: float = 0.05, *, base: float = 0.2) -> Array:
    """Return a smooth hollow back: apices near t = 0.05 and 0.85."""
    return base + 0.5 * depth * np.cos(2 * np.pi * (T_GRID - 0.05) / 0.8)


@dataclass(frozen=True)
class Back:
    """Edges of a back drawn from the shape model, and the arms that occlude it.

    ``z`` has the true coefficients, shape (harmonics, components); ``bare`` the edges without arms and ``edge`` with
    them, both (F, len(T_GRID)); ``arms`` the joints in trunk coordinates, (F, 2, J, 2).
    """

    z: Array
    bare: Array
    edge: Array
    arms: Array
    phase: Array
    stride: npt.NDArray[np.intp]

    @property
    def outline(self) -> Array:
        """The true mean outline."""
        return prior().outlines(self.z[0])


def draw_back(seed: int, *, strides: int = 8, frames: int = 14, noise_l: float = 0.003, arms: bool = True) -> Back:
    """Draw a back and its movement from the prior, partly occluded by two swinging arms."""
    model, rng = prior(), np.random.default_rng(seed)
    count = len(model.components)
    z = np.zeros((1 + 2 * HARMONICS, count))
    z[0] = np.clip(rng.normal(size=count), -1.5, 1.5)
    z[1:] = rng.multivariate_normal(np.zeros(count), model.within_covariance / (2 * HARMONICS), size=2 * HARMONICS)
    phase = np.tile((np.arange(frames) + 0.5) / frames, strides)
    stride = np.repeat(np.arange(strides), frames)
    bare = model.outlines(fourier_basis(phase, HARMONICS) @ z)
    joints = np.stack([_swinging_arm(phase), _swinging_arm(phase + 0.5)], axis=1)
    edge = _first_edge(bare, joints) if arms else bare.copy()
    noisy = edge + rng.normal(scale=noise_l, size=edge.shape)
    return Back(z=z, bare=bare, edge=noisy, arms=joints, phase=phase, stride=stride)


def pooled_posterior(back: Back) -> OutlinePosterior:
    """Return the posterior of a back as one segment, without change points."""
    near = near_arm(back.edge, back.arms)
    samples = EdgeSamples.of(back.edge, near, back.phase, back.stride, prior())
    return OutlinePosterior(fit_memberships(samples), prior(), back.phase, back.stride, samples)


def _swinging_arm(phase: Array) -> Array:
    """Return shoulder, elbow and wrist of a bent arm in trunk coordinates (t, c), shape (F, 3, 2)."""
    upper = np.radians(15.0 + 30.0 * np.cos(2 * np.pi * phase))
    shoulder = np.stack([np.full_like(upper, 0.95), np.zeros_like(upper)], axis=-1)
    elbow = shoulder + UPPER_ARM_L * np.stack([-np.cos(upper), np.sin(upper)], axis=-1)
    fore = upper - np.radians(85.0)
    wrist = elbow + FOREARM_L * np.stack([-np.cos(fore), np.sin(fore)], axis=-1)
    return np.stack([shoulder, elbow, wrist], axis=1)


def _first_edge(bare: Array, joints: Array, *, radius: float = 0.07) -> Array:
    """Return the first edge of body and arms outward from the axis, shape (F, len(T_GRID))."""
    steps = np.arange(0.0, 0.85, 0.01)
    edge = bare.copy()
    grid = np.stack(np.broadcast_arrays(T_GRID[:, None], steps), axis=-1)
    for frame, arms in enumerate(joints):
        covered = _distance_to_chains(grid, arms) < radius
        body = steps[None] <= bare[frame][:, None]
        filled = np.cumprod(covered | body, axis=1).sum(axis=1)
        reach = steps[np.clip(filled - 1, 0, len(steps) - 1)]
        edge[frame] = np.maximum(bare[frame], reach)
    return edge
