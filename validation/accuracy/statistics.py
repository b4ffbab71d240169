"""Statistics of measured and true values: errors, coverage, separation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

from posture.types import Array

MEASURES = ("pelvic_tilt_deg", "lumbar_arch_deg", "lumbar_arch_index", "trunk_lean_deg")
# Probabilities are held against what happened in so many bins of equal width; and so many draws tell the chance.
RELIABILITY_BINS, RELIABILITY_DRAWS, MIN_BIN_CLIPS = 5, 1000, 2
# Further measures that reports print with an interval.
BESIDE = ("thoracolumbar_deg", "pelvic_tilt_range_deg")


@dataclass(frozen=True)
class Pairs:
    """Measured and true values of N clips, with intervals where the method gives them.

    Attributes
    ----------
    measured, true : shape (N,)
    low, high : shape (N,)
        90 % intervals; NaN for a method without.
    """

    measured: Array
    true: Array
    low: Array
    high: Array

    @property
    def inside(self) -> npt.NDArray[np.bool_]:
        """Whether the truth lies in the interval, shape (N,)."""
        return (self.low <= self.true) & (self.true <= self.high)

    def __getitem__(self, chosen: npt.NDArray[Any]) -> Pairs:
        """Return some of the pairs, by mask or number."""
        return Pairs(self.measured[chosen], self.true[chosen], self.low[chosen], self.high[chosen])


def pairs_of(rows: Sequence[tuple[float, float, float, float]]) -> Pairs:
    """Return pairs of rows (measured, true, low, high)."""
    return Pairs(*np.array(rows, dtype=np.float64).reshape(-1, 4).T)


def errors(pairs: Pairs) -> dict[str, Any]:
    """Return n, RMSE, bias (measured minus true), slope of measured on true, correlation, and coverage.

    Figures that need more pairs, or an interval that is missing, are None.
    """
    count = len(pairs.true)
    if count == 0:
        return {"n": 0, "rmse": None, "bias": None, "slope": None, "r": None, "coverage": None}
    error = pairs.measured - pairs.true
    line = stats.linregress(pairs.true, pairs.measured) if count > 2 else None
    return {
        "n": count,
        "rmse": float(np.sqrt((error**2).mean())),
        "bias": float(error.mean()),
        "slope": None if line is None else float(line.slope),
        "r": None if line is None else float(line.rvalue),
        "coverage": None if np.isnan(pairs.low).any() else float(pairs.inside.mean()),
    }


def share(hits: npt.NDArray[np.bool_] | Sequence[bool]) -> dict[str, Any]:
    """Return a share with its count and its 90 % interval (Wilson)."""
    count, number = int(np.sum(hits)), len(hits)
    if number == 0:
        return {"n": 0, "share": None, "low": None, "high": None}
    interval = stats.binomtest(count, number).proportion_ci(0.90, method="wilson")
    return {
        "n": number,
        "share": count / number,
        "low": float(interval.low),
        "high": float(interval.high),
    }


def by_tenth(values: Array, pairs: Pairs) -> list[dict[str, Any]]:
    """Return the coverage in each tenth of the clips, ordered by a value such as the body's height."""
    order = np.argsort(values, kind="stable")
    return [
        {"from": float(values[part].min()), "to": float(values[part].max()), **share(pairs[part].inside)}
        for part in np.array_split(order, 10)
        if len(part)
    ]


def by_bin(values: Array, pairs: Pairs, edges: Sequence[float]) -> list[dict[str, Any]]:
    """Return the errors in each bin."""
    rows = []
    for low, high in pairwise(edges):
        inside = (values >= low) & (values < high)
        rows.append({"from": low, "to": high, **errors(pairs[inside])})
    return rows


def auc(hollow: Sequence[float], neutral: Sequence[float]) -> dict[str, Any]:
    """Return the share of pairs in which the hollow one has the higher number; ties count half."""
    if not hollow or not neutral:
        return {"auc": None, "hollow": len(hollow), "neutral": len(neutral)}
    u = stats.mannwhitneyu(hollow, neutral).statistic
    return {
        "auc": float(u / (len(hollow) * len(neutral))),
        "hollow": len(hollow),
        "neutral": len(neutral),
    }


def calibration_error(probability: Array, happened: npt.NDArray[np.bool_]) -> float:
    """Return the expected calibration error: how far bins lie from the diagonal, weighted by their clips.

    Parameters
    ----------
    probability, happened : shape (N,)
    """
    place = _bin_of(probability)
    gaps = [
        abs(float(probability[place == k].mean() - happened[place == k].mean())) * float((place == k).mean())
        for k in np.unique(place)
    ]
    return sum(gaps)


def systematic_calibration_error(probability: Array, happened: npt.NDArray[np.bool_]) -> float | None:
    """Return the calibration error without the part that few clips add: root mean square over the bins [1]_.

    Each bin's squared gap loses the variance of its share. Bins of one clip show no variance and are left out; None
    when no bin is left.

    Parameters
    ----------
    probability, happened : shape (N,)

    References
    ----------
    .. [1] Kumar, Liang & Ma (2019). Verified uncertainty calibration. Advances in Neural Information Processing
       Systems 32. arXiv:1909.10155
    """
    place = _bin_of(probability)
    squared, clips = 0.0, 0
    for k in np.unique(place):
        count = int((place == k).sum())
        if count < MIN_BIN_CLIPS:
            continue
        observed = float(happened[place == k].mean())
        gap = float(probability[place == k].mean()) - observed
        squared += count * (gap**2 - observed * (1.0 - observed) / (count - 1))
        clips += count
    return math.sqrt(max(squared / clips, 0.0)) if clips else None


def reliability(probability: Array, happened: npt.NDArray[np.bool_]) -> dict[str, Any]:
    """Return how well probabilities are calibrated; errors are None without clips.

    Parameters
    ----------
    probability, happened : shape (N,)

    Returns
    -------
    dict
        ``error``: the expected calibration error, with its 90 % interval (bootstrap over clips) ``low`` and ``high``;
        ``systematic``: the error without the part of chance; ``by_chance``: the error that a perfectly calibrated
        probability would show on so few clips, on average, and ``chance_high``: 95 % of the times it would show less;
        ``bins``: clips, mean probability and share of each bin that is not empty.
    """
    count = len(probability)
    if count == 0:
        nothing = dict.fromkeys(("error", "low", "high", "systematic", "by_chance", "chance_high"))
        return {"n": 0, **nothing, "bins": []}
    rng = np.random.default_rng(0)
    again = [rng.integers(0, count, count) for _ in range(RELIABILITY_DRAWS)]
    low, high = np.quantile([calibration_error(probability[drawn], happened[drawn]) for drawn in again], (0.05, 0.95))
    ideal = [calibration_error(probability, rng.random(count) < probability) for _ in range(RELIABILITY_DRAWS)]
    place = _bin_of(probability)
    return {
        "n": count,
        "error": calibration_error(probability, happened),
        "low": float(low),
        "high": float(high),
        "systematic": systematic_calibration_error(probability, happened),
        "by_chance": float(np.mean(ideal)),
        "chance_high": float(np.quantile(ideal, 0.95)),
        "bins": [
            {"mean": float(probability[place == k].mean()), **share(happened[place == k])} for k in np.unique(place)
        ],
    }


def _bin_of(probability: Array) -> npt.NDArray[np.intp]:
    return np.minimum((probability * RELIABILITY_BINS).astype(np.intp), RELIABILITY_BINS - 1)


def rounded(figures: Any, digits: int = 4) -> Any:
    """Return nested figures with their floats rounded, and no NumPy types, for JSON."""
    if isinstance(figures, dict):
        return {str(key): rounded(value, digits) for key, value in figures.items()}
    if isinstance(figures, list | tuple):
        return [rounded(value, digits) for value in figures]
    if isinstance(figures, float | np.floating):
        return round(float(figures), digits)
    return int(figures) if isinstance(figures, np.integer) else figures
