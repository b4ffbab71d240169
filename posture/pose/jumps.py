"""Jumps of the pose: frames in which everybody's landmarks break off their movement, as at a cut of the film."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from posture.pose.landmarks import HIPS, SHOULDERS, midpoint
from posture.thresholds import JUMPS
from posture.types import Array
from posture.video.cuts import NEIGHBOURS, largest_beside

# Frames after the first detection in which nothing is a jump.
SETTLING_FRAMES = 5
# Breaches below this are noise, trunk lengths.
MIN_BREACH_L = 0.01
# Frames before and after a jump in which nobody else is detected.
ALONE_FRAMES = 30

People = Sequence[Array]
"""Landmarks of the people in one frame, each of shape (33, 2), pixels."""


@dataclass(frozen=True)
class Jumps:
    """Frames in which everybody's pose breaks off its movement; three grades, each of shape (F,)."""

    possible: npt.NDArray[np.bool_]  # At a cut, or where the landmarks are wrong.
    large: npt.NDArray[np.bool_]  # Hardly ever without a cut or a change to another person.
    # Large ones at the same place while only one person is detected: a cut, since a landmarker that changes over to
    # another person moves.
    certain: npt.NDArray[np.bool_]


def pose_jumps(landmarks: Sequence[People], crowded: Sequence[int] = ()) -> Jumps:
    """Return the jumps of a clip.

    Parameters
    ----------
    landmarks
        Of all frames, pixels.
    crowded
        Frames in which others are seen beside those people.
    """
    breach = np.array([_least_breach(landmarks, frame) for frame in range(len(landmarks))])
    # A jump moves the mean movement of the frames next to it too.
    beside = largest_beside(breach, NEIGHBOURS, skipped=1)
    ratios = np.where(breach > JUMPS.breach_l, breach / np.maximum(beside, MIN_BREACH_L), 0.0)
    ratios[~_breaks_once(breach)] = 0.0
    # The landmarker settles in the first frames.
    ratios[[frame for frame, people in enumerate(landmarks) if people][:SETTLING_FRAMES]] = 0.0
    large = ratios > JUMPS.lone_ratio
    certain = large.copy()
    for frame in np.flatnonzero(large).tolist():
        around = landmarks[max(frame - ALONE_FRAMES, 0) : frame + ALONE_FRAMES]
        alone = all(len(people) < 2 for people in around) and all(abs(frame - c) > ALONE_FRAMES for c in crowded)
        certain[frame] = alone and _hips_movement(landmarks[frame - 1][0], landmarks[frame][0]) < JUMPS.same_place_l
    return Jumps(ratios > JUMPS.ratio, large, certain)


def _breaks_once(breach: Array) -> npt.NDArray[np.bool_]:
    """Return where the movement breaks from one frame to the next and goes on, shape (F,).

    The movement next to a break is half the jump off. Where it is more, landmarks slip over several frames; where it is
    less, they come back. Nothing shows how the movement goes on after the last frame.
    """
    once = np.ones(len(breach), dtype=np.bool_)
    once[-1:] = False
    for neighbour in (np.append(np.nan, breach[:-1]), np.append(breach[1:], np.nan)):
        share = neighbour / np.maximum(breach, MIN_BREACH_L)
        # Unknown where nobody is detected: then the pictures decide.
        once &= ~((share < JUMPS.min_share_beside) | (share > JUMPS.max_share_beside))
    return once


def _hips_movement(before: Array, now: Array) -> float:
    """Return how far the hips move, trunk lengths."""
    return float(np.hypot(*(midpoint(now, HIPS) - midpoint(before, HIPS)))) / _length(before)


def _length(pose: Array) -> float:
    return max(float(np.hypot(*(midpoint(pose, SHOULDERS) - midpoint(pose, HIPS)))), 1.0)


def _least_breach(landmarks: Sequence[People], frame: int) -> float:
    """Return the least breach over all pairs of people: where one goes on moving, not everybody jumps; else NaN."""
    if frame == 0 or not landmarks[frame] or not landmarks[frame - 1]:
        return float("nan")
    earlier = landmarks[frame - 2] if frame > 1 else ()
    later = landmarks[frame + 1] if frame + 1 < len(landmarks) else ()
    return min(_breach(one, other, earlier, later) for one in landmarks[frame - 1] for other in landmarks[frame])


def _breach(before: Array, now: Array, earlier: People, later: People) -> float:
    """Return how far the landmarks are from where their movement leads, trunk lengths; the median landmark's."""
    velocities = []
    if earlier:
        velocities.append(before - _nearest(before, earlier))
    if later:
        velocities.append(_nearest(now, later) - now)
    expected = before + np.mean(velocities, axis=0) if velocities else before
    return float(np.median(np.hypot(*(now - expected).T))) / _length(before)


def _nearest(pose: Array, people: People) -> Array:
    return min(people, key=lambda other: float(np.abs(other - pose).sum()))
