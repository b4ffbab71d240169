"""Observer of a lesson: lets a camera watch it, and a clock move it on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Literal

from posture.coach.criteria import HINT_WORDS
from posture.coach.judge import ExerciseJudge
from posture.coach.lesson import Event, Lesson, LessonDisplay
from posture.coach.observation import PoseSample
from posture.coach.plan import Stage, TimedStep
from posture.coach.settings import COACH
from posture.coach.towel import BackFlattening, ChangeFromStanding
from posture.comparison.changes import changes, notes
from posture.language import gettext as _
from posture.live.audio import Sound
from posture.live.buffer import FrameBuffer
from posture.live.detector import DetectedFrame
from posture.live.running.check import ObserverOutput
from posture.live.running.estimator import Estimator, WindowEstimate
from posture.live.running.framing import ViewMonitor
from posture.live.running.state import SessionState
from posture.records.analysis import Analysis, Change
from posture.types import Facing

# Rising at the begin of a set, falling at its end, one note for a hint.
_BEGIN_HZ, _END_HZ, _HINT_HZ = (523.25, 659.26, 783.99), (783.99, 523.25), (659.26,)


class CoachObserver:
    """Observer of a session that watches a lesson; usable from two threads.

    Parameters
    ----------
    play
        Takes a sound; must return at once.
    estimator
        Measures a standing back; entered by the caller.
    name
        Of the source.
    clocked_by_frames
        Take the time from the frames, as of a file, instead of from `tick`.
    """

    def __init__(
        self,
        lesson: Lesson,
        *,
        play: Callable[[Sound], None],
        estimator: Estimator | None = None,
        name: str = "",
        clocked_by_frames: bool = False,
    ) -> None:
        self.muted = False
        self._lesson, self._play, self._estimator = lesson, play, estimator
        self._clocked_by_frames = clocked_by_frames
        self._lock = threading.RLock()
        self._judge = ExerciseJudge(lesson.plan.exercise)
        self._buffer = FrameBuffer(name)
        self._monitor = ViewMonitor()
        self._estimate: WindowEstimate | None = None
        self._neutral: Analysis | None = None
        self._requested: Literal["nothing", "neutral", "hold"] = "nothing"
        self._requested_s = self._measured_s = -1e9
        self._clock_s: float | None = None
        self._position: object = None
        self._spoken: set[str] = set()

    @property
    def facing(self) -> Facing:
        """Direction that a standing person faces, once several view checks agree."""
        return self._monitor.facing

    @property
    def over(self) -> bool:
        """Whether the whole lesson is done."""
        return self._lesson.over

    def tick(self, now_s: float) -> None:
        """Move the lesson on to a time of a steady clock; no-op where the frames are the clock."""
        with self._lock:
            if not self._clocked_by_frames:
                self._advance(now_s)

    def hold_clock(self) -> None:
        """Ignore the time until the next tick: the lesson is paused, or waits for the camera."""
        with self._lock:
            self._clock_s = None

    def skip(self) -> None:
        """Go on to the next stage."""
        with self._lock:
            self._announce(self._lesson.skip())

    def continue_without_camera(self) -> None:
        """Go on as a timer."""
        with self._lock:
            self._clocked_by_frames, self._clock_s = False, None
            self._lesson.has_camera = False
            self.start_over()

    def display(self, *, paused: bool = False) -> LessonDisplay:
        """Return what to display now."""
        with self._lock:
            return self._lesson.display(paused=paused)

    def take(self, detected: DetectedFrame) -> ObserverOutput:
        """Take in one more frame."""
        with self._lock:
            frame, observation = detected.frame, detected.observation
            if self._clocked_by_frames:
                self._advance(frame.time_s)
            landmarks = None if observation is None else observation.landmarks
            visibility = None if observation is None else observation.visibility
            self._judge.add(PoseSample(frame.time_s, landmarks, visibility, frame.size))
            self._buffer.add(detected)
            self._monitor.add(detected)
            self._take_estimate(frame.time_s)
            if self._monitor.check_if_due(COACH.look_every_s):
                self._watch(frame.time_s)
                # An inline estimator has finished already.
                self._take_estimate(frame.time_s)
            state = SessionState(phase="calibrating", neutral=self._neutral, estimate=self._estimate)
            return ObserverOutput(state, self._monitor.latest)

    def start_over(self) -> None:
        """Discard the last seconds: the camera was paused or lost."""
        with self._lock:
            self._judge.start_over()
            self._discard_window()
            self._monitor.clear()

    def forget_neutral(self) -> None:
        """Forget the usual standing."""
        with self._lock:
            self._neutral = None
            self._lesson.has_neutral = False
            self._discard_window()

    def _discard_window(self) -> None:
        self._buffer.clear()
        self._requested = "nothing"
        self._estimate = None

    def _advance(self, now_s: float) -> None:
        before, self._clock_s = self._clock_s, now_s
        if before is not None:
            self._announce(self._lesson.forward(max(now_s - before, 0.0)))
        # A measurement must not span two steps; that of the usual standing may.
        stage, step = self._lesson.stage, self._lesson.step
        position = "standing" if self._awaits_neutral(stage) else (stage, step is not None and step.releases)
        if position != self._position:
            self._position = position
            self._discard_window()
        self._speak_step()

    def _awaits_neutral(self, stage: Stage | None) -> bool:
        """Return whether the usual standing is measured now; also while getting ready, for late starters."""
        return self._neutral is None and stage is not None and stage.kind in ("neutral", "ready")

    def _announce(self, events: tuple[Event, ...]) -> None:
        if not events:
            return
        self._judge.start_over()
        if self.muted:
            return
        sounds = {
            "begin": Sound(_("Begin"), _BEGIN_HZ),
            "end": Sound(_("Let go"), _END_HZ),
            "done": Sound(_("Done"), _END_HZ),
        }
        # One sound at a time: after the last set "done" replaces "end".
        self._play(sounds[events[-1]])

    def _speak_step(self) -> None:
        """Speak each step the first time: lying on a mat, one does not see the screen."""
        text = self._lesson.display().step
        if text and text not in self._spoken:
            self._spoken.add(text)
            if not self.muted:
                self._play(Sound(text, ()))

    def _watch(self, time_s: float) -> None:
        """Judge the exercise, give a hint, and request a measurement."""
        stage, step = self._lesson.stage, self._lesson.step
        if stage is None:
            return
        if time_s - self._measured_s > COACH.fresh_s:
            self._lesson.on_measurement(None)
            self._estimate = None
        flattening = self._lesson.display().flattening
        judgement = self._judge.judge(stage, step, flattening, has_neutral=self._neutral is not None)
        lifts = 0
        if stage.kind == "hold" and self._lesson.plan.exercise == "crossing":
            lifts = self._judge.count_new_lifts()
        hint = self._lesson.on_judgement(judgement, time_s, lifts=lifts)
        if hint is not None and not self.muted:
            self._play(Sound(_(HINT_WORDS[hint]), _HINT_HZ))
        self._request(stage, step, time_s)

    def _request(self, stage: Stage, step: TimedStep | None, time_s: float) -> None:
        """Request a measurement of a person who stands still, where one is due."""
        estimator = self._estimator
        if estimator is None or estimator.busy or time_s - self._requested_s < COACH.measure_every_s:
            return
        view = self._monitor.latest
        if view.fault is not None or not view.still:
            if self._neutral is None:
                self._buffer.clear()
            return
        subject: Literal["neutral", "hold"]
        if self._awaits_neutral(stage):
            if self._monitor.update_facing():
                self._discard_window()
                return
            if self._monitor.is_turning:
                return
            seconds, subject = COACH.neutral_look_s, "neutral"
        elif stage.kind == "hold" and self._neutral is not None and not (step is not None and step.releases):
            seconds, subject = COACH.hold_look_s, "hold"
        else:
            return
        if self._buffer.span_s < seconds:
            return
        self._requested_s, self._requested = time_s, subject
        estimator.request(self._buffer.observations(seconds), None)

    def _take_estimate(self, time_s: float) -> None:
        estimate = None if self._estimator is None else self._estimator.take()
        if estimate is None:
            return
        requested, self._requested = self._requested, "nothing"
        analysis = estimate.analysis
        stands = analysis.subject.activity == "standing"
        if requested == "nothing" or not stands or analysis.measures.get("pelvic_tilt_deg") is None:
            return
        if requested == "neutral":
            self._neutral, self._lesson.has_neutral = analysis, True
            stage = self._lesson.stage
            if stage is not None and stage.kind == "neutral":
                self._announce(self._lesson.skip())
            return
        assert self._neutral is not None
        flattening = flattening_of(self._neutral, analysis)
        if flattening is not None:
            self._measured_s, self._estimate = time_s, estimate
            self._lesson.on_measurement(flattening)


def flattening_of(neutral: Analysis, analysis: Analysis) -> BackFlattening | None:
    """Return the difference of a back from usual standing; None where the two cannot be compared."""
    if any(note.blocking for note in notes(neutral, analysis, same_session=True)):
        return None
    changed = changes(neutral, analysis)
    tilt, arch = (_change(changed.get(name)) for name in ("pelvic_tilt_deg", "lumbar_arch_deg"))
    return None if tilt is None and arch is None else BackFlattening(tilt, arch)


def _change(change: Change | None) -> ChangeFromStanding | None:
    return None if change is None else ChangeFromStanding(change.value, *change.ci90)
