"""Functions that fail in a process in different ways; children of `posture.batch.workers.guarded` import them."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path


def double(value: int) -> int:
    """Succeed, and print to standard output as libraries do."""
    print("chatter")
    os.write(1, b"more chatter\n")
    return 2 * value


def process(_value: int) -> int:
    return os.getpid()


def hang(_value: int) -> None:
    time.sleep(600)


def fill_memory(_value: int) -> None:
    kept = []
    while True:
        kept.append(b"\1" * 20_000_000)
        time.sleep(0.02)


def die(_value: int) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_once(mark: str) -> str:
    if not Path(mark).exists():
        Path(mark).write_text("died", encoding="utf-8")
        die(0)
    return "alive"


def leave(_value: int) -> None:
    os._exit(7)
