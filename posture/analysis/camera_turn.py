"""Turn of a camera that cannot be followed by corners: by the lines of the scene, confirmed by the runner's own axis.

A camera that turns by some degrees turns the lines of the scene and the runner alike. A change of posture leaves the
lines as they are, and a camera that pans past lines at an angle leaves the runner as they are.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from posture.gait.runner_choice import TrackedPerson
from posture.pose.trunk_frame import trunk_axis
from posture.scene.evidence import SceneEvidence
from posture.thresholds import REMARKS
from posture.types import Array

# Strides that the comparison needs, their least correlation, and bounds of the axis's turn for a degree of the lines'.
# Rendered: 0.9 to 1.2, and 1.8 on a plain wall, where blocks of the compressed picture pass for still lines.
MIN_STRIDES, MIN_CORRELATION, AXIS_SHARE = 3, 0.9, (0.6, 2.2)


def with_turning_lines(scene: SceneEvidence | None, runner: TrackedPerson) -> SceneEvidence | None:
    """Return the scene with the roll that its lines show, where they turn further than its corners, and the runner too.

    The runner's axis sets the scale: lines are drawn towards the edges of the picture by its compression.
    """
    if scene is None or scene.line_roll_deg is None or not np.isfinite(scene.line_roll_deg).all():
        return scene
    lines = scene.line_roll_deg - scene.line_roll_deg[0]
    if _range(lines) <= max(REMARKS.roll_drift_deg, _range(scene.roll_deg)):
        return scene
    share = _axis_share(lines, runner)
    return scene if share is None else replace(scene, roll_deg=lines * share)


def _range(roll_deg: Array) -> float:
    known = roll_deg[np.isfinite(roll_deg)]
    return float(np.ptp(known)) if len(known) else 0.0


def _axis_share(lines: Array, runner: TrackedPerson) -> float | None:
    """Return by how much the runner's axis turns for a degree of the lines; None when they do not turn alike."""
    stride = runner.strides.frame_stride
    numbers = np.unique(stride[stride >= 0])
    if len(numbers) < MIN_STRIDES:
        return None
    hips, shoulders = trunk_axis(runner.landmarks, runner.view.facing)
    across, up = (shoulders - hips).T
    axis = np.degrees(np.arctan2(across, -up))
    x, y = (np.array([values[stride == number].mean() for number in numbers]) for values in (lines, axis))
    x, y = x - x.mean(), y - y.mean()
    share, correlation = (float(x @ y / max(size, 1e-9)) for size in (x @ x, np.sqrt((x @ x) * (y @ y))))
    return share if correlation >= MIN_CORRELATION and AXIS_SHARE[0] <= share <= AXIS_SHARE[1] else None
