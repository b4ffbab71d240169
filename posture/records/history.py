"""Records of one runner's analyses over dates, as ``posture.history`` returns them.

These classes define the file that ``posture history --json`` writes, and its JSON Schema.
"""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from posture.language import SOURCE, Language
from posture.output.names import short_name
from posture.records.analysis import Label, Measure
from posture.records.base import Record, ShownRecord
from posture.records.comparison import Comparison
from posture.records.fields import Count, StoredPath
from posture.records.frame import data_frame
from posture.types import PRIMARY_MEASURES

# Runs that the Python prompt shows.
_LAST_RUNS = 8

DateOrigin = Literal["recording", "analysis", "file"]


class HistoryEntry(Record):
    """One measured run."""

    date: datetime
    dated_by: DateOrigin = Field(
        description="What the date is: when the clip was filmed, when it was analysed, or when the file was written."
    )
    path: StoredPath = Field(description="Its analysis.json, below the folder that was searched.")
    clip: StoredPath
    label: Label
    measures: dict[str, Measure | None]


class History(ShownRecord):
    """One runner's measured runs over dates."""

    schema_: Literal["posture.history/1"] = Field(default="posture.history/1", alias="schema")
    runner: str | None = Field(description="As the analyses or the folders name the runner.")
    entries: tuple[HistoryEntry, ...] = Field(description="The measured runs, the oldest first.")
    steps: tuple[Comparison, ...] = Field(description="From each run to the next, one fewer than runs.")
    overall: Comparison | None = Field(description="From the first run to the last; null with fewer than two.")
    standing: Count = Field(default=0, description="Standing clips, which are left out.")
    not_measured: Count = Field(default=0, description="Clips that are left out since nothing could be measured.")
    language: Language = Field(
        default=SOURCE, description="Of the texts for people; names and codes are the same in all."
    )

    @property
    def _title(self) -> str:
        days = [f"{entry.date:%Y-%m-%d}" for entry in self.entries]
        dates = f", {days[0]} to {days[-1]}" if days else ""
        runs = f"{len(days)} {'run' if len(days) == 1 else 'runs'}"
        return f"History of {self.runner or 'one runner'}, {runs}{dates}"

    def _rows(self) -> list[tuple[str, str]]:
        """Return what changed from the first run to the last, and the last runs."""
        changes = {} if self.overall is None else self.overall.changes
        rows = [(f"change of {name}", c.text) for name in PRIMARY_MEASURES if (c := changes.get(name))]
        for entry in self.entries[-_LAST_RUNS:]:
            known = zip(("tilt", "arch"), map(entry.measures.get, PRIMARY_MEASURES), strict=True)
            values = (f"{name} {measure.value:.1f}" for name, measure in known if measure)
            rows.append((f"{entry.date:%Y-%m-%d}", ", ".join((entry.label, *values, short_name(entry.clip)))))
        return [*rows, ("more", "entries, steps, overall, to_frame(), to_json()")]

    def to_frame(self) -> Any:
        """Return the numbers as a pandas DataFrame, a row for each number of each run; needs the extra ``frame``.

        Raises
        ------
        OptionError
            When pandas is not installed.
        """
        return data_frame(
            {
                **{"date": entry.date, "dated_by": entry.dated_by, "clip": entry.clip, "label": entry.label},
                **{"name": name, "value": m.value, "unit": m.unit, "low": m.ci90[0], "high": m.ci90[1]},
            }
            for entry in self.entries
            for name, m in entry.measures.items()
            if m is not None
        )


if __name__ == "__main__":
    # python -m posture.records.history > posture/records/history.schema.json
    sys.stdout.write(History.schema_text())
