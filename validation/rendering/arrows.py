"""Arrows that show a movement, drawn through places of the body."""

from __future__ import annotations

import cv2
import numpy as np
from scipy.interpolate import CubicSpline

from posture.types import Array
from validation.rendering.drawing import INK, SUPERSAMPLING, Colour, View
from validation.rendering.exercise_poses import Posed

ARROW: Colour = (0.93, 0.42, 0.16)
WIDTH_PX, HEAD_PX = 7.0, 20.0


def draw(picture: Array, paths: list[Array], view: View) -> Array:
    """Return the picture, straight RGBA, with arrows on top.

    Parameters
    ----------
    picture : shape (height, width, 4)
    paths : list of array, shape (N, 3)
        Places along each arrow, metres, joined by a smooth curve.
    view
        View of the large picture.
    """
    for path in paths:
        shape = _shape(view.project(path), picture.shape[:2])
        edge = cv2.dilate(shape, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (7, 7)))
        for mask, colour in ((edge, INK), (shape, ARROW)):
            share = mask[:, :, None]
            rgb = picture[:, :, :3] * (1 - share) + np.array(colour) * share
            picture = np.dstack([rgb, np.maximum(picture[:, :, 3], mask)])
    return picture


def _shape(pixels: Array, size: tuple[int, int]) -> Array:
    """Return the mask of the arrow, 0 or 1."""
    line = CubicSpline(np.linspace(0, 1, len(pixels)), pixels)(np.linspace(0, 1, 60))
    head = HEAD_PX * SUPERSAMPLING
    left = np.hypot(*(line - line[-1]).T) > 0.8 * head
    shaft = line[: int(np.flatnonzero(left)[-1]) + 1]
    way = line[-1] - shaft[-1]
    way /= np.hypot(*way)
    side = np.array([-way[1], way[0]])
    mask = np.zeros(size, np.uint8)
    cv2.polylines(mask, [shaft.round().astype(np.int32)], False, 1, round(WIDTH_PX * SUPERSAMPLING), cv2.LINE_8)
    tip = np.array([line[-1], line[-1] - head * way + 0.55 * head * side, line[-1] - head * way - 0.55 * head * side])
    cv2.fillPoly(mask, [tip.round().astype(np.int32)], 1)
    return mask.astype(float)


def _middle(posed: Posed, bone: str) -> Array:
    return 0.5 * (posed.skeleton.place(f"{bone}.L") + posed.skeleton.place(f"{bone}.R"))


def tip_pelvis(posed: Posed) -> list[Array]:
    """Return the arrow of the pelvis tipping back: over the belly, from the pubic bone towards the navel."""
    hips = _middle(posed, "upperleg01")
    turn = np.radians([25, 55, 85, 115, 140])
    return [hips + np.column_stack([np.full(5, -0.25), -0.19 * np.cos(turn) + 0.05, 0.03 + 0.19 * np.sin(turn)])]


def knee_to_elbow(posed: Posed) -> list[Array]:
    """Return the arrows of the right knee going up and the left elbow coming forward."""
    knee, elbow = posed.skeleton.place("lowerleg01.R"), posed.skeleton.place("lowerarm01.L")
    return [
        knee + np.array([[0.0, -0.16, -0.26], [0.0, -0.18, -0.13], [0.0, -0.16, 0.0]]),
        elbow + np.array([[0.20, -0.05, 0.14], [0.13, -0.17, 0.05], [0.02, -0.20, -0.10]]),
    ]


def leg_back(posed: Posed) -> list[Array]:
    """Return the arrows of the right leg going behind and the right elbow coming forward."""
    ankle, elbow = posed.skeleton.place("foot.R"), posed.skeleton.place("lowerarm01.R")
    return [
        ankle + np.array([[-0.1, 0.17, 0.46], [-0.1, 0.25, 0.31], [-0.1, 0.27, 0.13]]),
        elbow + np.array([[-0.16, 0.26, -0.07], [-0.16, 0.12, -0.13], [-0.14, -0.05, -0.11]]),
    ]


def lower_limbs(posed: Posed) -> list[Array]:
    """Return the arrows of the right arm and the left leg going down."""
    hand, foot = posed.skeleton.place("wrist.R"), posed.skeleton.place("foot.L")
    return [
        hand + np.array([[-0.05, -0.26, 0.34], [-0.05, -0.12, 0.26], [-0.05, -0.01, 0.12]]),
        foot + np.array([[0, 0.16, 0.34], [0, 0.04, 0.29], [0, -0.04, 0.17]]),
    ]


def lift_hip(posed: Posed) -> list[Array]:
    """Return the arrow of the hip going up."""
    hip = posed.skeleton.place("upperleg01.L")
    return [hip + np.array([[0, -0.15, 0.12], [0, -0.15, 0.22], [0, -0.15, 0.33]])]


def stretch_limbs(posed: Posed) -> list[Array]:
    """Return the arrows of the right arm and the left leg reaching away from each other."""
    hand, foot = posed.skeleton.place("wrist.R"), posed.skeleton.place("foot.L")
    return [
        hand + np.array([[0, 0.02, 0.15], [0, -0.10, 0.15], [0, -0.22, 0.15]]),
        foot + np.array([[0, -0.20, 0.15], [0, -0.06, 0.15], [0, 0.10, 0.15]]),
    ]
