"""What the exports take: an analysis with the arrays behind it, as `posture.analysis.examine.examine` returns it."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from posture.back.measure import BackResult
from posture.gait.subject import TrackedPerson
from posture.records.analysis import Analysis
from posture.types import Array


class Examined(Protocol):
    """An examination of a clip with F decoded frames, in N of which the runner was found."""

    @property
    def analysis(self) -> Analysis:
        """The numbers."""

    @property
    def runner(self) -> TrackedPerson | None:
        """The runner; None when nobody was found."""

    @property
    def back(self) -> BackResult | None:
        """The back; None when the picture does not hold it."""

    @property
    def times_s(self) -> Array:
        """Of all decoded frames, seconds after the clip's first frame, shape (F,)."""

    @property
    def visibility(self) -> Array | None:
        """How surely each landmark is seen, 0..1, shape (N, 33); None when nobody was found."""


def over_clip(found: Examined, values: Array) -> Array:
    """Return values of the runner's frames for all decoded frames.

    Parameters
    ----------
    found : Examined
        With a runner.
    values : array, shape (N, ...)

    Returns
    -------
    array, shape (F, ...)
        NaN in frames without the runner.
    """
    whole = np.full((len(found.times_s), *values.shape[1:]), np.nan)
    if found.runner is not None:
        whole[found.runner.frames] = values
    return whole


def landmarks_px(found: Examined) -> Array:
    """Return the landmarks in all decoded frames, shape (F, 33, 2), pixels, x right, y down; NaN without the runner."""
    return over_clip(found, np.zeros((0, 33, 2)) if found.runner is None else found.runner.landmarks)


def sideways(found: Examined) -> bool:
    """Tell whether the runner is seen from the side, so that angles in the picture mean something."""
    return found.runner is not None and found.analysis.subject.direction is not None


def real_time_s(found: Examined) -> Array:
    """Return the times of all decoded frames in seconds of real time (slow motion corrected), shape (F,)."""
    return found.times_s / found.analysis.source.slow_motion


def real_rate(found: Examined) -> float | None:
    """Return the mean frame rate in real time, frames a second; None when the clip does not tell."""
    fps = found.analysis.source.fps
    return None if fps is None else fps * found.analysis.source.slow_motion
