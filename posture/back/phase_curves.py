"""Curves over the stride phase, and the measures that the model holds at each frame."""

from __future__ import annotations

import numpy as np

from posture.back.measure import BackResult
from posture.gait.strides import fixed_windows
from posture.gait.subject import TrackedPerson
from posture.types import Array

# Points at which a part of the stride is averaged.
POINTS = 200


def at_phase(curves: Array, phase: Array | float) -> Array:
    """Return curves at phases, by straight lines between their values.

    Parameters
    ----------
    curves : array, shape (..., P)
    phase : array, shape (Q,), or float
        In strides; 1.2 is 0.2.

    Returns
    -------
    array, shape (..., Q)
        Q is 1 for a single phase.
    """
    count = curves.shape[-1]
    place = np.atleast_1d(np.mod(phase, 1.0)) * count
    before = np.floor(place).astype(np.intp)
    share = place - before
    first, second = curves[..., before % count], curves[..., (before + 1) % count]
    return np.asarray((1.0 - share) * first + share * second)


def mean_between(curves: Array, start: float, end: float) -> Array:
    """Return the curves' mean from one phase forward to another, which may lie beyond the stride's end.

    Parameters
    ----------
    curves : array, shape (..., P)
    start, end : float
        In strides; from 0.8 to 0.2 is 0.4 of a stride. The same phase twice is the whole stride.

    Returns
    -------
    array, shape (...)
    """
    length = np.mod(end - start, 1.0) or 1.0
    phases = start + length * (np.arange(POINTS) + 0.5) / POINTS
    return np.asarray(at_phase(curves, phases).mean(axis=-1))


def stride_error(draws: Array, strides: int) -> Array:
    """Return the standard error that the strides leave, from a bootstrap over them, shape (...).

    Parameters
    ----------
    draws : array, shape (D, ...)
        The number in each draw.
    strides : int
        At least 2; the spread of a bootstrap of n is short by (n - 1) / n in variance.
    """
    return np.asarray(np.std(draws, axis=0) * np.sqrt(strides / (strides - 1)))


MODELLED = ("pelvic_tilt_deg", "thoracolumbar_deg", "lumbar_arch_deg", "lumbar_arch_index")
BY_FRAME = ("trunk_lean_deg", *MODELLED)


def frame_measures(runner: TrackedPerson, back: BackResult) -> dict[str, Array]:
    """Return the measures in each of the runner's frames by name, each of shape (N,).

    ``trunk_lean_deg`` is measured in the frame itself. The others are the stride's own value plus the mean stride's
    deviation at the frame's phase; of somebody who stands, the even part's own value, since nothing swings there. NaN
    in frames outside of strides (parts), and in those whose back was not measured. The mean over a stride is the
    stride's own value.

    Parameters
    ----------
    runner : TrackedPerson
        With N frames.
    back : BackResult
    """
    strides = len(runner.strides) > 0
    number, phase = runner.strides.frame_stride, runner.strides.frame_phase
    if not strides:
        number, _ = fixed_windows(runner.time_s)
    inside = np.isin(number, back.measured_strides)
    place = np.searchsorted(back.measured_strides, number[inside])
    found = {"trunk_lean_deg": back.lean_deg}
    for name in MODELLED:
        values = np.full(len(number), np.nan)
        values[inside] = back.measured.by_stride[name][place]
        if strides:
            curve = back.measured.by_phase[name]
            values[inside] += at_phase(curve - curve.mean(), phase[inside])
        found[name] = values
    return found
