"""Curves over the stride phase: their values at a phase, their means over a part of the stride, and how sure both are.

A curve holds ``P`` values at the phases 0, 1/P, 2/P, ... of the stride and goes on where it begins.
"""

from __future__ import annotations

import numpy as np

from posture.arrays import Array

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
