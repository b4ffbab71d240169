"""Shortened soak test; the long one is ``make soak``."""

from __future__ import annotations

from live.soak import soak


def test_memory_and_delay_stay_bounded() -> None:
    parts = soak("lite", 12.0, 3)
    assert all(part.rate > 0 for part in parts)
    # After a few seconds the buffers still fill; leaked pictures would add 30 MB a second.
    assert parts[-1].memory_mb < 1.15 * parts[0].memory_mb + 20
    # A backlog would grow by seconds.
    assert parts[-1].delay_ms < 3 * parts[0].delay_ms + 500
