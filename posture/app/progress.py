"""Progress of an analysis: the share that is done, and the time left, which falls evenly instead of jumping."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Phase = Literal["looking", "following", "drawing"]
"""Looks at a few frames; follows the runner through all of them; measures, and draws pictures and film."""

# Measuring and drawing take about this share of the time that the frames took: 7.8 s after 13.9 s for a 10 s clip.
DRAWING_SHARE = 0.55
# While the drawing takes longer than expected, at least this share of its time is left.
LEAST_SHARE = 0.1
# Frames before their pace says anything, and share of a second by which the time left may grow each second.
MIN_FRAMES, MAX_GROWTH = 5, 0.3
# Time within which the time left that is shown comes down to the estimate, seconds.
SETTLES_S = 4.0


@dataclass(frozen=True)
class JobProgress:
    """How far an analysis is; ``share`` (0..1) and ``left_s`` are None while they cannot be said."""

    phase: Phase = "looking"
    share: float | None = None
    left_s: float | None = None


class ProgressClock:
    """Clock of one analysis: takes the frames that are done, and returns its `JobProgress` at any time."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._began_s = self._pass_s = self._last_s = self._shown_s = now_s()
        self._done = self._expected = 0
        self._share: float | None = None
        self._left_s: float | None = None

    def __call__(self, done: int, expected: int) -> None:
        """Take the number of frames done and expected; a further pass over the clip begins at 1 again."""
        now_s = self._now_s()
        if done <= self._done or self._done == 0:
            self._pass_s = now_s
        self._done, self._expected, self._last_s = done, expected, now_s

    def progress(self) -> JobProgress:
        """Return the progress now."""
        now_s = self._now_s()
        estimate_s = self._estimate_s(now_s)
        if estimate_s is None:
            self._shown_s = now_s
            return JobProgress("looking" if self._done == 0 else "following", self._share, self._left_s)
        self._left_s = self._smoothed_s(estimate_s, now_s)
        elapsed_s = now_s - self._began_s
        self._share = max(self._share or 0.0, elapsed_s / (elapsed_s + estimate_s))
        return JobProgress("drawing" if self._done >= self._expected else "following", self._share, self._left_s)

    def _estimate_s(self, now_s: float) -> float | None:
        """Return the time left if everything goes on as it began, seconds."""
        if self._done < min(MIN_FRAMES, self._expected) or self._expected == 0 or self._last_s <= self._pass_s:
            return None
        frame_s = (self._last_s - self._pass_s) / max(1, self._done - 1)
        drawing_s = DRAWING_SHARE * frame_s * self._expected
        since_s = now_s - self._last_s
        if self._done < self._expected:
            return max(0.0, frame_s * (self._expected - self._done) - since_s) + drawing_s
        return max(drawing_s - since_s, LEAST_SHARE * drawing_s)

    def _smoothed_s(self, estimate_s: float, now_s: float) -> float:
        """Return the time left to show: it grows slowly, and comes down to the estimate within seconds."""
        passed_s, self._shown_s = now_s - self._shown_s, now_s
        if self._left_s is None:
            return estimate_s
        if estimate_s > self._left_s:
            return min(estimate_s, self._left_s + MAX_GROWTH * passed_s)
        expected_s = max(0.0, self._left_s - passed_s)
        return expected_s + (estimate_s - expected_s) * min(1.0, passed_s / SETTLES_S)
