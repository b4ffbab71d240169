"""Who is who: links what is seen in each frame to people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linear_sum_assignment

from posture.pose.landmarks import HIPS, SHOULDERS, midpoint
from posture.types import Array, Indices

# A person moves less than this between two sightings, trunk lengths a second, plus a fixed allowance.
MAX_SPEED_L_S = 6.0
ALLOWANCE_L = 0.6
# The size of the same person changes less than this factor between sightings.
MAX_SIZE_CHANGE = 1.5
# Somebody out of sight longer than this is a new track; joined again only when alone.
MAX_GAP_S = 1.5
# Cost of linking what cannot be the same person.
BEYOND_BELIEF = 1e6
# Tracks shorter than this share of the longest are noise.
MIN_TRACK_SHARE = 0.1


@dataclass
class _GrowingTrack:
    frames: list[int] = field(default_factory=list)
    slots: list[int] = field(default_factory=list)
    hips: Array = field(default_factory=lambda: np.zeros(2))
    length: float = 1.0
    time_s: float = 0.0


@dataclass(frozen=True)
class Track:
    """One person over the clip.

    Attributes
    ----------
    frames : array of int, shape (N,)
        Numbers of the frames in which they were seen.
    slots : array of int, shape (N,)
        Which of the people of that frame they are.
    size_px : float
        Median trunk length.
    """

    frames: Indices
    slots: Indices
    size_px: float


def link_detections(
    landmarks: Sequence[Sequence[Array]], times_s: Array, *, join: bool = True
) -> tuple[Track, ...]:
    """Link the people of successive frames.

    Parameters
    ----------
    landmarks : sequence (frames) of sequence (people) of array, shape (33, 2)
        Pixels.
    times_s : array, shape (F,)
    join : bool
        Take what is seen before and after a gap for one person when there was never anybody else and the size is the
        same.

    Returns
    -------
    tuple of Track
        The longest seen first.
    """
    tracks: list[_GrowingTrack] = []
    for frame, people in enumerate(landmarks):
        if people:
            _extend(tracks, frame, people, float(times_s[frame]))
    if not tracks:
        return ()
    if join:
        tracks = _joined(tracks, landmarks)
    longest = max(len(t.frames) for t in tracks)
    kept = [t for t in tracks if len(t.frames) >= max(1, MIN_TRACK_SHARE * longest)]
    return tuple(_describe(t, landmarks) for t in sorted(kept, key=lambda t: -len(t.frames)))


def _extend(tracks: list[_GrowingTrack], frame: int, people: Sequence[Array], time_s: float) -> None:
    hips = [midpoint(p, HIPS) for p in people]
    lengths = [max(float(np.hypot(*(midpoint(p, SHOULDERS) - midpoint(p, HIPS)))), 1.0) for p in people]
    live = [t for t in tracks if time_s - t.time_s <= MAX_GAP_S]
    free = set(range(len(people)))
    if live:
        cost = np.array(
            [[_distance(t, h, n, time_s) for h, n in zip(hips, lengths, strict=True)] for t in live]
        )
        # All beyond belief costs the same, else one who is far off pushes the others into wrong pairs.
        believed = np.where(cost <= 1.0, cost, BEYOND_BELIEF)
        for row, slot in zip(*linear_sum_assignment(believed), strict=True):
            if cost[row, slot] <= 1.0:
                _append(live[row], frame, int(slot), hips[slot], lengths[slot], time_s)
                free.discard(int(slot))
    for slot in sorted(free):
        track = _GrowingTrack()
        _append(track, frame, slot, hips[slot], lengths[slot], time_s)
        tracks.append(track)


def _append(track: _GrowingTrack, frame: int, slot: int, hips: Array, length: float, time_s: float) -> None:
    track.frames.append(frame)
    track.slots.append(slot)
    # Sizes change slowly; a noisy one must not cut the track.
    track.length = length if len(track.frames) == 1 else 0.8 * track.length + 0.2 * length
    track.hips, track.time_s = hips, time_s


def _distance(track: _GrowingTrack, hips: Array, length: float, time_s: float) -> float:
    """Return how far a sighting lies from a track, 1 at the limit of belief."""
    if max(length / track.length, track.length / length) > MAX_SIZE_CHANGE:
        return np.inf
    reach = (ALLOWANCE_L + MAX_SPEED_L_S * (time_s - track.time_s)) * track.length
    return float(np.hypot(*(hips - track.hips)) / reach)


def _joined(tracks: list[_GrowingTrack], landmarks: Sequence[Sequence[Array]]) -> list[_GrowingTrack]:
    """Join tracks of one person who was lost for a while: nobody else was seen and the size is the same."""
    alone = all(len(people) <= 1 for people in landmarks)
    if not alone or len(tracks) < 2:
        return tracks
    tracks = sorted(tracks, key=lambda t: t.frames[0])
    sizes = [
        np.median([_length(landmarks[f][s]) for f, s in zip(t.frames, t.slots, strict=True)]) for t in tracks
    ]
    main = int(np.argmax([len(t.frames) for t in tracks]))
    joined, rest = _GrowingTrack(), []
    for track, size in zip(tracks, sizes, strict=True):
        if max(size / sizes[main], sizes[main] / size) <= MAX_SIZE_CHANGE:
            joined.frames += track.frames
            joined.slots += track.slots
        else:
            rest.append(track)
    return [joined, *rest]


def _length(landmarks: Array) -> float:
    return float(np.hypot(*(midpoint(landmarks, SHOULDERS) - midpoint(landmarks, HIPS))))


def _describe(track: _GrowingTrack, landmarks: Sequence[Sequence[Array]]) -> Track:
    marks = np.array([landmarks[f][s] for f, s in zip(track.frames, track.slots, strict=True)])
    size = float(np.median(np.hypot(*(midpoint(marks, SHOULDERS) - midpoint(marks, HIPS)).T)))
    return Track(
        frames=np.array(track.frames, dtype=np.intp), slots=np.array(track.slots, dtype=np.intp), size_px=size
    )
