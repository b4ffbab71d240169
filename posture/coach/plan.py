"""Plan of a lesson: sets, sides, moves and pauses of an exercise, from the dose in the library."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

from posture.coach.settings import COACH
from posture.exercises.library import Exercise, Picture
from posture.language import gettext
from posture.types import Side

ExerciseId = Literal["towel", "crossing", "core"]
EXERCISES: tuple[ExerciseId, ...] = get_args(ExerciseId)
StageKind = Literal["ready", "neutral", "hold", "change", "rest"]
SIDES: tuple[Side, ...] = ("right", "left")
# Duration of a step that lasts as long as its stage.
WHOLE = float("inf")


@dataclass(frozen=True)
class TimedStep:
    """A step of the library that is displayed for a while."""

    step: int  # Counted from 1 within its part.
    seconds: float = WHOLE  # For the rest of the stage by default.
    # Step whose drawing is displayed, where that is neither its own nor the last one before it.
    drawn: int | None = None
    releases: bool = False  # Whether the position is given up in this step, so that nothing is measured or judged.


@dataclass(frozen=True)
class Script:
    """Order of the steps in one part of an exercise."""

    ready: tuple[int, ...]  # Displayed one after the other while getting ready.
    hold: tuple[TimedStep, ...]  # Repeated during a set.
    change: tuple[int, ...] = ()  # Displayed while changing sides; as on the other side.
    rest: tuple[int, ...] = ()  # Displayed between two sets.


_STEP_S, _BREATHS_S, _BACK_S, _REACH_S = COACH.step_s, COACH.breaths_s, COACH.back_s, COACH.reach_s
# Dead bug and bird dog.
_REACH_AND_RETURN = Script(
    ready=(1,),
    hold=(TimedStep(2, _REACH_S), TimedStep(3, _BACK_S, drawn=1)),
    change=(4,),
)
# One script per part of the exercise in the library.
SCRIPTS: dict[ExerciseId, tuple[Script, ...]] = {
    "towel": (
        Script(
            ready=(1, 2, 3),
            hold=(
                TimedStep(4, _STEP_S),
                TimedStep(5, _BREATHS_S),
                TimedStep(6, _BACK_S, drawn=3, releases=True),
            ),
            rest=(7,),
        ),
    ),
    "crossing": (
        Script(
            ready=(1, 2),
            hold=(TimedStep(3, _STEP_S), TimedStep(4, _STEP_S), TimedStep(5, _STEP_S)),
            change=(1,),
        ),
    ),
    "core": (
        _REACH_AND_RETURN,
        Script(ready=(1,), hold=(TimedStep(2),), change=(3,)),
        _REACH_AND_RETURN,
    ),
}


@dataclass(frozen=True)
class Stage:
    """One stretch of time."""

    kind: StageKind  # ``neutral``: stand as usual, to be measured. ``hold``: the exercise itself.
    seconds: float
    number: int  # Of the set, counted from 1.
    part: int = 0  # Index of the part in the library.
    side: Side | None = None  # None where both sides work at once. In the crossing the leg that swings.


@dataclass(frozen=True)
class LessonPlan:
    """All stages of a lesson; `hold_s` is the length of each set, side and move."""

    exercise: ExerciseId
    sets: int
    hold_s: float
    stages: tuple[Stage, ...]

    @property
    def seconds(self) -> float:
        """Duration of the whole lesson."""
        return sum(stage.seconds for stage in self.stages)

    @property
    def holds(self) -> tuple[int, ...]:
        """Indices of the stages that are the exercise itself."""
        return tuple(i for i, stage in enumerate(self.stages) if stage.kind == "hold")


def make_plan(
    exercise: Exercise,
    *,
    sets: int | None = None,
    hold_s: float | None = None,
    pause_s: float | None = None,
    neutral: bool = False,
) -> LessonPlan:
    """Plan the lesson of an exercise, one of `EXERCISES`.

    Parameters
    ----------
    sets
        The fewest of the library's dose by default.
    hold_s
        Seconds of each set, side and move; the shortest of the library's dose by default.
    pause_s
        Seconds to get ready, to change sides and between two sets; those of `COACH` by default.
    neutral
        Whether the lesson begins with standing as usual before a camera.
    """
    count_ = sets or exercise.dose.sets[0]
    seconds = float(hold_s or exercise.dose.seconds[0])
    stages = tuple(_stages(exercise, count_, seconds, pause_s, neutral=neutral))
    return LessonPlan(exercise_id(exercise.id), count_, seconds, stages)


def exercise_id(name: str) -> ExerciseId:
    """Return the id of an exercise that has a script; raises ValueError for others."""
    for known in EXERCISES:
        if known == name:
            return known
    raise ValueError(f"no script for {name!r}, expected one of {EXERCISES}")


def _stages(exercise: Exercise, sets: int, seconds: float, pause_s: float | None, *, neutral: bool) -> Iterator[Stage]:
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
    """Return the step at a time of a stage; None where none of the library's steps belongs."""
    script = SCRIPTS[plan.exercise][stage.part]
    if stage.kind == "neutral":
        return None
    if stage.kind == "hold":
        return _repeated(script.hold, elapsed_s)
    numbers = {"ready": script.ready, "change": script.change, "rest": script.rest}[stage.kind]
    numbers = numbers or script.ready
    each = stage.seconds / len(numbers)
    return TimedStep(numbers[min(int(elapsed_s / each) if each > 0 else 0, len(numbers) - 1)], each)


def _repeated(steps: tuple[TimedStep, ...], elapsed_s: float) -> TimedStep:
    whole = sum(step.seconds for step in steps)
    left = elapsed_s % whole if whole < WHOLE else elapsed_s
    for step in steps:
        if left < step.seconds:
            return step
        left -= step.seconds
    return steps[-1]


@dataclass(frozen=True)
class ExerciseForm:
    """Texts and drawings of one form of an exercise; the library's own by default.

    Attributes
    ----------
    ready_progression : int or None
        Index of the library's progression that is displayed while getting ready, in place of the steps.
    steps
        Texts that replace the library's, by step number, not yet translated.
    has_pictures
        Whether the library's drawings show this form.
    """

    ready_progression: int | None = None
    steps: Mapping[int, str] = field(default_factory=dict)
    has_pictures: bool = True

    def step_text(self, exercise: Exercise, stage: Stage, step: TimedStep) -> str:
        """Return the text of a step."""
        if stage.kind == "ready" and self.ready_progression is not None:
            return exercise.progression[self.ready_progression]
        if step.step in self.steps:
            return gettext(self.steps[step.step])
        part = exercise.parts[stage.part]
        if stage.side == SIDES[1] and step.step <= len(part.other_side):
            return part.other_side[step.step - 1]
        return part.steps[step.step - 1]

    def picture(self, exercise: Exercise, stage: Stage, step: TimedStep) -> Picture | None:
        """Return the drawing of a step, for the other side its mirror image; None where there is none."""
        drawing = picture_of(exercise, stage.part, step) if self.has_pictures else None
        return drawing if drawing is None else replace(drawing, mirrored=stage.side == SIDES[1])


def picture_of(exercise: Exercise, part: int, step: TimedStep) -> Picture | None:
    """Return the library's drawing of a step, or the last one before it."""
    own = [p for p in exercise.pictures if p.part == exercise.parts[part].name]
    number = step.step if step.drawn is None else step.drawn
    before = [p for p in own if p.step <= number]
    # Several of one step show it in turn: the first.
    last = max((p.step for p in before), default=0)
    return next((p for p in before if p.step == last), own[0] if own else None)
