"""Strides and their phase, from the feet relative to the hips."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.signal import butter, periodogram, sosfiltfilt

from posture.gait.leg_signals import LegSignals
from posture.pose.step_rhythm import peaks_within
from posture.thresholds import GATES
from posture.types import Array, Indices, Side

Fault = Literal["too_short", "too_long", "frames_missing"]
SIDES: tuple[Side, Side] = ("left", "right")

# Stride frequencies that are looked for, Hz of the clip's own time: walking in eightfold slow motion to sprinting.
FREQUENCY_HZ = (0.1, 2.5)
# At least this many strides must fit into the clip for a rhythm to be seen.
MIN_CYCLES = 1.5
# Share of the ankle signal's power that its first three harmonics hold when it is a gait at all.
MIN_PERIODICITY = 0.5
# A runner's cadence may move this share to either side over a clip.
DRIFT = 0.08
# Low-pass of the ankle signals, times the stride frequency; order of the Butterworth filter (run both ways).
LOW_PASS, FILTER_ORDER = 4.0, 2
# A foot strike stands out at least this much, and lies no further from the height of the others, both times the
# ankle's way (5th to 95th percentile).
PROMINENCE, MAX_UNLIKE = 0.3, 0.3
# A stride differs less than this from the median stride, else it is left out.
DURATION_RANGE = (0.75, 1.3)
# A stride with more than this share of its frames missing is left out.
MAX_MISSING = 0.35


@dataclass(frozen=True)
class SkippedStride:
    """A stride that was seen and is not used.

    Attributes
    ----------
    start_s, end_s : float
        Seconds of the clip.
    reason : {"too_short", "too_long", "frames_missing"}
        Against the median stride; or the runner was not found in too many of its frames.
    """

    start_s: float
    end_s: float
    reason: Fault


@dataclass(frozen=True)
class Strides:
    """Strides of one foot, and where each frame stands in them.

    Attributes
    ----------
    side : {"left", "right"}
        The foot whose strikes bound the strides.
    bounds_s : array, shape (S, 2)
        Start and end of each stride that is used, seconds of the clip.
    frame_stride : array of int, shape (F,)
        Number of the stride of each frame; -1 outside of all.
    frame_phase : array, shape (F,)
        0..1 from foot strike to foot strike; NaN outside.
    stride_s : float or None
        Median stride time, seconds of the clip.
    skipped : tuple of SkippedStride
        Strides that were seen but not used, and why.
    periodicity : float
        0..1, share of the ankle signal's power in the first three harmonics of the stride frequency.
    """

    side: Side
    bounds_s: Array
    frame_stride: Indices
    frame_phase: Array
    stride_s: float | None
    skipped: tuple[SkippedStride, ...]
    periodicity: float

    def __len__(self) -> int:
        """Return how many strides are used."""
        return len(self.bounds_s)

    def between(self, first: int, end: int) -> Strides:
        """Return the strides from one number up to another only; frames of the others belong to none."""
        inside = (self.frame_stride >= max(first, 0)) & (self.frame_stride < end)
        return replace(
            self,
            bounds_s=self.bounds_s[max(first, 0) : end],
            frame_stride=np.where(inside, self.frame_stride - max(first, 0), -1),
            frame_phase=np.where(inside, self.frame_phase, np.nan),
        )


def find_strides(legs: LegSignals, side: Side, read_s: Array | None = None) -> Strides:
    """Cut the clip into strides.

    A stride runs from one foot strike to the next of the same foot; the strike is taken where the ankle is
    furthest before the hips (Zeni et al. 2008, by coordinates; in running it precedes ground contact by a few
    percent of the stride, the same in every stride).

    Parameters
    ----------
    legs : LegSignals
    side : {"left", "right"}
        The foot to take, the one nearer to the camera. Its strikes are seen best; the other foot's bound the strides
        where too few of them lie between this one's and more between the other's, in short clips.
    read_s : array, shape (N,), optional
        Times of all frames that were read, also of those in which the person was not found; the legs' own by default.
        The frame rate may change on the way.
    """
    read_s = legs.time_s if read_s is None else read_s
    none = no_strides(len(legs.time_s), side)
    if len(legs.time_s) < 8 or legs.time_s[-1] - legs.time_s[0] <= 0:
        return none
    time, forward = _resampled(legs)
    rate = 1.0 / (time[1] - time[0])
    apart = forward[:, 0] - forward[:, 1]
    frequency, periodicity = _stride_frequency(apart, rate)
    if frequency is None:
        return none
    near, far = (
        _cut(
            legs.time_s,
            read_s,
            time[0] + _strikes(forward[:, foot], frequency, rate) / rate,
            SIDES[foot],
            periodicity,
        )
        for foot in (SIDES.index(side), 1 - SIDES.index(side))
    )
    return far if len(near) < GATES.min_strides and len(far) > len(near) else near


def no_strides(frames: int, side: Side) -> Strides:
    """Return the strides of somebody who makes none, for so many frames."""
    return Strides(
        side=side,
        bounds_s=np.zeros((0, 2)),
        frame_stride=np.full(frames, -1, dtype=np.intp),
        frame_phase=np.full(frames, np.nan),
        stride_s=None,
        skipped=(),
        periodicity=0.0,
    )


def _strikes(own: Array, frequency: float, rate: float) -> Array:
    """Return where one ankle is furthest before the hips, in samples."""
    smooth = _low_pass(own, frequency, rate)
    spread = float(np.subtract(*np.percentile(smooth, [95, 5])))
    apart, prominence = 0.6 * rate / frequency, PROMINENCE * spread
    peaks = peaks_within(smooth, distance=apart, prominence=prominence)
    if len(peaks):
        # A jump of the landmarks (somebody steps into the picture) must not hide the strike next to it.
        usual, far = float(np.median(smooth[peaks])), MAX_UNLIKE * spread
        peaks = peaks_within(smooth, distance=apart, prominence=prominence, height=(usual - far, usual + far))
    return _refined(smooth, peaks)


def _resampled(legs: LegSignals) -> tuple[Array, Array]:
    """Return the ankles' forward position at even times, gaps bridged by straight lines."""
    time = legs.time_s
    step = max(float(np.median(np.diff(time))), 1e-3)
    even = np.arange(time[0], time[-1] + step / 2, step)
    return even, np.stack([np.interp(even, time, legs.forward[:, i]) for i in (0, 1)], axis=1)


def _stride_frequency(apart: Array, rate: float) -> tuple[float | None, float]:
    """Return the stride frequency of the distance between the ankles, Hz, and how rhythmic it is."""
    size = max(4096, 8 * len(apart))
    frequency, power = periodogram(apart, rate, window="hann", detrend="linear", nfft=size)
    duration = len(apart) / rate
    low = max(FREQUENCY_HZ[0], MIN_CYCLES / duration)
    band = (frequency >= low) & (frequency <= FREQUENCY_HZ[1])
    total = float(power.sum())
    if not band.any() or total <= 0:
        return None, 0.0
    best = float(frequency[band][power[band].argmax()])
    # In a long clip the cadence's own drift is wider than what the clip's length resolves.
    near = np.any(
        [np.abs(frequency - k * best) <= max(1.5 / duration, DRIFT * k * best) for k in (1, 2, 3)], axis=0
    )
    periodicity = float(power[near].sum() / total)
    return (best if periodicity >= MIN_PERIODICITY else None), periodicity


def _low_pass(signal: Array, frequency: float, rate: float) -> Array:
    cut = LOW_PASS * frequency
    if cut >= 0.45 * rate or len(signal) < 16:
        return signal
    filtered: Array = sosfiltfilt(butter(FILTER_ORDER, cut, fs=rate, output="sos"), signal)
    return filtered


def _refined(signal: Array, peaks: Indices) -> Array:
    """Return the peaks' places between the samples, by a parabola through three of them."""
    inner = (peaks > 0) & (peaks < len(signal) - 1)
    left, middle, right = (signal[np.clip(peaks + k, 0, len(signal) - 1)] for k in (-1, 0, 1))
    curve = left - 2 * middle + right
    shift = np.where(inner & (curve < 0), 0.5 * (left - right) / np.where(curve < 0, curve, -1.0), 0.0)
    return np.asarray(peaks + shift, dtype=np.float64)


def _cut(time_s: Array, read_s: Array, strikes: Array, side: Side, periodicity: float) -> Strides:
    if len(strikes) < 2:
        return no_strides(len(time_s), side)
    bounds = np.stack([strikes[:-1], strikes[1:]], axis=1)
    duration = np.diff(bounds, axis=1)[:, 0]
    typical = float(np.median(duration))
    seen, read = (np.array([((t >= a) & (t < b)).sum() for a, b in bounds]) for t in (time_s, read_s))
    gap = np.array([np.diff([a, *time_s[(time_s >= a) & (time_s < b)], b]).max() for a, b in bounds])
    faults: dict[Fault, npt.NDArray[np.bool_]] = {
        # A gap hides a strike too, so a stride with missing frames is often also too long.
        "frames_missing": (seen < (1 - MAX_MISSING) * read) | (gap > MAX_MISSING * duration),
        "too_short": duration < DURATION_RANGE[0] * typical,
        "too_long": duration > DURATION_RANGE[1] * typical,
    }
    good = ~np.any(list(faults.values()), axis=0)
    used = bounds[good]
    number = np.full(len(time_s), -1, dtype=np.intp)
    phase = np.full(len(time_s), np.nan)
    for i, (start, end) in enumerate(used):
        inside = (time_s >= start) & (time_s < end)
        number[inside] = i
        phase[inside] = (time_s[inside] - start) / (end - start)
    return Strides(
        side=side,
        bounds_s=used,
        frame_stride=number,
        frame_phase=phase,
        stride_s=typical if len(used) else None,
        skipped=tuple(
            SkippedStride(float(bounds[i, 0]), float(bounds[i, 1]), _first_fault(faults, int(i)))
            for i in np.flatnonzero(~good)
        ),
        periodicity=periodicity,
    )


def _first_fault(faults: dict[Fault, npt.NDArray[np.bool_]], stride: int) -> Fault:
    return next(reason for reason, found in faults.items() if found[stride])


def fixed_windows(time_s: Array, *, part_s: float = 0.7) -> tuple[Indices, Array]:
    """Cut a clip without strides (somebody stands) into even parts, so that it can be measured the same way.

    Returns
    -------
    number : array of int, shape (F,)
        Part of each frame, -1 in the incomplete last one unless it is the only one.
    phase : array, shape (F,)
        0..1 within the part.
    """
    relative = (time_s - time_s[0]) / part_s
    number = np.floor(relative).astype(np.intp)
    phase = relative - number
    whole = int(np.floor((time_s[-1] - time_s[0]) / part_s + 0.05))
    if whole >= 1:
        number = np.where(number >= whole, -1, number)
    return number, phase
