"""Pitch of the camera, from the two sides of a runner: seen from above, the far side stands higher in the picture.

Shoulders, knees and ankles of both sides lie some decimetres apart across the line of sight, and on average over a
stride at the same height. The weights are a least-squares fit on rendered runners of known pitch.
"""

from __future__ import annotations

import numpy as np

from posture.gait.runner_choice import TrackedPerson
from posture.pose.landmarks import ANKLES, KNEES, SHOULDERS
from posture.thresholds import GATES

# Degrees for each trunk length by which the far side lies lower, and for level sides: the landmarker draws the far
# shoulder too low. Fitted on 289 calibration runners filmed from -13 to 9 degrees; the error has an SD of 2.1.
WEIGHTS_DEG = ((SHOULDERS, -65.7), (KNEES, -36.5), (ANKLES, -20.5))
LEVEL_DEG = 2.3


def camera_pitch_deg(runner: TrackedPerson) -> float | None:
    """Estimate by how much the camera looks down at the runner, degrees; None without strides from the side.

    It is drawn towards level, as the fit is: a camera at 9 to 13 degrees reads about 6 to 8.
    """
    inside = runner.strides.frame_stride >= 0
    if len(runner.strides) < GATES.min_strides or abs(runner.view.yaw_deg) > GATES.max_yaw_deg:
        return None
    height = runner.landmarks[inside, :, 1].mean(axis=0) / runner.size_px
    # Who faces right shows the camera the right side.
    near, far = (1, 0) if runner.view.facing == "right" else (0, 1)
    lower = np.array([height[pair[far]] - height[pair[near]] for pair, _ in WEIGHTS_DEG])
    return float(lower @ np.array([weight for _, weight in WEIGHTS_DEG])) + LEVEL_DEG
