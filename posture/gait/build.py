"""Build of a person: lengths of the near leg and the neck, as the side view shows them."""

from __future__ import annotations

import numpy as np

from posture.gait.leg_signals import trunk_lengths
from posture.gait.runner_choice import TrackedPerson
from posture.pose.landmarks import ANKLES, EARS, HIPS, KNEES, SHOULDERS, midpoint

# Fewer frames show no typical length.
MIN_FRAMES = 20


def build_of(person: TrackedPerson) -> dict[str, float] | None:
    """Return thigh, shank and neck (shoulders to ears) in trunk lengths, medians; None with too few frames.

    Of a runner, only the frames in whole strides count.
    """
    inside = person.strides.frame_stride >= 0
    rows = inside if len(person.strides) else np.ones(len(person.frames), dtype=np.bool_)
    if np.count_nonzero(rows) < MIN_FRAMES:
        return None
    marks, length = person.landmarks[rows], trunk_lengths(person.landmarks)[rows]
    near = 0 if person.view.visible_side == "left" else 1
    knee = marks[:, KNEES[near]]
    lines = {
        "thigh": knee - marks[:, HIPS[near]],
        "shank": marks[:, ANKLES[near]] - knee,
        "neck": midpoint(marks, EARS) - midpoint(marks, SHOULDERS),
    }
    return {name: round(float(np.median(np.hypot(*line.T) / length)), 4) for name, line in lines.items()}
