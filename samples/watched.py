"""A stored take as the package's own steps see it: a person who moves, without the video."""

from __future__ import annotations

import numpy as np

from posture.gait.runner import Mover, describe
from posture.pose.people import Sighted
from posture.pose.trunk import HIPS, SHOULDERS, midpoint
from samples.features import Take


def mover_of(take: Take) -> Mover:
    """Return view and gait of the person of a take in which somebody was found."""
    count = len(take.time_s)
    trunk = midpoint(take.landmarks, SHOULDERS) - midpoint(take.landmarks, HIPS)
    size = float(np.median(np.hypot(*trunk.T)))
    sighted = Sighted(np.arange(count), np.zeros(count, dtype=np.intp), size)
    return describe(sighted, [[marks] for marks in take.landmarks], take.time_s)
