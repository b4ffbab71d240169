"""What is left of a lesson: ``coach.json``, field by field.

Seconds are of the lesson's own clock, without pauses; a number that was not measured is ``null`` or missing.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field, FiniteFloat, NonNegativeFloat, NonNegativeInt

from posture.coach.plan import ExerciseId
from posture.language import SOURCE, Language
from posture.records import Side, StoredPath
from posture.stored import Record, RecordFile

SCHEMA_NAME: Literal["posture.coach/1"] = "posture.coach/1"


class Told(Record):
    """For how long something could be told, and was as it should be."""

    told_s: NonNegativeFloat = Field(description="Seconds in which the camera could tell it.")
    met_s: NonNegativeFloat = Field(description="Those of them in which it was as it should be.")


class Difference(Record):
    """A measure against the own usual standing, degrees; less is a flatter back."""

    value: FiniteFloat
    ci90: tuple[FiniteFloat, FiniteFloat] = Field(description="90 % interval.")


class BackMoment(Record):
    """The back of somebody who stands, over about two seconds of a set."""

    at_s: NonNegativeFloat = Field(description="Seconds of the set.")
    pelvic_tilt: Difference | None
    lumbar_arch: Difference | None


class Hold(Record):
    """One set of one side and move."""

    number: int = Field(description="Of the set, counted from 1.", ge=1)
    part: str = Field(description="Name of the move in the library.")
    side: Side | None = Field(description="Null where it is done with both sides at once.")
    planned_s: NonNegativeFloat
    held_s: NonNegativeFloat = Field(description="How long it went on before it was ended or left out.")
    watched_s: NonNegativeFloat = Field(
        description="Seconds in which the camera could tell anything; the rest was only timed."
    )
    criteria: dict[str, Told] = Field(description="By name; those that were never told are missing.")
    lifts: NonNegativeInt | None = Field(
        default=None, description="Crossing: how often a knee was seen coming up; null when not watched."
    )
    back: tuple[BackMoment, ...] = Field(
        default=(), description="Towel exercise, standing: what was measured."
    )
    hints: dict[str, NonNegativeInt] = Field(default={}, description="What was said, and how often.")


class CoachRecord(RecordFile):
    """A lesson, written as ``coach.json``."""

    schema_: Literal["posture.coach/1"] = Field(default=SCHEMA_NAME, alias="schema")
    exercise: ExerciseId
    title: str
    begun: datetime
    source: StoredPath | None = Field(
        description="The camera, stream or file; null for a lesson without one."
    )
    sets: int = Field(description="Sets that were planned.", ge=1)
    hold_s: NonNegativeFloat = Field(description="Seconds planned for each set, side and move.")
    completed: bool = Field(description="Whether every set went on to its end.")
    neutral_taken: bool = Field(description="Towel exercise: whether the own usual standing was measured.")
    holds: tuple[Hold, ...]
    language: Language = SOURCE
