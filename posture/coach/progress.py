"""Where a lesson stands: a pure state that a clock moves on. Whose clock it is does not matter."""

from __future__ import annotations

from dataclasses import dataclass

from posture.coach.plan import LessonPlan, Stage


@dataclass(frozen=True)
class LessonProgress:
    """How far a lesson has come.

    Attributes
    ----------
    index : int
        Of the stage; the number of stages when all is done.
    spent_s : tuple of float
        Seconds spent in each stage; a stage that was left early has fewer than planned.
    """

    index: int
    spent_s: tuple[float, ...]


# What is left of a stage after many small steps may be less than this, seconds: then it is over.
_NOTHING_S = 1e-9


def begin(plan: LessonPlan) -> LessonProgress:
    """Return the first moment of a lesson."""
    return LessonProgress(0, (0.0,) * len(plan.stages))


def stage_of(plan: LessonPlan, place: LessonProgress) -> Stage | None:
    """Return the stage that goes on; None when all is done."""
    return plan.stages[place.index] if place.index < len(plan.stages) else None


def elapsed_s(place: LessonProgress) -> float:
    """Return for how long the stage has gone on, seconds."""
    return place.spent_s[place.index] if place.index < len(place.spent_s) else 0.0


def left_s(plan: LessonPlan, place: LessonProgress) -> float:
    """Return how long the stage still goes on, seconds."""
    stage = stage_of(plan, place)
    return 0.0 if stage is None else max(stage.seconds - elapsed_s(place), 0.0)


def forward(plan: LessonPlan, place: LessonProgress, seconds: float) -> LessonProgress:
    """Return the place so many seconds later; a long time goes through several stages."""
    index, spent = place.index, list(place.spent_s)
    while index < len(spent):
        room = max(plan.stages[index].seconds - spent[index], 0.0)
        if seconds < room - _NOTHING_S:
            spent[index] += max(seconds, 0.0)
            break
        spent[index] = plan.stages[index].seconds
        seconds -= room
        index += 1
    return LessonProgress(index, tuple(spent))


def skip(plan: LessonPlan, place: LessonProgress) -> LessonProgress:
    """Return the place at the begin of the next stage; what was left out counts as not spent."""
    return LessonProgress(min(place.index + 1, len(plan.stages)), place.spent_s)
