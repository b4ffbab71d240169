"""Angles of the back's outline: pelvic tilt, thoracolumbar inclination, lumbar arch and its index.

The definitions are those of rasterstereography (Lippold et al. 2012: the lordotic angle lies between the two
inflection tangents), applied to the dorsal contour of a side view. They are measures of the body surface, not
of bone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter1d

from posture.contour.grid import T_GRID, T_STEP
from posture.types import Array, Indices

# Smoothing of the outline before its slopes are taken, trunk lengths.
SMOOTHING_L = 0.03
# Where the apices are looked for, along the trunk axis (0 hips, 1 shoulders).
GLUTEAL_T = (-0.15, 0.25)
THORACIC_T = (0.55, 0.95)


@dataclass(frozen=True)
class BackAngles:
    """Angles and points of N outlines; every array has shape (N,).

    Attributes
    ----------
    pelvic_tilt_deg : array
        Steepest inclination of the outline between gluteal apex and lumbar point, to the vertical, forward
        positive ("sacral inclination of the back outline"; not ASIS-PSIS).
    thoracolumbar_deg : array
        Steepest opposite (backward) inclination between lumbar point and thoracic apex.
    lumbar_arch_deg : array
        Their sum, the angle between the two inflection tangents; independent of the trunk's lean.
    lumbar_arch_index : array
        Depth of the lumbar point below the chord of the two apices, percent of the chord.
    gluteal_t, lumbar_t, thoracic_t, sacral_t, thoracolumbar_t : array
        Where the three points and the two steepest places lie on the trunk axis.
    """

    pelvic_tilt_deg: Array
    thoracolumbar_deg: Array
    lumbar_arch_deg: Array
    lumbar_arch_index: Array
    gluteal_t: Array
    lumbar_t: Array
    thoracic_t: Array
    sacral_t: Array
    thoracolumbar_t: Array


def measure_outlines(outlines: Array, lean_deg: Array | float, *, smooth: bool = True) -> BackAngles:
    """Measure back outlines.

    Parameters
    ----------
    outlines : array, shape (N, len(T_GRID)) or (len(T_GRID),)
        Distance from the trunk axis to the back edge, trunk lengths, backward positive. NaN anywhere makes
        that outline's results NaN.
    lean_deg : array, shape (N,), or float
        Trunk axis to the vertical, degrees, forward positive.
    smooth : bool
        Smooth by a Gaussian of `SMOOTHING_L` first.

    Returns
    -------
    BackAngles
    """
    c = np.atleast_2d(np.asarray(outlines, dtype=np.float64))
    lean = np.broadcast_to(np.asarray(lean_deg, dtype=np.float64), (len(c),))
    if smooth:
        c = gaussian_filter1d(c, SMOOTHING_L / T_STEP, axis=1, mode="nearest")
    valid: npt.NDArray[np.bool_] = np.asarray(np.isfinite(c).all(axis=1))
    c = np.where(valid[:, None], c, 0.0)
    rows = np.arange(len(c))

    gluteal = _argmax_within(c, *GLUTEAL_T)
    thoracic = _argmax_within(c, *THORACIC_T)
    t_b, t_a = T_GRID[gluteal], T_GRID[thoracic]
    c_b, c_a = c[rows, gluteal], c[rows, thoracic]
    chord = c_b[:, None] + (c_a - c_b)[:, None] * (T_GRID - t_b[:, None]) / (t_a - t_b)[:, None]
    between = (T_GRID >= t_b[:, None]) & (T_GRID <= t_a[:, None])
    # Perpendicular to the chord: the depth along c times the cosine of the chord's slope.
    run, rise = t_a - t_b, c_a - c_b
    depth = np.where(between, chord - c, -np.inf) * (run / np.hypot(run, rise))[:, None]
    lumbar = depth.argmax(axis=1)

    inclination = -np.degrees(np.arctan(np.gradient(c, T_STEP, axis=1)))  # forward positive, to the axis
    lower = (T_GRID >= t_b[:, None]) & (T_GRID <= T_GRID[lumbar][:, None])
    upper = (T_GRID >= T_GRID[lumbar][:, None]) & (T_GRID <= t_a[:, None])
    sacral = np.where(lower, inclination, -np.inf).argmax(axis=1)
    thoracolumbar = np.where(upper, -inclination, -np.inf).argmax(axis=1)
    tilt = inclination[rows, sacral] + lean
    opposite = -inclination[rows, thoracolumbar] - lean

    def masked(values: Array) -> Array:
        return np.where(valid, values, np.nan)

    return BackAngles(
        pelvic_tilt_deg=masked(tilt),
        thoracolumbar_deg=masked(opposite),
        lumbar_arch_deg=masked(tilt + opposite),
        lumbar_arch_index=masked(100.0 * depth[rows, lumbar] / np.hypot(run, rise)),
        gluteal_t=masked(t_b),
        lumbar_t=masked(T_GRID[lumbar]),
        thoracic_t=masked(t_a),
        sacral_t=masked(T_GRID[sacral]),
        thoracolumbar_t=masked(T_GRID[thoracolumbar]),
    )


def _argmax_within(c: Array, low: float, high: float) -> Indices:
    inside = (low <= T_GRID) & (high >= T_GRID)
    return np.where(inside, c, -np.inf).argmax(axis=1)


def measures_by_name(outlines: Array, lean_deg: Array | float) -> dict[str, Array]:
    """Return the measures of N outlines, shape (N, len(T_GRID)), each of shape (N,)."""
    a = measure_outlines(outlines, lean_deg, smooth=False)
    return {
        "pelvic_tilt_deg": a.pelvic_tilt_deg,
        "thoracolumbar_deg": a.thoracolumbar_deg,
        "lumbar_arch_deg": a.lumbar_arch_deg,
        "lumbar_arch_index": a.lumbar_arch_index,
        "trunk_lean_deg": np.broadcast_to(np.asarray(lean_deg, dtype=np.float64), (len(outlines),)),
    }
