"""``posture live`` from its options to its end, and the loop that a screen and the coach share with it."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from posture.analysis.options import AnalysisOptions
from posture.analysis.pipeline import read_or_analyze
from posture.errors import OptionError, PostureError, UsageError
from posture.language import format_number, language, ngettext
from posture.language import gettext as _
from posture.live.audio import Player, SoundPlayer
from posture.live.detector import PoseDetector
from posture.live.recording import SessionRecording, check_folder_is_free
from posture.live.running.check import RunningCheck
from posture.live.running.closing import Closing, closing_of
from posture.live.running.content import RunningContent
from posture.live.running.estimator import Estimator
from posture.live.screen.content import LiveScreen, ScreenContent
from posture.live.screen.terminal import Terminal
from posture.live.screen.window import DisplayWindow, has_screen
from posture.live.session import Command, DisplayState, Session
from posture.live.source import Camera, FrameSource, kind_of
from posture.output.files import write_bytes
from posture.records.analysis import Analysis
from posture.types import Facing, PoseModel, Rotation

Notify = Callable[[str], None]
# The screen is drawn at least this often, seconds, so that keys are read.
WAIT_S = 0.04


@dataclass(frozen=True)
class LiveOptions:
    """Options of the user; see ``posture live --help``; `facing` is the expected running direction.

    Without a `model`, a session begins with the usual one, and falls back where the computer is too slow for it.
    """

    source: str = "0"
    window: bool = True
    record: Path | None = None
    baseline: Path | None = None
    auto_baseline: bool = True
    model: PoseModel | None = None
    rotate: Rotation | None = None
    roll: float | None = None
    mute: bool = False
    voice: bool = False
    mirror: bool = True
    full_screen: bool = True
    seconds: float | None = None
    every_frame: bool = False
    quiet: bool = False
    facing: Facing = "right"

    @property
    def first_model(self) -> PoseModel:
        """Pose model that a session begins with."""
        return self.model or "full"


@dataclass(frozen=True)
class LiveDevices:
    """What a session sees with, shows with and sounds with; screen and player are entered by the caller."""

    camera: FrameSource
    screen: LiveScreen
    player: Player


@dataclass(frozen=True)
class CheckedRun:
    """End of a running check."""

    check: RunningCheck
    latest: DisplayState | None  # The last state on display.
    closing: Closing | None  # None where no picture came.
    recording: SessionRecording | None


class SessionLoop(ABC):
    """Displays a session, and does what the keys mean, until the session, the user or the time limit ends it.

    Attributes
    ----------
    latest : DisplayState or None
        The last state on display.
    """

    def __init__(self, screen: LiveScreen, options: LiveOptions, now: Callable[[], float] = time.monotonic) -> None:
        self.latest: DisplayState | None = None
        self._screen, self._options, self._now = screen, options, now
        self._begun_s: float | None = None

    @property
    def seconds(self) -> float:
        """Time since the first picture, seconds: loading the model does not count."""
        return 0.0 if self._begun_s is None else self._now() - self._begun_s

    @property
    def over(self) -> bool:
        """Whether the time limit is reached."""
        return self._options.seconds is not None and self.seconds >= self._options.seconds

    def watch(self, session: Session) -> bool:
        """Display a session; False when the user or the time limit ended it, not the session itself."""
        while not session.over:
            self.latest = state = session.display_state(WAIT_S)
            if state.detected is not None:
                self.start_clock()
            if not self.obey(self.show(session, state), session) or self.over:
                return False
        self.latest = session.display_state(0.0)
        return True

    def start_clock(self) -> None:
        """Start the time limit, unless it runs already."""
        if self._begun_s is None:
            self._begun_s = self._now()

    @abstractmethod
    def show(self, session: Session, state: DisplayState) -> Command | None:
        """Display a state, and return the command of a pressed key."""

    @abstractmethod
    def obey(self, command: Command | None, session: Session) -> bool:
        """Carry out a command; False when the session is to end."""

    def save_snapshot(self) -> str:
        """Write the picture on display, and return where, or why not; empty where there is none."""
        picture = self._screen.snapshot()
        if picture is None:
            return ""
        path = (self._options.record or Path()) / f"posture-{datetime.now():%Y%m%d-%H%M%S}.jpg"
        try:
            write_bytes(path, picture)
        except PostureError as error:
            return str(error)
        return _("Picture: {path}").format(path=path)


class _RunningLoop(SessionLoop):
    """Loop of the running check."""

    def __init__(self, screen: LiveScreen, options: LiveOptions, notify: Notify) -> None:
        super().__init__(screen, options)
        self._notify = notify
        self._reported_failure = self._reported_fallback = False

    def show(self, session: Session, state: DisplayState) -> Command | None:
        if state.detected is None and state.camera == "ended":
            # The camera gave no picture at all; its error is raised at the end.
            return None
        recording = session.recording
        if recording is not None and recording.failure is not None and not self._reported_failure:
            self._reported_failure = True
            session.note = str(recording.failure)
            self._notify(f"posture: {session.note}")
        if state.output.fell_back and not self._reported_fallback:
            self._reported_fallback = True
            session.note = _("This computer is too slow for the full model: the lite model is used from here on.")
            self._notify(f"posture: {session.note}")
        return self._screen.show(state)

    def obey(self, command: Command | None, session: Session) -> bool:
        if command == "quit":
            return False
        if command == "pause":
            session.toggle_pause()
        elif command == "mute":
            session.muted = not session.muted
        elif command == "neutral":
            session.take_neutral()
            session.note = _("Stand still for five seconds.")
        elif command == "record":
            session.note = self._begin_recording(session)
        elif command == "snapshot":
            session.note = self.save_snapshot()
        return True

    def _begin_recording(self, session: Session) -> str:
        """Begin to record until the end of the session, and return a note."""
        if session.recording is not None:
            return _("Recording is already on.")
        folder = self._options.record or Path(f"posture-{datetime.now():%Y%m%d-%H%M%S}")
        try:
            session.recording = SessionRecording(folder)
        except PostureError as error:
            return str(error)
        return _("Recorded into {path}").format(path=folder)


def run_live(options: LiveOptions, *, notify: Notify) -> Iterator[str]:
    """Run a session until it ends, the user quits, or the camera stays away; yield the lines of its summary.

    The first lines come before the recording is analysed, which may take a while or fail. `notify` takes messages for
    the user while the session runs.

    Raises
    ------
    PostureError
        When the camera cannot be opened, an option cannot be used, or a file cannot be written.
    """
    kind = check_source(options)
    neutral = _baseline(options)
    if neutral is not None:
        # Numbers of another pose model could not be compared with it.
        options = replace(options, model=neutral.software.model)
    camera = Camera(options.source, every_frame=options.every_frame, rotate=options.rotate or 0)
    with ExitStack() as stack:
        screen = stack.enter_context(open_screen(RunningContent(quiet=options.quiet), options, kind, notify))
        player = stack.enter_context(SoundPlayer(voice=options.voice, lang=language(), notify=notify))
        run = check_running(LiveDevices(camera, screen, player), options, neutral, notify=notify)
    yield from _summary(run.check, run.latest, run.closing)
    if run.recording is not None:
        # Its pictures are analysed by the first model, with which a standing posture of the fallback does not go.
        neutral = None if run.check.fell_back else run.check.state.neutral
        yield from _finish_recording(run.recording, options, neutral, notify)


def check_running(
    devices: LiveDevices, options: LiveOptions, neutral: Analysis | None = None, *, notify: Notify
) -> CheckedRun:
    """Check a runner until the session ends, the user quits, or the camera stays away.

    `neutral` is the runner's own standing posture, where it is known already.

    Raises
    ------
    PostureError
        When the camera gives no picture, or the folder to record into cannot be written.
    """
    recording = None if options.record is None else SessionRecording(options.record)
    model, may_fall_back = options.first_model, options.model is None
    with Estimator(model, language(), roll=options.roll, inline=options.every_frame) as estimator:
        check = RunningCheck(options.source, estimator, neutral, options.facing, may_fall_back=may_fall_back)
        session = Session(devices.camera, PoseDetector(model), check, remind=devices.player.remind, recording=recording)
        session.muted = options.mute
        loop = _RunningLoop(devices.screen, options, notify)
        with session:
            ended = _watch(loop, session, notify)
        closing = None
        if loop.latest is not None and loop.latest.pace.results > 0:
            closing = closing_of(
                check.tally,
                loop.latest.pace.dropped,
                estimator.model,
                is_file=not devices.camera.is_live,
                fell_back=check.fell_back,
            )
            if ended:
                linger(devices.screen, replace(loop.latest, closing=closing))
        return CheckedRun(check, loop.latest, closing, session.recording)


def check_source(options: LiveOptions, *, camera: bool = True) -> str:
    """Return the kind of the source (``none`` without a camera), once the options fit together.

    Raises
    ------
    PostureError
        When they do not, or when the folder to record into holds a session.
    """
    kind = kind_of(options.source) if camera else "none"
    if options.every_frame and kind != "file":
        raise UsageError(
            _("works only with a file or a folder"),
            where="--every-frame",
            advice=_("Leave it out with a camera or a stream."),
        )
    if options.record is not None:
        check_folder_is_free(options.record)
    return kind


def open_screen(content: ScreenContent, options: LiveOptions, kind: str, notify: Notify) -> LiveScreen:
    """Return the window, or the terminal where there is none; `kind` is that of the source."""
    if options.window:
        if has_screen():
            # A local camera is a mirror; who films with a phone, or plays a file, sees the runner from there.
            mirror = options.mirror and kind == "device"
            return DisplayWindow(content, mirror=mirror, full_screen=options.full_screen)
        notify(_("posture: there is no screen for a window; everything is shown here, and Ctrl-C ends it"))
    return Terminal(content)


def _baseline(options: LiveOptions) -> Analysis | None:
    if options.baseline is None:
        return None
    camera = AnalysisOptions(options.first_model, rotate=options.rotate, roll_deg=options.roll)
    neutral = read_or_analyze(options.baseline, camera)
    if neutral.subject.activity != "standing":
        raise OptionError(
            _("does not show a standing person"),
            where=options.baseline,
            advice=_("Name a standing clip, or leave it out and stand still for five seconds in front of the camera."),
        )
    if options.model not in (None, neutral.software.model):
        raise OptionError(
            _("was made with the pose model {model}").format(model=neutral.software.model),
            where=options.baseline,
            advice=_("Add: --model {model}").format(model=neutral.software.model),
        )
    return neutral


def linger(screen: LiveScreen, display: DisplayState) -> None:
    """Leave the end of a session on the screen, until a key is pressed."""
    with suppress(KeyboardInterrupt):
        screen.linger(display)


def _watch(loop: _RunningLoop, session: Session, notify: Notify) -> bool:
    """Display a session to its end; False when it was interrupted.

    Its error is raised only if it has seen nothing.
    """
    try:
        if not loop.watch(session):
            return True
    except KeyboardInterrupt:
        return False
    try:
        session.check()
    except PostureError as error:
        if loop.latest is None or loop.latest.pace.results == 0:
            raise
        notify(f"posture: {error}")
    return True


def _summary(check: RunningCheck, latest: DisplayState | None, closing: Closing | None) -> Iterator[str]:
    if latest is None or closing is None:
        yield _("Nobody was seen.")
        return
    pace = latest.pace
    yield _("{seconds} s: {results} pictures analysed, {dropped} skipped").format(
        seconds=format_number(check.tally.total_s, 0), results=pace.results, dropped=pace.dropped
    )
    count = len(check.reminders)
    yield ngettext("{count} reminder of a hollow back", "{count} reminders of a hollow back", count).format(count=count)
    yield from closing.text_lines


def _finish_recording(
    recording: SessionRecording, options: LiveOptions, neutral: Analysis | None, notify: Notify
) -> Iterator[str]:
    if recording.failure is None:
        notify(_("posture: analysing the recording; Ctrl-C keeps only its video"))
    folder = recording.finish(
        AnalysisOptions(options.first_model, roll_deg=options.roll, auto_baseline=options.auto_baseline), neutral
    )
    if (count := recording.left_out) > 0:
        yield ngettext(
            "{count} picture was not recorded: its size differs from the first one's, or it came too late",
            "{count} pictures were not recorded: their size differs from the first one's, or they came too late",
            count,
        ).format(count=count)
    if folder is not None:
        yield _("Results: {path}").format(path=folder)
