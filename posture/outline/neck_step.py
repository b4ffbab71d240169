"""Step of the outline beside the neck: where long hair, a hood or a backpack ends, the mask's edge jumps.

From the shoulders up to the neck the edge of a body recedes smoothly, whatever the arms do below. What hangs there
stands off the skin and has an end, so that from one position along the trunk axis to the next the edge jumps. It swings
and is often cut off from the body by a strip of background, so the step is there in some frames only.
"""

from __future__ import annotations

import numpy as np

from posture.contour.grid import T_GRID
from posture.types import Array

# From the shoulders to the base of the neck along the trunk axis: above the arms, and as far up as edges are kept.
NECK_T = (1.0, 1.1)
# Percentile over the frames: of a pony tail that swings clear of the back, one frame in ten shows an end.
PERCENTILE = 95


def neck_step_l(edges: Array) -> float:
    """Return the step of the edge beside the neck that one frame in twenty exceeds, trunk lengths.

    Parameters
    ----------
    edges : shape (F, len(T_GRID))
        Mask edge behind the trunk, trunk lengths; NaN where there is none.

    Returns
    -------
    float
        0 when no frame shows the neck.
    """
    rows = (T_GRID >= NECK_T[0] - 1e-9) & (T_GRID <= NECK_T[1] + 1e-9)
    steps = np.abs(np.diff(edges[:, rows], axis=1))
    known = np.isfinite(steps).any(axis=1)
    if not known.any():
        return 0.0
    return float(np.percentile(np.nanmax(steps[known], axis=1), PERCENTILE))
