"""The edge that a perfect mask would have behind the trunk: body and arms in one."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

# Light shows between trunk and arm where it is wider than this, trunk lengths (6 mm on a 0.5 m trunk, half of a
# landmarker's own pixel).
GAP_L = 0.012


def first_fall(body: Array, arms: list[tuple[Array, Array]]) -> Array:
    """Return where a silhouette first ends, going outward from inside the body.

    Parameters
    ----------
    body : shape (T,)
        The body's own edge, trunk lengths.
    arms : list of (nearest, furthest), each an array of shape (T,)
        From where to where an arm lies at each place; NaN where there is none.

    Returns
    -------
    array, shape (T,)
        The body's edge, or that of the arm that touches it, or of the second arm that touches the first.
    """
    edge = body.copy()
    # Twice, because the nearer of the two arms may be the second.
    for nearest, furthest in (*arms, *arms):
        touches = (nearest < edge + GAP_L) & (furthest > edge)
        edge = np.where(touches, furthest, edge)
    return edge
