"""The edge of a perfect mask behind the trunk: body and arms together."""

from __future__ import annotations

import numpy as np

from posture.types import Array

# Smallest visible gap between trunk and arm, trunk lengths (6 mm on a 0.5 m trunk, half of the landmarker's own pixel).
GAP_L = 0.012


def first_fall(body: Array, arms: list[tuple[Array, Array]]) -> Array:
    """Return the first edge of a silhouette, going outward from inside the body.

    Parameters
    ----------
    body : shape (T,)
        The body's own edge, trunk lengths.
    arms : list of (nearest, furthest), each an array of shape (T,)
        Extent of an arm at each place; NaN without one.

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
