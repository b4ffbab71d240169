"""``posture live`` from its options to its end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from posture.analysis.examine import read_or_analyze
from posture.errors import OptionError, PostureError, UsageError
from posture.language import format_number, language, ngettext
from posture.language import gettext as _
from posture.live.audio import SoundPlayer
from posture.live.detector import PoseDetector
from posture.live.recording import SessionRecording, folder_is_free
from posture.live.running.check import RunningCheck
from posture.live.running.estimator import Estimator
from posture.live.screen.terminal import Terminal
from posture.live.screen.window import DisplayWindow, has_screen
from posture.live.session import Command, Display, DisplayState, Session
from posture.live.source import Camera, kind_of
from posture.output.files import write_bytes
from posture.records.analysis import Analysis
from posture.types import PoseModel

Say = Callable[[str], None]
# The screen is drawn anew at least this often, seconds, so that keys are heard.
_WAIT_S = 0.04


@dataclass(frozen=True)
class LiveOptions:
    """What the user asked for; see ``posture live --help``."""

    source: str = "0"
    window: bool = True
    record: Path | None = None
    baseline: Path | None = None
    model: PoseModel = "full"
    mute: bool = False
    voice: bool = False
    mirror: bool = True
    full_screen: bool = False
    seconds: float | None = None
    every_frame: bool = False
    quiet: bool = False


@dataclass
class _Totals:
    """What a session was, for its last lines."""

    seconds: float = 0.0
    moment: DisplayState | None = None
    told: bool = False


def run_live(options: LiveOptions, *, say: Say) -> Iterator[str]:
    """Run a session until it ends, the user quits, or the camera stays away.

    Parameters
    ----------
    options : Options
    say : callable
        Takes a line for people, while the session runs.

    Yields
    ------
    str
        What was seen, a line for people; before the recording is analysed, which may take a while or fail.

    Raises
    ------
    PostureError
        When the camera cannot be opened, an option cannot be used, or a file cannot be written.
    """
    if options.every_frame and kind_of(options.source) != "file":
        raise UsageError(
            _("only a file or folder has all its pictures"),
            where="--every-frame",
            advice=_("Leave it out with a camera or a stream."),
        )
    if options.record is not None:
        folder_is_free(options.record)
    neutral = _baseline(options)
    recording = None if options.record is None else SessionRecording(options.record)
    camera = Camera(options.source, every_frame=options.every_frame)
    with ExitStack() as stack:
        estimator = stack.enter_context(Estimator(options.model, language(), inline=options.every_frame))
        check = RunningCheck(options.source, estimator, neutral)
        screen = _screen(options, say)
        stack.enter_context(screen)
        alarm = stack.enter_context(SoundPlayer(voice=options.voice, lang=language(), say=say))
        session = Session(camera, PoseDetector(options.model), check, remind=alarm.remind, keeper=recording)
        session.muted = options.mute
        with session:
            tally = _loop(session, screen, options, say)
    yield from summary(check, tally)
    # The key `r` may have begun one, too.
    if isinstance(session.keeper, SessionRecording):
        yield from _finished(session.keeper, options.model, check.state.neutral, say)


def _finished(
    recording: SessionRecording, model: PoseModel, neutral: Analysis | None, say: Say
) -> Iterator[str]:
    if recording.failure is None:
        say(_("posture: the recording is analysed; Ctrl-C leaves only its video"))
    folder = recording.finish(model=model, neutral=neutral)
    if (count := recording.left_out) > 0:
        yield ngettext(
            "{count} picture was not recorded: it has another size than the first, or comes too late",
            "{count} pictures were not recorded: they have another size than the first, or come too late",
            count,
        ).format(count=count)
    if folder is not None:
        yield _("Results: {path}").format(path=folder)


def _screen(options: LiveOptions, say: Say) -> Terminal | DisplayWindow:
    if options.window:
        if has_screen():
            return DisplayWindow(mirror=options.mirror, full_screen=options.full_screen)
        say(_("posture: there is no screen for a window, so it is shown here; Ctrl-C ends it"))
    return Terminal(quiet=options.quiet)


def _baseline(options: LiveOptions) -> Analysis | None:
    if options.baseline is None:
        return None
    neutral = read_or_analyze(options.baseline, model=options.model)
    if neutral.subject.activity != "standing":
        raise OptionError(
            _("does not show somebody who stands"),
            where=options.baseline,
            advice=_(
                "Name a standing clip, or leave it out and stand still for five seconds before the camera."
            ),
        )
    if neutral.software.model != options.model:
        raise OptionError(
            _("was made with the pose model {model}").format(model=neutral.software.model),
            where=options.baseline,
            advice=_("Add: --model {model}").format(model=neutral.software.model),
        )
    return neutral


def _loop(session: Session, screen: Display, options: LiveOptions, say: Say) -> _Totals:
    tally = _Totals()
    begun = time.monotonic()
    with suppress(KeyboardInterrupt):
        while not session.over:
            tally.moment = moment = session.display_state(_WAIT_S)
            if moment.seen is None:
                # Loading the model does not count.
                begun = time.monotonic()
            tally.seconds = time.monotonic() - begun
            if moment.seen is None and moment.camera == "ended":
                # It never came: what ended it is told below.
                continue
            tally.told = _tell_failure(session, say, told=tally.told)
            command = screen.show(moment)
            if command is not None and not _obey(command, session, screen, options):
                return tally
            if options.seconds is not None and tally.seconds >= options.seconds:
                return tally
        tally.moment = session.display_state(0.0)
        tally.seconds = time.monotonic() - begun
    try:
        session.check()
    except PostureError as error:
        if tally.moment is None or tally.moment.pace.results == 0:
            raise
        # What was seen until then still counts.
        say(f"posture: {error}")
    return tally


def _tell_failure(session: Session, say: Say, *, told: bool) -> bool:
    """Tell once that nothing more is recorded; the session goes on."""
    if told or session.keeper is None or session.keeper.failure is None:
        return told
    session.note = str(session.keeper.failure)
    say(f"posture: {session.note}")
    return True


def _obey(command: Command, session: Session, screen: Display, options: LiveOptions) -> bool:
    """Do what a key means; False when the session is to end."""
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
        session.note = _begin_recording(session, options)
    elif command == "snapshot":
        session.note = take_snapshot(screen, options)
    return True


def _begin_recording(session: Session, options: LiveOptions) -> str:
    """Begin to record; a recording ends with the session."""
    if session.keeper is not None:
        return _("It is being recorded already.")
    folder = options.record or Path(f"posture-{datetime.now():%Y%m%d-%H%M%S}")
    try:
        session.keeper = SessionRecording(folder)
    except PostureError as error:
        return str(error)
    return _("Recorded into {path}").format(path=folder)


def take_snapshot(screen: Display, options: LiveOptions) -> str:
    """Write what is shown as a picture, and return where, or why not; empty where nothing can be written."""
    picture = screen.snapshot()
    if picture is None:
        return ""
    path = (options.record or Path()) / f"posture-{datetime.now():%Y%m%d-%H%M%S}.jpg"
    try:
        write_bytes(path, picture)
    except PostureError as error:
        return str(error)
    return _("Picture: {path}").format(path=path)


def summary(check: RunningCheck, tally: _Totals) -> list[str]:
    """Return what a session was, in a few lines."""
    moment = tally.moment
    if moment is None or moment.pace.results == 0:
        return [_("Nothing was seen.")]
    pace = moment.pace
    lines = [
        _("{seconds} s, {results} pictures looked at, {dropped} dropped").format(
            seconds=format_number(tally.seconds, 0), results=pace.results, dropped=pace.dropped
        )
    ]
    count = len(check.cues)
    lines.append(
        ngettext("{count} reminder of a hollow back", "{count} reminders of a hollow back", count).format(
            count=count
        )
    )
    return lines
