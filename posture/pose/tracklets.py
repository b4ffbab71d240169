"""Tracklets: detections of one person in a row, within one shot.

Each frame's detections are assigned to the live tracklets at the least total cost, by the Hungarian method [1]_.
Motion, size and appearance decide together.

References
----------
.. [1] Kuhn, H. W. (1955). The Hungarian method for the assignment problem. Naval Research Logistics Quarterly 2(1-2),
   83-97. doi:10.1002/nav.3800020109
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from posture.pose.appearance import Appearance, appearance_distance, mean_appearance
from posture.pose.candidates import Candidate
from posture.thresholds import IDENTITY
from posture.types import Array, Indices

# Largest movement between two detections of a person: trunk lengths a second, plus a fixed allowance.
MAX_SPEED_L_S = 6.0
ALLOWANCE_L = 0.6
# A longer gap, seconds, starts a new tracklet.
MAX_GAP_S = 1.5
INFEASIBLE_COST = 1e6
# Share of a new detection in a tracklet's trunk length, velocity and appearance.
SIZE_GAIN, VELOCITY_GAIN, APPEARANCE_GAIN = 0.2, 0.3, 0.08
# The velocity predicts the hips for so long, seconds: nobody is sure to go straight on for longer.
MAX_PREDICTED_S = 0.4


class Tracklet:
    """Detections of one person so far, and where and how the person is expected next."""

    def __init__(self, first: Candidate) -> None:
        self.detections = [first]
        self._length, self._appearance = first.length, first.appearance
        self._velocity = np.zeros(2)

    @property
    def last(self) -> Candidate:
        """The newest detection."""
        return self.detections[-1]

    def append(self, new: Candidate) -> None:
        """Continue with a detection of a later frame."""
        # Smoothed, so that an outlier of the size does not end the tracklet.
        self._length += SIZE_GAIN * (new.length - self._length)
        measured = (new.hips - self.last.hips) / max(new.time_s - self.last.time_s, 1e-3)
        self._velocity = self._velocity + (VELOCITY_GAIN if len(self.detections) > 1 else 1.0) * (
            measured - self._velocity
        )
        if new.appearance is not None and new.appearance.any():
            gain = max(APPEARANCE_GAIN, 1.0 / (len(self.detections) + 1))
            self._appearance = (
                new.appearance
                if self._appearance is None
                else mean_appearance(np.stack([self._appearance, new.appearance]), np.array([1.0 - gain, gain]))
            )
        self.detections.append(new)

    def cost(self, new: Candidate) -> float:
        """Return how unlike the person a detection is; infinite where it cannot be the same."""
        elapsed_s = new.time_s - self.last.time_s
        reach = reach_l(elapsed_s) * self._length
        size = abs(np.log(new.length / self._length)) / np.log(IDENTITY.max_size_ratio)
        looks = known_difference(self._appearance, new.appearance) or 0.0
        looks /= IDENTITY.max_sudden_change
        if max(size, np.hypot(*(new.hips - self.last.hips)) / reach, looks) > 1.0:
            return np.inf
        expected = self.last.hips + self._velocity * min(elapsed_s, MAX_PREDICTED_S)
        return float(np.hypot(*(new.hips - expected)) / reach + size + looks)


def grow_tracklets(frames: Sequence[Sequence[Candidate]], shot_starts: Indices) -> list[Tracklet]:
    """Link the detections of successive frames within each shot.

    Parameters
    ----------
    frames
        Detections of each frame.
    shot_starts
        Frames at which another shot begins.
    """
    tracklets: list[Tracklet] = []
    starts, first_of_shot = set(shot_starts.tolist()), 0
    for frame, detections in enumerate(frames):
        if frame in starts:
            first_of_shot = len(tracklets)
        if detections:
            earliest_s = detections[0].time_s - MAX_GAP_S
            live = [tracklet for tracklet in tracklets[first_of_shot:] if tracklet.last.time_s >= earliest_s]
            tracklets += _extend(live, detections)
    return tracklets


def known_difference(one: Appearance | None, other: Appearance | None) -> float | None:
    """Return the distance of two appearances; None when one is unknown."""
    if one is None or other is None:
        return None
    difference = appearance_distance(one, other)
    return None if np.isnan(difference) else difference


def reach_l(elapsed_s: float) -> float:
    """Return how far the hips of a person may move in a time, trunk lengths."""
    return ALLOWANCE_L + MAX_SPEED_L_S * elapsed_s


def _extend(live: Sequence[Tracklet], detections: Sequence[Candidate]) -> list[Tracklet]:
    """Assign a frame's detections to tracklets; return new ones for those that belong to none."""
    cost: Array = np.array([[t.cost(d) for d in detections] for t in live]).reshape(len(live), len(detections))
    assigned = {column: live[row] for row, column in _cheapest_pairs(cost) if np.isfinite(cost[row, column])}
    for number, tracklet in assigned.items():
        tracklet.append(detections[number])
    return [Tracklet(detection) for number, detection in enumerate(detections) if number not in assigned]


def _cheapest_pairs(cost: Array) -> list[tuple[int, int]]:
    """Return the pairs of rows and columns with the smallest sum of costs, each in at most one pair [1]_."""
    if min(cost.shape) < 2:
        # Nothing competes in most clips, and the import takes as long as two frames.
        return [] if not cost.size else [tuple(np.argwhere(cost == cost.min())[0].tolist())]
    from scipy.optimize import linear_sum_assignment

    # Cap infeasible costs, so that one distant detection cannot distort the assignment.
    rows, columns = linear_sum_assignment(np.where(np.isfinite(cost), cost, INFEASIBLE_COST))
    return list(zip(rows.tolist(), columns.tolist(), strict=True))
