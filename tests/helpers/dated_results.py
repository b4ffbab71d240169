"""Results of one runner on several days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from helpers.analysis_factory import VALUES, analysis
from posture.records.analysis import Analysis

ARCH = VALUES["lumbar_arch_deg"]
START = datetime(2026, 3, 1, 9, tzinfo=UTC)


def dated_run(
    day: float,
    *,
    runner: str | None = None,
    recorded: bool = True,
    origin: Literal["container", "file"] = "container",
    **values: Any,
) -> Analysis:
    """Return a run some days after `START`."""
    made = analysis(**{"name": f"{day}.mp4", **values})
    date = START + timedelta(days=day)
    source = made.source.model_copy(
        update={"recorded_at": date if recorded else None, "recorded_from": origin if recorded else None}
    )
    subject = made.subject.model_copy(update={"name": runner})
    return made.model_copy(
        update={"source": source, "subject": subject, "created_at": START + timedelta(days=300 - day)}
    )


def write_result(folder: Path, place: str, made: Analysis) -> Path:
    path = folder / place / "analysis.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(made.to_json(), encoding="utf-8")
    return path
