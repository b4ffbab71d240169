"""The parts of a clip in which a runner stands still, before or after the run.

Hips and feet keep their place in the picture, which a camera that does not move shows. On a treadmill the hips of a
runner keep theirs as well, but the feet do not.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt
from scipy.ndimage import maximum_filter1d, median_filter, minimum_filter1d

from posture.gait.activity import classify
from posture.gait.leg_signals import LegSignals, trunk_lengths
from posture.gait.runner_choice import TrackedPerson
from posture.gait.strides import no_strides
from posture.pose.landmarks import ANKLES, HIPS, SHOULDERS, midpoint
from posture.thresholds import STANDING
from posture.types import Array, Indices

# Median window over the landmarks, frames: a single jump ends no standing part.
SMOOTHED = 5


@dataclass(frozen=True)
class StillParts:
    """Rows of a runner's frames in which they stand still.

    Attributes
    ----------
    rows : shape (M,)
        Of all still parts.
    standing : shape (K,)
        Of the longest part that shows an upright, relaxed stand on both feet; empty without one.
    """

    rows: Indices
    standing: Indices


def find_still_parts(runner: TrackedPerson) -> StillParts:
    """Find the parts in which a runner stands still for at least `STANDING.min_s`."""
    parts = [part for part in _still_parts(runner) if _lasts(runner.time_s[part])]
    upright = [part for part in parts if _stands_upright(runner, part)]
    longest = max(upright, key=lambda part: float(np.ptp(runner.time_s[part])), default=np.zeros(0, dtype=np.intp))
    return StillParts(np.concatenate([np.zeros(0, dtype=np.intp), *parts]), longest)


def _still_parts(runner: TrackedPerson) -> list[Indices]:
    """Return the rows of each part in which nothing moves and no frame is missing for long."""
    time = runner.time_s
    if len(time) < 2:
        return []
    window = max(round(STANDING.window_s / float(np.median(np.diff(time)))), 3)
    points = np.concatenate([midpoint(runner.landmarks, HIPS)[:, None], runner.landmarks[:, list(ANKLES)]], axis=1)
    points = median_filter(points, size=(SMOOTHED, 1, 1), mode="nearest")
    reach = maximum_filter1d(points, window, axis=0, mode="nearest") - minimum_filter1d(
        points, window, axis=0, mode="nearest"
    )
    moved = reach.max(axis=(1, 2)) / trunk_lengths(runner.landmarks)
    still: npt.NDArray[np.bool_] = moved <= STANDING.max_move_l
    rows = np.flatnonzero(still)
    apart = (np.diff(rows) > 1) | (np.diff(time[rows]) > STANDING.window_s)
    return [part for part in np.split(rows, np.flatnonzero(apart) + 1) if len(part)]


def _lasts(time_s: Array) -> bool:
    return float(time_s[-1] - time_s[0]) >= STANDING.min_s


def _stands_upright(runner: TrackedPerson, part: Indices) -> bool:
    """Return whether the trunk is upright and both feet are down."""
    legs = replace(runner.legs, **{f.name: getattr(runner.legs, f.name)[part] for f in fields(LegSignals)})
    trunk = midpoint(runner.landmarks[part], SHOULDERS) - midpoint(runner.landmarks[part], HIPS)
    lean_deg = np.degrees(np.arctan2(trunk[:, 0], -trunk[:, 1]))
    upright = abs(float(np.median(lean_deg))) <= STANDING.max_lean_deg
    return upright and classify(legs, no_strides(len(part), "left")) == "standing"
