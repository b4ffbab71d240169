"""Jumps of the pose: frames in which everybody's landmarks break off their movement, as at a cut of the film."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from posture.pose.landmarks import HIPS, SHOULDERS, midpoint
from posture.thresholds import JUMPS, JumpLimits
from posture.types import Array
from posture.video.cuts import NEIGHBOURS, largest_beside

# Frames after the first detection in which nothing is a jump.
SETTLING_FRAMES = 5

People = Sequence[Array]
"""Landmarks of the people in one frame, each of shape (33, 2), pixels."""


def pose_jumps(landmarks: Sequence[People], limits: JumpLimits = JUMPS) -> npt.NDArray[np.bool_]:
    """Return the frames in which everybody's pose breaks off the movement before and after, shape (F,).

    Parameters
    ----------
    landmarks
        Of all frames.
    limits
        `JUMPS` where the picture has to change as well, `LONE_JUMPS` where nothing is known of it.
    """
    breach = np.array([_least_breach(landmarks, frame) for frame in range(len(landmarks))])
    # A jump moves the mean movement of the frames next to it too.
    beside = largest_beside(breach, NEIGHBOURS, skipped=1)
    jumps = (breach > limits.breach_l) & (breach > limits.ratio * beside)
    # The landmarker settles in the first frames.
    jumps[[frame for frame, people in enumerate(landmarks) if people][:SETTLING_FRAMES]] = False
    return np.asarray(jumps)


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
    length = max(float(np.hypot(*(midpoint(before, SHOULDERS) - midpoint(before, HIPS)))), 1.0)
    return float(np.median(np.hypot(*(now - expected).T))) / length


def _nearest(pose: Array, people: People) -> Array:
    return min(people, key=lambda other: float(np.abs(other - pose).sum()))
