"""Link the detections of successive frames to tracks, one per person.

Each frame's detections are assigned to the live tracks at the least total cost, by the Hungarian method [1]_.

References
----------
.. [1] Kuhn, H. W. (1955). The Hungarian method for the assignment problem. Naval Research Logistics Quarterly 2(1-2),
   83-97. doi:10.1002/nav.3800020109
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linear_sum_assignment

from posture.pose.landmarks import HIPS, SHOULDERS, midpoint
from posture.types import Array, Indices

# Largest movement between two detections of a person: trunk lengths a second, plus a fixed allowance.
MAX_SPEED_L_S = 6.0
ALLOWANCE_L = 0.6
# Largest ratio of two sizes of a person.
MAX_SIZE_CHANGE = 1.5
# A longer gap, seconds, starts a new track; it is joined only when nobody else is visible.
MAX_GAP_S = 1.5
INFEASIBLE_COST = 1e6
# A track shorter than this share of the longest is noise.
MIN_TRACK_SHARE = 0.1


@dataclass
class _GrowingTrack:
    frames: list[int] = field(default_factory=list)
    slots: list[int] = field(default_factory=list)
    hips: Array = field(default_factory=lambda: np.zeros(2))
    length: float = 1.0
    time_s: float = 0.0

    def append(self, frame: int, slot: int, hips: Array, length: float, time_s: float) -> None:
        self.frames.append(frame)
        self.slots.append(slot)
        # Smoothed, so that an outlier of the size does not end the track.
        self.length = length if len(self.frames) == 1 else 0.8 * self.length + 0.2 * length
        self.hips, self.time_s = hips, time_s

    def cost(self, hips: Array, length: float, time_s: float) -> float:
        """Return the distance of a detection, 1 at the limit of feasibility."""
        if max(length / self.length, self.length / length) > MAX_SIZE_CHANGE:
            return np.inf
        reach = (ALLOWANCE_L + MAX_SPEED_L_S * (time_s - self.time_s)) * self.length
        return float(np.hypot(*(hips - self.hips)) / reach)

    def size_px(self, landmarks: Sequence[Sequence[Array]]) -> float:
        """Return the median trunk length, pixels."""
        own = np.array([landmarks[f][s] for f, s in zip(self.frames, self.slots, strict=True)])
        return float(np.median(_trunk_length(own)))


@dataclass(frozen=True)
class Track:
    """Detections of one person over the clip.

    Attributes
    ----------
    frames : shape (N,)
        Indices of the frames with the person.
    slots : shape (N,)
        Index of the person among the detections of the frame.
    size_px
        Median trunk length, pixels.
    """

    frames: Indices
    slots: Indices
    size_px: float


def link_detections(landmarks: Sequence[Sequence[Array]], times_s: Array, *, join: bool = True) -> tuple[Track, ...]:
    """Link the detections of successive frames.

    Parameters
    ----------
    landmarks : sequence (frames) of sequence (people) of shape (33, 2)
        Pixels.
    times_s : shape (F,)
        Seconds.
    join
        Join the parts before and after a long gap when there is never a second person and the size is the same.

    Returns
    -------
    tuple of Track
        Longest first.

    Examples
    --------
    >>> here = np.zeros((33, 2))
    >>> here[[11, 12], 1] = -100.0  # shoulders 100 pixels above the hips
    >>> [track.frames.tolist() for track in link_detections([[here], [], [here + 5.0]], np.array([0.0, 0.1, 0.2]))]
    [[0, 2]]
    """
    tracks: list[_GrowingTrack] = []
    for frame, people in enumerate(landmarks):
        if people:
            _extend(tracks, frame, people, float(times_s[frame]))
    if not tracks:
        return ()
    if join:
        tracks = _join(tracks, landmarks)
    longest = max(len(t.frames) for t in tracks)
    lasting = [t for t in tracks if len(t.frames) >= max(1, MIN_TRACK_SHARE * longest)]
    return tuple(
        Track(
            frames=np.array(t.frames, dtype=np.intp),
            slots=np.array(t.slots, dtype=np.intp),
            size_px=t.size_px(landmarks),
        )
        for t in sorted(lasting, key=lambda t: -len(t.frames))
    )


def _extend(tracks: list[_GrowingTrack], frame: int, people: Sequence[Array], time_s: float) -> None:
    hips = [midpoint(p, HIPS) for p in people]
    lengths = [max(float(_trunk_length(p)), 1.0) for p in people]
    live = [t for t in tracks if time_s - t.time_s <= MAX_GAP_S]
    unassigned = set(range(len(people)))
    if live:
        cost = np.array([[t.cost(h, n, time_s) for h, n in zip(hips, lengths, strict=True)] for t in live])
        # Cap infeasible costs, so that one distant detection cannot distort the assignment.
        capped = np.where(cost <= 1.0, cost, INFEASIBLE_COST)
        for row, slot in zip(*linear_sum_assignment(capped), strict=True):
            if cost[row, slot] <= 1.0:
                live[row].append(frame, int(slot), hips[slot], lengths[slot], time_s)
                unassigned.discard(int(slot))
    for slot in sorted(unassigned):
        track = _GrowingTrack()
        track.append(frame, slot, hips[slot], lengths[slot], time_s)
        tracks.append(track)


def _join(tracks: list[_GrowingTrack], landmarks: Sequence[Sequence[Array]]) -> list[_GrowingTrack]:
    """Join the tracks of one person across long gaps: nobody else is visible, and the size is the same."""
    if len(tracks) < 2 or any(len(people) > 1 for people in landmarks):
        return tracks
    tracks = sorted(tracks, key=lambda t: t.frames[0])
    main_size = max(tracks, key=lambda t: len(t.frames)).size_px(landmarks)
    joined, others = _GrowingTrack(), []
    for track in tracks:
        size = track.size_px(landmarks)
        if max(size / main_size, main_size / size) <= MAX_SIZE_CHANGE:
            joined.frames += track.frames
            joined.slots += track.slots
        else:
            others.append(track)
    return [joined, *others]


def _trunk_length(landmarks: Array) -> Array:
    trunk = midpoint(landmarks, SHOULDERS) - midpoint(landmarks, HIPS)
    return np.asarray(np.hypot(trunk[..., 0], trunk[..., 1]))
