"""Through the run: tilt and arch over the stride, left against right stance, and their drift during the clip."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import stats

from posture.back.intervals import PHASES
from posture.back.measure import BackResult
from posture.back.phase_curves import at_phase, mean_between, stride_error
from posture.gait.events import Stance, find_stances
from posture.gait.subject import TrackedPerson
from posture.language import format_number
from posture.language import gettext as _
from posture.pose.view import estimate_view
from posture.records.analysis import (
    Course,
    Drift,
    DriftChange,
    Estimate,
    GaitEvent,
    Measure,
    PhaseCurve,
    SideDifference,
)
from posture.thresholds import COURSE, EVENT_SD, SIDE_SD, Z90
from posture.types import PRIMARY_MEASURES, Array, Indices

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
    least = COURSE.stride_correlation
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


BY_STRIDE = (*PRIMARY_MEASURES, "lumbar_arch_index", "trunk_lean_deg")
# Fewer leave no spread.
MIN_STRIDES = 2


def course_of(
    runner: TrackedPerson, back: BackResult, measures: Mapping[str, Measure | None]
) -> Course | None:
    """Follow tilt and arch through the run.

    Parameters
    ----------
    runner : TrackedPerson
    back : BackResult
    measures : mapping of name to Measure or None
        The clip's; what is missing there is missing here.

    Returns
    -------
    Course or None
        None for somebody who does not run or walk, with a single stride, and where the tilt was not measured.
    """
    known = {name: m for name in PRIMARY_MEASURES if (m := measures.get(name)) is not None}
    if not known or len(back.measured_strides) < MIN_STRIDES or runner.activity not in ("running", "walking"):
        return None
    strides = len(back.measured_strides)
    curves: dict[str, Array] = {}
    draws: dict[str, Array] = {}
    for name, measure in known.items():
        # The curve's mean is the clip's value, however that was corrected.
        own = back.measured.by_phase[name]
        curves[name] = own - own.mean() + measure.value
        draws[name] = back.measured.phase_draws[name]
    stances = find_stances(runner.legs, runner.strides) or ()
    return Course(
        side=runner.strides.side,
        phases=tuple(np.arange(PHASES) / PHASES),
        curves={n: _curve(n, curves[n], draws[n], strides) if n in known else None for n in PRIMARY_MEASURES},
        events=tuple(event for stance in stances for event in _events(stance, known, curves, draws, strides)),
        sides={
            n: _sides(n, stances, curves[n], draws[n], strides) if n in known and stances else None
            for n in PRIMARY_MEASURES
        },
        drift=_drift(runner, back, tuple(known)),
    )


def stride_values(
    runner: TrackedPerson, back: BackResult | None, measures: Mapping[str, Measure | None]
) -> list[dict[str, float | None] | None]:
    """Return each of the runner's strides' own values by name; None for strides whose back was not measured.

    Parameters
    ----------
    runner : TrackedPerson
    back : BackResult or None
    measures : mapping of name to Measure or None
        The clip's; what is missing there is None in every stride.
    """
    values: list[dict[str, float | None] | None] = [None] * len(runner.strides)
    if back is None or not len(runner.strides) or all(measures.get(name) is None for name in BY_STRIDE):
        return values
    own = back.measured.by_stride
    for place, stride in enumerate(back.measured_strides):
        values[stride] = {
            n: None if measures.get(n) is None else round(float(own[n][place]), 3) for n in BY_STRIDE
        }
    return values


def _curve(name: str, curve: Array, draws: Array, strides: int) -> PhaseCurve:
    away = draws - draws.mean(axis=1, keepdims=True)
    half = Z90 * np.hypot(stride_error(away, strides), EVENT_SD[name])
    return PhaseCurve(
        value=_rounded(curve),
        low=_rounded(curve - half),
        high=_rounded(curve + half),
    )


def _rounded(values: Array) -> tuple[float, ...]:
    return tuple(round(float(v), 3) for v in values)


def _events(
    stance: Stance,
    known: Mapping[str, Measure],
    curves: Mapping[str, Array],
    draws: Mapping[str, Array],
    strides: int,
) -> list[GaitEvent]:
    return [
        GaitEvent(
            name=name,
            side=stance.side,
            phase=phase,
            measures={
                n: _at(n, phase, known[n], curves[n], draws[n], strides) if n in known else None
                for n in PRIMARY_MEASURES
            },
        )
        for name, phase in stance.events().items()
        if phase is not None
    ]


def _at(name: str, phase: float, clip: Measure, curve: Array, draws: Array, strides: int) -> Estimate:
    """Return the value at a phase: the clip's error, and how far the phase's distance from the clip's mean is off."""
    value = float(at_phase(curve, phase)[0])
    away = at_phase(draws, phase)[:, 0] - draws.mean(axis=1)
    half = Z90 * float(np.hypot(stride_error(away, strides), EVENT_SD[name]))
    low, high = (float(np.hypot(end - clip.value, half)) for end in clip.ci90)
    return Estimate(value=round(value, 3), ci90=(round(value - low, 3), round(value + high, 3)))


def _sides(
    name: str, stances: tuple[Stance, ...], curve: Array, draws: Array, strides: int
) -> SideDifference:
    left, right = sorted(stances, key=lambda stance: stance.side)
    values = [float(mean_between(curve, s.foot_strike, s.toe_off)) for s in (left, right)]
    drawn = [mean_between(draws, s.foot_strike, s.toe_off) for s in (left, right)]
    difference = values[0] - values[1]
    half = Z90 * float(np.hypot(stride_error(drawn[0] - drawn[1], strides), SIDE_SD[name]))
    return SideDifference(
        left=round(values[0], 3),
        right=round(values[1], 3),
        difference=round(difference, 3),
        ci90=(round(difference - half, 3), round(difference + half, 3)),
        real=abs(difference) > half,
    )


def _drift(runner: TrackedPerson, back: BackResult, known: tuple[str, ...]) -> Drift:
    strides, needed = len(back.measured_strides), COURSE.drift_strides
    third = strides // 3
    turn = (
        None
        if third == 0
        else view_turn_deg(runner, back.measured_strides[:third], back.measured_strides[-third:])
    )
    limit = COURSE.drift_max_turn_deg
    reason = None
    if strides < needed:
        text = _("{strides} strides were measured, and a drift can be told from {needed} on")
        reason = text.format(strides=strides, needed=needed)
    elif turn is not None and abs(turn) > limit:
        text = _(
            "the view turned by {angle} degrees on the way, which moves the numbers too (at most {limit})"
        )
        reason = text.format(angle=format_number(abs(turn), 0), limit=format_number(limit, 0))
    return Drift(
        strides=third,
        min_strides=needed,
        turn_deg=None if turn is None else round(turn, 2),
        measures={
            n: _change(back.measured.by_stride[n]) if reason is None and n in known else None
            for n in PRIMARY_MEASURES
        },
        reason=reason,
    )


def view_turn_deg(runner: TrackedPerson, first: Indices, last: Indices) -> float:
    """Return how far the view turned out of the side view from some strides to others, degrees, to the front positive.

    Parameters
    ----------
    runner : TrackedPerson
    first, last : array of int
        Numbers of strides; whole strides, so that the trunk's own rotation cancels.
    """
    before, after = (
        estimate_view(runner.landmarks[np.isin(runner.strides.frame_stride, part)]).yaw_deg
        for part in (first, last)
    )
    return after - before


def _change(values: Array) -> DriftChange:
    found = drift_test(values)
    return DriftChange(
        first=round(found.first, 3),
        last=round(found.last, 3),
        change=round(found.change, 3),
        ci90=(round(found.low, 3), round(found.high, 3)),
        p_value=round(found.p_value, 4),
        real=found.p_value < COURSE.drift_p,
    )
