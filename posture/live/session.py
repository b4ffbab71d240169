"""Joins camera, eyes, observer, sound and recording; whatever shows it asks for the newest moment.

The landmarker works in a thread of its own, so that neither drawing nor a slow screen delays it.
"""

from __future__ import annotations

import contextvars
import statistics
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol, Self

from posture.coach.lesson import LessonDisplay
from posture.errors import PostureError
from posture.language import gettext as _
from posture.live.detector import DetectedFrame, PoseDetector
from posture.live.running.check import Observer, ObserverOutput
from posture.live.running.framing import ViewCheck
from posture.live.running.state import SessionState
from posture.live.source import Camera, CameraStatus

Command = Literal["neutral", "pause", "snapshot", "record", "mute", "quit", "next"]

# Rate and delay are told over so many seconds and results.
_RATE_S, _DELAYS = 3.0, 90
_WAIT_S = 0.1


@dataclass(frozen=True)
class Pace:
    """How fast a session is.

    Attributes
    ----------
    rate : float
        Results a second over the last seconds.
    delay_s : float
        Median time from the grab of a picture to its result.
    results, dropped : int
        Since the session began.
    """

    rate: float = 0.0
    delay_s: float = 0.0
    results: int = 0
    dropped: int = 0


@dataclass(frozen=True, eq=False)
class DisplayState:
    """What there is to show.

    Attributes
    ----------
    seen : Seen or None
        The newest picture and who is seen in it; None before the first.
    findings : Findings
    camera : {"opening", "running", "lost", "paused", "ended"}
    pace : Pace
    muted, recording : bool
    note : str
        Something to say, such as where a picture was written; empty for nothing.
    coach : Shown or None
        What the coach shows; None without one.
    """

    seen: DetectedFrame | None
    findings: ObserverOutput
    camera: CameraStatus
    pace: Pace = field(default_factory=Pace)
    muted: bool = False
    recording: bool = False
    note: str = ""
    coach: LessonDisplay | None = None

    @property
    def state(self) -> SessionState:
        """Where the session stands."""
        return self.findings.state


class Display(Protocol):
    """What shows a session; used in the main thread."""

    def show(self, moment: DisplayState) -> Command | None:
        """Show a moment, and return what the user wants; takes at most a few hundredths of a second."""
        ...

    def snapshot(self) -> bytes | None:
        """Return a JPEG of what is shown; None when there is none."""
        ...

    def close(self) -> None:
        """Let the screen go."""
        ...


class PictureSink(Protocol):
    """What keeps the pictures of a session."""

    @property
    def failure(self) -> PostureError | None:
        """Why nothing more is kept; None while all is well."""
        ...

    def keep(self, seen: DetectedFrame) -> None:
        """Keep a picture and who was seen in it."""
        ...


class Session:
    """Runs a camera through eyes and observer until it ends; use it with ``with``.

    Parameters
    ----------
    camera : Camera
        Entered by the session.
    eyes : PoseDetector
        Entered by the session, in the thread that uses them.
    observer : Observer
        Such as `posture.live.running.check.RunningCheck`.
    remind : callable
        Called when the runner is to be reminded; must return at once.
    keeper : Keeper, optional
    """

    def __init__(
        self,
        camera: Camera,
        eyes: PoseDetector,
        observer: Observer,
        *,
        remind: Callable[[], None],
        keeper: PictureSink | None = None,
    ) -> None:
        self._camera, self._eyes, self._observer = camera, eyes, observer
        self._remind, self.keeper = remind, keeper
        self.muted = False
        self.note = ""
        self._lock = threading.Lock()
        self._news = threading.Condition()
        self._stop = threading.Event()
        self._failure: BaseException | None = None
        self._findings = ObserverOutput(SessionState(why="no_picture"), ViewCheck("no_picture"))
        self._seen: DetectedFrame | None = None
        self._done: deque[float] = deque()
        self._delays: deque[float] = deque(maxlen=_DELAYS)
        self._results = 0
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        """Start."""
        self._camera.__enter__()
        run = contextvars.copy_context().run
        self._thread = threading.Thread(target=run, args=(self._work,), name="posture-eyes", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop, and let the camera go."""
        self._stop.set()
        self._camera.__exit__()
        if self._thread is not None:
            self._thread.join(5.0)

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self._thread is None or not self._thread.is_alive()

    @property
    def paused(self) -> bool:
        """Whether the camera is let go."""
        return self._camera.paused

    def toggle_pause(self) -> None:
        """Let the camera go, or open it again."""
        if self._camera.paused:
            self._camera.resume()
        else:
            self._camera.pause()

    def take_neutral(self) -> None:
        """Forget the own standing posture, so that it is taken anew."""
        with self._lock:
            self._observer.forget_neutral()
            self._findings = replace(self._findings, state=replace(self._findings.state, neutral=None))

    def display_state(self, wait_s: float) -> DisplayState:
        """Return the newest moment; waits for a new picture at most so long."""
        with self._news:
            self._news.wait(wait_s)
        with self._lock:
            findings, seen = self._findings, self._seen
            rate = self._rate()
            delay = statistics.median(self._delays) if self._delays else 0.0
        pace = Pace(rate, delay, self._results, self._camera.dropped)
        recording = self.keeper is not None and self.keeper.failure is None
        return DisplayState(seen, findings, self._camera.status, pace, self.muted, recording, self.note)

    def check(self) -> None:
        """Raise what ended the session, if anything did.

        Raises
        ------
        PostureError
        """
        if isinstance(self._failure, Exception) and not isinstance(self._failure, PostureError):
            reason = f"{type(self._failure).__name__}: {self._failure}"
            raise PostureError(
                _("a fault of this program ({reason})").format(reason=reason),
                advice=_("Please report it, with the clip if you can."),
            ) from self._failure
        if self._failure is not None:
            raise self._failure
        error: PostureError | None = self._camera.error
        if error is not None:
            raise error

    def _rate(self) -> float:
        now = time.monotonic()
        while self._done and now - self._done[0] > _RATE_S:
            self._done.popleft()
        return len(self._done) / _RATE_S

    def _work(self) -> None:
        try:
            with self._eyes as eyes:
                self._look(eyes)
        except BaseException as error:
            self._failure = error
        finally:
            with self._news:
                self._news.notify_all()

    def _look(self, eyes: PoseDetector) -> None:
        gone = False
        while not self._stop.is_set():
            shot = self._camera.take(_WAIT_S)
            if shot is None:
                if self._camera.status == "ended":
                    return
                if not gone and self._camera.status in ("lost", "paused"):
                    gone = True
                    self._interrupted()
                continue
            gone = False
            seen = eyes.detect(shot)
            with self._lock:
                found = self._observer.take(seen)
                self._seen, self._findings = seen, found
                self._delays.append(seen.delay_s)
                self._done.append(seen.done_s)
                self._results += 1
                keeper = self.keeper
            if keeper is not None:
                keeper.keep(seen)
            if found.remind and not self.muted:
                self._remind()
            eyes.face(self._observer.facing)
            with self._news:
                self._news.notify_all()

    def _interrupted(self) -> None:
        with self._lock:
            self._observer.start_over()
            self._findings = ObserverOutput(
                replace(self._findings.state, phase="setup", why="no_picture", estimate=None),
                ViewCheck("no_picture"),
            )


def camera_words(status: CameraStatus, why: str = "") -> str:
    """Return how the camera is, for people; empty when it runs."""
    words = {
        "opening": _("The camera starts."),
        "lost": _("The camera is lost. It is tried again."),
        "paused": _("Paused: the camera is switched off."),
        "ended": _("The camera has ended."),
        "running": "",
    }[status]
    return f"{words} ({why})" if why and status == "lost" else words
