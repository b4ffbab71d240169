"""clip.json: a clip in the app's folder, its state, and the user's choices."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Literal

from pydantic import Field, model_validator

from posture.language import SOURCE, Language
from posture.records.base import Record, RecordFile
from posture.types import Rotation

ClipState = Literal["new", "waiting", "analysing", "done", "failed"]
"""Uploaded only; waits for a free core; is being analysed; has results; could not be analysed."""

# Longer names of files and people are cut.
MAX_NAME = 120
# The only names that a request can reach: no dots, no separators.
CLIP_ID = re.compile(r"\d{4}-\d{2}-\d{2}-\d{1,6}", re.ASCII)
SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")


class ClipChoices(Record):
    """What the user may choose before an analysis; the defaults are sensible.

    Attributes
    ----------
    start_s, end_s
        Part of the clip, seconds; None for its beginning and end.
    rotate, slow_motion, person
        As in `posture.analyze`.
    runner
        Name of the runner; None without a name.
    standing
        ID of the runner's standing clip.
    """

    start_s: float | None = Field(None, ge=0, allow_inf_nan=False)
    end_s: float | None = Field(None, gt=0, allow_inf_nan=False)
    rotate: Rotation | None = None
    slow_motion: float | None = Field(None, gt=0, le=100, allow_inf_nan=False)
    person: str = Field("largest", max_length=MAX_NAME)
    runner: str | None = Field(None, max_length=MAX_NAME)
    standing: str | None = None


class ClipRecord(RecordFile):
    """A clip of the app.

    Attributes
    ----------
    id
        Name of its folder, such as ``2026-11-30-1``.
    file
        Name of the clip in its folder; the app gives it, never the sender.
    sent_as
        Name that the file had where it came from: a text to display, not a path.
    lang
        Language of its report.
    reason, advice
        Why it failed, and what to do.
    unreadable
        Both in each language, where the file itself is to blame: another analysis would fail too.
    label
        Its verdict, or ``standing``; None before the first analysis.
    recorded_at
        When it was filmed, where the file states it.
    """

    schema_: Literal["posture.clip/1"] = Field("posture.clip/1", alias="schema")
    id: str
    file: str
    sent_as: str = Field(max_length=MAX_NAME)
    received_at: datetime
    state: ClipState = "new"
    choices: ClipChoices = ClipChoices()
    lang: Language = SOURCE
    reason: str | None = None
    advice: str | None = None
    unreadable: dict[Language, tuple[str, str]] = Field(default_factory=dict)
    label: str | None = None
    recorded_at: datetime | None = None

    @property
    def day(self) -> datetime:
        """When it was filmed, else when it was received."""
        return self.recorded_at or self.received_at

    @model_validator(mode="after")
    def _check_names(self) -> ClipRecord:
        """Check that nothing outside its folder is named: anybody may have written the file."""
        if not CLIP_ID.fullmatch(self.id):
            raise ValueError("id is no name of a clip")
        if not (self.file.startswith(self.id) and SUFFIX.fullmatch(self.file.removeprefix(self.id))):
            raise ValueError("file is not named after the clip")
        return self
