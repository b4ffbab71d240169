"""Through the run: tilt and arch over the stride, at its events, by side of stance, and their drift."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

from posture.back.intervals import PHASE_GRID
from posture.back.measure import BackResult
from posture.back.phase_curves import at_phase, mean_between, stride_error
from posture.calibration import calibration
from posture.gait.events import Stance, find_stances
from posture.gait.runner_choice import TrackedPerson
from posture.language import format_number
from posture.language import gettext as _
from posture.pose.view import estimate_view
from posture.records.analysis import Measure
from posture.records.course import Course, Drift, DriftChange, Estimate, GaitEvent, PhaseCurve, SideDifference
from posture.thresholds import COURSE, Z90
from posture.types import PRIMARY_MEASURES, Array, Indices

BY_STRIDE = (*PRIMARY_MEASURES, "lumbar_arch_index", "trunk_lean_deg")
StrideMeasures = dict[str, float | None]
"""A stride's own measures by name; None for those that the clip does not hold."""
# Fewer leave no spread.
MIN_STRIDES = 2
# Largest correlation of neighbouring strides that is assumed, however few they are.
MAX_CORRELATION = 0.8


@dataclass(frozen=True)
class DriftTest:
    """The last third of the strides against the first.

    Attributes
    ----------
    first, last
        Means of the thirds.
    low, high
        90 % interval of ``last - first``.
    p_value
        Probability of a difference at least as large without any drift.
    """

    first: float
    last: float
    low: float
    high: float
    p_value: float

    @property
    def change(self) -> float:
        """Last third minus first."""
        return self.last - self.first


def drift_test(values: Array) -> DriftTest:
    """Compare the last third of the strides with the first.

    Welch's t-test [1]_ with a standard error that is widened for the correlation of neighbouring strides.

    Parameters
    ----------
    values : shape (S,)
        Each stride's own value in order of time; S >= 6, so that each third has a spread.

    References
    ----------
    .. [1] Welch (1947). The generalization of 'Student's' problem when several different population variances are
       involved. Biometrika 34, 28-35. doi:10.1093/biomet/34.1-2.28
    """
    third = len(values) // 3
    first, last = values[:third], values[-third:]
    error = np.hypot(*(part.std(ddof=1) / np.sqrt(third) for part in (first, last)))
    error *= np.sqrt(variance_inflation(third, neighbour_correlation(values)))
    change = float(last.mean() - first.mean())
    freedom = _welch_freedom(first, last)
    half = float(stdtrit(freedom, 0.95)) * error
    return DriftTest(
        first=float(first.mean()),
        last=float(last.mean()),
        low=change - half,
        high=change + half,
        p_value=float(2 * stdtr(freedom, -abs(change) / error)) if error > 0 else float(change == 0.0),
    )


def neighbour_correlation(values: Array) -> float:
    """Return the correlation of neighbouring strides after removing a linear trend.

    At least `COURSE.stride_correlation`, so that a few strides that look independent by chance do not count for more
    than they are. Removing the trend lowers the estimate by about (2 + 4 r) / S, which is added back.
    """
    number = np.arange(len(values))
    residual = values - np.polynomial.Polynomial.fit(number, values, 1)(number)
    power = float((residual**2).sum())
    least = COURSE.stride_correlation
    if power <= 0:
        return least
    estimate = float((residual[1:] * residual[:-1]).sum()) / power + (2 + 4 * least) / len(values)
    return float(np.clip(estimate, least, MAX_CORRELATION))


def variance_inflation(count: int, correlation: float) -> float:
    """Return the factor by which the squared standard error of a mean is too small when neighbours correlate.

    The mean varies more than that of independent values, and the values' own variance looks too small [1]_.

    Parameters
    ----------
    count
        Number of values; at least 2.
    correlation
        Of neighbours; it falls geometrically with the lag (a first-order autoregression).

    References
    ----------
    .. [1] Bayley & Hammersley (1946). The "effective" number of independent observations in an autocorrelated time
       series. Supplement to the Journal of the Royal Statistical Society 8, 184-197.

    Examples
    --------
    >>> variance_inflation(5, 0.0)
    1.0
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


def course_of(runner: TrackedPerson, back: BackResult, measures: Mapping[str, Measure | None]) -> Course | None:
    """Follow tilt and arch through the run.

    Parameters
    ----------
    measures
        Of the clip, by name; a measure that is missing there is missing here.

    Returns
    -------
    Course or None
        None with a single stride, without tilt and arch, and for a person who neither runs nor walks.
    """
    curves = {
        name: _StrideCurve.of(name, measure, back)
        for name in PRIMARY_MEASURES
        if (measure := measures.get(name)) is not None
    }
    if not curves or len(back.measured_strides) < MIN_STRIDES or runner.activity not in ("running", "walking"):
        return None
    stances = find_stances(runner.legs, runner.strides) or ()
    known = {name: curves.get(name) for name in PRIMARY_MEASURES}
    return Course(
        side=runner.strides.side,
        phases=tuple(PHASE_GRID),
        curves={name: curve and curve.band() for name, curve in known.items()},
        events=tuple(event for stance in stances for event in _events(stance, known)),
        sides={name: curve and curve.side_difference(*stances) if stances else None for name, curve in known.items()},
        drift=_drift(runner, back, tuple(curves)),
    )


def stride_values(
    runner: TrackedPerson, back: BackResult | None, measures: Mapping[str, Measure | None]
) -> list[StrideMeasures | None]:
    """Return the own values of each of the runner's strides by name; None for strides that were not measured.

    Parameters
    ----------
    measures
        Of the clip, by name; a measure that is missing there is None in every stride.
    """
    values: list[StrideMeasures | None] = [None] * len(runner.strides)
    if back is None or not len(runner.strides) or all(measures.get(name) is None for name in BY_STRIDE):
        return values
    own = back.measured.by_stride
    for place, stride in enumerate(back.measured_strides):
        values[stride] = {n: None if measures.get(n) is None else round(float(own[n][place]), 3) for n in BY_STRIDE}
    return values


@dataclass(frozen=True)
class _StrideCurve:
    """A measure over the stride (PHASES,), its bootstrap draws (D, PHASES), and its value over the clip."""

    name: str
    clip: Measure
    values: Array
    draws: Array
    strides: int

    @classmethod
    def of(cls, name: str, clip: Measure, back: BackResult) -> _StrideCurve:
        # The mean of the curve is the clip's value, which was corrected for its bias.
        own = back.measured.by_phase[name]
        values = own - own.mean() + clip.value
        return cls(name, clip, values, back.measured.phase_draws[name], len(back.measured_strides))

    def _half_width(self, draws: Array, systematic_sd: float) -> Array:
        return np.asarray(Z90 * np.hypot(stride_error(draws, self.strides), systematic_sd))

    def band(self) -> PhaseCurve:
        """Return the curve with the 90 % band of its deviation from the clip's mean."""
        deviation = self.draws - self.draws.mean(axis=1, keepdims=True)
        half = self._half_width(deviation, calibration().event_sd[self.name])
        return PhaseCurve(
            value=_rounded(self.values), low=_rounded(self.values - half), high=_rounded(self.values + half)
        )

    def at(self, phase: float) -> Estimate:
        """Return the value at a phase; its error is that of the clip and of the deviation from it."""
        value = float(at_phase(self.values, phase)[0])
        deviation = at_phase(self.draws, phase)[:, 0] - self.draws.mean(axis=1)
        half = self._half_width(deviation, calibration().event_sd[self.name])
        low, high = (float(np.hypot(end - self.clip.value, half)) for end in self.clip.ci90)
        return Estimate(value=round(value, 3), ci90=(round(value - low, 3), round(value + high, 3)))

    def side_difference(self, first: Stance, second: Stance) -> SideDifference:
        """Return the means over left and right stance, and their difference."""
        sides = sorted((first, second), key=lambda stance: stance.side)
        left, right = (float(mean_between(self.values, s.foot_strike, s.toe_off)) for s in sides)
        drawn = [mean_between(self.draws, s.foot_strike, s.toe_off) for s in sides]
        difference = left - right
        half = float(self._half_width(drawn[0] - drawn[1], calibration().side_sd[self.name]))
        return SideDifference(
            left=round(left, 3),
            right=round(right, 3),
            difference=round(difference, 3),
            ci90=(round(difference - half, 3), round(difference + half, 3)),
            real=abs(difference) > half,
        )


def _rounded(values: Array) -> tuple[float, ...]:
    return tuple(round(float(v), 3) for v in values)


def _events(stance: Stance, curves: Mapping[str, _StrideCurve | None]) -> list[GaitEvent]:
    return [
        GaitEvent(
            name=name,
            side=stance.side,
            phase=phase,
            measures={measure: curve and curve.at(phase) for measure, curve in curves.items()},
        )
        for name, phase in stance.events().items()
        if phase is not None
    ]


def _drift(runner: TrackedPerson, back: BackResult, known: tuple[str, ...]) -> Drift:
    numbers, needed, limit = back.measured_strides, COURSE.drift_strides, COURSE.drift_max_turn_deg
    third = len(numbers) // 3
    turn = view_turn_deg(runner, numbers[:third], numbers[-third:]) if third else None
    reason = None
    if len(numbers) < needed:
        text = _("{strides} strides were measured; {needed} are needed to detect a change")
        reason = text.format(strides=len(numbers), needed=needed)
    elif turn is not None and abs(turn) > limit:
        text = _("the view turned by {angle} degrees along the way, which shifts the numbers too (at most {limit})")
        reason = text.format(angle=format_number(abs(turn), 0), limit=format_number(limit, 0))
    return Drift(
        strides=third,
        min_strides=needed,
        turn_deg=None if turn is None else round(turn, 2),
        measures={
            n: _drift_change(back.measured.by_stride[n]) if reason is None and n in known else None
            for n in PRIMARY_MEASURES
        },
        reason=reason,
    )


def view_turn_deg(runner: TrackedPerson, first: Indices, last: Indices) -> float:
    """Return the change of the view's yaw between two groups of strides, degrees, to the front positive.

    Parameters
    ----------
    first, last
        Numbers of whole strides, so that the trunk's own rotation cancels.
    """
    before, after = (
        estimate_view(runner.landmarks[np.isin(runner.strides.frame_stride, part)]).yaw_deg for part in (first, last)
    )
    return after - before


def _drift_change(values: Array) -> DriftChange:
    test = drift_test(values)
    return DriftChange(
        first=round(test.first, 3),
        last=round(test.last, 3),
        change=round(test.change, 3),
        ci90=(round(test.low, 3), round(test.high, 3)),
        p_value=round(test.p_value, 4),
        real=test.p_value < COURSE.drift_p,
    )
