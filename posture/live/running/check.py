"""The running check: from detected frames to the state of the session and its reminders."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import Protocol

from posture.live.buffer import FrameBuffer
from posture.live.detector import DetectedFrame
from posture.live.running.estimator import Estimator
from posture.live.running.framing import ViewCheck, ViewMonitor
from posture.live.running.reminder import ReminderState, update_reminder
from posture.live.running.state import (
    Action,
    SessionState,
    forget_neutral,
    on_estimate,
    on_view,
)
from posture.live.running.tally import SessionTally
from posture.live.settings import LIVE
from posture.records.analysis import Analysis
from posture.types import Facing

# A shorter buffer holds too few strides for an estimate, seconds.
MIN_SPAN_S = 3.0


@dataclass(frozen=True)
class ObserverOutput:
    """Result of an observer after a frame; `remind` asks for a reminder now."""

    state: SessionState
    view: ViewCheck
    remind: bool = False


class Observer(Protocol):
    """Consumer of a session's detected frames: the running check, or a coach."""

    @property
    def facing(self) -> Facing:
        """Running direction, by which the pose detector mirrors the pictures."""

    def take(self, detected: DetectedFrame) -> ObserverOutput:
        """Take in one more frame."""

    def start_over(self) -> None:
        """Discard the frames: the camera was paused or lost."""

    def forget_neutral(self) -> None:
        """Forget the own standing posture, so that it is measured again."""


class RunningCheck:
    """Observer that judges the last strides again and again.

    Parameters
    ----------
    name
        Of the source.
    estimator
        Entered by the caller.
    neutral
        The runner's own standing posture, where it is known already.
    facing : {"left", "right"}
        Expected running direction, until the view says otherwise.

    Attributes
    ----------
    reminders
        Times of the reminders, seconds of the source.
    tally : SessionTally
        Of the session so far.
    """

    def __init__(
        self, name: str, estimator: Estimator, neutral: Analysis | None = None, facing: Facing = "right"
    ) -> None:
        self.reminders: list[float] = []
        self.tally = SessionTally()
        self._estimator = estimator
        self._buffer = FrameBuffer(name)
        self._monitor = ViewMonitor(facing)
        self._state = SessionState(neutral=neutral)
        self._times: deque[float] = deque()
        self._reminder = ReminderState()
        self._requested: Action = "nothing"

    @property
    def state(self) -> SessionState:
        """State of the session."""
        return self._state

    @property
    def facing(self) -> Facing:
        """Running direction, once several view checks agree."""
        return self._monitor.facing

    def take(self, detected: DetectedFrame) -> ObserverOutput:
        """Take in one more frame."""
        time_s = detected.frame.time_s
        self._buffer.add(detected)
        self._monitor.add(detected)
        self._times.append(time_s)
        while len(self._times) > 2 and time_s - self._times[1] >= LIVE.slow_after_s:
            self._times.popleft()
        remind = self._take_estimate(time_s)
        if self._monitor.check_if_due():
            self._on_view(time_s)
            # An inline estimator has finished already.
            remind = self._take_estimate(time_s) or remind
        self.tally.add(self._state, time_s)
        return ObserverOutput(self._state, self._monitor.latest, remind)

    def start_over(self) -> None:
        """Discard the frames: the camera was paused or lost."""
        self._discard_window()
        self._monitor.clear()
        self._times.clear()
        self._state = replace(self._state, phase="setup", why="no_picture", still_since_s=None, estimate=None)

    def forget_neutral(self) -> None:
        """Forget the own standing posture, so that it is measured again."""
        self._discard_window()
        self._state = forget_neutral(self._state)

    def _discard_window(self) -> None:
        """Empty the buffer; a running estimate belongs to the past."""
        self._buffer.clear()
        self._requested = "nothing"

    def _take_estimate(self, time_s: float) -> bool:
        estimate = self._estimator.take()
        if estimate is None or self._requested == "nothing":
            return False
        requested, self._requested = self._requested, "nothing"
        self._state = on_estimate(self._state, estimate, requested)
        if requested != "measure":
            return False
        if self._state.estimate is not None:
            self.tally.add_estimate(self._state.estimate.analysis)
        self._reminder, remind = update_reminder(self._reminder, self._state.phase, estimate.until_s)
        if remind:
            self.reminders.append(time_s)
        return remind

    def _on_view(self, time_s: float) -> None:
        rate = self._rate()
        # In whole pictures, as it is said: a camera of exactly the least rate wavers around it.
        if rate is not None and round(rate) < LIVE.least_rate:
            # Whatever else is wrong: nothing of it can be seen.
            self._monitor.latest = replace(self._monitor.latest, fault="too_slow", rate=rate)
        if self._monitor.update_facing():
            self._discard_window()
        self._state, action = on_view(self._state, self._monitor.latest, time_s)
        if action == "start_over":
            self._discard_window()
        elif action != "nothing":
            self._request(action)

    def _rate(self) -> float | None:
        """Return the pictures a second; None too early to tell."""
        span_s = self._times[-1] - self._times[0]
        return (len(self._times) - 1) / span_s if span_s >= LIVE.slow_after_s else None

    def _request(self, action: Action) -> None:
        if self._estimator.busy or self._buffer.span_s < MIN_SPAN_S:
            self._state = replace(self._state, requested_s=-1e9)
            return
        self._requested = action
        neutral = self._state.neutral if action == "measure" else None
        self._estimator.request(self._buffer.observations(), neutral)
