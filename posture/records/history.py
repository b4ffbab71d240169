"""Records of one runner's analyses over dates, as ``posture.history`` returns them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from posture.records.analysis import Label, Measure
from posture.records.base import Record
from posture.records.comparison import Comparison
from posture.records.fields import StoredPath


class HistoryEntry(Record):
    """One measured run.

    Attributes
    ----------
    path : str
        Its analysis.json, below the folder that was searched.
    clip : str
        The clip.
    """

    date: datetime
    dated_by: Literal["recording", "analysis", "file"] = Field(
        description="What the date is: when the clip was filmed, when it was analysed, or when the file was written."
    )
    path: StoredPath
    clip: StoredPath
    label: Label
    measures: dict[str, Measure | None]


class History(Record):
    """One runner's measured runs over dates.

    Attributes
    ----------
    runner : str or None
        As the analyses or the folders name the runner.
    entries : tuple of HistoryEntry
        The measured runs, the oldest first.
    steps : tuple of Comparison
        From each run to the next, one fewer than runs.
    overall : Comparison or None
        From the first run to the last; None with fewer than two.
    standing, not_measured : int
        Analyses of the runner that are left out.
    """

    runner: str | None
    entries: tuple[HistoryEntry, ...]
    steps: tuple[Comparison, ...]
    overall: Comparison | None
    standing: int = 0
    not_measured: int = 0

    def __repr__(self) -> str:
        """Return one line: runner, number of runs, and their dates."""
        days = [f"{entry.date:%Y-%m-%d}" for entry in self.entries]
        dates = f", {days[0]} to {days[-1]}" if days else ""
        return f"History({self.runner!r}, {len(days)} runs{dates})"
