"""State of a lesson: advanced by a clock, updated with judgements, displayed by a screen."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from posture.coach.criteria import Criterion, Hint, Judgement
from posture.coach.judge import HintState, clear_hint, update_hint
from posture.coach.plan import ExerciseForm, LessonPlan, Stage, StageKind, TimedStep, step_at
from posture.coach.record import BackMoment, CoachRecord, Difference, Hold, ObservedTime, summary
from posture.coach.towel import STANDING_FORM, BackFlattening, ChangeFromStanding
from posture.exercises.library import Exercise, Picture
from posture.language import language
from posture.types import Side

Event = Literal["begin", "end", "done"]
# A longer gap between two judgements does not count as observed, seconds.
_MAX_GAP_S = 0.6
# Many small steps may leave such a rest of a stage, seconds: it counts as over.
_ROUNDING_S = 1e-9


@dataclass(frozen=True)
class LessonProgress:
    """Position in a plan."""

    plan: LessonPlan
    index: int  # Of the stage; the number of stages when all is done.
    spent_s: tuple[float, ...]  # Seconds spent in each stage; fewer than planned in a stage that was skipped.

    @classmethod
    def start(cls, plan: LessonPlan) -> LessonProgress:
        """Return the beginning of a plan."""
        return cls(plan, 0, (0.0,) * len(plan.stages))

    @property
    def stage(self) -> Stage | None:
        """The current stage; None when all is done."""
        return self.plan.stages[self.index] if self.index < len(self.plan.stages) else None

    @property
    def elapsed_s(self) -> float:
        """Time since the stage began, seconds."""
        return self.spent_s[self.index] if self.index < len(self.spent_s) else 0.0

    @property
    def left_s(self) -> float:
        """Time until the stage ends, seconds."""
        return 0.0 if self.stage is None else max(self.stage.seconds - self.elapsed_s, 0.0)

    def forward(self, seconds: float) -> LessonProgress:
        """Return the position after some seconds, which may span several stages."""
        index, spent = self.index, list(self.spent_s)
        while index < len(spent):
            room = max(self.plan.stages[index].seconds - spent[index], 0.0)
            if seconds < room - _ROUNDING_S:
                spent[index] += max(seconds, 0.0)
                break
            spent[index] = self.plan.stages[index].seconds
            seconds -= room
            index += 1
        return LessonProgress(self.plan, index, tuple(spent))

    def skip(self) -> LessonProgress:
        """Return the beginning of the next stage; the skipped time does not count as spent."""
        return LessonProgress(self.plan, min(self.index + 1, len(self.plan.stages)), self.spent_s)


@dataclass(frozen=True)
class LessonDisplay:
    """Everything that a screen displays of a lesson."""

    exercise: Exercise
    plan: LessonPlan
    kind: StageKind | Literal["done"]
    stage: Stage | None  # None when all is done.
    left_s: float  # Seconds until the stage ends.
    step: str  # Sentence from the library; empty where none belongs.
    picture: Picture | None
    hint: Hint | None
    judgement: Judgement
    flattening: BackFlattening | None  # Of a standing back, while it is fresh.
    has_camera: bool
    has_neutral: bool
    paused: bool = False
    summary: tuple[str, ...] = ()  # Lines about the whole lesson, once it is done.

    @property
    def part(self) -> str:
        """Name of the move; empty where the exercise has only one."""
        parts = self.exercise.parts
        return parts[self.stage.part].name if self.stage is not None and len(parts) > 1 else ""

    @property
    def side(self) -> Side | None:
        """The side that works now, or next."""
        return None if self.stage is None else self.stage.side


@dataclass
class _SetNotes:
    """Observations of one set; `criteria` holds seconds observed and seconds met."""

    watched_s: float = 0.0
    criteria: dict[Criterion, tuple[float, float]] = field(default_factory=dict)
    lifts: int = 0
    back: list[BackMoment] = field(default_factory=list)
    hints: Counter[Hint] = field(default_factory=Counter)


class Lesson:
    """Goes through a plan and keeps what was observed.

    Parameters
    ----------
    source : str or None
        The camera; None for a lesson without one.
    """

    def __init__(self, exercise: Exercise, plan: LessonPlan, *, source: str | None = None) -> None:
        self.exercise, self.plan = exercise, plan
        self.source = source
        self.has_camera = source is not None
        self.has_neutral = False
        self._begun = datetime.now().astimezone()
        self._progress = LessonProgress.start(plan)
        self._hint = HintState()
        self._judgement = Judgement()
        self._flattening: BackFlattening | None = None
        self._judged_s: float | None = None
        self._notes = {index: _SetNotes() for index in plan.holds}

    @property
    def stage(self) -> Stage | None:
        """The current stage; None when all is done."""
        return self._progress.stage

    @property
    def step(self) -> TimedStep | None:
        """The step on display."""
        return None if self.stage is None else step_at(self.plan, self.stage, self._progress.elapsed_s)

    @property
    def over(self) -> bool:
        """Whether all is done."""
        return self.stage is None

    def forward(self, seconds: float) -> tuple[Event, ...]:
        """Let some seconds pass, and return which sets began and ended meanwhile."""
        return self._move(self._progress.forward(seconds))

    def skip(self) -> tuple[Event, ...]:
        """Go on to the next stage."""
        return self._move(self._progress.skip())

    def _move(self, progress: LessonProgress) -> tuple[Event, ...]:
        before, self._progress = self._progress, progress
        if before.index == progress.index:
            return ()
        self._hint, self._judgement = clear_hint(self._hint), Judgement()
        self._flattening = self._judged_s = None
        events: list[Event] = []
        if before.stage is not None and before.stage.kind == "hold":
            events.append("end")
        if progress.stage is None:
            events.append("done")
        elif progress.stage.kind == "hold":
            events.append("begin")
        return tuple(events)

    def on_judgement(self, judgement: Judgement, time_s: float, *, lifts: int = 0) -> Hint | None:
        """Take in a judgement, and return the hint to speak now.

        Parameters
        ----------
        time_s
            Of any steady clock.
        lifts
            Knee lifts since the last judgement.
        """
        gap = 0.0 if self._judged_s is None else min(max(time_s - self._judged_s, 0.0), _MAX_GAP_S)
        self._judgement, self._judged_s = judgement, time_s
        self._hint, hint = update_hint(self._hint, judgement.hints, time_s)
        notes = self._notes.get(self._progress.index)
        if notes is None:
            return hint
        if judgement.met:
            notes.watched_s += gap
        for name, met in judgement.met.items():
            observed_s, met_s = notes.criteria.get(name, (0.0, 0.0))
            notes.criteria[name] = (observed_s + gap, met_s + gap * met)
        notes.lifts += lifts
        if hint is not None:
            notes.hints[hint] += 1
        return hint

    def on_measurement(self, flattening: BackFlattening | None) -> None:
        """Take in a measurement of the standing back; None when the last one is no longer fresh."""
        self._flattening = flattening
        notes = self._notes.get(self._progress.index)
        if flattening is not None and notes is not None:
            notes.back.append(
                BackMoment(
                    at_s=round(self._progress.elapsed_s, 2),
                    pelvic_tilt=_difference(flattening.tilt),
                    lumbar_arch=_difference(flattening.arch),
                )
            )

    def display(self, *, paused: bool = False) -> LessonDisplay:
        """Return what to display now."""
        stage, step = self.stage, self.step
        # With the usual standing measured, the person stands: do not send them to the floor.
        standing = self.plan.exercise == "towel" and self.has_neutral
        form = STANDING_FORM if standing else ExerciseForm()
        text, picture = "", None
        if stage is None:
            picture = self.exercise.pictures[0]
        elif step is not None:
            text = form.step_text(self.exercise, stage, step)
            picture = form.picture(self.exercise, stage, step)
        return LessonDisplay(
            exercise=self.exercise,
            plan=self.plan,
            kind="done" if stage is None else stage.kind,
            stage=stage,
            left_s=self._progress.left_s,
            step=text,
            picture=picture,
            hint=self._hint.displayed,
            judgement=self._judgement,
            flattening=self._flattening,
            has_camera=self.has_camera,
            has_neutral=self.has_neutral,
            paused=paused,
            summary=tuple(summary(self.record())) if stage is None else (),
        )

    def record(self) -> CoachRecord:
        """Return the record of the lesson so far."""
        holds = tuple(self._hold(index) for index in self.plan.holds)
        return CoachRecord(
            exercise=self.plan.exercise,
            title=self.exercise.title,
            begun=self._begun,
            source=self.source,
            sets=self.plan.sets,
            hold_s=self.plan.hold_s,
            completed=all(self._progress.spent_s[i] >= self.plan.stages[i].seconds for i in self.plan.holds),
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
            held_s=round(self._progress.spent_s[index], 2),
            watched_s=round(notes.watched_s, 2),
            criteria={
                name: ObservedTime(told_s=round(observed_s, 2), met_s=round(met_s, 2))
                for name, (observed_s, met_s) in notes.criteria.items()
                if observed_s > 0
            },
            lifts=notes.lifts if self.plan.exercise == "crossing" and notes.watched_s > 0 else None,
            back=tuple(notes.back),
            hints=dict(notes.hints),
        )


def _difference(change: ChangeFromStanding | None) -> Difference | None:
    return None if change is None else Difference(value=change.value, ci90=(change.low, change.high))
