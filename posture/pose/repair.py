"""Left/right swaps: in a side view the landmarker now and then takes one leg or arm for the other."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from posture.pose.trunk import ANKLES, ELBOWS, HEELS, HIPS, INDEX_FINGERS, KNEES, TOES, WRISTS, midpoint

Array = npt.NDArray[np.float64]

LEGS = (KNEES, ANKLES, HEELS, TOES)
ARMS = (ELBOWS, WRISTS, INDEX_FINGERS)
# A swap must save this much of the joints' travel between two frames, trunk lengths a joint, to be believed.
SWAP_COST_L = 0.15
# Being swapped at all costs a little, so that a clip's own naming wins where both fit.
SWAPPED_COST_L = 0.005


def repair_swaps(landmarks: Array, trunk_length: float) -> tuple[Array, int]:
    """Undo left/right swaps of the legs and of the arms.

    The most plausible sequence of swapped and unswapped frames is the one in which the joints travel least
    (Viterbi's algorithm with two states).

    Parameters
    ----------
    landmarks : array, shape (F, 33, 2)
        Pixels, successive frames.
    trunk_length : float
        Pixels.

    Returns
    -------
    landmarks : array, shape (F, 33, 2)
    swapped : int
        Frames in which legs or arms were exchanged.
    """
    repaired = landmarks.copy()
    relative = (landmarks - midpoint(landmarks, HIPS)[:, None]) / trunk_length
    touched = np.zeros(len(landmarks), dtype=bool)
    for pairs in (LEGS, ARMS):
        swapped = _swapped_frames(relative, pairs)
        touched |= swapped
        for left, right in pairs:
            repaired[swapped, left], repaired[swapped, right] = landmarks[swapped, right], landmarks[swapped, left]
    return repaired, int(touched.sum())


def _swapped_frames(relative: Array, pairs: tuple[tuple[int, int], ...]) -> npt.NDArray[np.bool_]:
    frames = len(relative)
    if frames < 2:
        return np.zeros(frames, dtype=bool)
    left = relative[:, [p[0] for p in pairs]]
    right = relative[:, [p[1] for p in pairs]]

    def travel(a: Array, b: Array) -> Array:
        return np.asarray(np.hypot(*np.moveaxis(a[1:] - b[:-1], -1, 0)).mean(axis=1))

    stay = travel(left, left) + travel(right, right)
    change = travel(left, right) + travel(right, left) + SWAP_COST_L
    cost = np.array([0.0, SWAPPED_COST_L])
    came_from = np.zeros((frames, 2), dtype=int)
    for frame in range(1, frames):
        options = np.array([[stay[frame - 1], change[frame - 1]], [change[frame - 1], stay[frame - 1]]])
        total = cost[:, None] + options
        came_from[frame] = total.argmin(axis=0)
        cost = total.min(axis=0) + np.array([0.0, SWAPPED_COST_L])
    states = np.zeros(frames, dtype=int)
    states[-1] = int(cost.argmin())
    for frame in range(frames - 1, 0, -1):
        states[frame - 1] = came_from[frame, states[frame]]
    swapped = states == 1
    # Which foot is called left is the landmarker's word: the majority keeps its name.
    return ~swapped if swapped.mean() > 0.5 else swapped
