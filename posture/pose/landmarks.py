"""Names of the 33 landmarks, in the landmarker's order."""

from __future__ import annotations

_PAIRS_OF_FACE = ("eye_inner", "eye", "eye_outer")
_PAIRS_OF_BODY = (
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
    *(f"left_{name}" for name in _PAIRS_OF_FACE),
    *(f"right_{name}" for name in _PAIRS_OF_FACE),
    "left_ear",
    "right_ear",
    "mouth_left",
    "mouth_right",
    *(f"{side}_{name}" for name in _PAIRS_OF_BODY for side in ("left", "right")),
)
"""As MediaPipe calls them."""

MARKERS: tuple[str, ...] = (
    "Nose",
    *(f"{side}Eye{part}" for side in ("L", "R") for part in ("Inner", "", "Outer")),
    *(
        f"{side}{name}"
        for name in (
            "Ear",
            "Mouth",
            "Shoulder",
            "Elbow",
            "Wrist",
            "Pinky",
            "Index",
            "Thumb",
            "Hip",
            "Knee",
            "Ankle",
            "Heel",
            "BigToe",
        )
        for side in ("L", "R")
    ),
)
"""As the marker sets of Pose2Sim and Sports2D call them."""
