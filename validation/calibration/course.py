"""Errors of tilt and arch over the stride, from the calibration half."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from posture.back.intervals import PHASES
from posture.back.measure import BackResult
from posture.back.phase_curves import at_phase, mean_between, stride_error
from posture.calibration import calibration
from posture.gait.events import Stance, find_stances
from posture.gait.runner_choice import TrackedPerson
from posture.thresholds import Z90
from posture.types import Array
from validation.accuracy.people import truth_zero
from validation.population.store import Take

# Fewest strides of a calibration clip: with fewer, the spread between strides is hardly known.
MIN_STRIDES = 4
# Share of errors within the interval.
COVERAGE = 0.90


@dataclass(frozen=True)
class Waves:
    """A measure over the stride, measured and true.

    Attributes
    ----------
    measured, true : shape (PHASES,)
        In the measure's unit, at the same phases of the clip's strides.
    draws : shape (D, PHASES)
        Bootstrap over strides.
    stances
        Left and right.
    """

    measured: Array
    true: Array
    draws: Array
    strides: int
    stances: tuple[Stance, Stance] | None


def waves_of(take: Take, runner: TrackedPerson, back: BackResult) -> dict[str, Waves] | None:
    """Return each measure over the stride, measured and true; None when too few phases were seen."""
    zero = truth_zero(runner, take)
    if zero is None or len(back.measured_strides) < MIN_STRIDES:
        return None
    phases = np.arange(PHASES) / PHASES - zero
    over = {name: at_phase(curve, phases) for name, curve in take.truth.over_phase.items()}
    stances = find_stances(runner.legs, runner.strides)
    return {
        name: Waves(
            back.measured.by_phase[name],
            curve,
            back.measured.phase_draws[name],
            len(back.measured_strides),
            stances,
        )
        for name, curve in over.items()
    }


def course_of(clips: Sequence[Mapping[str, Waves]]) -> dict[str, dict[str, float]]:
    """Return the systematic errors of the course through the stride (conformal).

    Returns
    -------
    dict
        ``moment_sd``, ``side_sd``: by measure, standard deviation of the error of a moment's distance from the clip's
        mean, and of the difference between left and right stance.
    """
    moments, sides = {}, {}
    for name in calibration().event_sd:
        parts = [_parts(clip[name]) for clip in clips]
        moments[name] = _beyond(
            np.concatenate([error for error, _ in parts]), np.concatenate([part for _, part in parts])
        )
        sides[name] = _beyond(*np.array([_side_parts(clip[name]) for clip in clips if clip[name].stances]).T)
    return {"moment_sd": moments, "side_sd": sides}


def _beyond(error: Array, part: Array) -> float:
    """Return the standard deviation that, with the strides' part, puts nine in ten errors within 1.645."""
    needed = np.sqrt(np.maximum((error / Z90) ** 2 - part**2, 0.0))
    return round(float(np.quantile(needed, COVERAGE, method="higher")), 2)


def _parts(waves: Waves) -> tuple[Array, Array]:
    error = (waves.measured - waves.measured.mean()) - (waves.true - waves.true.mean())
    return error, stride_error(waves.draws - waves.draws.mean(axis=1, keepdims=True), waves.strides)


def _side_parts(waves: Waves) -> tuple[float, float]:
    assert waves.stances is not None
    left, right = sorted(waves.stances, key=lambda stance: stance.side)

    def between(curve: Array) -> Array:
        first, second = (mean_between(curve, s.foot_strike, s.toe_off) for s in (left, right))
        return np.asarray(first - second)

    error = between(waves.measured) - between(waves.true)
    return float(error), float(stride_error(between(waves.draws), waves.strides))
