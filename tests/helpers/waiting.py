"""Waiting for events, so that a test holds on a machine of any speed; the time limits guard against hanging only."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import psutil

GUARD_S = 120.0


def until(reached: Callable[[], object], seconds: float = GUARD_S) -> bool:
    """Return whether something came true before the time was over."""
    end_s = time.monotonic() + seconds
    while time.monotonic() < end_s:
        if reached():
            return True
        time.sleep(0.02)
    return bool(reached())


def is_alive(process: psutil.Process) -> bool:
    """Return whether a process runs; one that nobody has collected yet does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def all_end(processes: Iterable[psutil.Process]) -> bool:
    """Wait for the end of processes, and return whether it came."""
    return until(lambda: not any(map(is_alive, processes)))


@contextmanager
def no_thread_left(within_s: float = 0.0) -> Iterator[None]:
    """Assert that every thread that was started in the block has ended with it, or some seconds later."""
    before = set(threading.enumerate())
    yield
    assert until(lambda: set(threading.enumerate()) <= before, within_s)
