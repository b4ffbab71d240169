"""States of clips in words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from posture.app.record import ClipRecord
from posture.app.states import day_of, time_left, title_of, trouble_of
from posture.language import use_language


def clip(**fields: Any) -> ClipRecord:
    received = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
    return ClipRecord(id="2026-11-30-1", file="2026-11-30-1.mp4", sent_as="jog.mp4", received_at=received, **fields)


@pytest.mark.parametrize(
    ("fields", "english", "german"),
    [
        ({"state": "new"}, "Not analysed yet", "Noch nicht ausgewertet"),
        ({"state": "failed"}, "This clip cannot be used", "Dieses Video lässt sich nicht verwenden"),
        ({"state": "done", "label": "hollow_back"}, "Hollow back", "Hohlkreuz"),
        ({"state": "done", "label": "standing"}, "Standing clip", "Im Stehen"),
        ({"state": "done"}, "Analysed", "Ausgewertet"),
        # A stranger's record.
        ({"state": "done", "label": "nonsense"}, "Analysed", "Ausgewertet"),
    ],
)
def test_title(fields: dict[str, Any], english: str, german: str) -> None:
    assert title_of(clip(**fields)) == english
    with use_language("de"):
        assert title_of(clip(**fields)) == german


def test_trouble_is_in_the_language_of_the_reader() -> None:
    failed = clip(
        state="failed",
        reason="It holds no video.",
        advice="Choose another.",
        unreadable={"de": ("Kein Video.", "Wähle ein anderes.")},
    )
    assert trouble_of(failed) == ("It holds no video", "Choose another.")
    with use_language("de"):
        assert trouble_of(failed) == ("Kein Video", "Wähle ein anderes.")
    assert trouble_of(clip(state="failed")) == ("", "")


def test_day_is_that_of_the_recording() -> None:
    filmed = datetime(2026, 5, 3, 12, 0, tzinfo=UTC)
    assert "3 May 2026" in day_of(clip(recorded_at=filmed))
    assert "30 November 2026" in day_of(clip())


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "About 5 seconds left."),
        (52, "About 50 seconds left."),
        (61, "About 1 minute left."),
        (170, "About 3 minutes left."),
    ],
)
def test_time_left_is_rounded(seconds: float, words: str) -> None:
    assert time_left(seconds) == words
