"""Camera, stream, file or folder as a source of its newest picture.

A thread reads and keeps only the newest picture with its time stamp: a slow consumer drops pictures, which are
counted, and never falls behind; a recording gets all of them. A broken stream is opened again.
"""

from __future__ import annotations

import contextvars
import os
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np

from posture.errors import PostureError, VideoError
from posture.language import gettext as _
from posture.live.detector import CameraFrame
from posture.types import Image, Rotation
from posture.video import open_video
from posture.video.stream import is_address, is_pipe, redact_address, stream_images

CameraStatus = Literal["opening", "running", "lost", "paused", "ended"]

_POLL_S = 0.05
# Larger numbers overflow in OpenCV, which adds hundreds for each of its drivers; this one belongs to no camera.
_MAX_DEVICE = 9_999
TimedPicture = tuple[Image, float | None]


@dataclass(frozen=True)
class Patience:
    """Time limits for a camera that gives no pictures, seconds."""

    stalled_s: float = 2.0  # Without a picture until the camera counts as lost.
    give_up_s: float = 30.0  # Lost until the session ends.
    retry_s: float = 0.5  # Between two attempts to open it again.


class FrameSource(ABC):
    """Source of a session's newest picture: a camera that is read, or pictures that are pushed; a context manager.

    Attributes
    ----------
    dropped
        Pictures that were replaced by a newer one before they were taken.
    on_frame : callable or None
        Called with each picture, dropped ones too, in the thread that gives it, which waits for it.
    error : PostureError or None
        Error that ended the source; None when it ended by itself.
    """

    def __init__(self, name: str, patience: Patience | None = None) -> None:
        self.name = name
        self.dropped = 0
        self.on_frame: Callable[[CameraFrame], None] | None = None
        self.error: PostureError | None = None
        self._patience = patience or Patience()
        self._news = threading.Condition()
        self._newest: CameraFrame | None = None
        self._number = 0
        self._last_time_s = -1.0
        self._last_grab_s = 0.0
        self._begun_s = 0.0
        self._status: CameraStatus = "opening"
        self._stop = threading.Event()
        self._paused = threading.Event()

    def __enter__(self) -> Self:
        """Start."""
        self._begun_s = self._last_grab_s = time.monotonic()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop: nobody waits for a picture any more."""
        self._stop.set()
        with self._news:
            self._news.notify_all()

    @property
    @abstractmethod
    def status(self) -> CameraStatus:
        """State of the source; ``lost`` also when no picture came for a while."""

    @property
    def is_live(self) -> bool:
        """Whether it is a camera or stream, not a file or folder."""
        return True

    @property
    def given(self) -> int:
        """Number of pictures that the source has given."""
        return self._number

    def pause(self) -> None:
        """Release the camera until `resume`; a file stands still."""
        self._paused.set()

    def resume(self) -> None:
        """Open the camera again."""
        self._paused.clear()

    @property
    def paused(self) -> bool:
        """Whether it is paused, or will be in a moment."""
        return self._paused.is_set()

    def take(self, timeout_s: float) -> CameraFrame | None:
        """Return the newest picture not taken yet; None when none comes in time."""
        with self._news:
            self._news.wait_for(lambda: self._newest is not None or self._status == "ended", timeout_s)
            frame, self._newest = self._newest, None
            self._news.notify_all()
            return frame

    def _give(self, rgb: Image, time_s: float | None, *, waits: bool = False) -> None:
        """Make a picture the newest; with ``waits``, only once the one before it is taken."""
        now = time.monotonic()
        own = now - self._begun_s if time_s is None else time_s
        self._last_time_s = max(own, self._last_time_s + 1e-4)
        frame = CameraFrame(self._number, self._last_time_s, now, rgb)
        if self.on_frame is not None:
            self.on_frame(frame)
        with self._news:
            if self._newest is not None:
                if waits:
                    self._news.wait_for(lambda: self._newest is None or self._stop.is_set())
                else:
                    self.dropped += 1
            self._newest = frame
            self._number += 1
            self._last_grab_s = now
            self._status = "running"
            self._news.notify_all()

    def _set(self, status: CameraStatus) -> None:
        with self._news:
            self._status = status
            self._news.notify_all()

    @property
    def _is_stalled(self) -> bool:
        return time.monotonic() - self._last_grab_s > self._patience.stalled_s


class Camera(FrameSource):
    """Reads a camera, stream, file or folder in a thread of its own.

    Parameters
    ----------
    source
        Number of a camera, an address, a named pipe, a video file, or a folder of numbered images.
    every_frame
        Give each picture of a file or folder as fast as they are taken, and drop none.
    rotate
        Clockwise turn of the pictures, degrees.

    Attributes
    ----------
    restarts
        Number of times the source was opened again.
    """

    def __init__(
        self, source: str, *, every_frame: bool = False, rotate: Rotation = 0, patience: Patience | None = None
    ) -> None:
        super().__init__(source, patience)
        self.restarts = 0
        self._every = every_frame
        self._quarters = rotate // 90
        self._kind = kind_of(source)
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        """Start to read."""
        super().__enter__()
        run = contextvars.copy_context().run
        self._thread = threading.Thread(target=run, args=(self._run,), name="posture-camera", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop reading, and release the camera."""
        super().__exit__()
        if self._thread is not None:
            # A thread that hangs in a driver ends with the process.
            self._thread.join(1.0)

    @property
    def status(self) -> CameraStatus:
        """State of the source; ``lost`` also when no picture came for a while."""
        if self._status == "running" and not self._every:
            return "lost" if self._is_stalled else "running"
        return self._status

    @property
    def is_live(self) -> bool:
        """Whether it is a camera or stream, not a file or folder."""
        return self._kind in ("device", "stream")

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
                    # An unexpected error of a library becomes one line like the others.
                    error = _unexpected(raised, self.name)
                if self._stop.is_set() or self._paused.is_set():
                    continue
                if not self.is_live or (error is not None and self._number == 0):
                    self.error = error
                    return
                now = time.monotonic()
                lost_s = now if lost_s is None or self._number > count else lost_s
                self._set("lost")
                if now - lost_s > self._patience.give_up_s:
                    self.error = error
                    return
                self._stop.wait(self._patience.retry_s)
                self.restarts += 1
        finally:
            self._set("ended")

    def _read(self) -> None:
        """Read until the source ends, is paused, or is closed."""
        with closing(self._pictures()) as pictures:
            for rgb, time_s in pictures:
                if self._stop.is_set() or (self.is_live and self._paused.is_set()):
                    return
                self._give(self._turned(rgb), time_s, waits=self._every)

    def _turned(self, rgb: Image) -> Image:
        return np.ascontiguousarray(np.rot90(rgb, -self._quarters)) if self._quarters else rgb

    def _pictures(self) -> Generator[TimedPicture]:
        if self._kind == "device":
            yield from _device(int(self.name), self._stop)
        elif self._kind == "stream":
            # A pipe's first writer may come late; one that has gone again is a lost camera.
            writer_s = None if self._number == 0 else self._patience.give_up_s
            for picture in stream_images(self.name, self._stop, writer_s=writer_s):
                yield picture, None
        else:
            yield from self._file()

    def _file(self) -> Generator[TimedPicture]:
        """Yield the pictures of a file when they are due, or as fast as they are taken."""
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
        """Wait until the picture is taken: a file does not play while the model is loaded."""
        with self._news:
            # Not "running", which would count as lost after a while.
            self._status = "opening"
            self._news.wait_for(lambda: self._newest is None or self._stop.is_set())


def kind_of(source: str) -> Literal["device", "stream", "file"]:
    """Return the kind of a source.

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
            _("does not exist"),
            where=source,
            advice=_("Name a camera (0, 1), a video file, or an address such as http://phone:8080/video."),
        )
    return "file"


def _unexpected(error: Exception, name: str) -> VideoError:
    reason = (str(error).splitlines() or [""])[0] or type(error).__name__
    return VideoError(_("the camera sends no picture ({reason})").format(reason=reason), where=redact_address(name))


def _device(number: int, stop: threading.Event) -> Generator[TimedPicture]:
    import cv2

    with _quiet(cv2):
        capture = cv2.VideoCapture(min(number, _MAX_DEVICE))
    try:
        if not capture.isOpened():
            raise VideoError(
                _("there is no camera, or another program is using it"),
                where=_("camera {number}").format(number=number),
                advice=_("Plug it in, close other programs, or name another one: posture live 1"),
            )
        # Pictures that the driver buffers would be outdated when displayed.
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        while not stop.is_set():
            there, bgr = capture.read()
            if not there:
                raise VideoError(_("the camera sends no picture"), where=_("camera {number}").format(number=number))
            yield np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB), dtype=np.uint8), None
    finally:
        capture.release()


@contextmanager
def _quiet(cv2: Any) -> Iterator[None]:
    """Silence OpenCV's log: a missing camera is reported as an error."""
    log = cv2.utils.logging
    before = log.getLogLevel()
    log.setLogLevel(log.LOG_LEVEL_SILENT)
    try:
        yield
    finally:
        log.setLogLevel(before)
