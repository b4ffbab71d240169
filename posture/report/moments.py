"""Moments of a clip that stand for the whole: the stride nearest to its numbers, and the middle of a stance."""

from __future__ import annotations

import numpy as np

from posture.gait.runner_choice import TrackedPerson
from posture.records.analysis import Analysis
from posture.types import PRIMARY_MEASURES

# Mid-stance where the events do not give it: the foot stands below the hips, share of the stride.
USUAL_MID_STANCE = 0.15


def typical_stride(analysis: Analysis) -> int | None:
    """Return the number of the stride nearest to the clip's own tilt and arch; None without any."""
    best, typical = np.inf, None
    for place, stride in enumerate(analysis.gait.strides):
        distances = [
            abs(value - measure.value)
            for name in PRIMARY_MEASURES
            if (measure := analysis.measures.get(name)) is not None
            and (value := (stride.measures or {}).get(name)) is not None
        ]
        if distances and sum(distances) < best:
            best, typical = sum(distances), place
    return typical


def mid_stance(analysis: Analysis, runner: TrackedPerson, number: int) -> int:
    """Return the place in the runner's frames in the middle of a stride's stance."""
    strides = runner.strides
    inside = np.flatnonzero(strides.frame_stride == number)
    course = analysis.course
    own = () if course is None else (event for event in course.events if event.side == course.side)
    phase = next((event.phase for event in own if event.name == "mid_stance"), USUAL_MID_STANCE)
    return int(inside[np.argmin(np.abs(strides.frame_phase[inside] - phase))])
