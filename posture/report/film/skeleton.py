"""The runner's skeleton: thin lines between the landmarks, the far side fainter than the near one."""

from __future__ import annotations

from posture.arrays import Array
from posture.gait.runner import Mover
from posture.pose.trunk import ANKLES, ELBOWS, HEELS, HIPS, KNEES, SHOULDERS, TOES, WRISTS
from posture.report.film.drawing import Line

NEAR, FAR = (226, 232, 236), (138, 149, 156)
_LIMBS = ((SHOULDERS, ELBOWS, WRISTS), (HIPS, KNEES, ANKLES, HEELS, TOES, ANKLES))


def skeleton(runner: Mover, landmarks: Array, width: float) -> list[Line]:
    """Return the lines of a skeleton.

    Parameters
    ----------
    runner : Mover
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
