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
from posture.live.running.state import Action, SessionState, forget_neutral, on_estimate, on_view
from posture.live.running.tally import SessionTally
from posture.live.settings import LIVE
from posture.records.analysis import Analysis
from posture.types import Facing, PoseModel

# A shorter buffer holds too few strides for an estimate, seconds.
MIN_SPAN_S = 3.0
# Pose model of a computer that is too slow for the usual one.
FALLBACK: PoseModel = "lite"


@dataclass(frozen=True)
class ObserverOutput:
    """Result of an observer after a frame.

    `remind` asks for a reminder now, `fell_back` for `FALLBACK` as the pose model of the following frames.
    """

    state: SessionState
    view: ViewCheck
    remind: bool = False
    fell_back: bool = False


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
    may_fall_back
        Whether to change to `FALLBACK`, once, where the computer manages too few of the camera's pictures.

    Attributes
    ----------
    fell_back
        Whether it has changed to `FALLBACK`.
    reminders
        Times of the reminders, seconds of the source.
    tally : SessionTally
        Of the session so far.
    """

    def __init__(
        self,
        name: str,
        estimator: Estimator,
        neutral: Analysis | None = None,
        facing: Facing = "right",
        *,
        may_fall_back: bool = False,
    ) -> None:
        self.fell_back = False
        self.reminders: list[float] = []
        self.tally = SessionTally()
        self._estimator, self._may_fall_back = estimator, may_fall_back
        self._buffer = FrameBuffer(name)
        self._monitor = ViewMonitor(facing)
        self._state = SessionState(neutral=neutral)
        # Times and numbers of the last frames.
        self._recent: deque[tuple[float, int]] = deque()
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
        self._recent.append((time_s, detected.frame.number))
        while len(self._recent) > 2 and time_s - self._recent[1][0] >= LIVE.slow_after_s:
            self._recent.popleft()
        remind = self._take_estimate(time_s)
        if self._monitor.check_if_due():
            self._on_view(time_s)
            # An inline estimator has finished already.
            remind = self._take_estimate(time_s) or remind
        self.tally.add(self._state, time_s)
        return ObserverOutput(self._state, self._monitor.latest, remind, self.fell_back)

    def start_over(self) -> None:
        """Discard the frames: the camera was paused or lost."""
        self._discard_window()
        self._monitor.clear()
        self._recent.clear()
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
        rate, camera_rate = self._rates()
        # In whole pictures, as it is said: a camera of exactly the least rate wavers around it.
        if round(rate) < LIVE.least_rate:
            # Whatever else is wrong: nothing of it can be seen.
            self._monitor.latest = replace(self._monitor.latest, fault="too_slow", rate=rate)
            if self._may_fall_back and round(camera_rate) >= LIVE.least_rate:
                self._fall_back_if_due()
        if self._monitor.update_facing():
            self._discard_window()
        self._state, action = on_view(self._state, self._monitor.latest, time_s)
        if action == "start_over":
            self._discard_window()
        elif action != "nothing":
            self._request(action)

    def _rates(self) -> tuple[float, float]:
        """Return the pictures a second, looked at and given by the camera; the least rate too early to tell."""
        (begin_s, first), (end_s, last) = self._recent[0], self._recent[-1]
        span_s = end_s - begin_s
        if span_s < LIVE.slow_after_s:
            return LIVE.least_rate, LIVE.least_rate
        return (len(self._recent) - 1) / span_s, (last - first) / span_s

    def _fall_back_if_due(self) -> None:
        """Change to `FALLBACK` after some time of too few pictures, a longer one where it was fast enough before.

        Numbers of one pose model do not go with frames or a standing posture of another.
        """
        wait_s = LIVE.fall_back_late_s if self.tally.measured_s > 0 else LIVE.fall_back_s
        if self.tally.obstacles.get("too_slow", 0.0) < wait_s:
            return
        self._may_fall_back, self.fell_back = False, True
        self._estimator.model = FALLBACK
        self._recent.clear()
        self.forget_neutral()

    def _request(self, action: Action) -> None:
        if self._estimator.busy or self._buffer.span_s < MIN_SPAN_S:
            self._state = replace(self._state, requested_s=-1e9)
            return
        self._requested = action
        neutral = self._state.neutral if action == "measure" else None
        self._estimator.request(self._buffer.observations(), neutral)
