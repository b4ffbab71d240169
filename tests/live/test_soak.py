"""A shortened soak test; the long one is ``make soak``."""

from __future__ import annotations

from live.soak import soak


def test_neither_memory_nor_delay_grow() -> None:
    parts = soak("lite", 12.0, 3)
    assert all(part.rate > 0 for part in parts)
    # The last third of a few seconds still fills its windows; a picture kept each time would add 30 MB a second.
    assert parts[-1].memory_mb < 1.15 * parts[0].memory_mb + 20
    # A backlog would grow by seconds.
    assert parts[-1].delay_ms < 3 * parts[0].delay_ms + 500
