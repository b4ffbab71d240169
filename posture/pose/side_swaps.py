"""Left/right swaps: in a side view the landmarker now and then takes one leg or arm for the other."""

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

# Joints that are exchanged together: often only the shanks are taken for each other, not the thighs.
GROUPS = ((KNEES,), (ANKLES, HEELS, TOES), (ELBOWS,), (WRISTS, INDEX_FINGERS))
# Joints that go with a group and are too small to tell by themselves.
WITH_GROUP: dict[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]] = {
    (WRISTS, INDEX_FINGERS): (PINKIES, THUMBS)
}
# Exchanging the names between two frames must save this much, trunk lengths a joint, to be believed.
SWAP_COST_L = 1.2
# Nothing can be told across gaps longer than this many typical frame steps.
MAX_GAP_STEPS = 3.5
# Being swapped at all costs a little, so that a clip's own naming wins where both fit.
SWAPPED_COST_L = 0.05
# Where legs take turns, a leg that is in front for a whole step out of turn costs about this, trunk lengths.
OUT_OF_TURN_COST_L = 40.0
# Arms do not take part: one of them is hidden for most of the stride and its landmarks follow the other.
LEGS = GROUPS[:2]


def repair_swaps(landmarks: Array, time_s: Array, trunk_length: float) -> tuple[Array, int]:
    """Undo left/right swaps of knees, shanks, elbows and forearms.

    The most plausible sequence of swapped and unswapped frames is the one in which the joints change their velocity
    least (Viterbi's algorithm over pairs of frames): legs that cross keep moving, they do not bounce off each other.
    Where one leg hides the other just when they cross, that does not show; there the rhythm of the steps tells which
    leg's turn it is to be in front.

    Parameters
    ----------
    landmarks : array, shape (F, 33, 2)
        Pixels, successive frames.
    time_s : array, shape (F,)
    trunk_length : float
        Pixels.

    Returns
    -------
    landmarks : array, shape (F, 33, 2)
    swapped : int
        Frames in which any of them were exchanged.
    """
    repaired = landmarks.copy()
    relative = (landmarks - midpoint(landmarks, HIPS)[:, None]) / trunk_length
    touched = np.zeros(len(landmarks), dtype=bool)
    if len(landmarks) < 4:
        return repaired, 0
    step = np.diff(time_s) / max(float(np.median(np.diff(time_s))), 1e-6)
    for pairs in GROUPS:
        turn = _turn_costs(relative, time_s, pairs) if pairs in LEGS else np.zeros((len(landmarks), 2))
        swapped = _swapped_frames(relative, step, pairs, turn)
        touched |= swapped
        for left, right in (*pairs, *WITH_GROUP.get(pairs, ())):
            repaired[swapped, left], repaired[swapped, right] = (
                landmarks[swapped, right],
                landmarks[swapped, left],
            )
    return repaired, int(touched.sum())


def _swapped_frames(
    relative: Array, step: Array, pairs: tuple[tuple[int, int], ...], turn: Array
) -> npt.NDArray[np.bool_]:
    sides = np.stack([relative[:, [p[side] for p in pairs]] for side in (0, 1)])  # (2, F, joints, 2)
    bend = _bend_costs(sides, step)
    frames = relative.shape[0]
    # cost[i, j]: best cost of frames so far with the last two frames in states i, j (1 is swapped).
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
    # Which foot is called left is the landmarker's word: the majority keeps its name.
    return ~swapped if swapped.mean() > 0.5 else swapped


def _turn_costs(relative: Array, time_s: Array, pairs: tuple[tuple[int, int], ...]) -> Array:
    """Return what being out of turn costs in each frame, shape (F, 2), by its state."""
    left, right = (relative[:, [p[side] for p in pairs], 0].mean(axis=1) for side in (0, 1))
    front = expected_front(left - right, time_s)
    turns = int((front[1:] * front[:-1] < 0).sum())
    frames_a_step = max(1.0, float((front != 0).sum()) / max(1, turns))
    agrees = front * (left - right)
    return OUT_OF_TURN_COST_L / frames_a_step * np.stack([-agrees, agrees], axis=1).clip(min=0.0)


def _bend_costs(sides: Array, step: Array) -> Array:
    """Return how much the joints' velocity changes over three frames, shape (F - 2, 2, 2, 2), by their states."""
    frames = sides.shape[1]
    before, after = step[:-1, None, None], step[1:, None, None]
    known = (np.maximum(step[:-1], step[1:]) <= MAX_GAP_STEPS).astype(np.float64)
    costs = np.zeros((frames - 2, 2, 2, 2))
    for i, j, k in np.ndindex(2, 2, 2):
        for side in (0, 1):
            # State 1 takes the other side's joints under this side's name.
            first, middle, last = (sides[(side + s) % 2] for s in (i, j, k))
            change = (last[2:] - middle[1:-1]) / after - (middle[1:-1] - first[:-2]) / before
            costs[:, i, j, k] += known * np.hypot(change[..., 0], change[..., 1]).mean(axis=1)
    return costs
