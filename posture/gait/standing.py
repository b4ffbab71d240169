"""The parts of a clip in which a runner stands still, before or after the run.

Hips and feet keep their place in the picture, which a camera that does not move shows. On a treadmill the hips of a
runner keep theirs as well, but the feet do not.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from scipy.ndimage import maximum_filter1d, median_filter, minimum_filter1d

from posture.gait.activity import classify
from posture.gait.leg_signals import LegSignals, trunk_lengths
from posture.gait.runner_choice import TrackedPerson
from posture.gait.strides import no_strides
from posture.pose.landmarks import ANKLES, HIPS, SHOULDERS, midpoint
from posture.thresholds import STANDING
from posture.types import Array, Indices

# Step of the even times at which movement is looked for, seconds, and median window over the landmarks there, steps: a
# single jump ends no standing part.
STEP_S, SMOOTHED = 1 / 30, 5


@dataclass(frozen=True)
class StillParts:
    """Rows of a runner's frames in which they stand still.

    Attributes
    ----------
    rows : shape (M,)
        Of all still parts, also of those that are too short for a stand: a body at rest resembles a thing of the scene.
    standing : shape (K,)
        Of the longest part that shows an upright, relaxed stand on both feet; empty without one.
    """

    rows: Indices
    standing: Indices


def find_still_parts(runner: TrackedPerson) -> StillParts:
    """Find the parts in which a runner stands still, and the upright stand of at least `STANDING.min_s`."""
    nothing = np.zeros(0, dtype=np.intp)
    if len(runner.time_s) < 2:
        return StillParts(nothing, nothing)
    points = np.concatenate([midpoint(runner.landmarks, HIPS)[:, None], runner.landmarks[:, list(ANKLES)]], axis=1)
    points = points / trunk_lengths(runner.landmarks)[:, None, None]
    parts = _still_parts(points, runner.time_s)
    upright = [part for part in parts if _lasts(runner.time_s[part], STANDING.min_s) and _stands_upright(runner, part)]
    longest = max(upright, key=lambda part: float(np.ptp(runner.time_s[part])), default=nothing)
    # In slow motion a runner's feet may rest for longer than the window, but not for a whole stride.
    least_s = min(STANDING.min_s, runner.strides.stride_s or STANDING.min_s)
    extended = [whole for part in parts if _lasts(runner.time_s[whole := _extended(part, points)], least_s)]
    return StillParts(np.unique(np.concatenate([nothing, *extended])), longest)


def _still_parts(points: Array, time_s: Array) -> list[Indices]:
    """Return the rows of each part in which no point moves and no frame is missing for long.

    Parameters
    ----------
    points : shape (N, P, 2)
        Trunk lengths.
    """
    even = np.arange(time_s[0], time_s[-1] + STEP_S, STEP_S)
    flat = np.stack([np.interp(even, time_s, column) for column in points.reshape(len(points), -1).T])
    flat = median_filter(flat, size=(1, SMOOTHED), mode="nearest")
    window = round(STANDING.window_s / STEP_S)
    highest, lowest = (
        extreme(flat, window, axis=1, mode="nearest") for extreme in (maximum_filter1d, minimum_filter1d)
    )
    moved = np.interp(time_s, even, (highest - lowest).max(axis=0))
    rows = np.flatnonzero(moved <= STANDING.max_move_l)
    apart = (np.diff(rows) > 1) | (np.diff(time_s[rows]) > STANDING.window_s)
    return [part for part in np.split(rows, np.flatnonzero(apart) + 1) if len(part)]


def _extended(part: Indices, points: Array) -> Indices:
    """Return a part with the frames beside it in which no point has left its place yet."""
    away = np.abs(points - np.median(points[part], axis=0)).max(axis=(1, 2)) > STANDING.max_move_l
    left, right = np.flatnonzero(away[: part[0]]), np.flatnonzero(away[part[-1] :])
    first = left[-1] + 1 if len(left) else 0
    end = part[-1] + right[0] if len(right) else len(points)
    return np.arange(min(first, part[0]), max(end, part[-1] + 1))


def _lasts(time_s: Array, least_s: float) -> bool:
    return float(time_s[-1] - time_s[0]) >= least_s


def _stands_upright(runner: TrackedPerson, part: Indices) -> bool:
    """Return whether the trunk is upright and both feet are down."""
    legs = replace(runner.legs, **{f.name: getattr(runner.legs, f.name)[part] for f in fields(LegSignals)})
    trunk = midpoint(runner.landmarks[part], SHOULDERS) - midpoint(runner.landmarks[part], HIPS)
    lean_deg = np.degrees(np.arctan2(trunk[:, 0], -trunk[:, 1]))
    upright = abs(float(np.median(lean_deg))) <= STANDING.max_lean_deg
    return upright and classify(legs, no_strides(len(part), "left")) == "standing"
