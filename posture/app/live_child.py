"""A session with the camera of a page, in the process that `posture.app.live_process` starts for it."""

from __future__ import annotations

import json
import queue
import threading
from dataclasses import replace
from multiprocessing.connection import Connection
from typing import Any, get_args

from posture.app.live_messages import COMMAND, HEADER, PICTURE, PageSession
from posture.app.live_screen import PagePlayer, PageScreen
from posture.app.pushed_camera import PushedCamera
from posture.coach.plan import ExerciseId
from posture.coach.record import summary
from posture.errors import PostureError
from posture.language import gettext as _
from posture.live.coach.content import LessonContent
from posture.live.coach.run import CoachOptions, LessonRun
from posture.live.run import LiveDevices, LiveOptions, check_running
from posture.live.running.content import RunningContent
from posture.live.session import Command

# The camera's name in the records.
_NAME = "webcam"
_COMMANDS: tuple[Command, ...] = get_args(Command)
_MAX_TIME_S = 1e7
# Commands beyond these are dropped: nobody presses buttons so fast.
_MAX_WAITING = 20


class PageLink:
    """The session, and the messages from and to its page."""

    def __init__(self, connection: Connection, wanted: PageSession) -> None:
        self._connection, self._wanted = connection, wanted
        self._lock = threading.Lock()
        self._commands: queue.SimpleQueue[Command] = queue.SimpleQueue()
        self._camera = PushedCamera(_NAME, lambda: self._send({"type": "next"}))
        self._options = LiveOptions(_NAME, record=wanted.record, model=wanted.model, facing=wanted.facing)

    def run(self) -> None:
        """Run the session, and tell the page how it ended."""
        threading.Thread(target=self._receive, name="posture-page", daemon=True).start()
        try:
            lines = self._check_running() if self._wanted.exercise is None else self._coach(self._wanted.exercise)
            self._send({"type": "end", "lines": lines})
        except PostureError as error:
            self._send({"type": "end", "error": error.what, "advice": error.advice})

    def _check_running(self) -> list[str]:
        screen = PageScreen(RunningContent(), self._send, self._commands)
        devices = LiveDevices(self._camera, screen, PagePlayer(self._send))
        run = check_running(devices, self._options, notify=self._notify)
        if run.recording is not None:
            run.recording.end()
        if run.latest is None or run.closing is None:
            return [_("Nobody was seen.")]
        screen.show(replace(run.latest, closing=run.closing))
        return []

    def _coach(self, exercise: ExerciseId) -> list[str]:
        screen = PageScreen(LessonContent(), self._send, self._commands)
        options = CoachOptions(exercise, self._options, camera=self._wanted.has_camera)
        lesson = LessonRun(options, screen, PagePlayer(self._send), self._notify)
        return summary(lesson.go_through(self._camera if self._wanted.has_camera else None))

    def _notify(self, text: str) -> None:
        self._send({"type": "note", "text": text.removeprefix("posture: ")})

    def _send(self, message: dict[str, Any]) -> None:
        try:
            with self._lock:
                self._connection.send_bytes(json.dumps(message).encode())
        except OSError:
            # The server has ended; the reader notices it, too.
            self._commands.put("quit")

    def _receive(self) -> None:
        try:
            while True:
                self._take(self._connection.recv_bytes())
        except (EOFError, OSError):
            pass
        self._commands.put("quit")
        self._camera.end()

    def _take(self, message: bytes) -> None:
        kind, content = message[:1], message[1:]
        if kind == PICTURE and len(content) > HEADER.size:
            time_s, skipped = HEADER.unpack_from(content)
            # Also false for what is no number.
            if 0 <= time_s < _MAX_TIME_S:
                self._camera.push(content[HEADER.size :], time_s, skipped)
        elif kind == COMMAND and self._commands.qsize() < _MAX_WAITING:
            command = content.decode("utf-8", "replace")
            if command in _COMMANDS:
                self._commands.put(command)
