"""What comes when: sets, sides, moves and pauses of an exercise, from the dose of the library. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Literal, get_args

from posture.coach.settings import COACH
from posture.exercises.library import Exercise, Picture
from posture.types import Side

ExerciseId = Literal["towel", "crossing", "core"]
EXERCISES: tuple[ExerciseId, ...] = get_args(ExerciseId)
StageKind = Literal["ready", "neutral", "hold", "change", "rest"]
SIDES: tuple[Side, ...] = ("right", "left")
# Of a step that lasts as long as its stage.
WHOLE = float("inf")
# Which of the towel exercise's progressions is done standing, without wall and towel; counted from 0.
STANDING_FREE = 2


@dataclass(frozen=True)
class TimedStep:
    """A step of the library that is shown for a while.

    Attributes
    ----------
    step : int
        Counted from 1, of its part.
    seconds : float
        `WHOLE` for the rest of the stage.
    drawn : int or None
        The step whose drawing goes with it, where that is not its own or the last one before it.
    """

    step: int
    seconds: float = WHOLE
    drawn: int | None = None


@dataclass(frozen=True)
class Script:
    """How one part of an exercise is gone through, by the numbers of its steps.

    Attributes
    ----------
    ready : tuple of int
        Shown one after the other while somebody gets ready.
    hold : tuple of Beat
        Over and over during a set.
    change : tuple of int
        Shown while the sides are changed.
    other_side : tuple of Beat
        In the place of `hold` on the second side; empty for the same.
    rest : tuple of int
        Shown between two sets.
    """

    ready: tuple[int, ...]
    hold: tuple[TimedStep, ...]
    change: tuple[int, ...] = ()
    other_side: tuple[TimedStep, ...] = ()
    rest: tuple[int, ...] = ()


_STEP_S, _BREATHS_S, _BACK_S, _REACH_S = COACH.step_s, COACH.breaths_s, COACH.back_s, COACH.reach_s
# One script for each part of the exercise in the library.
SCRIPTS: dict[ExerciseId, tuple[Script, ...]] = {
    "towel": (
        Script(
            ready=(1, 2, 3),
            hold=(TimedStep(4, _STEP_S), TimedStep(5, _BREATHS_S), TimedStep(6, _BACK_S, drawn=3)),
            rest=(7,),
        ),
    ),
    "crossing": (
        Script(
            ready=(1, 2),
            hold=(TimedStep(3, _STEP_S), TimedStep(4, _STEP_S), TimedStep(5, _STEP_S)),
            change=(6,),
            other_side=(TimedStep(6),),
        ),
    ),
    "core": (
        Script(
            ready=(1,),
            hold=(TimedStep(2, _REACH_S), TimedStep(3, _BACK_S, drawn=1)),
            change=(4,),
            # The drawings show the first pair.
            other_side=(TimedStep(4, drawn=1),),
        ),
        Script(ready=(1,), hold=(TimedStep(2),), change=(3,)),
        Script(
            ready=(1,),
            hold=(TimedStep(2, _REACH_S), TimedStep(3, _BACK_S, drawn=1)),
            change=(4,),
            # The drawings show the first pair.
            other_side=(TimedStep(4, drawn=1),),
        ),
    ),
}


@dataclass(frozen=True)
class Stage:
    """One stretch of time.

    Attributes
    ----------
    kind : {"ready", "neutral", "hold", "change", "rest"}
        ``neutral``: stand as usual, so that the own posture can be taken. ``hold``: the exercise itself.
    seconds : float
    number : int
        Of the set, counted from 1.
    part : int
        Of the exercise in the library, counted from 0.
    side : {"right", "left"} or None
        None where it is done with both at once. In the crossing the leg that swings.
    """

    kind: StageKind
    seconds: float
    number: int
    part: int = 0
    side: Side | None = None


@dataclass(frozen=True)
class LessonPlan:
    """A whole lesson.

    Attributes
    ----------
    exercise : {"towel", "crossing", "core"}
    sets : int
    hold_s : float
        Of each side and move.
    stages : tuple of Stage
    """

    exercise: ExerciseId
    sets: int
    hold_s: float
    stages: tuple[Stage, ...]

    @property
    def seconds(self) -> float:
        """How long all of it takes."""
        return sum(stage.seconds for stage in self.stages)

    @property
    def holds(self) -> tuple[int, ...]:
        """Which of the stages are the exercise itself."""
        return tuple(i for i, stage in enumerate(self.stages) if stage.kind == "hold")


def make_plan(
    exercise: Exercise,
    *,
    sets: int | None = None,
    hold_s: float | None = None,
    pause_s: float | None = None,
    neutral: bool = False,
) -> LessonPlan:
    """Return the lesson of an exercise.

    Parameters
    ----------
    exercise : Exercise
        One of `EXERCISES`.
    sets : int, optional
        The fewest of the library's dose by default.
    hold_s : float, optional
        Seconds of each set (of each side and move of it); the shortest of the library's dose by default.
    pause_s : float, optional
        Seconds to get ready, to change sides and between two sets, in the place of `COACH`'s.
    neutral : bool
        Whether somebody who stands first shows their usual posture to a camera.
    """
    chosen = sets or exercise.dose.sets[0]
    seconds = float(hold_s or exercise.dose.seconds[0])
    id_ = exercise_id(exercise.id)
    return LessonPlan(
        id_, chosen, seconds, tuple(_stages(exercise, chosen, seconds, pause_s, neutral=neutral))
    )


def exercise_id(name: str) -> ExerciseId:
    """Return the name of an exercise that has a script.

    Raises
    ------
    ValueError
        When it has none.
    """
    for own in EXERCISES:
        if own == name:
            return own
    raise ValueError(f"no script for {name!r}, expected one of {EXERCISES}")


def _stages(
    exercise: Exercise, sets: int, seconds: float, pause_s: float | None, *, neutral: bool
) -> Iterator[Stage]:
    def pause(kind: StageKind, usual_s: float, number: int, part: int, side: Side | None) -> Stage:
        return Stage(kind, usual_s if pause_s is None else pause_s, number, part, side)

    if neutral:
        yield Stage("neutral", COACH.neutral_s, 1)
    sides: tuple[Side | None, ...] = SIDES if exercise.dose.per_side else (None,)
    for number in range(1, sets + 1):
        for part in range(len(exercise.parts)):
            for place, side in enumerate(sides):
                if place:
                    yield pause("change", COACH.change_s, number, part, side)
                elif part or number == 1:
                    yield pause("ready", COACH.ready_s, number, part, side)
                else:
                    yield pause("rest", COACH.rest_s, number, part, side)
                yield Stage("hold", seconds, number, part, side)


def step_at(plan: LessonPlan, stage: Stage, elapsed_s: float) -> TimedStep | None:
    """Return which step is shown so long after a stage has begun; None where it is none of the library's."""
    script = SCRIPTS[plan.exercise][stage.part]
    if stage.kind == "neutral":
        return None
    if stage.kind == "hold":
        second = stage.side == SIDES[1] and script.other_side
        return _over_and_over(script.other_side if second else script.hold, elapsed_s)
    numbers = {"ready": script.ready, "change": script.change, "rest": script.rest}[stage.kind]
    numbers = numbers or script.ready
    each = stage.seconds / len(numbers)
    return TimedStep(numbers[min(int(elapsed_s / each) if each > 0 else 0, len(numbers) - 1)], each)


def _over_and_over(beats: tuple[TimedStep, ...], elapsed_s: float) -> TimedStep:
    whole = sum(beat.seconds for beat in beats)
    left = elapsed_s % whole if whole < WHOLE else elapsed_s
    for beat in beats:
        if left < beat.seconds:
            return beat
        left -= beat.seconds
    return beats[-1]


def picture_of(exercise: Exercise, part: int, beat: TimedStep, elapsed_s: float) -> Picture | None:
    """Return the drawing that goes with a step: its own, in turn where it has several; else the last one before it."""
    step = beat.step if beat.drawn is None else beat.drawn
    own = [p for p in exercise.pictures if p.part == exercise.parts[part].name]
    for number in count(step, -1):
        shown = [p for p in own if p.step == number]
        if shown:
            return shown[int(elapsed_s / _STEP_S) % len(shown)]
        if number <= 1:
            return own[0] if own else None
    raise AssertionError
