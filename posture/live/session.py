"""A running session: camera, pose detector, observer, sound and recording, joined by one thread.

Detection has a thread of its own, so that neither drawing nor a slow screen delays it; a screen asks for the newest
`DisplayState`.
"""

from __future__ import annotations

import contextvars
import statistics
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal, Self

from posture.coach.lesson import LessonDisplay
from posture.errors import PostureError
from posture.language import gettext as _
from posture.live.detector import CameraFrame, DetectedFrame, PoseDetector
from posture.live.recording import SessionRecording
from posture.live.running.check import FALLBACK, Observer, ObserverOutput
from posture.live.running.closing import Closing
from posture.live.running.framing import ViewCheck
from posture.live.running.state import SessionState
from posture.live.source import CameraStatus, FrameSource
from posture.system_libraries import missing_library

Command = Literal["neutral", "pause", "snapshot", "record", "mute", "quit", "next"]

# The rate is averaged over this time, seconds, and the delay over this many results.
_RATE_S, _DELAYS = 3.0, 90
_WAIT_S = 0.1


@dataclass(frozen=True)
class Pace:
    """Speed of a session.

    Attributes
    ----------
    rate
        Results per second over the last seconds.
    delay_s
        Median latency from the grab of a picture to its result.
    results, dropped
        Since the session began.
    """

    rate: float = 0.0
    delay_s: float = 0.0
    results: int = 0
    dropped: int = 0


@dataclass(frozen=True, eq=False)
class DisplayState:
    """Everything that a screen displays at one moment."""

    detected: DetectedFrame | None  # The newest picture with its pose; None before the first.
    output: ObserverOutput
    camera: CameraStatus
    pace: Pace = field(default_factory=Pace)
    muted: bool = False
    recording: bool = False
    note: str = ""  # Message such as the path of a snapshot; empty for none.
    lesson: LessonDisplay | None = None  # None without a coach.
    closing: Closing | None = None  # The verdict at the end of a running check.

    @property
    def state(self) -> SessionState:
        """State of the session."""
        return self.output.state


class Session:
    """Runs a camera through detector and observer until it ends; a context manager.

    Parameters
    ----------
    camera
        Entered by the session.
    detector
        Entered by the session, in the thread that uses it.
    observer
        Such as `posture.live.running.check.RunningCheck`.
    remind
        Called when the runner is to be reminded; must return at once.
    """

    def __init__(
        self,
        camera: FrameSource,
        detector: PoseDetector,
        observer: Observer,
        *,
        remind: Callable[[], None],
        recording: SessionRecording | None = None,
    ) -> None:
        self._camera, self._detector, self._observer = camera, detector, observer
        camera.on_frame = self._record
        self._remind, self.recording = remind, recording
        self.muted = False
        self.note = ""
        self._lock = threading.Lock()
        self._news = threading.Condition()
        self._stop = threading.Event()
        self._failure: BaseException | None = None
        self._output = ObserverOutput(SessionState(why="no_picture"), ViewCheck("no_picture"))
        self._detected: DetectedFrame | None = None
        self._result_times: deque[float] = deque()
        self._delays: deque[float] = deque(maxlen=_DELAYS)
        self._results = 0
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        """Start."""
        self._camera.__enter__()
        run = contextvars.copy_context().run
        self._thread = threading.Thread(target=run, args=(self._work,), name="posture-detector", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop, and release the camera."""
        self._stop.set()
        self._camera.__exit__()
        if self._thread is not None:
            self._thread.join(5.0)

    @property
    def over(self) -> bool:
        """Whether the session has ended."""
        return self._thread is None or not self._thread.is_alive()

    @property
    def paused(self) -> bool:
        """Whether the camera is released."""
        return self._camera.paused

    def toggle_pause(self) -> None:
        """Release the camera, or open it again."""
        if self._camera.paused:
            self._camera.resume()
        else:
            self._camera.pause()

    def take_neutral(self) -> None:
        """Forget the runner's own standing posture, so that it is measured again."""
        with self._lock:
            self._observer.forget_neutral()
            self._output = replace(self._output, state=replace(self._output.state, neutral=None))

    def display_state(self, wait_s: float) -> DisplayState:
        """Return the newest state, after waiting for a new picture at most `wait_s` seconds."""
        with self._news:
            self._news.wait(wait_s)
        with self._lock:
            output, detected = self._output, self._detected
            rate = self._rate()
            delay = statistics.median(self._delays) if self._delays else 0.0
        pace = Pace(rate, delay, self._results, self._camera.dropped)
        recording = self.recording is not None and self.recording.failure is None
        return DisplayState(detected, output, self._camera.status, pace, self.muted, recording, self.note)

    def check(self) -> None:
        """Raise the error that ended the session, if any.

        Raises
        ------
        PostureError
        """
        if isinstance(self._failure, Exception) and not isinstance(self._failure, PostureError):
            reason = f"{type(self._failure).__name__}: {self._failure}"
            raise missing_library(self._failure) or PostureError(
                _("internal error ({reason})").format(reason=reason),
                advice=_("Please report it, with the clip if you can."),
            ) from self._failure
        if self._failure is not None:
            raise self._failure
        if self._camera.error is not None:
            raise self._camera.error

    def _rate(self) -> float:
        now = time.monotonic()
        while self._result_times and now - self._result_times[0] > _RATE_S:
            self._result_times.popleft()
        return len(self._result_times) / _RATE_S

    def _work(self) -> None:
        try:
            with self._detector as detector:
                detector.face(self._observer.facing)
                self._detect(detector)
        except BaseException as error:
            self._failure = error
        finally:
            with self._news:
                self._news.notify_all()

    def _detect(self, detector: PoseDetector) -> None:
        interrupted = False
        while not self._stop.is_set():
            frame = self._camera.take(_WAIT_S)
            if frame is None:
                if self._camera.status == "ended":
                    return
                if not interrupted and self._camera.status in ("lost", "paused"):
                    interrupted = True
                    self._start_over()
                continue
            interrupted = False
            detected = detector.detect(frame)
            with self._lock:
                output = self._observer.take(detected)
                self._detected, self._output = detected, output
                self._delays.append(detected.delay_s)
                self._result_times.append(detected.done_s)
                self._results += 1
                recording = self.recording
            if output.fell_back:
                detector.change_model(FALLBACK)
            if recording is not None:
                recording.observe(detected, is_usable=not output.fell_back)
            if output.remind and not self.muted:
                self._remind()
            detector.face(self._observer.facing)
            with self._news:
                self._news.notify_all()

    def _record(self, frame: CameraFrame) -> None:
        if self.recording is not None:
            self.recording.add(frame)

    def _start_over(self) -> None:
        with self._lock:
            self._observer.start_over()
            self._output = ObserverOutput(
                replace(self._output.state, phase="setup", why="no_picture", estimate=None), ViewCheck("no_picture")
            )
