"""A lesson: the clock moves it on, readings of the camera come in, and what is to be shown and said comes out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from posture.coach import progress
from posture.coach.criteria import Criterion, Hint, Judgement
from posture.coach.hints import HintState, clear_hint, update_hint
from posture.coach.plan import STANDING_FREE, LessonPlan, Stage, StageKind, TimedStep, picture_of, step_at
from posture.coach.record import BackMoment, CoachRecord, Difference, Hold, ObservedTime, summary
from posture.coach.towel import STANDING_STEPS, BackFlattening, ChangeFromStanding
from posture.exercises.library import Exercise, Picture
from posture.language import gettext, language
from posture.types import Side

Event = Literal["begin", "end", "done"]
# Two readings further apart than this do not tell about the time between them, seconds.
_LONGEST_GAP_S = 0.6


@dataclass(frozen=True)
class LessonDisplay:
    """What there is to show of a lesson.

    Attributes
    ----------
    exercise : Exercise
    plan : Plan
    kind : Kind or "done"
    stage : Stage or None
        None when all is done.
    left_s : float
        Of the stage.
    step : str
        Of the library, as a sentence; empty where none belongs.
    picture : Picture or None
    hint : Hint or None
    reading : Reading
    flattening : Flattening or None
        Of the back of somebody who stands, while it is fresh.
    has_camera, has_neutral, paused : bool
    done : tuple of str
        What was done, once all is.
    """

    exercise: Exercise
    plan: LessonPlan
    kind: StageKind | Literal["done"]
    stage: Stage | None
    left_s: float
    step: str
    picture: Picture | None
    hint: Hint | None
    reading: Judgement
    flattening: BackFlattening | None
    has_camera: bool
    has_neutral: bool
    paused: bool = False
    done: tuple[str, ...] = ()

    @property
    def part(self) -> str:
        """Name of the move; empty where the exercise has only one."""
        parts = self.exercise.parts
        return parts[self.stage.part].name if self.stage is not None and len(parts) > 1 else ""

    @property
    def side(self) -> Side | None:
        """The side that is exercised now, or next."""
        return None if self.stage is None else self.stage.side


@dataclass
class _Notes:
    """What was seen of one set."""

    watched_s: float = 0.0
    criteria: dict[Criterion, tuple[float, float]] = field(default_factory=dict)
    lifts: int = 0
    back: list[BackMoment] = field(default_factory=list)
    hints: Counter[Hint] = field(default_factory=Counter)


class Lesson:
    """Goes through a plan.

    Parameters
    ----------
    exercise : Exercise
    plan : Plan
    source : str or None
        The camera; None for a lesson without one.
    """

    def __init__(self, exercise: Exercise, plan: LessonPlan, *, source: str | None = None) -> None:
        self.exercise, self.plan = exercise, plan
        self.source = source
        self.has_camera = source is not None
        self.has_neutral = False
        self._begun = datetime.now().astimezone()
        self._place = progress.begin(plan)
        self._speech = HintState()
        self._reading = Judgement()
        self._flattening: BackFlattening | None = None
        self._read_s: float | None = None
        self._notes = {index: _Notes() for index in plan.holds}

    @property
    def stage(self) -> Stage | None:
        """The stage that goes on; None when all is done."""
        return progress.stage_of(self.plan, self._place)

    @property
    def beat(self) -> TimedStep | None:
        """The step that is shown."""
        stage = self.stage
        return None if stage is None else step_at(self.plan, stage, progress.elapsed_s(self._place))

    @property
    def over(self) -> bool:
        """Whether all is done."""
        return self.stage is None

    def forward(self, seconds: float) -> tuple[Event, ...]:
        """Let so many seconds pass, and return what has begun and ended in them."""
        return self._move(progress.forward(self.plan, self._place, seconds))

    def skip(self) -> tuple[Event, ...]:
        """Go on to the next stage."""
        return self._move(progress.skip(self.plan, self._place))

    def _move(self, place: progress.LessonProgress) -> tuple[Event, ...]:
        before, self._place = self._place, place
        if before.index == place.index:
            return ()
        self._speech, self._reading = clear_hint(self._speech), Judgement()
        self._flattening = self._read_s = None
        events: list[Event] = []
        if before.index < len(self.plan.stages) and self.plan.stages[before.index].kind == "hold":
            events.append("end")
        stage = self.stage
        if stage is None:
            events.append("done")
        elif stage.kind == "hold":
            events.append("begin")
        return tuple(events)

    def read(self, reading: Judgement, time_s: float, *, lifts: int = 0) -> Hint | None:
        """Take in what the camera tells, and return what to say aloud.

        Parameters
        ----------
        reading : Reading
        time_s : float
            Of any steady clock.
        lifts : int
            Knees that came up since the last reading.
        """
        gap = 0.0 if self._read_s is None else min(max(time_s - self._read_s, 0.0), _LONGEST_GAP_S)
        self._reading, self._read_s = reading, time_s
        self._speech, hint = update_hint(self._speech, reading.hints, time_s)
        notes = self._notes.get(self._place.index)
        if notes is None:
            return hint
        if reading.met:
            notes.watched_s += gap
        for name, met in reading.met.items():
            told_s, met_s = notes.criteria.get(name, (0.0, 0.0))
            notes.criteria[name] = (told_s + gap, met_s + gap * met)
        notes.lifts += lifts
        if hint is not None:
            notes.hints[hint] += 1
        return hint

    def measured(self, flattening: BackFlattening | None) -> None:
        """Take in how the back differs from the usual standing; None when it is not fresh any more."""
        self._flattening = flattening
        notes = self._notes.get(self._place.index)
        if flattening is not None and notes is not None:
            notes.back.append(
                BackMoment(
                    at_s=round(progress.elapsed_s(self._place), 2),
                    pelvic_tilt=_difference(flattening.tilt),
                    lumbar_arch=_difference(flattening.arch),
                )
            )

    def shown(self, *, paused: bool = False) -> LessonDisplay:
        """Return what there is to show now."""
        stage = self.stage
        return LessonDisplay(
            exercise=self.exercise,
            plan=self.plan,
            kind="done" if stage is None else stage.kind,
            stage=stage,
            left_s=progress.left_s(self.plan, self._place),
            step=self._step(),
            picture=self._picture(),
            hint=self._speech.shown,
            reading=self._reading,
            flattening=self._flattening,
            has_camera=self.has_camera,
            has_neutral=self.has_neutral,
            paused=paused,
            done=tuple(summary(self.record())) if stage is None else (),
        )

    @property
    def _is_standing(self) -> bool:
        """Whether somebody stands before the camera whom the steps and drawings would send to the floor."""
        return self.plan.exercise == "towel" and self.has_neutral

    def _step(self) -> str:
        stage, beat = self.stage, self.beat
        if stage is None or beat is None:
            return ""
        if self._is_standing and stage.kind == "ready":
            return self.exercise.progression[STANDING_FREE]
        if self._is_standing and beat.step in STANDING_STEPS:
            return gettext(STANDING_STEPS[beat.step])
        return self.exercise.parts[stage.part].steps[beat.step - 1]

    def _picture(self) -> Picture | None:
        stage, beat = self.stage, self.beat
        if stage is None:
            return self.exercise.pictures[0]
        if beat is None or self._is_standing:
            return None
        return picture_of(self.exercise, stage.part, beat, progress.elapsed_s(self._place))

    def record(self) -> CoachRecord:
        """Return what was done so far."""
        holds = tuple(self._hold(index) for index in self.plan.holds)
        return CoachRecord(
            exercise=self.plan.exercise,
            title=self.exercise.title,
            begun=self._begun,
            source=self.source,
            sets=self.plan.sets,
            hold_s=self.plan.hold_s,
            completed=all(self._place.spent_s[i] >= self.plan.stages[i].seconds for i in self.plan.holds),
            neutral_taken=self.has_neutral,
            holds=tuple(hold for hold in holds if hold.held_s > 0),
            language=language(),
        )

    def _hold(self, index: int) -> Hold:
        stage, notes = self.plan.stages[index], self._notes[index]
        return Hold(
            number=stage.number,
            part=self.exercise.parts[stage.part].name,
            side=stage.side,
            planned_s=stage.seconds,
            held_s=round(self._place.spent_s[index], 2),
            watched_s=round(notes.watched_s, 2),
            criteria={
                name: ObservedTime(told_s=round(told_s, 2), met_s=round(met_s, 2))
                for name, (told_s, met_s) in notes.criteria.items()
                if told_s > 0
            },
            lifts=notes.lifts if self.plan.exercise == "crossing" and notes.watched_s > 0 else None,
            back=tuple(notes.back),
            hints=dict(notes.hints),
        )


def _difference(against: ChangeFromStanding | None) -> Difference | None:
    if against is None:
        return None
    return Difference(value=against.value, ci90=(against.low, against.high))
