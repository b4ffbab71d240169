"""Peaks, spectrum and low-pass of a signal at a constant rate.

They give what `scipy.signal` gives, whose import takes as long as half of an analysis's other imports together.
"""

from __future__ import annotations

import math

import numpy as np

from posture.types import Array, Indices

# Order of the low-pass, and by how many samples the signal goes on beyond its ends, as `scipy.signal.sosfiltfilt` has
# them.
_ORDER, _BEYOND = 2, 9
# Beyond that the signal is constant for so many periods of the cut-off, after which nothing of its ends is left.
_REST = 4.0


def find_peaks(
    signal: Array, *, distance: float = 1.0, prominence: float = 0.0, height: tuple[float, float] | None = None
) -> Indices:
    """Find the peaks of a signal; of a flat one the middle.

    Parameters
    ----------
    signal : shape (F,)
    distance
        Least number of samples between peaks; of two closer ones the higher is kept.
    prominence
        Least height above the higher of the two valleys beside a peak, each as far as the next higher sample or the
        end.
    height
        Lower and upper limit. Peaks outside it do not displace others.

    Returns
    -------
    array of int
        Indices; never the first or the last sample.

    Examples
    --------
    >>> find_peaks(np.array([0.0, 2.0, 2.0, 2.0, 0.0, 1.0, 0.0])).tolist()
    [2, 5]
    """
    steps = np.flatnonzero(np.diff(signal))
    first, last = np.append(0, steps + 1), np.append(steps, len(signal) - 1)
    level = signal[first]
    inner = np.flatnonzero((level[1:-1] > level[:-2]) & (level[1:-1] > level[2:])) + 1
    peaks = (first[inner] + last[inner]) // 2
    if height is not None:
        peaks = peaks[(signal[peaks] >= height[0]) & (signal[peaks] <= height[1])]
    peaks = _far_apart(peaks, signal[peaks], math.ceil(distance))
    return peaks[[_prominence(signal, peak) >= prominence for peak in peaks.tolist()]] if len(peaks) else peaks


def _far_apart(peaks: Indices, height: Array, distance: int) -> Indices:
    """Drop peaks less than `distance` samples from a higher one that stays."""
    stays = np.ones(len(peaks), dtype=bool)
    for highest in np.argsort(height)[::-1]:
        if stays[highest]:
            stays &= np.abs(peaks - peaks[highest]) >= distance
            stays[highest] = True
    return peaks[stays]


def _prominence(signal: Array, peak: int) -> float:
    higher = np.flatnonzero(signal > signal[peak])
    after = int(np.searchsorted(higher, peak))
    start = higher[after - 1] if after else 0
    end = higher[after] if after < len(higher) else len(signal)
    return float(signal[peak] - max(signal[start : peak + 1].min(), signal[peak:end].min()))


def periodogram(signal: Array, rate: float, count: int) -> tuple[Array, Array]:
    """Return frequencies and power spectral density of a signal, without its linear trend, under a Hann window.

    Parameters
    ----------
    signal : shape (F,)
    rate
        Samples per second.
    count
        Samples after padding with zeros, even.

    Returns
    -------
    frequency : shape (count / 2 + 1,)
        Hz.
    power : shape (count / 2 + 1,)
        Square of the signal's unit per Hz, one-sided.
    """
    time = np.arange(len(signal)) - 0.5 * (len(signal) - 1)
    level = signal - signal.mean()
    slope = time @ level / max(float(time @ time), 1e-12)
    window = np.hanning(len(signal) + 1)[:-1]
    power = np.abs(np.fft.rfft((level - slope * time) * window, count)) ** 2 / (rate * float(window @ window))
    power[1:-1] *= 2.0
    return np.fft.rfftfreq(count, 1.0 / rate), power


def low_pass(signal: Array, cutoff: float) -> Array:
    """Return a signal without its fast changes and without delay: a Butterworth filter forwards and backwards.

    Parameters
    ----------
    signal : shape (F,)
        Longer than 9 samples; beyond its ends it goes on point-symmetrically, then constant.
    cutoff
        Cycles per sample, below 0.5; there the filter halves the amplitude.
    """
    rest = math.ceil(_REST / cutoff)
    longer = np.pad(np.pad(signal, _BEYOND, mode="reflect", reflect_type="odd"), rest, mode="edge")
    ratio = np.tan(np.pi * np.fft.rfftfreq(len(longer))) / math.tan(math.pi * cutoff)
    smooth = np.fft.irfft(np.fft.rfft(longer) / (1.0 + ratio ** (2 * _ORDER)), len(longer))
    return np.asarray(smooth[rest + _BEYOND : -rest - _BEYOND])
