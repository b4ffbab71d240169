"""The true outline of the back: the armless body projected on the runner's sagittal plane."""

from __future__ import annotations

import numpy as np

from posture.contour.grid import T_GRID
from posture.types import Array
from validation.rendering.body import PosedBody

# Parts that the definition of the outline excludes.
LEFT_OUT = ("arm", "head", "shank", "foot")
# Rows a trunk length: 2 mm on a 0.5 m trunk.
ROWS = 250


def armless_edges(body: PosedBody) -> np.ndarray:
    """Return the mesh edges of the armless body, shape (E, 2), vertex indices."""
    keep = ~np.any([body.segments[s] for s in LEFT_OUT], axis=0)
    faces = body.faces[keep[body.faces].all(axis=1)]
    edges = np.sort(np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]), axis=1)
    return np.unique(edges, axis=0)


def back_outline(
    body: PosedBody,
    frame: int,
    edges: np.ndarray,
    *,
    hips: Array | None = None,
    shoulders: Array | None = None,
) -> tuple[Array, float, float]:
    """Return the back's outline of one frame in the trunk frame.

    The back edge of the projected triangles is the greatest backward distance of any mesh edge that crosses a row. This
    is exact: a triangle reaches its extreme on its border.

    Parameters
    ----------
    edges : shape (E, 2)
        From `armless_edges`.
    hips, shoulders : shape (2,), optional
        (backward, up) ends of the trunk axis, metres; the joint midpoints by default.

    Returns
    -------
    outline : array, shape (len(T_GRID),)
        Distance from the trunk axis to the back edge, trunk lengths, backward positive; not smoothed.
    lean_deg : float
        Trunk axis to vertical, forward positive.
    trunk_m : float
        Trunk length, metres.
    """
    points = body.vertices[frame][:, 1:]  # (backward, up)
    hips = body.joints["hips"][frame, 1:] if hips is None else hips
    shoulders = body.joints["shoulders"][frame, 1:] if shoulders is None else shoulders
    axis = shoulders - hips
    length = float(np.hypot(*axis))
    up = axis / length
    back = np.array([up[1], -up[0]])
    t = (points - hips) @ up / length
    r = (points - hips) @ back / length
    rows_t = np.arange(T_GRID[0] - 0.2, T_GRID[-1] + 0.2, 1 / ROWS)
    outline = extreme_rows(t, r, edges, rows_t)
    seen = np.isfinite(outline)
    lean = float(np.degrees(np.arctan2(-axis[0], axis[1])))
    return np.interp(T_GRID, rows_t[seen], outline[seen]), lean, length


def extreme_rows(t: Array, r: Array, edges: np.ndarray, rows_t: Array) -> Array:
    """Return the greatest r at which a mesh edge crosses each row, shape (rows,); -inf without one.

    Parameters
    ----------
    t, r : shape (V,)
        Along and off the trunk axis.
    edges : shape (E, 2)
        Vertex indices.
    rows_t : shape (rows,)
        Evenly spaced.
    """
    a, b = edges[:, 0], edges[:, 1]
    swap = t[a] > t[b]
    a, b = np.where(swap, b, a), np.where(swap, a, b)
    step = rows_t[1] - rows_t[0]
    first = np.ceil((t[a] - rows_t[0]) / step).astype(int)
    last = np.floor((t[b] - rows_t[0]) / step).astype(int)
    first, last = np.clip(first, 0, len(rows_t)), np.clip(last, -1, len(rows_t) - 1)
    count = np.maximum(last - first + 1, 0)
    edge = np.repeat(np.arange(len(edges)), count)
    row = np.repeat(first, count) + (np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count))
    span = t[b][edge] - t[a][edge]
    weight = np.where(span > 0, (rows_t[row] - t[a][edge]) / np.where(span > 0, span, 1), 0.0)
    value = r[a][edge] * (1 - weight) + r[b][edge] * weight
    outline = np.full(len(rows_t), -np.inf)
    np.maximum.at(outline, row, value)
    return outline
