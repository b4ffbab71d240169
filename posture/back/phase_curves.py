"""Periodic curves over the stride phase, and the measures at each frame."""

from __future__ import annotations

import numpy as np

from posture.back.measure import BackResult
from posture.gait.runner_choice import TrackedPerson
from posture.gait.strides import fixed_windows
from posture.types import Array

# Phases at which a part of the stride is averaged.
POINTS = 200
MODELLED = ("pelvic_tilt_deg", "thoracolumbar_deg", "lumbar_arch_deg", "lumbar_arch_index")
BY_FRAME = ("trunk_lean_deg", *MODELLED)


def at_phase(curves: Array, phase: Array | float) -> Array:
    """Interpolate curves linearly at phases, shape (..., Q).

    Parameters
    ----------
    curves : shape (..., P)
        One stride at even phases.
    phase : shape (Q,) or ()
        In strides; 1.2 is 0.2.

    Examples
    --------
    >>> at_phase(np.array([0.0, 1.0, 2.0, 1.0]), np.array([0.125, 1.5]))
    array([0.5, 2. ])
    """
    count = curves.shape[-1]
    place = np.atleast_1d(np.mod(phase, 1.0)) * count
    before = np.floor(place).astype(np.intp)
    share = place - before
    first, second = curves[..., before % count], curves[..., (before + 1) % count]
    return np.asarray((1.0 - share) * first + share * second)


def mean_between(curves: Array, start: float, end: float) -> Array:
    """Return the mean of curves from one phase forward to another, shape (...).

    Parameters
    ----------
    curves : shape (..., P)
        One stride at even phases.
    start, end
        In strides; from 0.8 to 0.2 is 0.4 of a stride, and the same phase twice a whole one.
    """
    length = np.mod(end - start, 1.0) or 1.0
    phases = start + length * (np.arange(POINTS) + 0.5) / POINTS
    return np.asarray(at_phase(curves, phases).mean(axis=-1))


def stride_error(draws: Array, strides: int) -> Array:
    """Return the standard error from a bootstrap over strides, shape (...).

    Parameters
    ----------
    draws : shape (D, ...)
    strides
        At least 2; the variance of a bootstrap of n is too small by (n - 1) / n.
    """
    return np.asarray(np.std(draws, axis=0) * np.sqrt(strides / (strides - 1)))


def frame_measures(runner: TrackedPerson, back: BackResult) -> dict[str, Array]:
    """Return the measures in each of the runner's N frames by name, each of shape (N,).

    ``trunk_lean_deg`` is measured in the frame itself. The others are the stride's own value plus the mean stride's
    deviation at the frame's phase, so that the mean over a stride is its own value. In a person who stands nothing
    swings: there it is the value of the fixed window. NaN outside of the measured strides or windows.
    """
    has_strides = len(runner.strides) > 0
    number, phase = runner.strides.frame_stride, runner.strides.frame_phase
    if not has_strides:
        number, _ = fixed_windows(runner.time_s)
    inside = np.isin(number, back.measured_strides)
    place = np.searchsorted(back.measured_strides, number[inside])
    measures = {"trunk_lean_deg": back.lean_deg}
    for name in MODELLED:
        values = np.full(len(number), np.nan)
        values[inside] = back.measured.by_stride[name][place]
        if has_strides:
            curve = back.measured.by_phase[name]
            values[inside] += at_phase(curve - curve.mean(), phase[inside])
        measures[name] = values
    return measures
