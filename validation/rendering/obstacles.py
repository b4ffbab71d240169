"""Posts, rails and treadmills: straight beams in the scene, drawn in front of or behind the runner."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from posture.types import Array
from validation.rendering.scene import Camera

# Fractional bits of polygon corners.
FRACTION = 4
# Blur of the lens in a picture 720 lines high.
SOFTNESS_PX = 0.7
# Nothing nearer to the camera is drawn, metres.
NEAREST_M = 0.3
LIGHT = np.array([-0.45, -0.25, 0.86])


@dataclass(frozen=True)
class Beam:
    """A straight beam with a rectangular section.

    Attributes
    ----------
    start, end
        Middle of both ends, metres; world axes with the runner's hips at the origin.
    section_m
        Sides of the section: the more upright one, and the other.
    colour
        0..1 RGB.
    """

    start: tuple[float, float, float]
    end: tuple[float, float, float]
    section_m: tuple[float, float]
    colour: tuple[float, float, float]

    def corners(self) -> Array:
        """Return the corners, shape (8, 3): four at the start, four at the end, each round the section."""
        a, b = np.array(self.start), np.array(self.end)
        along = (b - a) / np.linalg.norm(b - a)
        other = np.array([1.0, 0.0, 0.0]) if abs(along[0]) < 0.9 else np.array([0.0, 1.0, 0.0])
        side = np.cross(along, np.cross(other, along))
        side /= np.linalg.norm(side)
        upright = np.cross(along, side)
        high, wide = self.section_m
        square = [(1, 1), (1, -1), (-1, -1), (-1, 1)]
        around = np.array([0.5 * (u * high * upright + v * wide * side) for u, v in square])
        return np.concatenate([a + around, b + around])


SIDES = np.array([[0, 1, 2, 3], [4, 5, 6, 7], [0, 1, 5, 4], [1, 2, 6, 5], [2, 3, 7, 6], [3, 0, 4, 7]])


def paint(camera: Camera, beams: Sequence[Beam], moved_m: float = 0.0) -> tuple[tuple[slice, slice], Array] | None:
    """Return the place and premultiplied RGBA (0..255, float32) of beams; None when none is in the picture.

    Parameters
    ----------
    moved_m
        Displacement of all beams backward.
    """
    import cv2

    size = (camera.height, camera.width)
    colour, alpha = np.zeros((*size, 3), np.float32), np.zeros(size, np.uint8)
    eye = camera.pose()[:3, 3]
    ahead = -camera.pose()[:3, 2]
    shift = np.array([0.0, moved_m, 0.0])
    for beam in sorted(beams, key=lambda b: -np.linalg.norm(np.add(b.start, b.end) / 2 + shift - eye)):
        corners = beam.corners() + shift
        if ((corners - eye) @ ahead < NEAREST_M).any():
            continue
        pixels = camera.project(corners)
        middle = corners.mean(axis=0)
        faces = []
        for side in SIDES:
            centre = corners[side].mean(axis=0)
            normal = np.cross(corners[side[1]] - corners[side[0]], corners[side[2]] - corners[side[1]])
            normal *= np.sign(normal @ (centre - middle)) / np.linalg.norm(normal)
            if normal @ (eye - centre) > 0:
                faces.append((np.linalg.norm(centre - eye), side, 0.55 + 0.45 * max(normal @ LIGHT, 0.0)))
        for _, side, tone in sorted(faces, key=lambda face: -face[0]):
            place = np.round(np.clip(pixels[side], -3e4, 3e4) * 2**FRACTION).astype(np.int32)
            tint = tuple(float(c) * 255 * tone for c in beam.colour)
            cv2.fillConvexPoly(colour, place, tint, cv2.LINE_8, FRACTION)
            cv2.fillConvexPoly(alpha, place, 255, cv2.LINE_8, FRACTION)
    rows, columns = np.flatnonzero(alpha.any(axis=1)), np.flatnonzero(alpha.any(axis=0))
    if not len(rows):
        return None
    place = np.s_[max(rows[0] - 4, 0) : rows[-1] + 5, max(columns[0] - 4, 0) : columns[-1] + 5]
    layer = np.dstack([colour[place], alpha[place].astype(np.float32)])
    return place, np.asarray(cv2.GaussianBlur(layer, (0, 0), SOFTNESS_PX * max(1.0, camera.height / 720)))


def treadmill(
    *, ground_m: float, rail_m: float, rail_end_m: float, half_width_m: float, thick_m: float, colour: Sequence[float]
) -> tuple[list[Beam], list[Beam]]:
    """Return the beams of a treadmill behind and in front of a runner.

    Parameters
    ----------
    ground_m, rail_m
        Height of the belt and of the handrails against the hips.
    rail_end_m
        Place of the rails' rear end, backward positive.
    half_width_m
        Distance of the rails from the middle.
    """
    tone = (float(colour[0]), float(colour[1]), float(colour[2]))
    dark = (0.12, 0.12, 0.13)
    front, console = -0.72, rail_m + 0.12
    far = [
        Beam((0, front - 0.25, ground_m - 0.11), (0, 0.85, ground_m - 0.11), (0.2, 0.78), dark),
        *_rail(half_width_m, front, console, ground_m, rail_m, rail_end_m, thick_m, tone),
        Beam((half_width_m, front - 0.02, console), (-half_width_m, front - 0.02, console), (0.3, 0.1), dark),
    ]
    near = _rail(-half_width_m, front, console, ground_m, rail_m, rail_end_m, thick_m, tone)
    return far, near


def _rail(
    x: float,
    front: float,
    console: float,
    ground: float,
    rail: float,
    end: float,
    thick: float,
    tone: tuple[float, float, float],
) -> list[Beam]:
    beams = [
        Beam((x, front - 0.1, ground), (x, front, console + 0.1), (0.08, 0.06), tone),
        Beam((x, front, rail), (x, end, rail), (thick, thick), tone),
    ]
    if end > 0.45:
        beams.append(Beam((x, end - 0.02, rail), (x, end + 0.04, ground - 0.05), (thick, thick), tone))
    return beams
