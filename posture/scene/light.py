"""Light at the back's edge: contrast of body and background, and the noise and brightness of the picture."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from posture.scene.trunk_path import TrunkPath
from posture.types import Array, Image

# Where the body and the background are read, trunk lengths from the edge, and along the trunk.
INSIDE_L, OUTSIDE_L = (-0.09, -0.06, -0.03), (0.03, 0.06, 0.09)
READ_T = (-0.1, 0.9)


@dataclass(frozen=True)
class Light:
    """Light at the back's edge, grey levels 0..255; medians over the samples.

    Attributes
    ----------
    contrast
        Between the body and the background beside its edge.
    body, background
        Grey level of either.
    noise
        Standard deviation of a pixel of the sample.
    """

    contrast: float
    body: float
    background: float
    noise: float


def read_light(pictures: Image, trunk: TrunkPath, edges: Array) -> Light | None:
    """Read the light at the back's edge; None where no edge lies in the picture.

    Parameters
    ----------
    pictures : shape (S, h, w)
    trunk
        In S frames, pixels of a sample.
    edges : shape (S, T)
        Edge of the mask behind the trunk axis, trunk lengths; NaN where there is none or something hides it.
    """
    rows = (trunk.t >= READ_T[0]) & (trunk.t <= READ_T[1])
    t, edge = trunk.t[rows], edges[:, rows]
    known = np.isfinite(edge)
    if not known.any():
        return None
    at = np.where(known, edge, 0.0)
    body = np.median([_levels(pictures, trunk.points(t, at + step)) for step in INSIDE_L], axis=0)[known]
    behind = np.array([_levels(pictures, trunk.points(t, at + step)) for step in OUTSIDE_L])[:, known]
    background = np.median(behind, axis=0)
    return Light(
        contrast=float(np.median(np.abs(body - background))),
        body=float(np.median(body)),
        background=float(np.median(background)),
        noise=float(np.median([_noise(picture) for picture in pictures[:: max(len(pictures) // 8, 1)]])),
    )


def light_of_picture(pictures: Image) -> Light:
    """Return the light of whole pictures, shape (S, h, w), for those in which nobody is found."""
    level = float(np.median(pictures))
    noise = float(np.median([_noise(picture) for picture in pictures]))
    return Light(0.0, level, level, noise)


def _levels(pictures: Image, points: Array) -> Array:
    """Return the grey levels at pixels of each picture, shape (S, P); points outside count as the border."""
    height, width = pictures.shape[1:]
    x = np.clip(points[..., 0].astype(int), 0, width - 1)
    y = np.clip(points[..., 1].astype(int), 0, height - 1)
    return np.asarray(pictures[np.arange(len(pictures))[:, None], y, x], dtype=np.float64)


def _noise(picture: Image) -> float:
    """Estimate the noise of a picture from its second differences, which structure hardly adds to [1]_.

    References
    ----------
    .. [1] Immerkaer (1996). Fast noise variance estimation. Computer Vision and Image Understanding 64, 300-302.
       doi:10.1006/cviu.1996.0060
    """
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], dtype=np.float32)
    response = cv2.filter2D(picture, cv2.CV_32F, kernel)
    # The median is insensitive to the few strong edges.
    return float(np.median(np.abs(response)) / 0.6745 / 6.0)
