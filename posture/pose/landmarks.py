"""The 33 landmarks of the pose model: indices, names, and left/right pairs.

The order is that of MediaPipe's PoseLandmarker. Pairs are (left, right), as the runner's own sides.
"""

from __future__ import annotations

from posture.types import Array

NOSE = 0
EARS = (7, 8)
SHOULDERS = (11, 12)
ELBOWS = (13, 14)
WRISTS = (15, 16)
PINKIES = (17, 18)
INDEX_FINGERS = (19, 20)
THUMBS = (21, 22)
HIPS = (23, 24)
KNEES = (25, 26)
ANKLES = (27, 28)
HEELS = (29, 30)
TOES = (31, 32)

MIRRORED = (0, 4, 5, 6, 1, 2, 3, 8, 7, 10, 9, *(i + 1 if i % 2 else i - 1 for i in range(11, 33)))
"""Index of each landmark's counterpart on the other side: ``landmarks[list(MIRRORED)]`` swaps left and right."""

_FACE = ("eye_inner", "eye", "eye_outer")
_BODY = (
    "shoulder",
    "elbow",
    "wrist",
    "pinky",
    "index",
    "thumb",
    "hip",
    "knee",
    "ankle",
    "heel",
    "foot_index",
)
NAMES: tuple[str, ...] = (
    "nose",
    *(f"{side}_{name}" for side in ("left", "right") for name in _FACE),
    "left_ear",
    "right_ear",
    "mouth_left",
    "mouth_right",
    *(f"{side}_{name}" for name in _BODY for side in ("left", "right")),
)
"""Names as MediaPipe has them."""

MARKERS: tuple[str, ...] = (
    "Nose",
    *(f"{side}{name}" for side in "LR" for name in ("EyeInner", "Eye", "EyeOuter")),
    *(f"{side}{name}" for name in ("Ear", "Mouth", *(name.title() for name in _BODY[:-1]), "BigToe") for side in "LR"),
)
"""Names of the marker sets of Pose2Sim and Sports2D."""


def midpoint(landmarks: Array, pair: tuple[int, int]) -> Array:
    """Return the midpoint of a left and a right landmark.

    Parameters
    ----------
    landmarks : array, shape (..., 33, 2)
        Pixels.
    pair : tuple of int
        Indices of the two, such as `HIPS`.

    Returns
    -------
    array, shape (..., 2)
        Pixels.
    """
    return 0.5 * (landmarks[..., pair[0], :] + landmarks[..., pair[1], :])
