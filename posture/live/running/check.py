"""The check of running: from who is seen in each picture to the state of the session, and when to remind."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import Protocol

from posture.contour.observation import Observation
from posture.live.buffer import FrameBuffer
from posture.live.detector import DetectedFrame
from posture.live.running.estimator import Estimator
from posture.live.running.framing import ViewCheck, check_view
from posture.live.running.reminder import ReminderState, update_reminder
from posture.live.running.state import Action, SessionState, forget_neutral, on_estimate, on_view
from posture.live.settings import LIVE
from posture.records.analysis import Analysis
from posture.types import Facing

# The view is judged every so often, over so long, seconds.
LOOK_EVERY_S, LOOK_S = 0.25, 1.0
# The rate of the pictures is judged over so long, seconds.
RATE_S = 3.0
# Fewer seconds hold too few strides to ask.
LEAST_S = 3.0
# So many looks in a row agree before somebody counts as facing the other way.
AGREEING_LOOKS = 4


@dataclass(frozen=True)
class ObserverOutput:
    """What is known after a picture.

    Attributes
    ----------
    state : State
    look : Look
        The newest judgement of the view.
    remind : bool
        Whether to remind now.
    """

    state: SessionState
    look: ViewCheck
    remind: bool = False


class Observer(Protocol):
    """What a session feeds with pictures: the check of running, or a coach."""

    facing: Facing

    def take(self, seen: DetectedFrame) -> ObserverOutput:
        """Take in one more picture."""
        ...

    def start_over(self) -> None:
        """Forget what was seen: the camera was paused or lost."""
        ...

    def forget_neutral(self) -> None:
        """Forget the own standing posture, so that it is taken anew."""
        ...


class RunningCheck:
    """Judges the last strides, all the time.

    Parameters
    ----------
    name : str
        Of the source.
    estimator : Estimator
        Entered by whoever made it.
    neutral : Analysis, optional
        The runner's own standing posture, where it is known already.

    Attributes
    ----------
    facing : {"left", "right"}
        Which way the runner faces, once several looks agree.
    cues : list of float
        Times of the reminders, seconds of the source.
    """

    def __init__(self, name: str, estimator: Estimator, neutral: Analysis | None = None) -> None:
        self.facing: Facing = "right"
        self.cues: list[float] = []
        self._estimator = estimator
        self._rolling = FrameBuffer(name)
        # Without the pictures: a second of those can fill the memory.
        self._moment: deque[tuple[float, Observation | None]] = deque()
        self._state = SessionState(neutral=neutral)
        self._look = ViewCheck("no_picture")
        self._times: deque[float] = deque()
        self._cue = ReminderState()
        self._asked: Action = "nothing"
        self._last_look_s = -1e9
        self._other_way = 0

    @property
    def state(self) -> SessionState:
        """The state of the session."""
        return self._state

    def take(self, seen: DetectedFrame) -> ObserverOutput:
        """Take in one more picture."""
        time_s = seen.frame.time_s
        self._rolling.add(seen)
        self._times.append(time_s)
        while len(self._times) > 2 and time_s - self._times[0] > RATE_S:
            self._times.popleft()
        self._moment.append((time_s, seen.observation))
        while time_s - self._moment[0][0] > LOOK_S:
            self._moment.popleft()
        remind = self._take_estimate()
        if time_s - self._last_look_s >= LOOK_EVERY_S:
            self._last_look_s = time_s
            self._judge(seen)
            # Measured inline, it is there already.
            remind = self._take_estimate() or remind
        return ObserverOutput(self._state, self._look, remind)

    def start_over(self) -> None:
        """Forget what was seen: the camera was paused or lost."""
        self._rolling.clear()
        self._moment.clear()
        self._times.clear()
        self._asked = "nothing"
        self._last_look_s = -1e9
        self._look = ViewCheck("no_picture")
        self._state = replace(self._state, phase="setup", why="no_picture", still_since_s=None, estimate=None)

    def forget_neutral(self) -> None:
        """Forget the own standing posture, so that it is taken anew."""
        self._asked = "nothing"
        self._rolling.clear()
        self._state = forget_neutral(self._state)

    def _take_estimate(self) -> bool:
        estimate = self._estimator.take()
        if estimate is None or self._asked == "nothing":
            return False
        asked, self._asked = self._asked, "nothing"
        self._state = on_estimate(self._state, estimate, asked)
        if asked != "measure":
            return False
        self._cue, remind = update_reminder(self._cue, self._state.phase, estimate.until_s)
        if remind:
            self.cues.append(self._moment[-1][0])
        return remind

    def _judge(self, newest: DetectedFrame) -> None:
        time_s = newest.frame.time_s
        times, sightings = zip(*self._moment, strict=True)
        self._look = check_view(sightings, times, newest.frame.size, newest.brightness)
        if self._look.help is None and self._is_slow():
            self._look = replace(self._look, help="too_slow")
        self._turn()
        self._state, wish = on_view(self._state, self._look, time_s)
        if wish == "start_over":
            self._rolling.clear()
            # What is being measured is of before.
            self._asked = "nothing"
        elif wish != "nothing":
            self._ask(wish)

    def _is_slow(self) -> bool:
        """Tell whether too few pictures come to make out steps."""
        span_s = self._times[-1] - self._times[0]
        return span_s > 0.8 * RATE_S and (len(self._times) - 1) / span_s < LIVE.least_rate

    def _ask(self, wish: Action) -> None:
        if self._estimator.busy or self._rolling.span_s < LEAST_S:
            self._state = replace(self._state, measured_s=-1e9)
            return
        self._asked = wish
        watched = self._rolling.watched()
        if wish == "measure":
            self._estimator.ask(watched, self._state.neutral)
            return
        # Standing and running are two clips, though of one camera; nothing else tells them apart.
        path = watched.info.path.with_name(f"{watched.info.path.name}#standing")
        watched = replace(watched, info=replace(watched.info, path=path), sha256="standing")
        self._estimator.ask(watched, None)

    def _turn(self) -> None:
        view = self._look.view
        if self._look.help is not None or view is None or view.facing == self.facing:
            self._other_way = 0
            return
        self._other_way += 1
        if self._other_way >= AGREEING_LOOKS:
            # The network sees a mirrored picture with slightly different eyes: what was seen before does not mix.
            self.facing, self._other_way = view.facing, 0
            self._rolling.clear()
            self._asked = "nothing"
