"""The part of the pictures around a runner's trunk, and which pixels the trunk covers."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from posture.scene.trunk_path import TrunkPath
from posture.types import Array, Image

BoolMask = npt.NDArray[np.bool_]

# Blur before the gradient is taken, pixels of a sample.
BLUR_PX = 1.0
# A pixel is judged when the trunk covers it in this share of the samples, and in this number.
MIN_COVERED_SHARE, MIN_COVERED = 0.15, 8
# A pixel that is covered less often must keep an edge when the trunk is elsewhere too.
MOSTLY_COVERED = 0.7


@dataclass(frozen=True)
class Crop:
    """The part of S stabilised pictures around the trunk."""

    pictures: npt.NDArray[np.float32]  # Shape (S, h, w), float32. Blurred.
    corner: Array  # Shape (2,). x and y of its first pixel.
    covered: BoolMask  # Shape (S, h, w). Where the trunk should be.

    @classmethod
    def around(cls, trunk: TrunkPath, pictures: Image, transforms: Array | None) -> Crop:
        """Cut the pictures; `transforms`, shape (S, 2, 3), lead from the stabilised picture to each one's pixels."""
        polygons = trunk.covered_outline()
        reach = 0.15 * trunk.length
        low = np.floor(np.percentile(polygons.min(axis=1), 2, axis=0) - reach)
        high = np.ceil(np.percentile(polygons.max(axis=1), 98, axis=0) + reach)
        height, width = pictures.shape[1:]
        if transforms is None:
            low, high = np.maximum(low, 0), np.minimum(high, [width, height])
        size = np.maximum(high - low, 1).astype(int)
        size = np.minimum(size, [2 * width, 2 * height])
        cut = np.empty((len(pictures), size[1], size[0]), dtype=np.float32)
        covered = np.zeros(cut.shape, dtype=np.uint8)
        left, top = low.astype(int)
        for number, picture in enumerate(pictures):
            if transforms is None:
                part = picture[top : top + size[1], left : left + size[0]]
            else:
                shift = transforms[number].copy()
                shift[:, 2] += shift[:, :2] @ low
                flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
                part = np.asarray(cv2.warpAffine(picture, shift, size.tolist(), flags=flags), dtype=np.uint8)
            cv2.GaussianBlur(part.astype(np.float32), (0, 0), BLUR_PX, dst=cut[number])
            cv2.fillPoly(covered[number], [np.round(polygons[number] - low - 0.5).astype(np.int32)], 1)
        return cls(cut, low, covered.astype(np.bool_))
