"""The part of each picture that the annotated video shows: a window that follows the runner smoothly.

The window never cuts the runner: around a smooth path of the hips it reaches as far as the body does within `REACH_S`
before and after each moment. The moving mean of a moving maximum of the same length is never below the values
themselves, so the window is smooth and holds the whole body. A body that stays in its place gets a window that stands
still.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import maximum_filter1d, uniform_filter1d

from posture.gait.runner_choice import TrackedPerson
from posture.pose.landmarks import HIPS, SHOULDERS, midpoint
from posture.report.annotated_video.anonymise import head_of
from posture.types import Array, Indices

# Height of the video, and its width at most, pixels.
HEIGHT, MAX_WIDTH = 720, 1280
# Width of the video, times its height, where the body needs no more; narrower pictures stand between dark bars.
ASPECT, LEAST_ASPECT = 0.8, 0.5
# Flesh and shoes around the outermost landmarks, and how far from the hips a landmark is believed, trunk lengths.
RIM_L, FURTHEST_L = 0.1, 2.2
# The window knows the body's reach ahead by this time, seconds; the path of the hips is smooth over twice as much.
REACH_S = 0.75
# The window stands still along an axis where that makes it larger by no more than this.
STILL = 1.06
# Where the window is wider than the body needs, this share of the rest lies behind the runner, for the texts.
BEHIND = 0.8
# A body whose size changes by no more than this over the clip is shown at one scale.
SAME_SIZE = 1.25


@dataclass(frozen=True)
class CropWindows:
    """Windows of F frames, all shown at one size.

    Attributes
    ----------
    size
        Width and height of the video, pixels; even.
    corners : shape (F, 2)
        Upper left corner of each window, pixels of the pictures that are cropped.
    scales : shape (F,)
        Pixels of the video for each of the picture's.
    """

    size: tuple[int, int]
    corners: Array
    scales: Array

    def place(self, points: Array, frame: int) -> Array:
        """Return points of the picture, shape (..., 2), in pixels of the video."""
        return np.asarray((points - self.corners[frame]) * self.scales[frame])


def crop_to(runner: TrackedPerson | None, times_s: Array, picture: tuple[int, int], unit: float = 1.0) -> CropWindows:
    """Return the windows around a runner; the whole picture without one.

    Parameters
    ----------
    times_s : shape (F,)
        Of all frames, seconds.
    picture
        Width and height of the pictures to crop, pixels.
    unit
        Pixels of these pictures for each of the measured ones.
    """
    limits = np.array(picture, dtype=np.float64)
    low: Array = np.zeros((len(times_s), 2))
    high: Array = low + limits
    if runner is not None and len(runner.frames):
        low, high = _reach(unit * runner.landmarks, runner.frames, times_s, limits)
    sides = high - low
    aspect = float(np.clip((sides[:, 0] / sides[:, 1]).max(), ASPECT, MAX_WIDTH / HEIGHT))
    tallest = np.maximum(sides[:, 1], sides[:, 0] / aspect).max()
    aspect = max(LEAST_ASPECT, min(aspect, picture[0] / tallest))
    heights = np.maximum(sides[:, 1], sides[:, 0] / aspect)
    if heights.max() <= SAME_SIZE * heights.min():
        heights[:] = heights.max()
    size = (2 * int(np.ceil(aspect * HEIGHT / 2 - 1e-6)), HEIGHT)
    windows = heights[:, None] * [size[0] / HEIGHT, 1.0]
    before = np.array([0.5, 0.5])
    if runner is not None:
        before[0] = BEHIND if runner.view.facing == "right" else 1.0 - BEHIND
    # Inside the picture where it is large enough, else around it.
    corners = np.clip(low - before * (windows - sides), 0.0, np.maximum(limits - windows, 0.0))
    return CropWindows(size, corners - np.maximum(windows - limits, 0.0) / 2, HEIGHT / heights)


def bodies_of(landmarks: Array) -> tuple[Array, Array]:
    """Return the left upper and right lower corner around each body, shape (N, 2); `landmarks`: (N, 33, 2)."""
    hips = midpoint(landmarks, HIPS)
    trunks = np.hypot(*(midpoint(landmarks, SHOULDERS) - hips).T)[:, None]
    reach = FURTHEST_L * np.maximum(trunks, np.median(trunks))
    heads = np.array([head_of(body) for body in landmarks])
    low = np.minimum(landmarks.min(axis=1) - RIM_L * trunks, heads[:, :2] - heads[:, 2:])
    high = np.maximum(landmarks.max(axis=1) + RIM_L * trunks, heads[:, :2] + heads[:, 2:])
    return np.maximum(low, hips - reach), np.minimum(high, hips + reach)


def _reach(landmarks: Array, frames: Indices, times_s: Array, limits: Array) -> tuple[Array, Array]:
    """Return the corners that the window has to hold in every frame, shape (F, 2), inside the picture."""
    every = np.arange(len(times_s))

    def over_clip(values: Array) -> Array:
        return np.stack([np.interp(every, frames, column) for column in values.T], axis=1)

    low, high = map(over_clip, bodies_of(landmarks))
    step_s = max(float(times_s[-1] - times_s[0]) / max(len(times_s) - 1, 1), 1e-3)
    reach = max(1, round(REACH_S / step_s))
    path = _smoothed(over_clip(midpoint(landmarks, HIPS)), reach)
    low, high = path - _envelope(path - low, reach), path + _envelope(high - path, reach)
    still = high.max(axis=0) - low.min(axis=0) <= STILL * (high - low).max(axis=0)
    low[:, still], high[:, still] = low.min(axis=0)[still], high.max(axis=0)[still]
    low = np.clip(low, 0.0, limits - 1.0)
    return low, np.clip(high, low + 1.0, limits)


def _smoothed(path: Array, reach: int) -> Array:
    """Return the moving mean of a path, shape (F, 2), that goes straight on at both ends."""
    reach = min(reach, len(path) - 1)
    longer = np.pad(path, ((reach, reach), (0, 0)), mode="reflect", reflect_type="odd")
    return np.asarray(uniform_filter1d(longer, 2 * reach + 1, axis=0))[reach : reach + len(path)]


def _envelope(values: Array, reach: int) -> Array:
    """Return a smooth course that is nowhere below the values, shape (F, 2)."""
    highest = maximum_filter1d(values, 2 * reach + 1, axis=0, mode="nearest")
    return np.asarray(uniform_filter1d(highest, 2 * reach + 1, axis=0, mode="nearest"))
