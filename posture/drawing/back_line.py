"""Back line, tangents, arch and skeleton of a runner, drawn over a picture."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from posture.back.measure import BackResult
from posture.back.phase_curves import at_phase
from posture.contour.angles import BackAngles, measure_outlines
from posture.contour.grid import T_GRID
from posture.drawing.canvas import Polyline, draw_dots, draw_lines
from posture.drawing.palette import ARCH, BACK, FAR_SIDE, NEAR_SIDE, TILT, WHITE, Colour
from posture.gait.runner_choice import TrackedPerson
from posture.pose.landmarks import ANKLES, ELBOWS, HEELS, HIPS, KNEES, SHOULDERS, TOES, WRISTS
from posture.types import Array, Facing, Image, Indices, Side

# The part of the outline that is drawn, trunk lengths.
SHOWN_T = (-0.2, 1.0)
# Tangents that are nearly parallel meet too far away to show their angle there, trunk lengths.
MAX_MEETING_DISTANCE_L = 0.9
# Tangents beyond their meeting point and below the point of contact, and radius of the arc, trunk lengths.
TANGENT_L, FOOT_L, ARC_L = 0.62, 0.25, 0.36
# Width of tangents and arc, shares of the contour's.
THIN = 0.4
# Every third sample of the outline is drawn: a back bends too little for more to be visible.
CONTOUR_STEP = 3
CACHED_STRIDES = 2
_LIMBS = ((SHOULDERS, ELBOWS, WRISTS), (HIPS, KNEES, ANKLES, HEELS, TOES, ANKLES))


@dataclass(frozen=True)
class Trunk:
    """Position of a trunk in a picture: the ends of its axis, pixels, shape (2,)."""

    hips: Array
    shoulders: Array
    facing: Facing

    @property
    def length(self) -> float:
        """Pixels."""
        return float(np.hypot(*(self.shoulders - self.hips)))

    @property
    def backward(self) -> float:
        """Sign of the x axis towards the runner's back."""
        return -1.0 if self.facing == "right" else 1.0

    def place(self, t: Array, c: Array) -> Array:
        """Return points of the trunk frame (along the axis, backward) in pixels, shape (N, 2)."""
        axis = self.shoulders - self.hips
        back = np.array([axis[1], -axis[0]]) * -self.backward
        return self.hips + np.asarray(t)[:, None] * axis + np.asarray(c)[:, None] * back


@dataclass(frozen=True)
class BackPose:
    """The back of one frame."""

    trunk: Trunk  # In the measured picture.
    outline: Array  # Shape (len(T_GRID),). Distance from the trunk axis, trunk lengths, backward positive.
    angles: BackAngles  # Of several outlines; number ``at`` belongs to this one.
    at: int


class BackOverTime:
    """The measured back of every frame.

    The outline of a frame is that of its stride, shifted by the mean stride's deviation from its mean at this phase.
    """

    def __init__(self, runner: TrackedPerson, back: BackResult) -> None:
        self._runner, self._back = runner, back
        self._stride = lru_cache(maxsize=CACHED_STRIDES)(self._of_stride)

    def stride_of(self, number: int) -> int | None:
        """Return the measured stride that a frame of the runner belongs to; None outside of all."""
        if not len(self._runner.strides) or not np.isfinite(self._back.residual_by_frame[number]):
            return None
        place = np.flatnonzero(self._back.measured_strides == self._runner.strides.frame_stride[number])
        return int(place[0]) if len(place) else None

    def pose(self, number: int) -> BackPose | None:
        """Return the back in a frame of the runner; None where it was not measured."""
        back = self._back
        if not np.isfinite(back.residual_by_frame[number]):
            return None
        trunk = Trunk(back.hips[number], back.shoulders[number], self._runner.view.facing)
        stride = self.stride_of(number)
        if stride is None:
            # A standing person has no phases: show the outline of the clip.
            return BackPose(trunk, back.measured.outline, back.measured.angles, 0)
        frames, outlines, angles = self._stride(stride)
        at = int(np.searchsorted(frames, number))
        return BackPose(trunk, outlines[at], angles, at)

    def _of_stride(self, stride: int) -> tuple[Indices, Array, BackAngles]:
        strides, measured = self._runner.strides, self._back.measured
        frames = np.flatnonzero(strides.frame_stride == self._back.measured_strides[stride])
        phase = strides.frame_phase[frames]
        deviation = measured.phase_outlines - measured.phase_outlines.mean(axis=0)
        outlines = measured.stride_outlines[stride] + at_phase(deviation.T, phase).T
        lean = measured.by_stride["trunk_lean_deg"][stride]
        return frames, outlines, measure_outlines(outlines, float(lean), smooth=False)


@dataclass(frozen=True)
class Tangent:
    """A tangent of the outline: its point of contact, and its upward direction of length 1."""

    point: Array
    up: Array


@dataclass(frozen=True)
class BackGeometry:
    """A measured back in the coordinates of a picture, pixels.

    Attributes
    ----------
    contour : shape (N, 2)
    lower, upper
        Tangents at the steepest places below and above the hollow.
    meeting : shape (2,) or None
        Where the tangents meet; None when that is too far from the back to show the angle there.
    apices : shape (3, 2)
        Gluteal apex, lumbar point, thoracic apex.
    """

    contour: Array
    lower: Tangent
    upper: Tangent
    meeting: Array | None
    apices: Array


def back_geometry(pose: BackPose, trunk: Trunk) -> BackGeometry:
    """Place a measured back in a picture in which the trunk lies at `trunk`."""
    outline, angles, at = pose.outline, pose.angles, pose.at
    shown = (T_GRID >= SHOWN_T[0]) & (T_GRID <= SHOWN_T[1])
    lower = _tangent(trunk, outline, float(angles.sacral_t[at]))
    upper = _tangent(trunk, outline, float(angles.thoracolumbar_t[at]))
    meeting = _meeting(lower, upper, trunk)
    apices = np.array([angles.gluteal_t[at], angles.lumbar_t[at], angles.thoracic_t[at]])
    return BackGeometry(
        trunk.place(T_GRID[shown], outline[shown]),
        lower,
        upper,
        meeting,
        trunk.place(apices, np.interp(apices, T_GRID, outline)),
    )


def drawn_tilt_deg(back: BackGeometry, trunk: Trunk, roll_deg: float = 0.0) -> float:
    """Return the angle of a lower tangent to the true vertical of the picture, degrees, forward positive."""
    forward = -trunk.backward
    return float(np.degrees(np.arctan2(forward * back.lower.up[0], -back.lower.up[1]))) - forward * roll_deg


def with_angles(
    back: BackGeometry, trunk: Trunk, tilt_deg: float | None, arch_deg: float | None, roll_deg: float = 0.0
) -> BackGeometry:
    """Turn both tangents about their points so that they show these angles; None leaves an angle as it is.

    The angles of a clip differ from those of its line in one frame: the trunk leans otherwise, and known errors are
    taken off.

    Parameters
    ----------
    roll_deg
        The camera's roll, clockwise positive.
    """
    forward, own = -trunk.backward, drawn_tilt_deg(back, trunk, roll_deg)
    tilt = own if tilt_deg is None else tilt_deg
    lower = Tangent(back.lower.point, _turned(back.lower.up, forward * (tilt - own)))
    up = _turned(back.upper.up, forward * (tilt - own)) if arch_deg is None else _turned(lower.up, -forward * arch_deg)
    upper = Tangent(back.upper.point, up)
    return replace(back, lower=lower, upper=upper, meeting=_meeting(lower, upper, trunk))


def back_lines(pose: BackPose, trunk: Trunk, width: float, *, arch: bool) -> tuple[list[Polyline], Array, Array]:
    """Return the lines that show a back.

    Parameters
    ----------
    trunk
        In the picture that is drawn on.
    width
        Of the contour, pixels; the tangents are thinner, so that it shows beside them.
    arch
        Whether the arch is known; else only the lower tangent is drawn.

    Returns
    -------
    lines
        Contour, tangents, arc.
    dots : shape (3, 2)
        Gluteal apex, lumbar point, thoracic apex, pixels.
    label : shape (2,)
        Place for the arch's number: behind the back, at the height of the hollow, pixels.
    """
    back, length = back_geometry(pose, trunk), trunk.length
    lower, upper, thin = back.lower, back.upper, THIN * width
    foot = lower.point - FOOT_L * length * lower.up
    lines = [Polyline(back.contour[::CONTOUR_STEP], BACK, width)]
    if back.meeting is None:
        lines.append(ray(foot, lower.up, 2 * FOOT_L * length, TILT, thin))
        if arch:
            start = upper.point - FOOT_L * length * upper.up
            lines.append(ray(start, upper.up, 2 * FOOT_L * length, ARCH, thin))
    else:
        reach = float(np.hypot(*(back.meeting - foot))) + TANGENT_L * length
        lines.append(ray(foot, lower.up, reach, TILT, thin))
        if arch:
            lines.append(ray(back.meeting, upper.up, TANGENT_L * length, ARCH, thin))
            lines.append(Polyline(arc(back.meeting, lower.up, upper.up, ARC_L * length), ARCH, thin))
    return lines, back.apices, back.apices[1] + np.array([trunk.backward * 0.5 * length, 0.0])


def draw_back(picture: Image, pose: BackPose, trunk: Trunk, width: float, *, arch: bool) -> Array:
    """Draw a back, its line over the tangents; return the place for the arch's number. Parameters as `back_lines`."""
    lines, dots, label = back_lines(pose, trunk, width, arch=arch)
    draw_lines(picture, lines[1:])
    draw_lines(picture, lines[:1])
    draw_dots(picture, dots, WHITE, 0.7 * width)
    return label


def ray(start: Array, direction: Array, length: float, colour: Colour, width: float) -> Polyline:
    """Return a straight line from a point; `direction` has length 1."""
    return Polyline(np.stack([start, start + length * direction]), colour, width)


def arc(centre: Array, first: Array, second: Array, radius: float) -> Array:
    """Return an arc from one direction to another, the short way round, shape (N, 2)."""
    start = np.arctan2(first[1], first[0])
    turn = (np.arctan2(second[1], second[0]) - start + np.pi) % (2 * np.pi) - np.pi
    angle = start + np.linspace(0.0, turn, 24)
    return np.asarray(centre + radius * np.stack([np.cos(angle), np.sin(angle)], axis=1))


def _turned(direction: Array, clockwise_deg: float) -> Array:
    """Turn a direction of the picture, shape (2,), y down."""
    c, s = np.cos(np.radians(clockwise_deg)), np.sin(np.radians(clockwise_deg))
    return np.array([[c, -s], [s, c]]) @ direction


def _tangent(trunk: Trunk, outline: Array, at: float) -> Tangent:
    step = 0.02
    t = np.array([at - step, at, at + step])
    points = trunk.place(t, np.interp(t, T_GRID, outline))
    direction = points[2] - points[0]
    return Tangent(points[1], direction / max(float(np.hypot(*direction)), 1e-9))


def _meeting(lower: Tangent, upper: Tangent, trunk: Trunk) -> Array | None:
    matrix = np.stack([lower.up, -upper.up], axis=1)
    if abs(float(np.linalg.det(matrix))) < 1e-3:
        return None
    along = np.linalg.solve(matrix, upper.point - lower.point)
    meeting = np.asarray(lower.point + along[0] * lower.up)
    too_far = np.hypot(*(meeting - upper.point)) > MAX_MEETING_DISTANCE_L * trunk.length
    return None if too_far else meeting


def skeleton(landmarks: Array, near_side: Side, width: float) -> list[Polyline]:
    """Return the lines of a skeleton, `width` pixels wide.

    Parameters
    ----------
    landmarks : shape (33, 2)
        Pixels of the picture that is drawn on.
    near_side
        The side nearer to the camera; it is drawn brighter, over the other one.
    """
    lines = [Polyline(landmarks[list(pair)], FAR_SIDE, width) for pair in (SHOULDERS, HIPS)]
    near = 0 if near_side == "left" else 1
    for side in (1 - near, near):
        colour = NEAR_SIDE if side == near else FAR_SIDE
        lines += [Polyline(landmarks[[pair[side] for pair in limb]], colour, width) for limb in _LIMBS]
    return lines
