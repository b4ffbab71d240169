"""Records of a comparison, field by field, as ``posture compare --json`` writes them.

These classes define the file, its JSON Schema, and the return value of ``posture.compare``.
"""

from __future__ import annotations

import sys
from typing import Literal

from pydantic import Field, FiniteFloat

from posture.language import SOURCE, Language
from posture.output.names import short_name
from posture.records.analysis import Change, Issue, Label, Software
from posture.records.base import Record, ShownRecord
from posture.records.fields import StoredPath
from posture.types import PRIMARY_MEASURES, Activity

COMPARISON_SCHEMA: Literal["posture.comparison/1"] = "posture.comparison/1"


class Compared(Record):
    """One of the two clips.

    Attributes
    ----------
    path : str
        The clip, or the analysis.json that was read instead of it, as it was named.
    """

    path: StoredPath
    sha256: str | None = Field(description="Hash of the clip; null for a folder of images.")
    activity: Activity
    label: Label = Field(description="The verdict on this clip alone.")
    cadence_spm: FiniteFloat | None = Field(description="Steps a minute; null when the person does not run or walk.")
    software: Software = Field(description="What made this clip's analysis.")


class MeasureChange(Change):
    """A measure in both clips, and its change: after minus before."""

    before: FiniteFloat
    after: FiniteFloat
    unit: str = Field(description="deg, or percent for the arch index; of values and change.")


class ComparisonSoftware(Record):
    """Version that made this comparison."""

    posture: str


class Comparison(ShownRecord):
    """The comparison of two clips.

    Attributes
    ----------
    before, after : Compared
        The two clips.
    changes : dict of str to MeasureChange or None
        By measure; None where one of the clips does not hold it; empty when one is not measurable.
    notes : tuple of Issue
        How the two recordings differ; a change may come from what blocks.
    software : ComparisonSoftware
    language : {"en", "de"}
        Of its texts; names and codes are the same in all.
    """

    schema_: Literal["posture.comparison/1"] = Field(default=COMPARISON_SCHEMA, alias="schema")
    before: Compared
    after: Compared
    changes: dict[str, MeasureChange | None] = Field(
        description="By measure; null where one of the clips does not hold it; empty when one is not measurable."
    )
    notes: tuple[Issue, ...] = Field(description="How the two recordings differ; a change may come from what blocks.")
    software: ComparisonSoftware
    language: Language = Field(
        default=SOURCE, description="Of the texts for people; names and codes are the same in all."
    )

    @property
    def _title(self) -> str:
        return f"Comparison of {short_name(self.before.path)} and {short_name(self.after.path)}"

    def _rows(self) -> list[tuple[str, str]]:
        clips = {"before": self.before, "after": self.after}
        rows = [(name, f"{clip.label}, {clip.path}") for name, clip in clips.items()]
        rows += [(f"change of {name}", c.text) for name in PRIMARY_MEASURES if (c := self.changes.get(name))]
        if notes := ", ".join(note.code for note in self.notes):
            rows.append(("notes", notes))
        return [*rows, ("more", "changes, notes, to_json()")]


if __name__ == "__main__":
    # python -m posture.records.comparison > posture/records/comparison.schema.json
    sys.stdout.write(Comparison.schema_text())
