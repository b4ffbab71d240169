"""Undo left/right swaps: in a side view the landmarker sometimes mistakes one leg or arm for the other.

The most probable sequence of swapped and unswapped frames is found by the Viterbi algorithm [1]_.

References
----------
.. [1] Viterbi, A. J. (1967). Error bounds for convolutional codes and an asymptotically optimum decoding algorithm.
   IEEE Transactions on Information Theory 13(2), 260-269. doi:10.1109/TIT.1967.1054010
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from posture.pose.landmarks import (
    ANKLES,
    ELBOWS,
    HEELS,
    HIPS,
    INDEX_FINGERS,
    KNEES,
    PINKIES,
    THUMBS,
    TOES,
    WRISTS,
    midpoint,
)
from posture.pose.step_rhythm import expected_front
from posture.types import Array

Pairs = tuple[tuple[int, int], ...]

# Landmarks that swap together; often the shanks swap without the thighs.
GROUPS: tuple[Pairs, ...] = ((KNEES,), (ANKLES, HEELS, TOES), (ELBOWS,), (WRISTS, INDEX_FINGERS))
# Landmarks that follow a group, too small to contribute.
FOLLOWERS: dict[Pairs, Pairs] = {(WRISTS, INDEX_FINGERS): (PINKIES, THUMBS)}
# Cost of a change between swapped and unswapped frames, trunk lengths per landmark.
SWAP_COST_L = 1.2
# Velocities across longer gaps than this, typical frame steps, carry no information.
MAX_GAP_STEPS = 3.5
# Small cost of each swapped frame, so that the labels of the clip are kept where both fit.
SWAPPED_COST_L = 0.05
# Cost of a leg that is in front for a whole step out of turn, trunk lengths.
OUT_OF_TURN_COST_L = 40.0
# Groups to which the step rhythm applies. One arm is hidden for most of the stride, and its landmarks follow the other.
LEGS = GROUPS[:2]


def repair_swaps(landmarks: Array, time_s: Array, trunk_length: float) -> tuple[Array, int]:
    """Undo left/right swaps of knees, shanks, elbows and forearms.

    In the most probable sequence of swaps the landmarks change their velocity least: legs that cross keep moving, they
    do not bounce off each other. Where one leg hides the other while they cross, the step rhythm decides which of them
    should be in front.

    Parameters
    ----------
    landmarks : shape (F, 33, 2)
        Pixels, of successive frames.
    time_s : shape (F,)
        Seconds.
    trunk_length
        Pixels.

    Returns
    -------
    landmarks : array, shape (F, 33, 2)
        A repaired copy.
    swapped : int
        Number of frames with a swap.
    """
    repaired = landmarks.copy()
    relative = (landmarks - midpoint(landmarks, HIPS)[:, None]) / trunk_length
    any_swapped = np.zeros(len(landmarks), dtype=bool)
    if len(landmarks) < 4:
        return repaired, 0
    step = np.diff(time_s) / max(float(np.median(np.diff(time_s))), 1e-6)
    for pairs in GROUPS:
        turn = _turn_costs(relative, time_s, pairs) if pairs in LEGS else np.zeros((len(landmarks), 2))
        swapped = _swapped_frames(relative, step, pairs, turn)
        any_swapped |= swapped
        for left, right in (*pairs, *FOLLOWERS.get(pairs, ())):
            repaired[swapped, left] = landmarks[swapped, right]
            repaired[swapped, right] = landmarks[swapped, left]
    return repaired, int(any_swapped.sum())


def _swapped_frames(relative: Array, step: Array, pairs: Pairs, turn: Array) -> npt.NDArray[np.bool_]:
    sides = np.stack([relative[:, [p[side] for p in pairs]] for side in (0, 1)])  # (2, F, landmarks, 2)
    bend = _bend_costs(sides, step)
    frames = relative.shape[0]
    # cost[i, j]: least cost of the frames so far with the last two in states i, j; state 1 is swapped.
    change = SWAP_COST_L * np.array([[0.0, 1.0], [1.0, 0.0]])
    own = np.array([0.0, SWAPPED_COST_L]) + turn  # (F, 2)
    cost = change + own[0][:, None] + own[1]
    came_from = np.zeros((frames, 2, 2), dtype=int)
    for frame in range(2, frames):
        total = cost[:, :, None] + bend[frame - 2]  # (i, j, k)
        came_from[frame] = total.argmin(axis=0)
        cost = total.min(axis=0) + change + own[frame]
    states = np.zeros(frames, dtype=int)
    states[-2], states[-1] = np.unravel_index(int(cost.argmin()), (2, 2))
    for frame in range(frames - 1, 1, -1):
        states[frame - 2] = came_from[frame, states[frame - 1], states[frame]]
    swapped: npt.NDArray[np.bool_] = states == 1
    # Left and right are only relative here: keep the labels of the majority.
    return ~swapped if swapped.mean() > 0.5 else swapped


def _turn_costs(relative: Array, time_s: Array, pairs: Pairs) -> Array:
    """Return the cost of each frame and state by the step rhythm, shape (F, 2)."""
    left, right = (relative[:, [p[side] for p in pairs], 0].mean(axis=1) for side in (0, 1))
    front = expected_front(left - right, time_s)
    turns = int((front[1:] * front[:-1] < 0).sum())
    frames_per_step = max(1.0, float((front != 0).sum()) / max(1, turns))
    agreement = front * (left - right)
    return OUT_OF_TURN_COST_L / frames_per_step * np.stack([-agreement, agreement], axis=1).clip(min=0.0)


def _bend_costs(sides: Array, step: Array) -> Array:
    """Return the mean change of velocity over three frames by their states, shape (F - 2, 2, 2, 2)."""
    frames = sides.shape[1]
    before, after = step[:-1, None, None], step[1:, None, None]
    known = (np.maximum(step[:-1], step[1:]) <= MAX_GAP_STEPS).astype(np.float64)
    costs = np.zeros((frames - 2, 2, 2, 2))
    for i, j, k in np.ndindex(2, 2, 2):
        for side in (0, 1):
            # State 1 takes the landmarks of the other side.
            first, middle, last = (sides[(side + s) % 2] for s in (i, j, k))
            change = (last[2:] - middle[1:-1]) / after - (middle[1:-1] - first[:-2]) / before
            costs[:, i, j, k] += known * np.hypot(change[..., 0], change[..., 1]).mean(axis=1)
    return costs
