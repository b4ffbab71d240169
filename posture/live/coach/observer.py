"""Lets a session's camera watch a lesson of the coach, and a clock move it on."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from posture.coach.criteria import HINT_WORDS
from posture.coach.judge import ExerciseJudge
from posture.coach.lesson import Event, Lesson, LessonDisplay
from posture.coach.observation import PoseSample
from posture.coach.plan import Stage, TimedStep
from posture.coach.settings import COACH
from posture.coach.towel import LET_GO_STEP, BackFlattening, ChangeFromStanding
from posture.comparison.changes import changes, notes
from posture.contour.observation import Observation
from posture.language import gettext as _
from posture.live.audio import Sound
from posture.live.buffer import FrameBuffer
from posture.live.detector import DetectedFrame
from posture.live.running.check import AGREEING_LOOKS, LOOK_S, ObserverOutput
from posture.live.running.estimator import Estimator, WindowEstimate
from posture.live.running.framing import ViewCheck, check_view
from posture.live.running.state import SessionState
from posture.records.analysis import Analysis, Change
from posture.types import Facing

# Rising at the begin, falling at the end, one note for a hint.
_BEGIN_HZ, _END_HZ, _HINT_HZ = (523.25, 659.26, 783.99), (783.99, 523.25), (659.26,)
# While these go on, the usual standing can be taken.
_BEFORE = frozenset({"neutral", "ready"})
# Both looks are of one session and one camera: they are as alike as two clips of one person can be.
_ONE_SESSION = frozenset({"same_clip"})


class CoachObserver:
    """Watches a lesson; the observer of a session, and usable from two threads.

    Parameters
    ----------
    lesson : Lesson
    play : callable
        Takes a sound; returns at once.
    estimator : Estimator, optional
        Measures the back of somebody who stands; entered by whoever made it.
    name : str
        Of the source.
    by_pictures : bool
        Take the time from the pictures, as of a file, instead of from `tick`.

    Attributes
    ----------
    facing : {"left", "right"}
        Which way somebody who stands faces, once several looks agree.
    muted : bool
    """

    def __init__(
        self,
        lesson: Lesson,
        *,
        play: Callable[[Sound], None],
        estimator: Estimator | None = None,
        name: str = "",
        by_pictures: bool = False,
    ) -> None:
        self.facing: Facing = "right"
        self.muted = False
        self._lesson, self._play, self._estimator = lesson, play, estimator
        self._by_pictures = by_pictures
        self._lock = threading.RLock()
        self._watcher = ExerciseJudge(lesson.plan.exercise)
        self._rolling = FrameBuffer(name)
        # Without the pictures: a second of those can fill the memory.
        self._moment: deque[tuple[float, Observation | None]] = deque()
        self._newest: DetectedFrame | None = None
        self._look = ViewCheck("no_picture")
        self._estimate: WindowEstimate | None = None
        self._neutral: Analysis | None = None
        self._asked: Literal["nothing", "neutral", "hold"] = "nothing"
        self._last_look_s = self._last_ask_s = self._measured_s = -1e9
        self._clock_s: float | None = None
        self._other_way = 0
        self._shown_step: object = None
        self._told_steps: set[str] = set()

    @property
    def over(self) -> bool:
        """Whether all of the lesson is done."""
        return self._lesson.over

    def tick(self, now_s: float) -> None:
        """Move the lesson on to a time of a steady clock; does nothing where the pictures tell the time."""
        with self._lock:
            if not self._by_pictures:
                self._advance(now_s)

    def hold_clock(self) -> None:
        """Let the time until the next tick not count: the lesson is paused, or waits for the camera."""
        with self._lock:
            self._clock_s = None

    def skip(self) -> None:
        """Go on to the next stage."""
        with self._lock:
            self._tell(self._lesson.skip())

    def camera_is_gone(self) -> None:
        """Go on without a camera."""
        with self._lock:
            self._by_pictures, self._clock_s = False, None
            self._lesson.has_camera = False
            self.start_over()

    def shown(self, *, paused: bool = False) -> LessonDisplay:
        """Return what there is to show now."""
        with self._lock:
            return self._lesson.shown(paused=paused)

    def take(self, seen: DetectedFrame) -> ObserverOutput:
        """Take in one more picture."""
        with self._lock:
            time_s = seen.frame.time_s
            if self._by_pictures:
                self._advance(time_s)
            self._keep(seen)
            self._take_estimate(time_s)
            if time_s - self._last_look_s >= COACH.look_every_s:
                self._last_look_s = time_s
                self._judge(time_s)
                # Measured inline, it is there already.
                self._take_estimate(time_s)
            return ObserverOutput(
                SessionState(phase="calibrating", neutral=self._neutral, estimate=self._estimate), self._look
            )

    def start_over(self) -> None:
        """Forget the last seconds: the camera was paused or lost."""
        with self._lock:
            self._watcher.start_over()
            self._forget()
            self._moment.clear()
            self._last_look_s = -1e9
            self._look = ViewCheck("no_picture")

    def forget_neutral(self) -> None:
        """Forget the own usual standing."""
        with self._lock:
            self._neutral = None
            self._lesson.has_neutral = False
            self._forget()

    def _forget(self) -> None:
        self._rolling.clear()
        self._asked = "nothing"
        self._estimate = None

    def _advance(self, now_s: float) -> None:
        before, self._clock_s = self._clock_s, now_s
        if before is not None:
            self._tell(self._lesson.forward(max(now_s - before, 0.0)))
        stage, beat = self._lesson.stage, self._lesson.beat
        # What is measured over two seconds is not to reach from one step into another. The usual standing may.
        before_it = stage is not None and stage.kind in _BEFORE and self._neutral is None
        step = "before" if before_it else (stage, _lets_go(beat))
        if step != self._shown_step:
            self._shown_step = step
            self._forget()
        self._tell_step()

    def _tell(self, events: tuple[Event, ...]) -> None:
        if not events:
            return
        self._watcher.start_over()
        if self.muted:
            return
        sounds = {
            "begin": Sound(_("Begin"), _BEGIN_HZ),
            "end": Sound(_("Let go"), _END_HZ),
            "done": Sound(_("Done"), _END_HZ),
        }
        # The end of the last set is the end of all.
        self._play(sounds[events[-1]])

    def _tell_step(self) -> None:
        """Let a voice say a step when it is shown first; who lies on a mat does not see the screen."""
        text = self._lesson.shown().step
        if text and text not in self._told_steps:
            self._told_steps.add(text)
            if not self.muted:
                self._play(Sound(text, ()))

    def _keep(self, seen: DetectedFrame) -> None:
        sighting = seen.observation
        self._watcher.take(
            PoseSample(
                seen.frame.time_s,
                None if sighting is None else sighting.landmarks,
                None if sighting is None else sighting.visibility,
                seen.frame.size,
            )
        )
        self._rolling.add(seen)
        self._newest = seen
        self._moment.append((seen.frame.time_s, sighting))
        while seen.frame.time_s - self._moment[0][0] > LOOK_S:
            self._moment.popleft()

    def _judge(self, time_s: float) -> None:
        newest = self._newest
        assert newest is not None
        times, sightings = zip(*self._moment, strict=True)
        self._look = check_view(sightings, times, newest.frame.size, newest.brightness)
        stage, beat = self._lesson.stage, self._lesson.beat
        if stage is None:
            return
        if time_s - self._measured_s > COACH.fresh_s:
            self._lesson.measured(None)
            self._estimate = None
        flattening = self._lesson.shown().flattening
        reading = self._watcher.read(stage, beat, flattening, has_neutral=self._neutral is not None)
        lifts = 0
        if stage.kind == "hold" and self._lesson.plan.exercise == "crossing":
            lifts = self._watcher.new_lifts()
        hint = self._lesson.read(reading, time_s, lifts=lifts)
        if hint is not None and not self.muted:
            self._play(Sound(_(HINT_WORDS[hint]), _HINT_HZ))
        self._measure(stage, beat, time_s)

    def _measure(self, stage: Stage, beat: TimedStep | None, time_s: float) -> None:
        """Ask for what is to be measured of somebody who stands."""
        estimator = self._estimator
        if estimator is None or estimator.busy or time_s - self._last_ask_s < COACH.measure_every_s:
            return
        if self._look.help is not None or not self._look.still:
            if self._neutral is None:
                self._rolling.clear()
            return
        # Who was not ready in time may still be while they read the steps.
        if stage.kind in _BEFORE and self._neutral is None:
            if self._turn():
                return
            seconds, asked = COACH.neutral_look_s, "neutral"
        elif stage.kind == "hold" and self._neutral is not None and not _lets_go(beat):
            seconds, asked = COACH.hold_look_s, "hold"
        else:
            return
        if self._rolling.span_s < seconds:
            return
        self._last_ask_s = time_s
        self._asked = "neutral" if asked == "neutral" else "hold"
        watched = self._rolling.watched(seconds)
        # They are two clips, though of one camera; nothing else tells them apart.
        path = watched.info.path.with_name(f"{watched.info.path.name}#{asked}")
        estimator.ask(replace(watched, info=replace(watched.info, path=path), sha256=asked), None)

    def _take_estimate(self, time_s: float) -> None:
        estimate = None if self._estimator is None else self._estimator.take()
        asked, self._asked = self._asked, "nothing" if estimate is not None else self._asked
        if estimate is None or asked == "nothing":
            return
        analysis = estimate.analysis
        if analysis.subject.activity != "standing" or analysis.measures.get("pelvic_tilt_deg") is None:
            return
        if asked == "neutral":
            self._neutral, self._lesson.has_neutral = analysis, True
            stage = self._lesson.stage
            if stage is not None and stage.kind == "neutral":
                self._tell(self._lesson.skip())
            return
        assert self._neutral is not None
        flattening = flattening_of(self._neutral, analysis)
        if flattening is not None:
            self._measured_s, self._estimate = time_s, estimate
            self._lesson.measured(flattening)

    def _turn(self) -> bool:
        """Tell whether somebody faces the other way than was thought; then all is seen anew."""
        view = self._look.view
        if view is None or view.facing == self.facing:
            self._other_way = 0
            return False
        self._other_way += 1
        if self._other_way >= AGREEING_LOOKS:
            # The network sees a mirrored picture with slightly different eyes: what was seen before does not mix.
            self.facing, self._other_way = view.facing, 0
            self._forget()
        return True


def flattening_of(neutral: Analysis, analysis: Analysis) -> BackFlattening | None:
    """Return how a back differs from the own usual standing; None where the two cannot be compared."""
    if any(note.blocking and note.code not in _ONE_SESSION for note in notes(neutral, analysis)):
        return None
    found = changes(neutral, analysis)
    tilt, arch = (found.get(name) for name in ("pelvic_tilt_deg", "lumbar_arch_deg"))
    return None if tilt is None and arch is None else BackFlattening(_against(tilt), _against(arch))


def _against(change: Change | None) -> ChangeFromStanding | None:
    return None if change is None else ChangeFromStanding(change.value, *change.ci90)


def _lets_go(beat: TimedStep | None) -> bool:
    return beat is not None and beat.step == LET_GO_STEP
