"""Detections of a clip that may be people: not outside the picture, not invisible, and each person once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from posture.pose.appearance import Appearance
from posture.pose.landmarks import HIPS, SHOULDERS, midpoint
from posture.pose.overlaps import Sightings
from posture.thresholds import IDENTITY
from posture.types import Array, Indices


@dataclass(frozen=True)
class Clues:
    """Facts about the detections of a clip beside their landmarks.

    Attributes
    ----------
    usable
        Whether each detection of each frame may be a person, as `is_plausible` has it; None: all may be.
    appearances
        Of each detection of each frame, None where unknown; None: all are unknown.
    shot_starts
        Frames at which another shot begins.
    bystanders
        Sightings of each person beside those who are detected.
    """

    usable: Sequence[Sequence[bool]] | None = None
    appearances: Sequence[Sequence[Appearance | None]] | None = None
    shot_starts: Indices = field(default_factory=lambda: np.zeros(0, dtype=np.intp))
    bystanders: Sequence[Sightings] = ()

    def shot_of(self, frames: Indices | int) -> Indices:
        """Return the number of the shot to which frames belong, from 0."""
        return np.searchsorted(self.shot_starts, frames, side="right")


NO_CLUES = Clues()


@dataclass(frozen=True)
class Candidate:
    """A detection that may be a person."""

    frame: int
    slot: int  # Index among the detections of the frame.
    time_s: float
    hips: Array  # Shape (2,). Pixels.
    length: float  # Of the trunk, pixels, at least 1.
    landmarks: Array
    appearance: Appearance | None


def is_plausible(landmarks: Array, visibility: Array, width: int, height: int) -> bool:
    """Return whether a detection may be a person: the hips are inside the picture and not invisible.

    The landmarker also completes a body whose lower half it makes up beyond the border.

    Parameters
    ----------
    landmarks : shape (33, 2)
        Pixels.
    visibility : shape (33,)
        0..1.
    """
    x, y = midpoint(landmarks, HIPS)
    return bool(0 <= x < width and 0 <= y < height and visibility[list(HIPS)].mean() >= IDENTITY.min_visibility)


def candidates_of(landmarks: Sequence[Sequence[Array]], times_s: Array, clues: Clues) -> list[list[Candidate]]:
    """Return the candidates of each frame, without duplicates.

    Parameters
    ----------
    landmarks : sequence (frames) of sequence (people) of shape (33, 2)
        Pixels.
    """
    frames = []
    for frame, poses in enumerate(landmarks):
        slots = [s for s in range(len(poses)) if clues.usable is None or clues.usable[frame][s]]
        looks = None if clues.appearances is None else clues.appearances[frame]
        people: list[Candidate] = []
        for slot in slots:
            candidate = Candidate(
                frame=frame,
                slot=slot,
                time_s=float(times_s[frame]),
                hips=midpoint(poses[slot], HIPS),
                length=max(trunk_length(poses[slot]), 1.0),
                landmarks=poses[slot],
                appearance=None if looks is None else looks[slot],
            )
            if not any(_is_duplicate(candidate, other) for other in people):
                people.append(candidate)
        frames.append(people)
    return frames


def trunk_length(landmarks: Array) -> float:
    """Return the distance from the hips' to the shoulders' midpoint, pixels."""
    return float(np.hypot(*(midpoint(landmarks, SHOULDERS) - midpoint(landmarks, HIPS))))


def _is_duplicate(one: Candidate, other: Candidate) -> bool:
    longer = max(one.length, other.length)
    near = IDENTITY.duplicate_l * longer
    return (
        longer <= IDENTITY.max_size_ratio * min(one.length, other.length)
        and float(np.hypot(*(one.hips - other.hips))) < near
        and float(np.hypot(*(midpoint(one.landmarks, SHOULDERS) - midpoint(other.landmarks, SHOULDERS)))) < near
    )
