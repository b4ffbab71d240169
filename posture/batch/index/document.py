"""Puts the page together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from posture.batch.jobs import Row
from posture.language import Language


def index_page(
    rows: Sequence[Row], *, total: int, read: Callable[[str], bytes | None], lang: Language
) -> str:
    """Return the page."""
    return "<!DOCTYPE html><title>posture</title>" + "".join(f"<p>{escape(row.clip)}" for row in rows)
