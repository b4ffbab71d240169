"""The picture that shows what was measured: the runner with the back line, its points, tangents and the arch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from posture.arrays import Array
from posture.back.geometry import BackAngles
from posture.contour.grid import T_GRID
from posture.report.overlay import AXIS, BACK, TANGENT, Label, Picture, Stroke, draw, jpeg, resize

# The part of the outline that is drawn, and how long the tangents are, trunk lengths.
SHOWN_T = (-0.2, 1.0)
TANGENT_L = 0.28
# The picture is cut to the runner with this margin and made this tall, pixels.
MARGIN_L = 1.3
HEIGHT_PX = 900


@dataclass(frozen=True)
class Trunk:
    """Where the trunk lies in a picture.

    Attributes
    ----------
    hips, shoulders : array, shape (2,)
        Ends of the trunk axis, pixels.
    facing : {"left", "right"}
    """

    hips: Array
    shoulders: Array
    facing: Literal["left", "right"]

    def place(self, t: Array, c: Array) -> Array:
        """Return points of the trunk frame (along the axis, backward) in the picture, pixels, shape (N, 2)."""
        axis = self.shoulders - self.hips
        back = np.array([axis[1], -axis[0]]) * (1.0 if self.facing == "right" else -1.0)
        return self.hips + np.asarray(t)[:, None] * axis + np.asarray(c)[:, None] * back


def back_picture(
    picture: Picture, trunk: Trunk, outline: Array, angles: BackAngles, words: tuple[str, str]
) -> bytes:
    """Draw the measured back on a picture of the runner and return it as JPEG.

    Parameters
    ----------
    picture : array of uint8, shape (height, width, 3)
        RGB.
    trunk : Trunk
    outline : array, shape (len(T_GRID),)
        Distance from the trunk axis, trunk lengths, backward positive.
    angles : BackAngles
        Of this outline.
    words : tuple of str
        For the pelvic tilt and for the lumbar arch.
    """
    part, trunk = _cut(picture, trunk)
    shown = (T_GRID >= SHOWN_T[0]) & (T_GRID <= SHOWN_T[1])
    strokes = [
        Stroke(np.stack([trunk.hips, trunk.shoulders]), AXIS, 0.8),
        Stroke(trunk.place(T_GRID[shown], outline[shown]), BACK, 2.2),
    ]
    places = []
    for at in (angles.sacral_t[0], angles.thoracolumbar_t[0]):
        tangent = _tangent(outline, float(at))
        strokes.append(Stroke(trunk.place(*tangent), TANGENT, 1.3))
        places.append(trunk.place(*tangent).mean(axis=0))
    marks = np.array([angles.gluteal_t[0], angles.lumbar_t[0], angles.thoracic_t[0]])
    dots = trunk.place(marks, np.interp(marks, T_GRID, outline))
    shift = np.array([-190.0 if trunk.facing == "right" else 60.0, 0.0]) * part.shape[0] / HEIGHT_PX
    labels = [Label(word, tuple(place + shift)) for word, place in zip(words, places, strict=True)]
    return jpeg(draw(part, strokes, dots, labels))


def _tangent(outline: Array, at: float) -> tuple[Array, Array]:
    slope = float(np.interp(at, T_GRID, np.gradient(outline, T_GRID)))
    half = TANGENT_L / np.hypot(1.0, slope)
    t = np.array([at - half, at + half])
    return t, float(np.interp(at, T_GRID, outline)) + slope * (t - at)


def _cut(picture: Picture, trunk: Trunk) -> tuple[Picture, Trunk]:
    """Cut the picture to the trunk with a margin and scale it to `HEIGHT_PX`."""
    length = float(np.hypot(*(trunk.shoulders - trunk.hips)))
    middle = 0.5 * (trunk.hips + trunk.shoulders)
    reach = (0.5 + MARGIN_L) * length
    left, top = np.maximum(np.floor(middle - reach), 0).astype(int)
    right, bottom = np.minimum(np.ceil(middle + reach), picture.shape[1::-1]).astype(int)
    part = np.ascontiguousarray(picture[top:bottom, left:right])
    factor = HEIGHT_PX / part.shape[0]
    grown = resize(part, factor)
    corner = np.array([left, top], dtype=np.float64)
    return grown, Trunk((trunk.hips - corner) * factor, (trunk.shoulders - corner) * factor, trunk.facing)
