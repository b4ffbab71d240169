"""Poses given by the places of hands and feet: the bones as a tree, limbs by two-bone inverse kinematics.

Axes: x to the person's left, y backward, z up (metres), for a person who stands. Rotations are about these reference
axes in every bone, as the body model takes them: +x bends forward, +z turns to the left, +y leans to the left.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.spatial.transform import Rotation

from posture.types import Array

# A limb is never stretched to more than this share of its length, as a locked joint looks stiff.
FULLEST_REACH = 0.995
# The bones of each limb: upper, lower, the second half of the lower, and the end.
LIMBS = {
    "arm": ("upperarm01", "lowerarm01", "lowerarm02", "wrist"),
    "leg": ("upperleg01", "lowerleg01", "lowerleg02", "foot"),
}
# The reference axis about which a knee bends; the arms are bent at rest, which gives theirs.
KNEE_AXIS = np.array([1.0, 0.0, 0.0])


def turned(**degrees: float) -> Array:
    """Return the rotation matrix of turns about x, then y, then z (keyword names), degrees."""
    return np.asarray(Rotation.from_euler("xyz", [degrees.get(k, 0.0) for k in "xyz"], degrees=True).as_matrix())


def unit(vector: Sequence[float] | Array) -> Array:
    """Return the vector scaled to length 1."""
    array = np.asarray(vector, dtype=float)
    return array / np.linalg.norm(array)


class Skeleton:
    """The bones of one body, turned one by one from the root outward.

    Parameters
    ----------
    labels
        Names of the bones, parents before children.
    parents
        Index of each bone's parent, -1 for the root.
    heads : shape (B, 3)
        Begin of each bone at rest, metres.
    """

    def __init__(self, labels: Sequence[str], parents: Sequence[int], heads: Array) -> None:
        self.labels = list(labels)
        self._parents = list(parents)
        self._rest = heads
        self.own = np.tile(np.eye(3), (len(self.labels), 1, 1))
        self.position = heads[0].copy()

    def rest(self, bone: str) -> Array:
        """Return where a bone begins at rest."""
        return self._rest[self.labels.index(bone)]

    def _whole(self, index: int) -> Array:
        turn = np.eye(3)
        while index >= 0:
            turn = self.own[index] @ turn
            index = self._parents[index]
        return turn

    def place(self, bone: str) -> Array:
        """Return where a bone begins now."""
        index, place = self.labels.index(bone), np.zeros(3)
        while (parent := self._parents[index]) >= 0:
            place = place + self._whole(parent) @ (self._rest[index] - self._rest[parent])
            index = parent
        return self.position + place

    def direction(self, bone: str) -> Array:
        """Return the rotation of a bone against the reference axes."""
        return self._whole(self.labels.index(bone))

    def turn(self, bone: str, **degrees: float) -> None:
        """Turn a bone against its parent, degrees about x, then y, then z."""
        self.own[self.labels.index(bone)] = turned(**degrees)

    def aim(self, bone: str, matrix: Array) -> None:
        """Turn a bone so that its rotation against the reference axes is the given one."""
        index = self.labels.index(bone)
        self.own[index] = self._whole(self._parents[index]).T @ matrix

    def reach(self, limb: str, side: str, target: Sequence[float] | Array, pole: Sequence[float] | Array) -> None:
        """Bring a wrist or an ankle to a place, the elbow or knee pointing towards `pole`.

        Parameters
        ----------
        limb : {"arm", "leg"}
        side : {"L", "R"}
        target : shape (3,)
            Place of the wrist or ankle; out of reach, the limb goes as near as it can.
        pole : shape (3,)
            Direction of the elbow or knee.
        """
        upper, lower, _, end = (f"{bone}.{side}" for bone in LIMBS[limb])
        a, b, c = (self.rest(bone) for bone in (upper, lower, end))
        first, second = float(np.linalg.norm(b - a)), float(np.linalg.norm(c - b))
        start = self.place(upper)
        way = np.asarray(target, dtype=float) - start
        far = float(np.clip(np.linalg.norm(way), 1.02 * abs(first - second), FULLEST_REACH * (first + second)))
        way = unit(way)
        out = np.asarray(pole, dtype=float)
        out = unit(out - (out @ way) * way)
        along = (first**2 - second**2 + far**2) / (2 * far)
        joint = start + along * way + np.sqrt(max(first**2 - along**2, 0.0)) * out
        # The joint bends about the normal of the limb's plane.
        bent = np.cross(out, way)
        axis = KNEE_AXIS if limb == "leg" else np.cross(b - a, c - b)
        self.aim(upper, frame(joint - start, bent) @ frame(b - a, axis).T)
        self.aim(lower, frame(start + far * way - joint, bent) @ frame(c - b, axis).T)

    def lay(self, limb: str, side: str, matrix: Array) -> None:
        """Turn a hand or foot against the reference axes; the forearm or shank takes half of the twist."""
        _, lower, second, end = (f"{bone}.{side}" for bone in LIMBS[limb])
        axis = unit(self.place(end) - self.place(lower))
        between = Rotation.from_matrix(matrix @ self.direction(lower).T).as_rotvec()
        half = Rotation.from_rotvec(0.6 * (between @ axis) * axis).as_matrix()
        self.aim(second, half @ self.direction(lower))
        self.aim(end, matrix)

    def matrices(self) -> Array:
        """Return the rotations as the body model takes them: 4 x 4 matrices, shape (B, 4, 4)."""
        pose = np.tile(np.eye(4), (len(self.labels), 1, 1))
        pose[:, :3, :3] = self.own
        return pose


def frame(main: Array, axis: Array) -> Array:
    """Return the orthonormal frame with first column `main` and third column `axis` orthogonalised to it."""
    first = unit(main)
    third = unit(axis - (axis @ first) * first)
    return np.column_stack([first, np.cross(third, first), third])
