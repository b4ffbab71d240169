"""Step rhythm: which leg should be in front, whatever the landmarks are labelled.

The unsigned distance between the ankles does not change when their labels are swapped. It peaks once per step, and in
a steady gait the other leg is in front at each next peak.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.ndimage import median_filter

from posture.types import Array, Indices

# Ranges of step and stride frequencies, Hz of clip time: walking in eightfold slow motion to fast running at double
# speed.
STEP_HZ, STRIDE_HZ = (0.2, 8.0), (0.1, 4.0)
# Least number of steps in the clip.
MIN_STEPS = 3.0
# Least share of power in the first two harmonics of a gait. Harmonics have this relative width, because the cadence
# drifts; frequencies below this share of the step frequency, such as a pause, do not count.
MIN_PERIODICITY, WIDTH, SLOW = 0.6, 0.12, 0.5
# The local frequency is found in windows of this many cycles, one cycle apart, within this range around the frequency
# of the whole signal: paces that are cut together differ by less.
WINDOW_CYCLES = 5.0
LOCAL_RANGE = (0.6, 1.67)
# Half width of a Hann window's main lobe that holds nearly all power, in resolutions of the signal.
RESOLUTION = 1.5
# Median window over neighbouring windows.
LOCAL_MEDIAN = 3
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
    rhythm = local_rhythm(
        distance, 1.0 / step, RhythmSearch(STEP_HZ, min_cycles=MIN_STEPS, harmonics=2, width=WIDTH, slow=SLOW)
    )
    if spread < MIN_SPREAD_L or rhythm is None or rhythm.periodicity < MIN_PERIODICITY:
        return front
    cycles, even, warped = rhythm.warp(distance)
    peaks = peaks_within(warped, distance=STEP_RANGE[0] / rhythm.cycles_per_sample, prominence=PROMINENCE * spread)
    frame_cycles = np.interp(time_s, even_s, cycles)
    for run in _steady_runs(even[peaks]):
        wave = _alternation(run, frame_cycles)
        front += wave if float((wave * lead).sum()) >= 0 else -wave
    return front


@dataclass(frozen=True)
class Rhythm:
    """Frequency of a signal over time."""

    local_hz: Array  # Shape (F,). At each sample.
    typical_hz: float  # Of the whole signal.
    rate: float  # Samples per second.
    periodicity: float  # 0..1, share of the power that the harmonics of the local frequency have.

    @property
    def cycles_per_sample(self) -> float:
        """Sampling step of `warp`, cycles."""
        return self.typical_hz / self.rate

    @property
    def cycles(self) -> Array:
        """Cycles from the first sample to each, shape (F,)."""
        step = (self.local_hz[1:] + self.local_hz[:-1]) / (2 * self.rate)
        return np.concatenate([[0.0], np.cumsum(step)])

    def warp(self, signal: Array) -> tuple[Array, Array, Array]:
        """Resample a signal at equal steps of its cycle (order tracking) [1]_.

        Returns
        -------
        cycles : array, shape (F,)
            Position of each sample in cycles.
        even, warped : array, shape (G,)
            Equally spaced positions, and the signal there.

        References
        ----------
        .. [1] Fyfe, K. R., Munck, E. D. S. (1997). Analysis of computed order tracking. Mechanical Systems and Signal
           Processing 11(2), 187-205. doi:10.1006/mssp.1996.0056
        """
        cycles = self.cycles
        even = np.arange(int(cycles[-1] / self.cycles_per_sample + 1.5)) * self.cycles_per_sample
        return cycles, even, np.interp(even, cycles, signal)


@dataclass(frozen=True)
class RhythmSearch:
    """Which frequency of a signal is its rhythm, and what counts as periodic."""

    band_hz: tuple[float, float]  # Lowest and highest frequency, Hz.
    min_cycles: float  # Least number of cycles in the signal.
    harmonics: int  # Number of harmonics that count as periodic.
    width: float  # Half width of the harmonics relative to their frequency; the resolution of the signal is the least.
    slow: float = 0.0  # Ignore the power below this share of the frequency.

    def near(self, typical: float) -> RhythmSearch:
        """Return the search in one of the short windows of a signal with this typical frequency."""
        low, high = self.band_hz
        band = (max(low, LOCAL_RANGE[0] * typical), min(high, LOCAL_RANGE[1] * typical))
        return replace(self, band_hz=band, min_cycles=1.0)


def local_rhythm(signal: Array, rate: float, search: RhythmSearch) -> Rhythm | None:
    """Follow the frequency of a signal whose pace changes; None when the signal has no frequency in the band.

    The periodogram of the whole signal gives the range in which those of short windows are searched. The signal
    is as in `dominant_frequency`.
    """
    typical, whole = dominant_frequency(signal, rate, search)
    if typical is None:
        return None
    size, hop = round(WINDOW_CYCLES * rate / typical), max(1, round(rate / typical))
    starts = np.arange(0, len(signal) - size + 1, hop)
    if len(starts) < LOCAL_MEDIAN:
        return Rhythm(np.full(len(signal), typical), typical, rate, whole)
    local_search, slow = search.near(typical), search.slow
    local, power, periodic = np.full((3, len(starts)), np.nan)
    for i, start in enumerate(starts):
        window = signal[start : start + size]
        frequency, share = dominant_frequency(window, rate, local_search)
        local[i], power[i] = frequency or typical, float(np.var(window))
        # Wide windows of the spectrum hold much of the power of noise as well: do not count it.
        chance = min(1.0, search.harmonics * 2 * RESOLUTION / WINDOW_CYCLES * local[i] / (rate / 2 - slow * local[i]))
        periodic[i] = max(0.0, share - chance) / max(1.0 - chance, 1e-6)
    local = median_filter(local, size=LOCAL_MEDIAN, mode="nearest")
    total = float(power.sum())
    periodicity = float((power * periodic).sum() / total) if total > 0 else 0.0
    middle = starts + (size - 1) / 2
    return Rhythm(np.interp(np.arange(len(signal)), middle, local), typical, rate, max(whole, periodicity))


def dominant_frequency(signal: Array, rate: float, search: RhythmSearch) -> tuple[float | None, float]:
    """Find the strongest frequency of a signal in its periodogram.

    Parameters
    ----------
    signal : shape (F,)
        At a constant rate.
    rate
        Samples per second.

    Returns
    -------
    frequency : float or None
        Hz; None when the band is empty or the signal constant.
    periodicity : float
        0..1, share of the power that the harmonics have.

    Examples
    --------
    >>> time_s = np.arange(0, 10, 0.02)
    >>> search = RhythmSearch((0.1, 2.5), min_cycles=1.5, harmonics=3, width=0.08)
    >>> frequency, periodicity = dominant_frequency(np.sin(2 * np.pi * 1.4 * time_s), 50.0, search)
    >>> round(frequency, 1), round(periodicity, 1)
    (1.4, 1.0)
    """
    # Half of the start of an analysis would be its import.
    from scipy.signal import periodogram

    frequency, power = periodogram(signal, rate, window="hann", detrend="linear", nfft=max(4096, 8 * len(signal)))
    duration = len(signal) / rate
    band = (frequency >= max(search.band_hz[0], search.min_cycles / duration)) & (frequency <= search.band_hz[1])
    if not band.any():
        return None, 0.0
    best = float(frequency[band][power[band].argmax()])
    total = float(power[frequency >= search.slow * best].sum())
    if total <= 0:
        return None, 0.0
    orders = range(1, search.harmonics + 1)
    near = np.any(
        [np.abs(frequency - k * best) <= max(RESOLUTION / duration, search.width * k * best) for k in orders], axis=0
    )
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
    from scipy.signal import find_peaks

    low, high = float(signal.min()), float(signal.max()) + 1.0
    before = low if signal[1] > signal[0] else high
    after = low if signal[-2] > signal[-1] else high
    peaks, _ = find_peaks(
        np.concatenate([[before], signal, [after]]), distance=max(1.0, distance), prominence=prominence, height=height
    )
    peaks = np.asarray(peaks, dtype=np.intp) - 1
    return peaks[(peaks > 0) & (peaks < len(signal) - 1)]


def _steady_runs(peaks: Array) -> list[Array]:
    """Split peaks, in steps, at missing or irregular ones: alternation is known within a run only."""
    steps = np.diff(peaks)
    breaks: Indices = np.flatnonzero((steps < STEP_RANGE[0]) | (steps > STEP_RANGE[1])) + 1
    return [run for run in np.split(peaks, breaks) if len(run) >= 2]


def _alternation(peaks: Array, steps: Array) -> Array:
    """Return a wave over `steps` that is alternately 1 and -1 at the peaks, extrapolated by `BEYOND` steps."""
    knots = np.concatenate([[peaks[0] - BEYOND], peaks, [peaks[-1] + BEYOND]])
    half_turns = np.concatenate([[-BEYOND], np.arange(len(peaks)), [len(peaks) - 1 + BEYOND]])
    wave = np.cos(np.pi * np.interp(steps, knots, half_turns))
    return np.where((steps >= knots[0]) & (steps <= knots[-1]), wave, 0.0)
