"""``posture live --coach`` from its options to its end: with a camera that watches, or as a guided timer."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from posture.coach.lesson import Lesson
from posture.coach.plan import ExerciseId, make_plan
from posture.coach.record import CoachRecord, summary
from posture.errors import PostureError, UsageError
from posture.exercises.library import Exercise, find
from posture.language import gettext as _
from posture.language import language
from posture.live.audio import SoundPlayer
from posture.live.coach.observer import CoachObserver
from posture.live.coach.terminal import CoachTerminal, introduce
from posture.live.coach.view import CoachView
from posture.live.coach.wording import WINDOW_KEYS
from posture.live.detector import PoseDetector
from posture.live.recording import SessionRecording, folder_is_free
from posture.live.run import LiveOptions, Say, take_snapshot
from posture.live.running.check import ObserverOutput
from posture.live.running.estimator import Estimator
from posture.live.running.framing import ViewCheck
from posture.live.running.state import SessionState
from posture.live.screen.window import DisplayWindow, has_screen
from posture.live.session import Command, Display, DisplayState, Session
from posture.live.source import Camera, kind_of
from posture.output.checks import check_writable
from posture.output.files import write_text
from posture.report.text.console import make_console

FILE = "coach.json"
# The screen is drawn anew at least this often, seconds, so that keys are heard.
_WAIT_S = 0.04
# How long a window still shows what was done, seconds.
_LINGER_S = 8.0


@dataclass(frozen=True)
class CoachOptions:
    """What the user asked for; see ``posture live --help``.

    Attributes
    ----------
    exercise : {"towel", "crossing", "core"}
    live : Options
        Of the session around it.
    camera : bool
    sets : int or None
    hold_s, pause_s : float or None
        In the place of the library's dose.
    """

    exercise: ExerciseId
    live: LiveOptions
    camera: bool = True
    sets: int | None = None
    hold_s: float | None = None
    pause_s: float | None = None


@dataclass(frozen=True)
class LessonClock:
    """A clock that can be waited for; another one makes a long lesson short.

    Attributes
    ----------
    now : callable
        Returns seconds that never go back.
    wait : callable
        Waits for so many seconds.
    """

    now: Callable[[], float] = time.monotonic
    wait: Callable[[float], None] = time.sleep


def run_coach(options: CoachOptions, *, say: Say, clock: LessonClock | None = None) -> list[str]:
    """Go through an exercise until it is done, the user quits, or a file given as the camera ends.

    Parameters
    ----------
    options : CoachOptions
    say : callable
        Takes a line for people, while the lesson runs.
    clock : Clock, optional
        Of the machine by default.

    Returns
    -------
    list of str
        What was done, for people.

    Raises
    ------
    PostureError
        When an option cannot be used, a file given as the camera cannot be read, or a file cannot be written.
    """
    live = options.live
    kind = _checked(options)
    exercise = find(options.exercise)
    watched = options.camera
    plan = make_plan(
        exercise,
        sets=options.sets,
        hold_s=options.hold_s,
        pause_s=options.pause_s,
        neutral=watched and options.exercise == "towel",
    )
    lesson = Lesson(exercise, plan, source=live.source if watched else None)
    recording = SessionRecording(live.record) if live.record is not None and watched else None
    with ExitStack() as stack:
        estimator = None
        if watched and options.exercise == "towel":
            estimator = stack.enter_context(Estimator(live.model, language(), inline=live.every_frame))
        screen = _screen(options, exercise, say)
        stack.enter_context(screen)
        alarm = stack.enter_context(SoundPlayer(voice=live.voice, lang=language(), say=say))
        coaching = CoachObserver(
            lesson,
            play=alarm.play,
            estimator=estimator,
            name=live.source,
            by_pictures=watched and kind == "file",
        )
        coaching.muted = live.mute
        runner = _Runner(options, coaching, screen, clock or LessonClock())
        with suppress(KeyboardInterrupt):
            _run(runner, recording, say, falls_back=kind != "file")
            if coaching.over and isinstance(screen, DisplayWindow):
                runner.linger()
    record = lesson.record()
    return [*summary(record), *_kept(record, recording, live.record)]


def _checked(options: CoachOptions) -> str:
    """Return what kind of source it is, once all options fit together."""
    live = options.live
    kind = kind_of(live.source) if options.camera else "none"
    if live.every_frame and kind != "file":
        raise UsageError(
            _("only a file or folder has all its pictures"),
            where="--every-frame",
            advice=_("Leave it out with a camera or a stream."),
        )
    if live.record is not None:
        folder_is_free(live.record)
        check_writable(live.record)
        if (live.record / FILE).exists():
            raise PostureError(
                _("holds a session already"),
                where=live.record,
                advice=_("Name another folder with --record."),
            )
    return kind


def _screen(options: CoachOptions, exercise: Exercise, say: Say) -> CoachTerminal | DisplayWindow:
    live = options.live
    if live.window:
        if has_screen():
            # A window has no room for all of it.
            introduce(exercise, make_console(), steps=not live.quiet)
            return DisplayWindow(
                full_screen=live.full_screen, view=CoachView(mirror=live.mirror), keys=WINDOW_KEYS
            )
        say(_("posture: there is no screen for a window, so it is shown here; Ctrl-C ends it"))
    return CoachTerminal(exercise, quiet=live.quiet)


def _run(runner: _Runner, recording: SessionRecording | None, say: Say, *, falls_back: bool) -> None:
    options, coaching = runner.options, runner.coaching
    if options.camera:
        live = options.live
        camera = Camera(live.source, every_frame=live.every_frame)
        session = Session(camera, PoseDetector(live.model), coaching, remind=lambda: None, keeper=recording)
        with session:
            if not runner.with_camera(session):
                return
        try:
            session.check()
        except PostureError as error:
            if not falls_back:
                raise
            say(f"posture: {error}")
            say(_("posture: it goes on without a camera, as a timer"))
        else:
            # A file that has ended, as the camera: nothing more is to be seen.
            return
        coaching.camera_is_gone()
    runner.without_camera()


class _Runner:
    """Shows a lesson, and does what the keys mean."""

    def __init__(
        self, options: CoachOptions, coaching: CoachObserver, screen: Display, clock: LessonClock
    ) -> None:
        self.options, self.coaching = options, coaching
        self._screen, self._clock = screen, clock
        self._note = ""
        self._paused = False
        self._begun_s: float | None = None

    def with_camera(self, session: Session) -> bool:
        """Go on while there is a camera; False when it is to end."""
        session.muted = self.coaching.muted
        while not session.over:
            moment = session.display_state(_WAIT_S)
            if moment.seen is None or session.paused:
                # The model is being loaded, or nobody wants time to pass.
                self.coaching.hold_clock()
            else:
                self._begun_s = self._clock.now() if self._begun_s is None else self._begun_s
                self.coaching.tick(self._clock.now())
            command = self._show(replace(moment, muted=self.coaching.muted), paused=session.paused)
            if command == "pause":
                session.toggle_pause()
            elif not self._obey(command):
                return False
            if self._ends():
                return False
        self._show(session.display_state(0.0), paused=False)
        return True

    def without_camera(self) -> None:
        """Go on as a timer."""
        now = self._clock.now
        self._begun_s = now() if self._begun_s is None else self._begun_s
        self.coaching.tick(now())
        while True:
            moment = DisplayState(
                None,
                ObserverOutput(SessionState(), ViewCheck("no_picture")),
                "ended",
                muted=self.coaching.muted,
            )
            command = self._show(moment, paused=self._paused)
            if command == "pause":
                self._paused = not self._paused
            elif not self._obey(command):
                return
            if self._ends():
                return
            self._clock.wait(_WAIT_S)
            if self._paused:
                self.coaching.hold_clock()
            self.coaching.tick(now())

    def linger(self) -> None:
        """Show what was done for a while, or until somebody quits or goes on."""
        end_s = self._clock.now() + _LINGER_S
        while self._clock.now() < end_s:
            moment = DisplayState(
                None,
                ObserverOutput(SessionState(), ViewCheck("no_picture")),
                "ended",
                muted=self.coaching.muted,
            )
            if self._show(moment, paused=False) in ("quit", "next"):
                return
            self._clock.wait(_WAIT_S)

    def _show(self, moment: DisplayState, *, paused: bool) -> Command | None:
        shown = self.coaching.shown(paused=paused)
        return self._screen.show(replace(moment, coach=shown, note=self._note))

    def _ends(self) -> bool:
        """Tell whether all is done, or the time that was asked for is over."""
        if self.coaching.over:
            return True
        limit = self.options.live.seconds
        return limit is not None and self._begun_s is not None and self._clock.now() - self._begun_s >= limit

    def _obey(self, command: Command | None) -> bool:
        """Do what a key means; False when the lesson is to end."""
        if command == "quit":
            return False
        if command == "next":
            self.coaching.skip()
        elif command == "mute":
            self.coaching.muted = not self.coaching.muted
        elif command == "snapshot":
            self._note = take_snapshot(self._screen, self.options.live)
        return True


def _kept(record: CoachRecord, recording: SessionRecording | None, folder: Path | None) -> list[str]:
    """Write what is kept, and return the lines that say where, or why not."""
    if folder is None:
        return []
    write_text(folder / FILE, record.to_json())
    names, lines = FILE, []
    if recording is not None:
        try:
            video = recording.end()
        except PostureError as error:
            # The record is worth more than the video: it is there already.
            lines.append(f"posture: {error}")
        else:
            names = FILE if video is None else f"{FILE}, {video.name}"
    return [*lines, _("Results: {path}").format(path=f"{folder} ({names})")]
