"""Occlusion: the samples of the back edge that an arm may cover."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from posture.contour.grid import T_GRID
from posture.types import Array, blocks

# Half the width of an arm in a sleeve, trunk lengths (about 5 cm on a 0.5 m trunk).
ARM_RADIUS_L = 0.10


def arm_distance(edge: Array, arms: Array) -> Array:
    """Return the distance of each edge sample to the nearest arm segment.

    Parameters
    ----------
    edge : shape (F, len(T_GRID))
        Distance of the mask's edge from the trunk axis, trunk lengths; NaN where there is none.
    arms : shape (F, 2, J, 2)
        Joints of both arms in order, in the trunk frame (t, c); NaN where unknown.

    Returns
    -------
    array, shape (F, len(T_GRID))
        Trunk lengths; inf where edge or arms are unknown.
    """
    points = np.stack([np.broadcast_to(T_GRID, edge.shape), edge], axis=-1)
    nearest = np.full(edge.shape, np.inf)
    for arm in range(arms.shape[1]):
        for joint in range(arms.shape[2] - 1):
            distance = _to_segment(points, arms[:, arm, joint], arms[:, arm, joint + 1])
            nearest = np.fmin(nearest, distance)
    return nearest


def near_arm(edge: Array, arms: Array) -> npt.NDArray[np.bool_]:
    """Return which samples are closer to an arm than `ARM_RADIUS_L`, shape (F, len(T_GRID)); see `arm_distance`."""
    near = np.zeros(edge.shape, dtype=np.bool_)
    for part in blocks(len(edge)):
        near[part] = arm_distance(edge[part], arms[part]) < ARM_RADIUS_L
    return near


def _to_segment(points: Array, start: Array, end: Array) -> Array:
    along = end - start
    relative = points - start[:, None]
    square = np.maximum((along**2).sum(axis=-1), 1e-12)[:, None]
    share = np.clip((relative * along[:, None]).sum(axis=-1) / square, 0.0, 1.0)
    rest = relative - share[..., None] * along[:, None]
    return np.hypot(rest[..., 0], rest[..., 1])
