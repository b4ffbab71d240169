"""Back line, tangents and skeleton drawn over a picture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from posture.back.measure import BackResult
from posture.back.phase_curves import at_phase
from posture.contour.geometry import BackAngles, measure_outlines
from posture.contour.grid import T_GRID
from posture.drawing.canvas import Line
from posture.drawing.image import SHOWN_T, Trunk
from posture.drawing.palette import DARK
from posture.gait.subject import TrackedPerson
from posture.pose.landmarks import ANKLES, ELBOWS, HEELS, HIPS, KNEES, SHOULDERS, TOES, WRISTS
from posture.types import Array, Indices

NEAR, FAR = (226, 232, 236), (138, 149, 156)
_LIMBS = ((SHOULDERS, ELBOWS, WRISTS), (HIPS, KNEES, ANKLES, HEELS, TOES, ANKLES))


def skeleton(runner: TrackedPerson, landmarks: Array, width: float) -> list[Line]:
    """Return the lines of a skeleton.

    Parameters
    ----------
    runner : TrackedPerson
    landmarks : array, shape (33, 2)
        Pixels of the picture that is drawn on.
    width : float
        Pixels.
    """
    return bones(landmarks, 0 if runner.view.visible_side == "left" else 1, width)


def bones(landmarks: Array, near: int, width: float) -> list[Line]:
    """Return the lines of a skeleton whose left (0) or right (1) side is nearer to the camera; else as `skeleton`."""
    lines = [
        Line(landmarks[list(SHOULDERS)], FAR, width),
        Line(landmarks[list(HIPS)], FAR, width),
    ]
    for side in (1 - near, near):
        colour = NEAR if side == near else FAR
        lines += [Line(landmarks[[pair[side] for pair in limb]], colour, width) for limb in _LIMBS]
    return lines


# RGB of the page's dark edition, and of the line in the report's picture.
BACK = (53, 208, 160)
POINT = (255, 255, 255)
# Lengths of the tangents beyond where they meet and below where they touch, and of the arc's radius, trunk lengths.
TANGENT_L, FOOT_L, ARC_L = 0.62, 0.25, 0.36
# Tangents that are nearly parallel meet too far away to show their angle there, trunk lengths.
FURTHEST_MEETING_L = 0.9
# Of tangents and arc, in the contour's width.
THIN = 0.4
# Every how many samples of the outline one is drawn: a back bends so little that no more can be seen.
EVERY = 3
# How many strides' outlines are kept at hand.
STRIDES_AT_HAND = 2


def rgb_of(colour: str) -> tuple[int, int, int]:
    """Return the RGB of a colour written as ``#rrggbb``."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


TILT, ARCH = rgb_of(DARK.tilt), rgb_of(DARK.arch)


@dataclass(frozen=True)
class Pose:
    """The back of one frame.

    Attributes
    ----------
    trunk : Trunk
        Pixels of the measured picture.
    outline : array, shape (len(T_GRID),)
        Trunk lengths.
    angles : BackAngles
        Of a stride's outlines; number ``at`` is this frame's.
    at : int
    """

    trunk: Trunk
    outline: Array
    angles: BackAngles
    at: int


class BackOverTime:
    """The measured back frame by frame.

    A frame's outline is its stride's own, changed by what the mean stride differs from its mean at this phase.

    Parameters
    ----------
    runner : TrackedPerson
    back : BackResult
    """

    def __init__(self, runner: TrackedPerson, back: BackResult) -> None:
        self._runner, self._back = runner, back
        self._stride = lru_cache(maxsize=STRIDES_AT_HAND)(self._of_stride)

    def stride_of(self, number: int) -> int | None:
        """Return which of the measured strides one of the runner's frames belongs to; None outside of all."""
        if not len(self._runner.strides) or not np.isfinite(self._back.misfit[number]):
            return None
        place = np.flatnonzero(self._back.kept == self._runner.strides.frame_stride[number])
        return int(place[0]) if len(place) else None

    def pose(self, number: int) -> Pose | None:
        """Return the back in one of the runner's frames; None where it was not measured."""
        back = self._back
        if not np.isfinite(back.misfit[number]):
            return None
        trunk = Trunk(back.hips[number], back.shoulders[number], self._runner.view.facing)
        stride = self.stride_of(number)
        if stride is None:
            # Somebody who stands has no phases: the clip's outline.
            return Pose(trunk, back.measured.outline, back.measured.angles, 0)
        frames, outlines, angles = self._stride(stride)
        at = int(np.searchsorted(frames, number))
        return Pose(trunk, outlines[at], angles, at)

    def _of_stride(self, stride: int) -> tuple[Indices, Array, BackAngles]:
        strides, measured = self._runner.strides, self._back.measured
        frames = np.flatnonzero(strides.frame_stride == self._back.kept[stride])
        phase = strides.frame_phase[frames]
        away = measured.phase_outlines - measured.phase_outlines.mean(axis=0)
        outlines = measured.stride_outlines[stride] + at_phase(away.T, phase).T
        lean = measured.by_stride["trunk_lean_deg"][stride]
        return frames, outlines, measure_outlines(outlines, float(lean), smooth=False)


def back_lines(pose: Pose, trunk: Trunk, width: float, *, arch: bool) -> tuple[list[Line], Array, Array]:
    """Return what shows a back.

    Parameters
    ----------
    pose : Pose
    trunk : Trunk
        Where the trunk lies in the picture that is drawn on.
    width : float
        Of the contour, pixels; the tangents are thinner, so that it shows beside them.
    arch : bool
        Whether the arch is known; else only the lower tangent is shown.

    Returns
    -------
    lines : list of Line
        Contour, tangents, arc.
    dots : array, shape (3, 2)
        Gluteal apex, lumbar point, thoracic apex, pixels.
    label : array, shape (2,)
        Where the arch's number may stand: behind the back, at the height of the hollow, pixels.
    """
    outline, angles, at = pose.outline, pose.angles, pose.at
    length = float(np.hypot(*(trunk.shoulders - trunk.hips)))
    shown = np.flatnonzero((T_GRID >= SHOWN_T[0]) & (T_GRID <= SHOWN_T[1]))[::EVERY]
    lower = _tangent(trunk, outline, float(angles.sacral_t[at]))
    upper = _tangent(trunk, outline, float(angles.thoracolumbar_t[at]))
    meeting = _meeting(lower, upper)
    lines = [Line(trunk.place(T_GRID[shown], outline[shown]), BACK, width)]
    if meeting is None or np.hypot(*(meeting - upper[0])) > FURTHEST_MEETING_L * length:
        lines.append(_ray(lower[0] - FOOT_L * length * lower[1], lower[1], 2 * FOOT_L * length, TILT, width))
        if arch:
            start = upper[0] - FOOT_L * length * upper[1]
            lines.append(_ray(start, upper[1], 2 * FOOT_L * length, ARCH, width))
    else:
        foot = lower[0] - FOOT_L * length * lower[1]
        reach = float(np.hypot(*(meeting - foot))) + TANGENT_L * length
        lines.append(_ray(foot, lower[1], reach, TILT, width))
        if arch:
            lines.append(_ray(meeting, upper[1], TANGENT_L * length, ARCH, width))
            lines.append(Line(_arc(meeting, lower[1], upper[1], ARC_L * length), ARCH, THIN * width))
    marks = np.array([angles.gluteal_t[at], angles.lumbar_t[at], angles.thoracic_t[at]])
    dots = trunk.place(marks, np.interp(marks, T_GRID, outline))
    behind = -1.0 if trunk.facing == "right" else 1.0
    return lines, dots, dots[1] + np.array([behind * 0.5 * length, 0.0])


def _tangent(trunk: Trunk, outline: Array, at: float) -> tuple[Array, Array]:
    """Return where a tangent touches, and its direction upward, of length 1."""
    step = 0.02
    t = np.array([at - step, at, at + step])
    points = trunk.place(t, np.interp(t, T_GRID, outline))
    direction = points[2] - points[0]
    return points[1], direction / max(float(np.hypot(*direction)), 1e-9)


def _ray(start: Array, way: Array, length: float, colour: tuple[int, int, int], width: float) -> Line:
    return Line(np.stack([start, start + length * way]), colour, THIN * width)


def _meeting(lower: tuple[Array, Array], upper: tuple[Array, Array]) -> Array | None:
    matrix = np.stack([lower[1], -upper[1]], axis=1)
    if abs(float(np.linalg.det(matrix))) < 1e-3:
        return None
    along = np.linalg.solve(matrix, upper[0] - lower[0])
    return np.asarray(lower[0] + along[0] * lower[1])


def _arc(centre: Array, first: Array, second: Array, radius: float) -> Array:
    """Return an arc from one direction to another, the short way round, shape (N, 2)."""
    start = np.arctan2(first[1], first[0])
    turn = (np.arctan2(second[1], second[0]) - start + np.pi) % (2 * np.pi) - np.pi
    angle = start + np.linspace(0.0, turn, 24)
    return np.asarray(centre + radius * np.stack([np.cos(angle), np.sin(angle)], axis=1))
