"""Strides and their phase, from the feet relative to the hips.

References
----------
.. [1] Zeni, J. A., Richards, J. G., Higginson, J. S. (2008). Two simple methods for determining gait events during
   treadmill and overground walking using kinematic data. Gait & Posture 27(4), 710-714.
   doi:10.1016/j.gaitpost.2007.07.007
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from posture.gait.leg_signals import LegSignals
from posture.pose.step_rhythm import STRIDE_HZ, Rhythm, RhythmSearch, local_rhythm, peaks_within
from posture.types import Array, Indices, Side

SkipReason = Literal["too_short", "too_long", "frames_missing", "not_side_view"]
SIDES: tuple[Side, Side] = ("left", "right")

# Fewest frames, and least number of strides, in the clip or in one of its shots.
MIN_FRAMES = 8
MIN_CYCLES = 1.5
# Least share of the power of the ankle distance in the first three harmonics of a gait.
MIN_PERIODICITY = 0.5
# Relative drift of the cadence to either side within a window; in a long one it is wider than the resolution.
DRIFT = 0.08
# Cut-off of the ankle signals in stride frequencies, and order of the zero-phase Butterworth filter.
LOW_PASS, FILTER_ORDER = 4.0, 2
# Least distance between strikes of a foot, strides.
MIN_DISTANCE = 0.6
# Least prominence of a foot strike, and largest deviation from the median strike, both in shares of the ankle's
# excursion (5th to 95th percentile).
PROMINENCE, MAX_DEVIATION = 0.3, 0.3
# Range of the stride's length in cycles of the local rhythm, relative to the median stride.
DURATION_RANGE = (0.75, 1.3)
# Largest share of missing frames in a stride.
MAX_MISSING = 0.35
# In clips with fewer whole strides than this, the parts before the first and after the last strike count, too.
FEW_STRIDES = 5
# A shorter part of a stride is not worth its phase, which is extrapolated.
MIN_PART = 0.15


@dataclass(frozen=True)
class SkippedStride:
    """A stride that is not used: odd, too many frames without the runner, or not from the side."""

    start_s: float
    end_s: float
    reason: SkipReason


@dataclass(frozen=True)
class PartStride:
    """A part of a stride next to a whole one; its phase is extrapolated at the whole one's pace."""

    start_s: float  # Start of the visible part, seconds.
    end_s: float  # Its end.
    share: float  # Visible share of the stride, 0..1.
    frames: Indices  # Shape (N,). Indices of its frames.
    phase: Array  # Shape (N,). 0..1.


@dataclass(frozen=True)
class Strides:
    """Strides of one foot, and the phase of each frame."""

    side: Side  # The foot whose strikes bound the strides.
    bounds_s: Array  # Shape (S, 2). Start and end of each used stride, seconds.
    frame_stride: Indices  # Shape (F,). Index of the stride of each frame; -1 outside the used strides.
    frame_phase: Array  # Shape (F,). 0..1 from foot strike to foot strike; NaN outside.
    stride_s: float | None  # Median stride time, seconds of clip time.
    skipped: tuple[SkippedStride, ...]
    # 0..1, share of the power of the ankle distance in the first three harmonics of the stride frequency.
    periodicity: float
    # Parts of strides that are visible besides; none in clips with `FEW_STRIDES` whole ones.
    parts: tuple[PartStride, ...] = ()

    def __len__(self) -> int:
        """Return the number of used strides."""
        return len(self.bounds_s)

    @property
    def in_all(self) -> float:
        """Number of used strides and of the parts besides, to a tenth."""
        return round(len(self) + sum(part.share for part in self.parts), 1)

    def between(self, first: int, end: int) -> Strides:
        """Return the strides ``first`` to ``end - 1``; frames of the others are outside all strides."""
        inside = (self.frame_stride >= max(first, 0)) & (self.frame_stride < end)
        return replace(
            self,
            bounds_s=self.bounds_s[max(first, 0) : end],
            frame_stride=np.where(inside, self.frame_stride - max(first, 0), -1),
            frame_phase=np.where(inside, self.frame_phase, np.nan),
            parts=(),
        )


def find_strides(legs: LegSignals, side: Side, read_s: Array | None = None, *, cuts_s: Sequence[float] = ()) -> Strides:
    """Divide a clip into strides.

    A stride runs from one foot strike to the next of the same foot. The foot strike is the instant at which the ankle
    is furthest in front of the hips [1]_; in running it precedes ground contact by a few percent of the stride, the
    same in every stride.

    Parameters
    ----------
    side
        The foot nearer to the camera, whose strikes are seen best. In short clips the other foot is used if only that
        one bounds enough strides.
    read_s : shape (N,)
        Times of all frames read, including those without the person, seconds; by default those of ``legs``. The frame
        rate may vary.
    cuts_s
        Times of the first frames after cuts, seconds: each shot has its own rhythm, and no stride reaches across.
    """
    read_s = legs.time_s if read_s is None else read_s
    edges = np.searchsorted(legs.time_s, np.asarray(cuts_s, dtype=np.float64))
    shots = [_shot_of(legs, part) for part in np.split(np.arange(len(legs.time_s)), edges)]
    regular = [shot for shot in shots if shot is not None and shot.rhythm.periodicity >= MIN_PERIODICITY]
    if not regular:
        return no_strides(len(legs.time_s), side)
    sides = []
    for foot in (SIDES.index(side), 1 - SIDES.index(side)):
        steps = [_steps_of(shot, foot) for shot in regular]
        sides.append(_divide(legs.time_s, read_s, _Steps.joined(steps), SIDES[foot], _periodicity(regular)))
    near, far = sides
    return far if len(near) < FEW_STRIDES and len(far) > len(near) else near


@dataclass(frozen=True)
class _Shot:
    """A part of a clip without a cut: ankles (G, 2) at constant rate, its times (G,), and its rhythm."""

    forward: Array
    time_s: Array
    rhythm: Rhythm


@dataclass(frozen=True)
class _Steps:
    """Steps of one foot from strike to strike: bounds (S, 2), seconds, lengths (S,), cycles, and their shots (S, 2)."""

    bounds_s: Array
    cycles: Array
    shot_s: Array

    @classmethod
    def joined(cls, parts: Sequence[_Steps]) -> _Steps:
        """Join the steps of several shots."""
        return cls(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(cls)))


def _shot_of(legs: LegSignals, frames: Indices) -> _Shot | None:
    """Return the rhythm of some frames in a row; None when they are too few or have none."""
    own = legs.time_s[frames]
    if len(own) < MIN_FRAMES or own[-1] - own[0] <= 0:
        return None
    time, forward = _resampled(own, legs.forward[frames])
    # Absurd time stamps may put all frames into less than a step.
    if len(time) < 2:
        return None
    rhythm = local_rhythm(
        forward[:, 0] - forward[:, 1],
        1.0 / (time[1] - time[0]),
        RhythmSearch(STRIDE_HZ, MIN_CYCLES, harmonics=3, width=DRIFT),
    )
    return None if rhythm is None else _Shot(forward, time, rhythm)


def _periodicity(shots: Sequence[_Shot]) -> float:
    return float(np.average([s.rhythm.periodicity for s in shots], weights=[len(s.time_s) for s in shots]))


def no_strides(frames: int, side: Side) -> Strides:
    """Return an empty set of strides for a number of frames."""
    return Strides(
        side=side,
        bounds_s=np.zeros((0, 2)),
        frame_stride=np.full(frames, -1, dtype=np.intp),
        frame_phase=np.full(frames, np.nan),
        stride_s=None,
        skipped=(),
        periodicity=0.0,
    )


def _steps_of(shot: _Shot, foot: int) -> _Steps:
    """Find where one ankle is furthest in front of the hips."""
    cycles, _, warped = shot.rhythm.warp(shot.forward[:, foot])
    per_cycle = 1.0 / shot.rhythm.cycles_per_sample
    smooth = _low_pass(warped, per_cycle)
    spread = float(np.subtract(*np.percentile(smooth, [95, 5])))
    distance, prominence = MIN_DISTANCE * per_cycle, PROMINENCE * spread
    peaks = peaks_within(smooth, distance=distance, prominence=prominence)
    if len(peaks):
        # A landmark jump, as when a person enters the image, must not hide the strike next to it.
        usual, far = float(np.median(smooth[peaks])), MAX_DEVIATION * spread
        height = (usual - far, usual + far)
        peaks = peaks_within(smooth, distance=distance, prominence=prominence, height=height)
    strikes = _refined(smooth, peaks) / per_cycle
    strikes_s = np.interp(strikes, cycles, shot.time_s)
    shot_s = np.tile(shot.time_s[[0, -1]], (max(len(strikes) - 1, 0), 1))
    return _Steps(np.stack([strikes_s[:-1], strikes_s[1:]], axis=1), np.diff(strikes), shot_s)


def _resampled(time: Array, forward: Array) -> tuple[Array, Array]:
    """Resample the forward positions (F, 2) of the ankles at a constant rate, linearly across gaps."""
    step = max(float(np.median(np.diff(time))), 1e-3)
    even = np.arange(time[0], time[-1] + step / 2, step)
    return even, np.stack([np.interp(even, time, forward[:, i]) for i in (0, 1)], axis=1)


def _low_pass(signal: Array, per_cycle: float) -> Array:
    if LOW_PASS >= 0.45 * per_cycle or len(signal) < 16:
        return signal
    # Late, as in `posture.pose.step_rhythm`.
    from scipy.signal import butter, sosfiltfilt

    filtered: Array = sosfiltfilt(butter(FILTER_ORDER, LOW_PASS, fs=per_cycle, output="sos"), signal)
    return filtered


def _refined(signal: Array, peaks: Indices) -> Array:
    """Return sub-sample positions of inner peaks, from a parabola through three samples."""
    left, middle, right = (signal[peaks + k] for k in (-1, 0, 1))
    curve = left - 2 * middle + right
    shift = np.where(curve < 0, 0.5 * (left - right) / np.where(curve < 0, curve, -1.0), 0.0)
    return np.asarray(peaks + shift, dtype=np.float64)


def _divide(time_s: Array, read_s: Array, steps: _Steps, side: Side, periodicity: float) -> Strides:
    bounds = steps.bounds_s
    if len(bounds) == 0:
        return no_strides(len(time_s), side)
    duration = np.diff(bounds, axis=1)[:, 0]
    typical = float(np.median(steps.cycles))
    detected, read = (np.array([((t >= a) & (t < b)).sum() for a, b in bounds]) for t in (time_s, read_s))
    gap = np.array([np.diff([a, *time_s[(time_s >= a) & (time_s < b)], b]).max() for a, b in bounds])
    faults: dict[SkipReason, npt.NDArray[np.bool_]] = {
        # First, since a gap also hides a foot strike, which makes the stride too long.
        "frames_missing": (detected < (1 - MAX_MISSING) * read) | (gap > MAX_MISSING * duration),
        "too_short": steps.cycles < DURATION_RANGE[0] * typical,
        "too_long": steps.cycles > DURATION_RANGE[1] * typical,
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
        stride_s=float(np.median(duration)) if len(used) else None,
        skipped=tuple(
            SkippedStride(float(start), float(end), next(reason for reason, odd in faults.items() if odd[i]))
            for i, (start, end) in enumerate(bounds)
            if not good[i]
        ),
        periodicity=periodicity,
        parts=_parts(time_s, steps, good) if len(used) < FEW_STRIDES else (),
    )


def _parts(time_s: Array, steps: _Steps, good: npt.NDArray[np.bool_]) -> tuple[PartStride, ...]:
    """Return the parts of strides before the first and after the last of each row of strides."""
    parts = []
    for (start, end), (first, last) in zip(steps.bounds_s[good], steps.shot_s[good], strict=True):
        length = end - start
        if start not in steps.bounds_s[:, 1]:
            parts.append(_part(time_s, max(first, start - length), start, start - length, length))
        if end not in steps.bounds_s[:, 0]:
            parts.append(_part(time_s, end, min(last, end + length), end, length))
    return tuple(part for part in parts if part is not None)


def _part(time_s: Array, start: float, end: float, strike: float, length: float) -> PartStride | None:
    """Return the visible part of a stride from a strike on; None when it is too short or frames are missing."""
    frames = np.flatnonzero((time_s >= start) & (time_s < end))
    share = (end - start) / length
    gap = np.diff([start, *time_s[frames], end]).max()
    if share < MIN_PART or len(frames) < 2 or gap > MAX_MISSING * length:
        return None
    return PartStride(float(start), float(end), float(share), frames, (time_s[frames] - strike) / length)


def fixed_windows(time_s: Array, *, part_s: float = 0.7) -> tuple[Indices, Array]:
    """Divide a standing clip into windows of fixed length, which are measured like strides.

    Returns
    -------
    number : array of int, shape (F,)
        Window of each frame; -1 in an incomplete last window, unless it is the only one.
    phase : array, shape (F,)
        0..1 within the window.

    Examples
    --------
    >>> number, phase = fixed_windows(np.array([0.0, 0.5, 0.7, 1.2, 1.4, 1.5]))
    >>> number.tolist()
    [0, 0, 1, 1, -1, -1]
    """
    relative = (time_s - time_s[0]) / part_s
    number = np.floor(relative).astype(np.intp)
    phase = relative - number
    whole = int(np.floor((time_s[-1] - time_s[0]) / part_s + 0.05))
    if whole >= 1:
        number = np.where(number >= whole, -1, number)
    return number, phase
