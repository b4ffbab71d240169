"""RGB pictures: scaling, cropping and encoding."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from posture.types import Array

Picture = npt.NDArray[np.uint8]
JPEG_QUALITY = 90


def jpeg(picture: Picture) -> bytes:
    """Return a picture as JPEG data."""
    import cv2

    done, data = cv2.imencode(".jpg", picture[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    if not done:  # pragma: no cover - memory only
        raise MemoryError
    return bytes(data)


def decoded(data: bytes) -> Picture:
    """Return a packed picture that has an alpha channel, shape (height, width, 4), RGBA."""
    import cv2

    bgra = cv2.imdecode(np.frombuffer(data, dtype=np.uint8), cv2.IMREAD_UNCHANGED)
    assert bgra is not None
    return np.asarray(bgra[..., [2, 1, 0, 3]], dtype=np.uint8)


def resize(picture: Picture, factor: float) -> Picture:
    """Return a picture scaled by a factor."""
    import cv2

    size = (max(1, round(picture.shape[1] * factor)), max(1, round(picture.shape[0] * factor)))
    scaled = cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC if factor > 1 else cv2.INTER_AREA)
    return scaled.astype(np.uint8, copy=False)


# The part of the outline that is drawn, trunk lengths.
SHOWN_T = (-0.2, 1.0)


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
