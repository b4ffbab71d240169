"""Step rhythm: which leg should be in front, whatever the landmarks are labelled.

The unsigned distance between the ankles does not change when their labels are swapped. It peaks once per step, and in
a steady gait the other leg is in front at each next peak.
"""

from __future__ import annotations

import numpy as np
from scipy.signal import find_peaks, periodogram

from posture.types import Array, Indices

# Range of step frequencies, Hz of clip time: twice that of the strides.
STEP_HZ = (0.2, 5.0)
# Least number of steps in the clip.
MIN_STEPS = 3.0
# Least share of power in the first two harmonics of a gait. Harmonics have this relative width, because the cadence
# drifts; frequencies below this share of the step frequency, such as a pause, do not count.
MIN_PERIODICITY, WIDTH, SLOW = 0.6, 0.12, 0.5
# Least spread of the ankle distance, 5th to 95th percentile, trunk lengths: runners of rendered and real clips have
# 1.0 and more, walkers 0.7, standing people less than 0.1.
MIN_SPREAD_L = 0.3
# Least prominence of a peak, share of that spread, and range of the time between peaks, in typical steps.
PROMINENCE = 0.4
STEP_RANGE = (0.6, 1.5)
# Extrapolation beyond the first and the last peak, steps.
BEYOND = 1.0


def expected_front(lead: Array, time_s: Array) -> Array:
    """Return which leg should be in front if the legs alternate.

    Parameters
    ----------
    lead : shape (F,)
        Lead of the left leg over the right one, trunk lengths; some frames may have the wrong sign.
    time_s : shape (F,)
        Seconds.

    Returns
    -------
    array, shape (F,)
        -1..1, with the sign that `lead` should have, by the labels of the majority of frames. Near 0 where the legs
        cross; 0 where there is no steady gait.
    """
    front = np.zeros(len(lead))
    if len(lead) < 8 or time_s[-1] <= time_s[0]:
        return front
    step = max(float(np.median(np.diff(time_s))), 1e-3)
    even_s = np.arange(time_s[0], time_s[-1] + step / 2, step)
    distance = np.interp(even_s, time_s, np.abs(lead))
    spread = float(np.subtract(*np.percentile(distance, [95, 5])))
    frequency, periodicity = dominant_frequency(
        distance, 1.0 / step, band_hz=STEP_HZ, min_cycles=MIN_STEPS, harmonics=2, width=WIDTH, slow=SLOW
    )
    if spread < MIN_SPREAD_L or frequency is None or periodicity < MIN_PERIODICITY:
        return front
    typical_s = 1.0 / frequency
    peaks = peaks_within(distance, distance=STEP_RANGE[0] * typical_s / step, prominence=PROMINENCE * spread)
    for run_s in _steady_runs(even_s[peaks], typical_s):
        wave = _alternation(run_s, time_s, typical_s)
        front += wave if float((wave * lead).sum()) >= 0 else -wave
    return front


def dominant_frequency(
    signal: Array,
    rate: float,
    *,
    band_hz: tuple[float, float],
    min_cycles: float,
    harmonics: int,
    width: float,
    slow: float = 0.0,
) -> tuple[float | None, float]:
    """Find the strongest frequency of a signal in its periodogram.

    Parameters
    ----------
    signal : shape (F,)
        At a constant rate.
    rate
        Samples per second.
    band_hz
        Lowest and highest frequency, Hz.
    min_cycles
        Least number of cycles in the signal.
    harmonics
        Number of harmonics that count as periodic.
    width
        Half width of the harmonics relative to their frequency; the resolution of the signal is the least.
    slow
        Ignore the power below this share of the frequency.

    Returns
    -------
    frequency : float or None
        Hz; None when the band is empty or the signal constant.
    periodicity : float
        0..1, share of the power that the harmonics have.

    Examples
    --------
    >>> time_s = np.arange(0, 10, 0.02)
    >>> frequency, periodicity = dominant_frequency(
    ...     np.sin(2 * np.pi * 1.4 * time_s), 50.0, band_hz=(0.1, 2.5), min_cycles=1.5, harmonics=3, width=0.08
    ... )
    >>> round(frequency, 1), round(periodicity, 1)
    (1.4, 1.0)
    """
    frequency, power = periodogram(signal, rate, window="hann", detrend="linear", nfft=max(4096, 8 * len(signal)))
    duration = len(signal) / rate
    band = (frequency >= max(band_hz[0], min_cycles / duration)) & (frequency <= band_hz[1])
    if not band.any():
        return None, 0.0
    best = float(frequency[band][power[band].argmax()])
    total = float(power[frequency >= slow * best].sum())
    if total <= 0:
        return None, 0.0
    orders = range(1, harmonics + 1)
    near = np.any([np.abs(frequency - k * best) <= max(1.5 / duration, width * k * best) for k in orders], axis=0)
    return best, float(power[near].sum() / total)


def peaks_within(
    signal: Array, *, distance: float, prominence: float, height: tuple[float, float] | None = None
) -> Indices:
    """Find the peaks of a signal; near its ends the prominence counts on the inner side only.

    Parameters
    ----------
    signal : shape (F,)
        At least two samples.
    distance
        Least number of samples between peaks; of two closer ones the higher is kept.
    prominence
        Least prominence, in the unit of the signal.
    height
        Lower and upper limit. Peaks outside it do not displace others.

    Returns
    -------
    array of int
        Indices; never the first or the last sample, beyond which the true peak may lie.

    Examples
    --------
    >>> peaks_within(np.array([0.0, 2.0, 0.0, 1.0, 0.0]), distance=1, prominence=1.5).tolist()
    [1]
    """
    # Where the signal falls inwards from an end, pad with a higher value, so that the end is no peak.
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


def _steady_runs(peaks_s: Array, typical_s: float) -> list[Array]:
    """Split the peaks at missing or irregular ones: alternation is known within a run only."""
    steps = np.diff(peaks_s) / typical_s
    breaks: Indices = np.flatnonzero((steps < STEP_RANGE[0]) | (steps > STEP_RANGE[1])) + 1
    return [run for run in np.split(peaks_s, breaks) if len(run) >= 2]


def _alternation(peaks_s: Array, time_s: Array, typical_s: float) -> Array:
    """Return a wave that is alternately 1 and -1 at the peaks, extrapolated by `BEYOND` steps."""
    knots_s = np.concatenate([[peaks_s[0] - BEYOND * typical_s], peaks_s, [peaks_s[-1] + BEYOND * typical_s]])
    half_turns = np.concatenate([[-BEYOND], np.arange(len(peaks_s)), [len(peaks_s) - 1 + BEYOND]])
    wave = np.cos(np.pi * np.interp(time_s, knots_s, half_turns))
    return np.where((time_s >= knots_s[0]) & (time_s <= knots_s[-1]), wave, 0.0)
