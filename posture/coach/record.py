"""What is left of a lesson: ``coach.json``, field by field.

Seconds are of the lesson's own clock, without pauses; a number that was not measured is ``null`` or missing.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, NonNegativeFloat, NonNegativeInt

from posture.coach.plan import ExerciseId
from posture.language import SOURCE, Language
from posture.records import Side, StoredPath

SCHEMA_NAME: Literal["posture.coach/1"] = "posture.coach/1"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Told(_Record):
    """For how long something could be told, and was as it should be."""

    told_s: NonNegativeFloat = Field(description="Seconds in which the camera could tell it.")
    met_s: NonNegativeFloat = Field(description="Those of them in which it was as it should be.")


class Difference(_Record):
    """A measure against the own usual standing, degrees; less is a flatter back."""

    value: FiniteFloat
    ci90: tuple[FiniteFloat, FiniteFloat] = Field(description="90 % interval.")


class BackMoment(_Record):
    """The back of somebody who stands, over about two seconds of a set."""

    at_s: NonNegativeFloat = Field(description="Seconds of the set.")
    pelvic_tilt: Difference | None
    lumbar_arch: Difference | None


class Hold(_Record):
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


class CoachRecord(_Record):
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

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    def to_json(self) -> str:
        """Return the record as indented JSON text."""
        return self.model_dump_json(by_alias=True, indent=2) + "\n"


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of ``coach.json``."""
    schema = CoachRecord.model_json_schema(by_alias=True, mode="serialization")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:posture:coach:1",
        **schema,
    }


def schema_text() -> str:
    """Return the JSON Schema as text."""
    return json.dumps(json_schema(), indent=2) + "\n"
