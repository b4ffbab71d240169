"""What is given to a thread is worked off in order, and an error in it reaches the giver."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from posture.video.background import BackgroundWriter


def test_items_are_worked_off_in_order_and_finish_waits() -> None:
    seen: list[int] = []

    def work(items: Iterator[int]) -> None:
        for item in items:
            time.sleep(0.001)
            seen.append(item)

    behind = BackgroundWriter(work, depth=2)
    for number in range(20):
        behind.put(number)
    behind.finish()
    assert seen == list(range(20))


def test_an_error_reaches_whoever_gives_or_finishes() -> None:
    def work(items: Iterator[int]) -> None:
        next(items)
        raise OSError(28, "full")

    behind = BackgroundWriter(work, depth=1)
    behind.put(0)

    def give_on() -> None:
        for number in range(1000):
            behind.put(number)

    with pytest.raises(OSError, match="full"):
        give_on()
    with pytest.raises(OSError, match="full"):
        behind.finish()


def test_abandoned_work_ends_soon_and_leaves_no_thread() -> None:
    before = threading.active_count()
    seen: list[int] = []

    def work(items: Iterator[int]) -> None:
        for item in items:
            seen.append(item)
            time.sleep(0.01)

    behind = BackgroundWriter(work, depth=50)
    for number in range(50):
        behind.put(number)
    behind.abandon()
    assert len(seen) < 50
    assert threading.active_count() == before
