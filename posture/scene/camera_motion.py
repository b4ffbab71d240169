"""Motion of the camera over a clip, from corners of the scene outside of the runner.

Corners [1]_ of a key picture are tracked [2]_ into the others, and a similarity (shift, turn, zoom) is fitted to their
paths; corners that move by themselves are outliers of the fit [3]_. Where too few corners are left, the last picture
that was tracked becomes the key.

References
----------
.. [1] Shi & Tomasi (1994). Good features to track. CVPR, 593-600. doi:10.1109/CVPR.1994.323794
.. [2] Lucas & Kanade (1981). An iterative image registration technique with an application to stereo vision. IJCAI,
   674-679.
.. [3] Fischler & Bolles (1981). Random sample consensus. Communications of the ACM 24, 381-395.
   doi:10.1145/358669.358692
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from posture.types import Array, Image, Indices

Points = npt.NDArray[np.float32]

MAX_CORNERS, CORNER_QUALITY, CORNER_DISTANCE_PX = 150, 0.01, 8
# Fewest corners that fit, their least share, and how far a corner may lie from its fitted place, pixels of a sample.
MIN_FITTING, MIN_FITTING_SHARE, TOLERANCE_PX = 10, 0.5, 1.0
# A camera that moves no corner by more than this, in every eighth picture, stands still; pixels of a sample.
STILL_PX, STILL_STEP = 0.4, 8
BORDER_PX = 8
# A scene with few corners is still when nine in ten of its pixels change by no more, grey levels; every eighth is read.
STILL_LEVELS, UNIFORM_STEP = 12, 8


@dataclass(frozen=True)
class Tracker:
    """Settings of the tracker: blur before it, its window and the number of halved pictures; pixels of a sample."""

    blur_px: float = 0.0
    window_px: int = 15
    levels: int = 2

    def blurred(self, picture: Image) -> Image:
        """Return the picture that is tracked."""
        if not self.blur_px:
            return picture
        return np.asarray(cv2.GaussianBlur(picture, (0, 0), self.blur_px), dtype=np.uint8)


# For a noisy picture of a smooth background, whose corners are noise.
BLURRED = Tracker(blur_px=1.5, window_px=21, levels=3)
# Below this share of samples the second tracker is tried.
MIN_KNOWN_SHARE = 0.5


@dataclass(frozen=True)
class CameraMotion:
    """Motion of the camera over S samples."""

    # Shape (S, 2, 3). From the first sample's pixels to each one's; NaN where the scene could not be followed.
    transforms: Array
    is_still: bool = False  # Whether the camera does not move at all.

    @property
    def known(self) -> npt.NDArray[np.bool_]:
        """Samples with a known motion, shape (S,)."""
        return np.asarray(np.isfinite(self.transforms).all(axis=(1, 2)))

    @property
    def roll_deg(self) -> Array:
        """Turn of the camera since the first sample, shape (S,), clockwise rotation of the scene positive."""
        return np.asarray(np.degrees(np.arctan2(self.transforms[:, 1, 0], self.transforms[:, 0, 0])))

    def at(self, places: Array, samples: Indices) -> Array:
        """Return the transforms at other frames, shape (N, 2, 3), interpolated; NaN where unknown.

        Parameters
        ----------
        places : shape (N,)
            Frames of the clip.
        samples : shape (S,)
            Frames of the samples.
        """
        if self.is_still:
            return np.broadcast_to(np.eye(2, 3), (len(places), 2, 3))
        flat = self.transforms.reshape(len(samples), 6)
        columns = [np.interp(places, samples, column) for column in flat.T]
        return np.stack(columns, axis=1).reshape(-1, 2, 3)


def track_camera(pictures: Image, boxes: Array) -> CameraMotion:
    """Follow the scene through the samples.

    Parameters
    ----------
    pictures : shape (S, h, w)
    boxes : shape (S, 4)
        Left, top, right and bottom around the runner, pixels of a sample; NaN where unknown.
    """
    coarse = np.arange(0, len(pictures), STILL_STEP)
    followed = _follow(pictures, boxes, coarse, Tracker())
    few_corners = followed.known.mean() < MIN_KNOWN_SHARE and _looks_still(pictures[coarse], boxes)
    if few_corners or (followed.known.all() and _moves_px(followed, pictures.shape) < STILL_PX):
        return CameraMotion(np.broadcast_to(np.eye(2, 3), (len(pictures), 2, 3)), is_still=True)
    every = np.arange(len(pictures))
    followed = _follow(pictures, boxes, every, Tracker())
    if followed.known.mean() < MIN_KNOWN_SHARE:
        blurred = _follow(pictures, boxes, every, BLURRED)
        followed = max(followed, blurred, key=lambda motion: np.count_nonzero(motion.known))
    return followed


def _looks_still(pictures: Image, boxes: Array) -> bool:
    """Return whether a scene with few corners, such as a plain wall, stays the same outside of the runner."""
    thin = pictures[:, ::UNIFORM_STEP, ::UNIFORM_STEP]
    y, x = np.mgrid[: thin.shape[1], : thin.shape[2]] * UNIFORM_STEP
    known = boxes[np.isfinite(boxes).all(axis=1)]
    outside = np.ones(thin.shape[1:], dtype=np.bool_)
    if len(known):
        low, high = known[:, :2].min(axis=0), known[:, 2:].max(axis=0)
        outside = ~((x > low[0]) & (x < high[0]) & (y > low[1]) & (y < high[1]))
    spread = np.ptp(thin.astype(np.int16), axis=0)[outside]
    return bool(spread.size and np.percentile(spread, 90) <= STILL_LEVELS)


def _moves_px(motion: CameraMotion, shape: tuple[int, ...]) -> float:
    """Return the largest shift of the picture's centre or, by turn and zoom, of a point a quarter of it away."""
    centre = np.array([shape[2] / 2.0, shape[1] / 2.0])
    linear, shift = motion.transforms[:, :, :2], motion.transforms[:, :, 2]
    moved = linear @ centre + shift - centre
    arm = np.hypot(linear[:, 0, 0] - 1.0, linear[:, 1, 0]) * shape[2] / 4.0
    return float(max(np.hypot(moved[:, 0], moved[:, 1]).max(), arm.max()))


def _follow(pictures: Image, boxes: Array, places: Indices, tracker: Tracker) -> CameraMotion:
    """Track the scene through some of the pictures."""
    transforms = np.full((len(places), 2, 3), np.nan)
    blurred = {int(place): tracker.blurred(pictures[place]) for place in places}
    key = int(places[0])
    key_transform: Array = np.eye(3)
    corners = _corners(blurred[key], boxes[key])
    if len(corners) < MIN_FITTING:
        return CameraMotion(transforms)
    transforms[0] = np.eye(2, 3)
    relative: Array = np.eye(2, 3)
    for number in range(1, len(places)):
        place, before = int(places[number]), int(places[number - 1])
        fitted = _fit(blurred[key], blurred[place], corners, relative, boxes[place], tracker)
        if fitted is None and before != key and np.isfinite(transforms[number - 1]).all():
            key, key_transform = before, _square(transforms[number - 1])
            corners = _corners(blurred[key], boxes[key])
            fitted = _fit(blurred[key], blurred[place], corners, np.eye(2, 3), boxes[place], tracker)
        if fitted is not None:
            relative = fitted
            transforms[number] = (_square(fitted) @ key_transform)[:2]
    return CameraMotion(transforms)


def _fit(key: Image, picture: Image, corners: Points, guess: Array, box: Array, tracker: Tracker) -> Array | None:
    """Return the similarity that takes the key's corners to a picture's; None where too few agree."""
    if len(corners) < MIN_FITTING:
        return None
    track: Any = cv2.calcOpticalFlowPyrLK
    start = cv2.transform(corners, guess.astype(np.float32))
    moved, tracked, _ = track(
        key,
        picture,
        corners,
        start,
        winSize=(tracker.window_px, tracker.window_px),
        maxLevel=tracker.levels,
        flags=cv2.OPTFLOW_USE_INITIAL_FLOW,
    )
    good = tracked.ravel() == 1
    if np.isfinite(box).all():
        good &= ~((moved[:, 0] > box[:2]) & (moved[:, 0] < box[2:])).all(axis=1)
    if np.count_nonzero(good) < MIN_FITTING:
        return None
    matrix, fitting = cv2.estimateAffinePartial2D(corners[good], moved[good], ransacReprojThreshold=TOLERANCE_PX)
    if matrix is None or fitting.sum() < MIN_FITTING or fitting.mean() < MIN_FITTING_SHARE:
        return None
    return np.asarray(matrix)


def _corners(picture: Image, box: Array) -> Points:
    mask = np.zeros(picture.shape, dtype=np.uint8)
    mask[BORDER_PX:-BORDER_PX, BORDER_PX:-BORDER_PX] = 255
    if np.isfinite(box).all():
        left, top, right, bottom = np.maximum(box, 0.0).astype(int)
        mask[top:bottom, left:right] = 0
    corners: Any = cv2.goodFeaturesToTrack(picture, MAX_CORNERS, CORNER_QUALITY, CORNER_DISTANCE_PX, mask=mask)
    return np.zeros((0, 1, 2), dtype=np.float32) if corners is None else np.asarray(corners, dtype=np.float32)


def _square(transform: Array) -> Array:
    return np.vstack([transform, [0.0, 0.0, 1.0]])
