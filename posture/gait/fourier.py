"""Fourier series over the stride phase."""

from __future__ import annotations

import numpy as np

from posture.types import Array


def fourier_basis(phase: Array, harmonics: int) -> Array:
    """Return the columns 1, cos, sin, cos 2, sin 2 ... of a Fourier series.

    Parameters
    ----------
    phase : shape (F,)
        Stride phase, 0..1.
    harmonics
        1 is one cycle per stride.

    Returns
    -------
    array, shape (F, 1 + 2 * harmonics)

    Examples
    --------
    >>> fourier_basis(np.array([0.0, 0.25]), 1).round(6) + 0.0
    array([[1., 1., 0.],
           [1., 0., 1.]])
    """
    columns = [np.ones_like(phase)]
    for order in range(1, harmonics + 1):
        angle = 2 * np.pi * phase * order
        columns += [np.cos(angle), np.sin(angle)]
    return np.stack(columns, axis=-1)


def fit_fourier(phase: Array, values: Array, harmonics: int) -> Array:
    """Return the least-squares coefficients of a signal, in the order of `fourier_basis`.

    Parameters
    ----------
    phase, values : shape (F,)
        Stride phase, 0..1, and the signal there.
    harmonics
        1 is one cycle per stride.

    Returns
    -------
    array, shape (1 + 2 * harmonics,)
    """
    coefficients, *_ = np.linalg.lstsq(fourier_basis(phase, harmonics), values, rcond=None)
    return np.asarray(coefficients)
