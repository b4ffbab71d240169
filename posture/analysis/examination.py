"""An analysis with the arrays behind it, from which pictures and tables are made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from posture.back.measure import BackResult
from posture.gait.runner_choice import TrackedPerson
from posture.records.analysis import Analysis
from posture.types import Array

# Name under which an analysis in memory keeps its examination: no field, so neither written nor compared.
EXAMINATION = "_examination"


@dataclass(frozen=True)
class Examination:
    """The analysis of a clip with F decoded frames, in N of which the runner was detected.

    Attributes
    ----------
    runner : TrackedPerson or None
        None when nobody was detected.
    back : BackResult or None
        None when the recording does not allow measuring the back.
    times_s : array, shape (F,)
        Seconds after the clip's first frame, of every decoded frame.
    people : sequence (frames) of sequence (people) of array, shape (33, 2)
        Landmarks of everybody detected in each decoded frame, pixels, x right, y down.
    candidates : sequence of TrackedPerson
        Everybody who was tracked, in the order of ``--person``: number 1 first.
    visibility : array, shape (N, 33), or None
        The landmarker's visibility of each landmark in each of the runner's frames, 0..1; None without a runner.
    standing : Examination or None
        Of the baseline, where it was analysed together with the clip.
    """

    analysis: Analysis
    runner: TrackedPerson | None
    back: BackResult | None
    times_s: Array = field(default_factory=lambda: np.zeros(0))
    people: Sequence[Sequence[Array]] = ()
    candidates: Sequence[TrackedPerson] = ()
    visibility: Array | None = None
    standing: Examination | None = None

    @property
    def landmarks_px(self) -> Array:
        """The runner's landmarks in all frames, shape (F, 33, 2), pixels, x right, y down; NaN without the runner."""
        return self.over_clip(np.zeros((0, 33, 2)) if self.runner is None else self.runner.landmarks)

    @property
    def is_side_view(self) -> bool:
        """Whether the runner is seen from the side, so that angles in the picture mean something."""
        return self.runner is not None and self.analysis.subject.direction is not None

    @property
    def real_time_s(self) -> Array:
        """Times of all frames in seconds of real time (slow motion corrected), shape (F,)."""
        return self.times_s / self.analysis.source.slow_motion

    @property
    def real_frame_rate(self) -> float | None:
        """Mean frame rate in real time, frames a second; None when the frame times do not give one."""
        fps = self.analysis.source.fps
        return None if fps is None else fps * self.analysis.source.slow_motion

    def over_clip(self, values: Array) -> Array:
        """Spread values of the runner's frames, shape (N, ...), over all frames.

        Returns
        -------
        array, shape (F, ...)
            NaN in frames without the runner.
        """
        whole = np.full((len(self.times_s), *values.shape[1:]), np.nan)
        if self.runner is not None:
            whole[self.runner.frames] = values
        return whole
