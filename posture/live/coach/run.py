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
from posture.errors import PostureError
from posture.exercises.library import find
from posture.language import gettext as _
from posture.language import language
from posture.live.audio import Player, SoundPlayer
from posture.live.coach.content import LessonContent, print_introduction
from posture.live.coach.observer import CoachObserver
from posture.live.detector import PoseDetector
from posture.live.recording import SessionRecording
from posture.live.run import WAIT_S, LiveOptions, Notify, SessionLoop, check_source, linger, open_screen
from posture.live.running.check import ObserverOutput
from posture.live.running.estimator import Estimator
from posture.live.running.framing import ViewCheck
from posture.live.running.state import SessionState
from posture.live.screen.content import LiveScreen
from posture.live.session import Command, DisplayState, Session
from posture.live.source import Camera, FrameSource
from posture.output.checks import check_writable
from posture.output.files import write_text

FILE = "coach.json"
_NO_CAMERA = DisplayState(None, ObserverOutput(SessionState(), ViewCheck("no_picture")), "ended")


@dataclass(frozen=True)
class CoachOptions:
    """Options of the user; see ``posture live --help``.

    Attributes
    ----------
    live
        Of the session around it.
    hold_s, pause_s : float or None
        None for the library's dose, and the usual pauses.
    """

    exercise: ExerciseId
    live: LiveOptions
    camera: bool = True
    sets: int | None = None
    hold_s: float | None = None
    pause_s: float | None = None


@dataclass(frozen=True)
class LessonClock:
    """A steady clock, seconds, and a way to wait for it; tests use one without waiting."""

    now: Callable[[], float] = time.monotonic
    wait: Callable[[float], None] = time.sleep


def run_coach(options: CoachOptions, *, notify: Notify, clock: LessonClock | None = None) -> list[str]:
    """Go through an exercise until it is done, the user quits, or a file given as the camera ends.

    Returns the lines of the summary; `notify` takes messages for the user while the lesson runs.

    Raises
    ------
    PostureError
        When an option cannot be used, a file given as the camera cannot be read, or a file cannot be written.
    """
    live = options.live
    kind = _check_options(options)
    camera = None
    if options.camera:
        camera = Camera(live.source, every_frame=live.every_frame, rotate=live.rotate or 0)
    recording = SessionRecording(live.record) if live.record is not None and options.camera else None
    with ExitStack() as stack:
        screen = open_screen(LessonContent(quiet=live.quiet), live, kind, notify)
        print_introduction(find(options.exercise))
        stack.enter_context(screen)
        player = stack.enter_context(SoundPlayer(voice=live.voice, lang=language(), notify=notify))
        lesson = LessonRun(options, screen, player, notify, clock or LessonClock())
        record = lesson.go_through(camera, recording, is_file=options.camera and kind == "file")
    return [*summary(record), *_save(record, recording, live.record)]


@dataclass(frozen=True)
class LessonRun:
    """A lesson with its screen and sound, which are entered by the caller."""

    options: CoachOptions
    screen: LiveScreen
    player: Player
    notify: Notify
    clock: LessonClock = LessonClock()

    def go_through(
        self, camera: FrameSource | None, recording: SessionRecording | None = None, *, is_file: bool = False
    ) -> CoachRecord:
        """Go through the lesson until it is done or the user quits; without a camera, or where that fails, as a timer.

        With `is_file`, the pictures are the clock, and the lesson ends with them.
        """
        options, live = self.options, self.options.live
        exercise = find(options.exercise)
        measures_back = camera is not None and options.exercise == "towel"
        plan = make_plan(
            exercise, sets=options.sets, hold_s=options.hold_s, pause_s=options.pause_s, neutral=measures_back
        )
        lesson = Lesson(exercise, plan, source=None if camera is None else live.source)
        with ExitStack() as stack:
            estimator = None
            if measures_back:
                estimator = Estimator(live.first_model, language(), roll=live.roll, inline=live.every_frame)
                stack.enter_context(estimator)
            observer = CoachObserver(
                lesson, play=self.player.play, estimator=estimator, name=live.source, clocked_by_frames=is_file
            )
            observer.muted = live.mute
            loop = _LessonLoop(self.screen, live, observer, self.clock)
            with suppress(KeyboardInterrupt):
                if camera is None or _watch(loop, camera, recording, self.notify, falls_back=not is_file):
                    loop.run_timer()
                if observer.over:
                    loop.linger()
        return lesson.record()


def _check_options(options: CoachOptions) -> str:
    """Return the kind of the source, once all options fit together."""
    live = options.live
    kind = check_source(live, camera=options.camera)
    if live.record is not None:
        check_writable(live.record)
        if (live.record / FILE).exists():
            raise PostureError(
                _("already contains a session"), where=live.record, advice=_("Name another folder with --record.")
            )
    return kind


def _watch(
    loop: _LessonLoop, camera: FrameSource, recording: SessionRecording | None, notify: Notify, *, falls_back: bool
) -> bool:
    """Go through a lesson with a camera; True when the camera has failed and the timer is to take over."""
    observer, detector = loop.observer, PoseDetector(loop.options.first_model)
    session = Session(camera, detector, observer, remind=lambda: None, recording=recording)
    with session:
        session.muted = observer.muted
        if not loop.watch(session):
            return False
        loop.show_latest()
    try:
        session.check()
    except PostureError as error:
        if not falls_back:
            raise
        notify(f"posture: {error}")
        notify(_("posture: continuing without a camera, as a timer"))
        observer.continue_without_camera()
        return True
    # A file has ended.
    return False


class _LessonLoop(SessionLoop):
    """Loop of a lesson, with a camera or as a timer."""

    def __init__(self, screen: LiveScreen, options: LiveOptions, observer: CoachObserver, clock: LessonClock) -> None:
        super().__init__(screen, options, clock.now)
        self.options, self.observer = options, observer
        self._clock = clock
        self._note = ""
        self._paused = False

    @property
    def over(self) -> bool:
        """Whether all is done, or the time limit is reached."""
        return self.observer.over or super().over

    def show(self, session: Session, state: DisplayState) -> Command | None:
        self._paused = session.paused
        if state.detected is None or self._paused:
            # The model is being loaded, or the user has paused.
            self.observer.hold_clock()
        else:
            self.observer.tick(self._clock.now())
        return self._show(state)

    def obey(self, command: Command | None, session: Session | None) -> bool:
        if command == "quit":
            return False
        if command == "next":
            self.observer.skip()
        elif command == "mute":
            self.observer.muted = not self.observer.muted
        elif command == "snapshot":
            self._note = self.save_snapshot()
        elif command == "pause":
            if session is not None:
                session.toggle_pause()
            else:
                self._paused = not self._paused
        return True

    def show_latest(self) -> None:
        """Display the last state of a session that has ended."""
        self._paused = False
        if self.latest is not None:
            self._show(self.latest)

    def run_timer(self) -> None:
        """Go on without a camera."""
        self.start_clock()
        self._paused = False
        self.observer.tick(self._clock.now())
        while self.obey(self._show_timer(), None) and not self.over:
            self._clock.wait(WAIT_S)
            if self._paused:
                self.observer.hold_clock()
            self.observer.tick(self._clock.now())

    def linger(self) -> None:
        """Leave the summary in the window, until a key is pressed."""
        self._paused = False
        linger(self._screen, self._state(_NO_CAMERA))

    def _show_timer(self) -> Command | None:
        return self._show(_NO_CAMERA)

    def _show(self, state: DisplayState) -> Command | None:
        return self._screen.show(self._state(state))

    def _state(self, state: DisplayState) -> DisplayState:
        lesson = self.observer.display(paused=self._paused)
        return replace(state, muted=self.observer.muted, lesson=lesson, note=self._note)


def _save(record: CoachRecord, recording: SessionRecording | None, folder: Path | None) -> list[str]:
    """Write the record, end the recording, and return the lines that name the files or an error."""
    if folder is None:
        return []
    write_text(folder / FILE, record.to_json())
    names, lines = FILE, []
    if recording is not None:
        try:
            video = recording.end()
        except PostureError as error:
            # The record, which is worth more than the video, is written already.
            lines.append(f"posture: {error}")
        else:
            names = FILE if video is None else f"{FILE}, {video.name}"
    return [*lines, _("Results: {path}").format(path=f"{folder} ({names})")]
