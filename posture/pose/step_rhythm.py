"""Which leg should be in front: in every gait the legs take turns, whatever the landmarker calls them.

The distance between the two ankles, without its sign, does not change when their names are exchanged. It has one peak
a step; from each peak to the next of a steady gait the other leg comes to the front.
"""

from __future__ import annotations

import numpy as np
from scipy.signal import find_peaks, periodogram

from posture.types import Array, Indices

# Step frequencies that are looked for, Hz of the clip's own time: twice those of the strides.
STEP_HZ = (0.2, 5.0)
# At least this many steps must fit into the clip.
MIN_STEPS = 3.0
# Share of the distance's power that the first two harmonics of the steps hold in a gait; they are this wide, relative
# to their frequency: a runner's cadence drifts. What is slower than this share of the steps (a stop on the way) does
# not count.
MIN_RHYTHM, WIDTH, SLOW = 0.6, 0.12, 0.5
# Somebody whose legs come apart less than this takes no steps that could be told (5th to 95th percentile, trunk
# lengths; runners of rendered and real clips 1.0 and more, walkers 0.7, one who stands below 0.1).
MIN_SPREAD_L = 0.3
# A peak stands out this much, of that spread, and from peak to peak a step lasts so much of the typical step.
PROMINENCE = 0.4
STEP_RANGE = (0.6, 1.5)
# The turns go on this many steps beyond the first and the last peak.
BEYOND = 1.0


def expected_front(apart: Array, time_s: Array) -> Array:
    """Tell how the distance between two legs should run if they take turns.

    Parameters
    ----------
    apart : array, shape (F,)
        How far the left leg is ahead of the right one, trunk lengths; the sign may be wrong in some frames.
    time_s : array, shape (F,)

    Returns
    -------
    array, shape (F,)
        -1..1, positive where the leg called left in most frames should be ahead (in the sense of `apart`); near 0
        where the legs cross; 0 wherever no steady gait is seen.
    """
    front = np.zeros(len(apart))
    if len(apart) < 8 or time_s[-1] <= time_s[0]:
        return front
    step = max(float(np.median(np.diff(time_s))), 1e-3)
    even = np.arange(time_s[0], time_s[-1] + step / 2, step)
    distance = np.interp(even, time_s, np.abs(apart))
    spread = float(np.subtract(*np.percentile(distance, [95, 5])))
    typical_s = _step_time(distance, 1.0 / step)
    if spread < MIN_SPREAD_L or typical_s is None:
        return front
    peaks = peaks_within(distance, distance=STEP_RANGE[0] * typical_s / step, prominence=PROMINENCE * spread)
    for run in _steady_runs(even[peaks], typical_s):
        wave = _wave(run, time_s, typical_s)
        # The names of most frames stay.
        front += wave if float((wave * apart).sum()) >= 0 else -wave
    return front


def peaks_within(
    signal: Array, *, distance: float, prominence: float, height: tuple[float, float] | None = None
) -> Indices:
    """Find the peaks of a signal; one close to its end needs to stand out on the inner side only.

    Parameters
    ----------
    signal : array, shape (F,)
        At least two samples.
    distance : float
        Peaks lie at least this many samples apart; the higher one stays.
    prominence : float
        Unit of the signal.
    height : tuple of float, optional
        Peaks lower or higher than these are none, and do not keep others away.

    Returns
    -------
    array of int
        Never the first or the last sample: there the peak may lie outside.
    """
    # Where the signal falls inwards from its end, what lies outside is taken as higher still: no peak.
    low, high = float(signal.min()), float(signal.max()) + 1.0
    before = low if signal[1] > signal[0] else high
    after = low if signal[-2] > signal[-1] else high
    peaks, _ = find_peaks(
        np.concatenate([[before], signal, [after]]),
        distance=max(1.0, distance),
        prominence=prominence,
        height=height,
    )
    peaks = np.asarray(peaks, dtype=np.intp) - 1
    return peaks[(peaks > 0) & (peaks < len(signal) - 1)]


def _step_time(distance: Array, rate: float) -> float | None:
    """Return the time of a step, seconds; None when the distance has no rhythm."""
    frequency, power = periodogram(
        distance, rate, window="hann", detrend="linear", nfft=max(4096, 8 * len(distance))
    )
    duration = len(distance) / rate
    band = (frequency >= max(STEP_HZ[0], MIN_STEPS / duration)) & (frequency <= STEP_HZ[1])
    if not band.any():
        return None
    best = float(frequency[band][power[band].argmax()])
    total = float(power[frequency >= SLOW * best].sum())
    if total <= 0:
        return None
    near = np.any(
        [np.abs(frequency - k * best) <= max(1.5 / duration, WIDTH * k * best) for k in (1, 2)], axis=0
    )
    return 1.0 / best if float(power[near].sum() / total) >= MIN_RHYTHM else None


def _steady_runs(peaks_s: Array, typical_s: float) -> list[Array]:
    """Return the peaks in runs without a missing or an odd one: only within such a run do turns count."""
    lasts = np.diff(peaks_s) / typical_s
    breaks: Indices = np.flatnonzero((lasts < STEP_RANGE[0]) | (lasts > STEP_RANGE[1])) + 1
    return [run for run in np.split(peaks_s, breaks) if len(run) >= 2]


def _wave(peaks_s: Array, time_s: Array, typical_s: float) -> Array:
    """Return a wave that is 1 and -1 in turn at the peaks, and goes on for `BEYOND` steps on both sides."""
    places = np.concatenate([[peaks_s[0] - BEYOND * typical_s], peaks_s, [peaks_s[-1] + BEYOND * typical_s]])
    turns = np.concatenate([[-BEYOND], np.arange(len(peaks_s)), [len(peaks_s) - 1 + BEYOND]])
    wave = np.cos(np.pi * np.interp(time_s, places, turns))
    return np.where((time_s >= places[0]) & (time_s <= places[-1]), wave, 0.0)
