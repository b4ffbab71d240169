"""Angles of the back's outline: pelvic tilt, thoracolumbar inclination, lumbar arch and its index.

As in rasterstereography, where the lordotic angle is spanned by two inflection tangents [1]_, but on the dorsal contour
of a side view. These are measures of the body surface, not of bone.

References
----------
.. [1] Lippold et al. (2012). BMC Musculoskeletal Disorders 13, 151. doi:10.1186/1471-2474-13-151
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter1d

from posture.contour.grid import T_GRID, T_STEP
from posture.types import Array, Indices

# Standard deviation of the Gaussian that smooths the outline before its slopes are taken, trunk lengths.
SMOOTHING_L = 0.03
# Where the apices are searched along the trunk axis (0 hips, 1 shoulders).
GLUTEAL_T = (-0.15, 0.25)
THORACIC_T = (0.55, 0.95)


@dataclass(frozen=True)
class BackAngles:
    """Angles and points of N outlines, each of shape (N,).

    Attributes
    ----------
    pelvic_tilt_deg
        Steepest inclination of the outline between gluteal apex and lumbar point, to the vertical, forward positive
        ("sacral inclination of the back outline"; not ASIS-PSIS).
    thoracolumbar_deg
        Steepest opposite (backward) inclination between lumbar point and thoracic apex.
    lumbar_arch_deg
        Sum of both, the angle between the two inflection tangents; independent of the trunk's lean.
    lumbar_arch_index
        Depth of the lumbar point below the chord between the apices, percent of the chord.
    gluteal_t, lumbar_t, thoracic_t, sacral_t, thoracolumbar_t
        Positions of the three points and of the two steepest places on the trunk axis.
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
    outlines : shape (N, len(T_GRID)) or (len(T_GRID),)
        Distance from the trunk axis to the back edge, trunk lengths, backward positive. A NaN makes all results of
        that outline NaN.
    lean_deg : shape (N,) or ()
        Trunk axis to the vertical, degrees, forward positive.
    smooth
        Smooth with `SMOOTHING_L` first.

    Examples
    --------
    >>> hollow = 0.2 + 0.025 * np.cos(2 * np.pi * (T_GRID - 0.05) / 0.8)
    >>> angles = measure_outlines(hollow, 8.0, smooth=False)
    >>> angles.pelvic_tilt_deg.round(1), angles.lumbar_arch_deg.round(1)
    (array([19.1]), array([22.2]))
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

    inclination = -np.degrees(np.arctan(np.gradient(c, T_STEP, axis=1)))  # to the axis, forward positive
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
    """Return the measures of N outlines without smoothing, see `measure_outlines`, each of shape (N,)."""
    a = measure_outlines(outlines, lean_deg, smooth=False)
    return {
        "pelvic_tilt_deg": a.pelvic_tilt_deg,
        "thoracolumbar_deg": a.thoracolumbar_deg,
        "lumbar_arch_deg": a.lumbar_arch_deg,
        "lumbar_arch_index": a.lumbar_arch_index,
        "trunk_lean_deg": np.broadcast_to(np.asarray(lean_deg, dtype=np.float64), (len(outlines),)),
    }
