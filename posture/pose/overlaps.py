"""Overlaps: frames in which another person covers a trunk, or is close before or behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from posture.pose.landmarks import HIPS, SHOULDERS, midpoint
from posture.types import Array, Indices

# The region round the trunk axis in which the back's edge lies, trunk lengths: beyond the hips and the shoulders
# along the axis, and across it.
BELOW_L, ABOVE_L, ACROSS_L = 0.5, 0.2, 0.45
# Margin of a person's body round the landmarks, trunk lengths.
BODY_L = 0.15
# A smaller person is too far away to come between camera and runner, and the mask rarely includes one.
MIN_SIZE_RATIO = 0.5
# A sighting this near to a person's place in the picture is of the same person, trunk lengths.
OWN_PLACE_L = 0.5
# A person who is covered is not detected; for so long, seconds, the place is interpolated.
MAX_COVERED_S = 5.0
# Whoever is looked for and not seen for longer than this, seconds, is covered by the person for at least this share of
# the time: 0.5 and more for rendered people who pass. In a real clip it is 0.05 and 0.2 where misdetections far from
# each other pass for one bystander.
LONG_UNSEEN_S, MIN_COVERED_SHARE = 0.6, 0.35


@dataclass(frozen=True)
class Sightings:
    """Frames (N,) with a person, ascending, and the landmarks in them, shape (N, 33, 2), pixels."""

    frames: Indices
    landmarks: Array


def overlapped_frames(own: Sightings, others: Sequence[Sightings], times_s: Array, shots: Indices) -> Indices:
    """Return the frames in which one of the others overlaps a person, ascending.

    A person who is covered is often not detected: those frames between a person's sightings count as well.

    Parameters
    ----------
    times_s : shape (F,)
        Times of all frames, seconds.
    shots : shape (F,)
        Shot of each frame: nobody's place is interpolated across a cut.
    """
    frames = np.arange(own.frames[0], own.frames[-1] + 1)
    overlapped = np.zeros(len(frames), dtype=np.bool_)
    region = _interpolated(_back_region(own.landmarks), own, frames)
    own_known = _is_known(frames, own.frames, times_s, shots)
    size = np.median(_trunk_length(own.landmarks))
    for other in others:
        if np.median(_trunk_length(other.landmarks)) < MIN_SIZE_RATIO * size:
            continue
        box = _interpolated(_body_box(other.landmarks), other, frames)
        touches = (box[:, :2] < region[:, 2:4]).all(axis=1) & (box[:, 2:4] > region[:, :2]).all(axis=1)
        known = own_known & _is_known(frames, other.frames, times_s, shots)
        overlapped |= known & touches
    return frames[overlapped]


def passed_frames(
    own: Sightings, bystander: Sightings, times_s: Array, shots: Indices, alone: npt.NDArray[np.bool_]
) -> Indices:
    """Return the frames in which a bystander, who is looked for now and then, overlaps a person, ascending.

    A bystander whose way leads past the person is before or behind the person from the last sighting on one side to the
    first on the other: beside the person, there would be further sightings. Where a straight way would lead mostly
    beside the person, the two sightings are not of one who passes, and say nothing about the time between them.

    Parameters
    ----------
    times_s, shots
        As in `overlapped_frames`.
    alone : shape (F,)
        Frames in which the landmarker follows nobody else, who might be the bystander.
    """
    overlapped = overlapped_frames(own, [bystander], times_s, shots)
    for before, after in zip(bystander.frames, bystander.frames[1:], strict=False):
        inside = (overlapped > before) & (overlapped < after)
        long = times_s[after] - times_s[before] > LONG_UNSEEN_S
        if long and inside.sum() < MIN_COVERED_SHARE * (after - before - 1):
            overlapped = overlapped[~inside]
        elif inside.any():
            between = np.arange(max(before + 1, own.frames[0]), min(after - 1, own.frames[-1]) + 1)
            overlapped = np.union1d(overlapped, between[alone[between]])
    return overlapped


def without_own(own: Sightings, other: Sightings) -> Sightings | None:
    """Return the sightings of another person without those of the person's own; None when none are left.

    Where the landmarker follows something else for a few frames, the person is seen beside it.
    """
    places = np.column_stack([midpoint(own.landmarks, HIPS), _trunk_length(own.landmarks)])
    expected = _interpolated(places, own, other.frames)
    distance = np.hypot(*(midpoint(other.landmarks, HIPS) - expected[:, :2]).T)
    away = distance > OWN_PLACE_L * expected[:, 2]
    return Sightings(other.frames[away], other.landmarks[away]) if away.any() else None


def _interpolated(values: Array, seen: Sightings, frames: Indices) -> Array:
    """Return values (N, K) of the frames of a person in other frames, shape (M, K)."""
    return np.stack([np.interp(frames, seen.frames, column) for column in values.T], axis=1)


def _is_known(frames: Indices, seen: Indices, times_s: Array, shots: Indices) -> npt.NDArray[np.bool_]:
    """Return for which frames a person's place is known from the frames in which they are seen."""
    before = np.clip(np.searchsorted(seen, frames, side="right") - 1, 0, len(seen) - 1)
    after = np.clip(np.searchsorted(seen, frames, side="left"), 0, len(seen) - 1)
    inside = (seen[before] <= frames) & (seen[after] >= frames)
    short = times_s[seen[after]] - times_s[seen[before]] <= MAX_COVERED_S
    return np.asarray(inside & short & (shots[seen[after]] == shots[seen[before]]))


def _back_region(landmarks: Array) -> Array:
    """Return the box (left, top, right, bottom) round the trunk in which the back's edge lies, shape (N, 4)."""
    hips, shoulders = midpoint(landmarks, HIPS), midpoint(landmarks, SHOULDERS)
    axis = shoulders - hips
    ends = np.stack([hips - BELOW_L * axis, shoulders + ABOVE_L * axis])
    margin = ACROSS_L * np.hypot(*axis.T)[:, None]
    return np.concatenate([ends.min(axis=0) - margin * (1, 0), ends.max(axis=0) + margin * (1, 0)], axis=1)


def _body_box(landmarks: Array) -> Array:
    """Return the box (left, top, right, bottom) round a body, shape (N, 4)."""
    margin = BODY_L * _trunk_length(landmarks)[:, None]
    return np.concatenate([landmarks.min(axis=1) - margin, landmarks.max(axis=1) + margin], axis=1)


def _trunk_length(landmarks: Array) -> Array:
    return np.asarray(np.hypot(*(midpoint(landmarks, SHOULDERS) - midpoint(landmarks, HIPS)).T))
