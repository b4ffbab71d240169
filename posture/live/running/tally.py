"""Times and means of a session: how long it was measured, how long the back was hollow, and how hollow."""

from __future__ import annotations

from collections import defaultdict

from posture.live.running.framing import AdviceCode
from posture.live.running.state import SessionState
from posture.records.analysis import Analysis
from posture.types import PRIMARY_MEASURES

# A longer time between two pictures is a pause, seconds.
_MAX_STEP_S = 2.0


class SessionTally:
    """Counts the seconds of a session.

    Attributes
    ----------
    pictures
        Pictures looked at.
    total_s, measured_s, hollow_s, unclear_s
        Seconds with pictures; those of them with numbers; of these, with a hollow back, and too close to the limit.
    obstacles : dict of AdviceCode to float
        Seconds in which nothing was measured, by reason.
    """

    def __init__(self) -> None:
        self.pictures = 0
        self.total_s = self.measured_s = self.hollow_s = self.unclear_s = 0.0
        self.obstacles: defaultdict[AdviceCode, float] = defaultdict(float)
        self._angles: defaultdict[str, list[float]] = defaultdict(list)
        self._last_s: float | None = None

    @property
    def rate(self) -> float:
        """Pictures looked at a second."""
        return (self.pictures - 1) / self.total_s if self.total_s > 0 else 0.0

    def add(self, state: SessionState, time_s: float) -> None:
        """Count the time since the last picture, seconds of the source."""
        self.pictures += 1
        step_s = 0.0 if self._last_s is None else min(max(time_s - self._last_s, 0.0), _MAX_STEP_S)
        self._last_s = time_s
        self.total_s += step_s
        if state.estimate is not None:
            self.measured_s += step_s
            self.hollow_s += step_s * (state.phase == "hollow_back")
            self.unclear_s += step_s * (state.phase == "unsure")
        elif state.why is not None:
            self.obstacles[state.why] += step_s

    def add_estimate(self, analysis: Analysis) -> None:
        """Count the angles of the last strides."""
        for name in PRIMARY_MEASURES:
            if (measure := analysis.measures.get(name)) is not None:
                self._angles[name].append(measure.value)

    def mean(self, name: str) -> float | None:
        """Return the mean of an angle, degrees; None when it was not measured."""
        angles = self._angles[name]
        return sum(angles) / len(angles) if angles else None
