"""A camera, stream, file or folder as one thing that gives its newest picture.

A thread of its own reads and keeps only the newest picture, stamped when it was there: whoever is slow drops pictures,
which are counted, and never falls behind. A stream that breaks off is opened again.
"""

from __future__ import annotations

import contextvars
import os
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np

from posture.errors import PostureError, VideoError
from posture.language import gettext as _
from posture.live.detector import CameraFrame
from posture.types import Image
from posture.video import open_video
from posture.video.stream import is_address, is_pipe, redact_address, stream_images

CameraStatus = Literal["opening", "running", "lost", "paused", "ended"]

# A camera that gives no picture for so long is said to be lost, seconds.
STALLED_S = 2.0
# How long somebody tries to open a lost camera again, and how long they wait in between, seconds.
GIVE_UP_S, RETRY_S = 30.0, 0.5
_POLL_S = 0.05
# A number that surely belongs to no camera: OpenCV adds hundreds for each of its drivers.
_MOST_DEVICES = 9_999
TimedPicture = tuple[Image, float | None]


@dataclass(frozen=True)
class Patience:
    """How long a camera is waited for, seconds.

    Attributes
    ----------
    stalled_s : float
        Without a picture until it counts as lost.
    give_up_s : float
        Lost until the session ends.
    retry_s : float
        Between two attempts.
    """

    stalled_s: float = STALLED_S
    give_up_s: float = GIVE_UP_S
    retry_s: float = RETRY_S


class Camera:
    """Gives the newest picture of a source; use it with ``with``.

    Parameters
    ----------
    source : str
        Number of a camera, an address, a named pipe, a video file, or a folder of numbered images.
    every_frame : bool
        Give each picture of a file or folder as fast as they are taken, and drop none.
    patience : Patience

    Attributes
    ----------
    name : str
    dropped : int
        Pictures that were replaced by a newer one before anybody took them.
    restarts : int
        How often it was opened again.
    """

    def __init__(self, source: str, *, every_frame: bool = False, patience: Patience | None = None) -> None:
        self.name = source
        self.dropped = 0
        self.restarts = 0
        self._every = every_frame
        self._patience = patience or Patience()
        self._kind = kind_of(source)
        self._news = threading.Condition()
        self._shot: CameraFrame | None = None
        self._number = 0
        self._last_s = -1.0
        self._last_seen_s = 0.0
        self._status: CameraStatus = "opening"
        self._why = ""
        self._error: PostureError | None = None
        self._stop = threading.Event()
        self._paused = threading.Event()
        self._begun_s = 0.0
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        """Start to read."""
        self._begun_s = self._last_seen_s = time.monotonic()
        run = contextvars.copy_context().run
        self._thread = threading.Thread(target=run, args=(self._run,), name="posture-camera", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop to read, and let the camera go."""
        self._stop.set()
        with self._news:
            self._news.notify_all()
        if self._thread is not None:
            # A thread that hangs in a driver ends with the process.
            self._thread.join(1.0)

    @property
    def status(self) -> CameraStatus:
        """How it is; ``lost`` also when no picture came for a while."""
        if self._status == "running" and not self._every:
            clear_hint = time.monotonic() - self._last_seen_s > self._patience.stalled_s
            return "lost" if clear_hint else "running"
        return self._status

    @property
    def why(self) -> str:
        """Why it is lost, for people; empty when nothing is known."""
        return self._why

    @property
    def error(self) -> PostureError | None:
        """What ended it; None when it ended by itself."""
        return self._error

    @property
    def is_live(self) -> bool:
        """Whether its pictures are of now: not a file or folder."""
        return self._kind in ("device", "stream")

    def pause(self) -> None:
        """Let the camera go until `resume`; a file stands still."""
        self._paused.set()

    def resume(self) -> None:
        """Open the camera again."""
        self._paused.clear()

    @property
    def paused(self) -> bool:
        """Whether it is paused, or will be in a moment."""
        return self._paused.is_set()

    def take(self, timeout_s: float) -> CameraFrame | None:
        """Return the newest picture that nobody has taken yet; None when there is none within the time."""
        with self._news:
            self._news.wait_for(lambda: self._shot is not None or self._status == "ended", timeout_s)
            shot, self._shot = self._shot, None
            self._news.notify_all()
            return shot

    def _give(self, rgb: Image, time_s: float | None) -> None:
        now = time.monotonic()
        with self._news:
            if self._shot is not None:
                if self._every:
                    self._news.wait_for(lambda: self._shot is None or self._stop.is_set())
                else:
                    self.dropped += 1
            own = now - self._begun_s if time_s is None else time_s
            self._last_s = max(own, self._last_s + 1e-4)
            self._shot = CameraFrame(self._number, self._last_s, now, rgb)
            self._number += 1
            self._last_seen_s = now
            self._status, self._why = "running", ""
            self._news.notify_all()

    def _set(self, status: CameraStatus, why: str = "") -> None:
        with self._news:
            self._status, self._why = status, why
            self._news.notify_all()

    def _run(self) -> None:
        lost_s: float | None = None
        try:
            while not self._stop.is_set():
                if self._paused.is_set():
                    self._set("paused")
                    self._stop.wait(_POLL_S)
                    lost_s = None
                    continue
                if self._status == "paused":
                    self._set("opening")
                count = self._number
                try:
                    self._read()
                    error = None
                except PostureError as raised:
                    error = raised
                except Exception as raised:
                    # Of a library, at something nobody has thought of: told in one line like the others.
                    error = _unforeseen(raised, self.name)
                if self._stop.is_set() or self._paused.is_set():
                    continue
                if not self.is_live or (error is not None and self._number == 0):
                    self._error = error
                    return
                now = time.monotonic()
                lost_s = now if lost_s is None or self._number > count else lost_s
                self._set("lost", "" if error is None else error.what)
                if now - lost_s > self._patience.give_up_s:
                    self._error = error
                    return
                self._stop.wait(self._patience.retry_s)
                self.restarts += 1
        finally:
            self._set("ended", self._why)

    def _read(self) -> None:
        """Read until the source ends, or nobody wants it any more."""
        with closing(self._pictures()) as pictures:
            for rgb, time_s in pictures:
                if self._stop.is_set() or (self.is_live and self._paused.is_set()):
                    return
                self._give(rgb, time_s)

    def _pictures(self) -> Generator[TimedPicture]:
        if self._kind == "device":
            yield from _device(int(self.name), self._stop)
        elif self._kind == "stream":
            # A pipe's first writer may come late; one that was there and has gone is a camera that is lost.
            writer_s = None if self._number == 0 else self._patience.give_up_s
            for picture in stream_images(self.name, self._stop, writer_s=writer_s):
                yield picture, None
        else:
            yield from self._file()

    def _file(self) -> Generator[TimedPicture]:
        """Yield a file's pictures when they are due, or as fast as they are taken."""
        with open_video(Path(self.name)) as video:
            begun: float | None = None
            for number, frame in enumerate(video.frames()):
                if number == 1:
                    self._wait_until_taken()
                    begun = None
                while self._paused.is_set() and not self._stop.is_set():
                    self._set("paused")
                    self._stop.wait(_POLL_S)
                    begun = None
                if not self._every:
                    now = time.monotonic()
                    begun = now - frame.time_s if begun is None else begun
                    self._stop.wait(max(0.0, begun + frame.time_s - now))
                yield frame.rgb, frame.time_s

    def _wait_until_taken(self) -> None:
        """Wait until somebody has taken the picture: a file does not play while the model is being loaded."""
        with self._news:
            # Nothing is lost: nobody has looked so far.
            self._status = "opening"
            self._news.wait_for(lambda: self._shot is None or self._stop.is_set())


def kind_of(source: str) -> Literal["device", "stream", "file"]:
    """Return what a source is.

    Raises
    ------
    VideoError
        When it is neither a camera's number nor an address, and there is no such file.
    """
    if source.isascii() and source.isdigit():
        return "device"
    if is_address(source) or is_pipe(source):
        return "stream"
    if not os.path.lexists(source):
        raise VideoError(
            _("is not there"),
            where=source,
            advice=_("Name a camera (0, 1), a video file, or an address such as http://phone:8080/video."),
        )
    return "file"


def _unforeseen(error: Exception, name: str) -> VideoError:
    reason = (str(error).splitlines() or [""])[0] or type(error).__name__
    return VideoError(
        _("the camera gives no picture ({reason})").format(reason=reason), where=redact_address(name)
    )


def _device(number: int, stop: threading.Event) -> Generator[TimedPicture]:
    import cv2

    with _quiet(cv2):
        # Larger numbers than OpenCV's belong to no camera.
        capture = cv2.VideoCapture(min(number, _MOST_DEVICES))
    try:
        if not capture.isOpened():
            raise VideoError(
                _("there is no camera, or another program uses it"),
                where=_("camera {number}").format(number=number),
                advice=_("Plug it in, close other programs, or name another one: posture live 1"),
            )
        # What the driver has in store would be old when it is shown.
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        while not stop.is_set():
            there, bgr = capture.read()
            if not there:
                raise VideoError(
                    _("the camera gives no picture"), where=_("camera {number}").format(number=number)
                )
            yield np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), dtype=np.uint8), None
    finally:
        capture.release()


@contextmanager
def _quiet(cv2: Any) -> Iterator[None]:
    """Keep OpenCV from logging that a camera is missing: it is told in words."""
    log = cv2.utils.logging
    before = log.getLogLevel()
    log.setLogLevel(log.LOG_LEVEL_SILENT)
    try:
        yield
    finally:
        log.setLogLevel(before)
