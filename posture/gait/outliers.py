"""Outliers of the legs' landmarks: where a foot is lost, the landmarker puts it on something else for some frames.

Such landmarks jump within less than a stride onto a treadmill's bar, a bollard or the other person's foot. They are
found by the body (no runner's foot is above the hips, no shank stretches) and by a Hampel filter [1]_ whose window is
a share of the stride, so that slow motion does not matter; and replaced from the frames before and after.

References
----------
.. [1] Pearson, R. K. (2002). Outliers in process modeling and identification. IEEE Transactions on Control Systems
   Technology 10(1), 55-63. doi:10.1109/87.974338
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.ndimage import median_filter

from posture.pose.landmarks import ANKLES, HEELS, HIPS, KNEES, TOES, midpoint
from posture.pose.step_rhythm import STRIDE_HZ, RhythmSearch, dominant_frequency
from posture.types import Array

BoolArray = npt.NDArray[np.bool_]

# Knees and feet as pairs (left, right); a foot without its ankle has no heel and toes either.
LEG_PAIRS = (KNEES, ANKLES, HEELS, TOES)
# Feet higher than this above the hips, trunk lengths: heels of sprinters stay 0.2 below them.
HIGHEST_FOOT_L = 0.0
# Longest shank, in median shanks: 1.15 in the median of 375 clips of rendered runners.
LONGEST_SHANK = 1.6
# Largest distance from the running median, trunk lengths: 0.16 to 0.19 in 95 % of the frames of rendered runners, 0.4
# in 99 %; a foot on another object is 0.5 and more away.
FARTHEST_L = 0.4
# Half width of the running median, strides, in which a foot moves steadily.
HALF_WINDOW = 0.1
# Landmarks that are outliers in more of the frames than this are no exceptions: they stay.
MAX_SHARE = 0.5


def without_leg_outliers(landmarks: Array, time_s: Array, length: Array) -> tuple[Array, BoolArray]:
    """Replace outliers of knees and feet by interpolation relative to the hips.

    Parameters
    ----------
    landmarks : shape (F, 33, 2)
        Pixels, left/right swaps repaired.
    time_s : shape (F,)
        Seconds.
    length : shape (F,)
        Trunk length, pixels.

    Returns
    -------
    landmarks : array, shape (F, 33, 2)
        A copy.
    outliers : array of bool, shape (F, 2)
        Whether a landmark of the left or the right leg was replaced.
    """
    if len(landmarks) < 5 or time_s[-1] <= time_s[0]:
        return landmarks, np.zeros((len(landmarks), 2), dtype=bool)
    hips = midpoint(landmarks, HIPS)
    indices = [pair[side] for side in (0, 1) for pair in LEG_PAIRS]
    relative = ((landmarks[:, indices] - hips[:, None]) / length[:, None, None]).reshape(len(landmarks), 2, -1, 2)
    outliers = _impossible(relative)
    steady = _interpolated(relative, time_s, outliers)
    outliers |= _far_from_median(steady, relative, time_s)
    # Heel and toes follow the ankle.
    outliers[..., 2:] |= outliers[..., 1:2]
    outliers = outliers & (outliers.mean(axis=0) <= MAX_SHARE)
    if not outliers.any():
        return landmarks, np.zeros((len(landmarks), 2), dtype=bool)
    steady = _interpolated(relative, time_s, outliers)
    replaced = landmarks.copy()
    own = steady.reshape(len(landmarks), len(indices), 2) * length[:, None, None] + hips[:, None]
    replaced[:, indices] = np.where(outliers.reshape(len(landmarks), -1, 1), own, landmarks[:, indices])
    return replaced, outliers.any(axis=2)


def _impossible(relative: Array) -> BoolArray:
    """Return which of the landmarks (F, 2, 4, 2) no runner has there, shape (F, 2, 4)."""
    shank = np.hypot(*np.moveaxis(relative[:, :, 1] - relative[:, :, 0], -1, 0))
    too_long = shank > LONGEST_SHANK * float(np.median(shank))
    too_high = relative[..., 1] < -HIGHEST_FOOT_L
    # A thigh may be raised to the hips.
    too_high[..., 0] = False
    too_high[..., 1] |= too_long
    return np.asarray(too_high, dtype=np.bool_)


def _far_from_median(steady: Array, relative: Array, time_s: Array) -> BoolArray:
    # The frame rate may vary, so the window is one of time.
    step = max(float(np.median(np.diff(time_s))), 1e-3)
    even_s = np.arange(time_s[0], time_s[-1] + step / 2, step)
    even = _at(even_s, time_s, steady)
    half = _half_window(even[:, 0, 1, 0] - even[:, 1, 1, 0], step)
    median = _at(time_s, even_s, median_filter(even, size=(2 * half + 1, 1, 1, 1), mode="nearest"))
    return np.asarray(np.hypot(*np.moveaxis(relative - median, -1, 0)) > FARTHEST_L)


def _half_window(lead: Array, step_s: float) -> int:
    """Return the half width of the running median, samples; the least without a rhythm."""
    frequency, _share = dominant_frequency(
        lead, 1.0 / step_s, RhythmSearch(STRIDE_HZ, min_cycles=1.0, harmonics=1, width=0.1)
    )
    return 1 if frequency is None else max(1, round(HALF_WINDOW / (frequency * step_s)))


def _at(new_s: Array, time_s: Array, values: Array) -> Array:
    """Return values (F, ...) at other times, by linear interpolation."""
    channels = values.reshape(len(values), -1).T
    return np.stack([np.interp(new_s, time_s, one) for one in channels], axis=1).reshape(-1, *values.shape[1:])


def _interpolated(relative: Array, time_s: Array, outliers: BoolArray) -> Array:
    result = relative.copy()
    for side, place in np.argwhere(outliers.any(axis=0)):
        good = ~outliers[:, side, place]
        if good.any():
            for axis in (0, 1):
                values = relative[:, side, place, axis]
                result[:, side, place, axis] = np.interp(time_s, time_s[good], values[good])
    return result
