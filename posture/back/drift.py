"""Drift: whether a measure changes from the first to the last third of the strides.

Welch's t-test on the strides' own values, its standard error widened for strides that resemble their neighbours. Plain
Welch calls a drift in 12 to 15 of 100 runs without any when neighbouring strides correlate by 0.3; widened, in 4 (in 1
when they do not correlate, in 7 when they correlate by 0.5; simulated with 15 to 120 strides, 4,000 runs each).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from posture.arrays import Array
from posture.thresholds import COURSE

# Neighbouring strides are not taken to resemble each other more than this, however few they are.
MAX_CORRELATION = 0.8


@dataclass(frozen=True)
class DriftTest:
    """The last third of the strides against the first.

    Attributes
    ----------
    first, last : float
        Means of the thirds.
    low, high : float
        90 % interval of ``last - first``.
    p_value : float
        Probability of a difference at least as large without any drift.
    """

    first: float
    last: float
    low: float
    high: float
    p_value: float

    @property
    def change(self) -> float:
        """The last third minus the first."""
        return self.last - self.first


def drift_test(values: Array) -> DriftTest:
    """Compare the last third of the strides with the first.

    Parameters
    ----------
    values : array, shape (S,)
        The strides' own values in the order of time; S >= 6, so that each third has a spread.
    """
    third = len(values) // 3
    first, last = values[:third], values[-third:]
    error = np.hypot(*(stats.sem(part) for part in (first, last)))
    error *= np.sqrt(widening(third, neighbour_correlation(values)))
    change = float(last.mean() - first.mean())
    freedom = _welch_freedom(first, last)
    half = float(stats.t.ppf(0.95, freedom)) * error
    return DriftTest(
        first=float(first.mean()),
        last=float(last.mean()),
        low=change - half,
        high=change + half,
        p_value=float(2 * stats.t.sf(abs(change) / error, freedom)) if error > 0 else float(change == 0.0),
    )


def neighbour_correlation(values: Array) -> float:
    """Return how much neighbouring strides resemble each other once a straight trend is taken out.

    At least the table's figure, so that few strides which happen to look independent do not count as more than they
    are; what taking out a trend hides, about (2 + 4 r) / S, is added back.
    """
    number = np.arange(len(values))
    rest = values - np.polynomial.Polynomial.fit(number, values, 1)(number)
    power = float((rest**2).sum())
    least = COURSE["stride_correlation"].value
    if power <= 0:
        return least
    seen = float((rest[1:] * rest[:-1]).sum()) / power + (2 + 4 * least) / len(values)
    return float(np.clip(seen, least, MAX_CORRELATION))


def widening(count: int, correlation: float) -> float:
    """Return by how much the squared standard error of a mean is too small when neighbours correlate.

    Parameters
    ----------
    count : int
        How many values the mean is of; at least 2.
    correlation : float
        Of neighbours; it falls geometrically with the distance (a first-order autoregression). The mean varies more
        than independent values' mean would, and the values' own variance looks smaller than it is.
    """
    lags = np.arange(1, count)
    inflation = 1.0 + 2.0 * float(((1.0 - lags / count) * correlation**lags).sum())
    return inflation / (1.0 - (inflation - 1.0) / (count - 1))


def _welch_freedom(first: Array, last: Array) -> float:
    """Return Welch's degrees of freedom of two samples of the same size."""
    a, b = float(np.var(first, ddof=1)), float(np.var(last, ddof=1))
    if a + b <= 0:
        return float(len(first) + len(last) - 2)
    return (len(first) - 1) * (a + b) ** 2 / (a**2 + b**2)
