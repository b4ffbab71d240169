"""``posture app`` in a process of its own, for tests that ask it as a browser does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil

START_S, ANALYSIS_S = 60.0, 240.0
# Runs the app with limits that no option sets, so that tests can reach them.
LIMITED = """
import sys
from pathlib import Path
from posture.app.server import run_app
from posture.app.settings import AppLimits, AppOptions
options = AppOptions(Path({folder!r}), 0, opens_browser=False, limits=AppLimits(**{limits!r}), **{options!r})
run_app(options, notify=lambda line: print(line, file=sys.stderr))
"""


@contextmanager
def running_app(folder: Path, *options: str) -> Iterator[httpx.Client]:
    """Start the app on a free port, and yield a client of it."""
    with running_process(folder, *options) as (_process, address), httpx.Client(base_url=address, timeout=30) as client:
        yield client


@contextmanager
def running_process(
    folder: Path, *options: str, tracer: Sequence[str | Path] = ()
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start the app on a free port, perhaps below a tracer, and yield its process and its address."""
    arguments = ["-m", "posture", "app", "--no-open", "--port", "0", "--folder", str(folder), *options]
    with _running(arguments, tracer) as served:
        yield served


@contextmanager
def limited_process(
    folder: Path, limits: dict[str, float], **options: object
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start the app with some limits of `AppLimits` and options of `AppOptions`; yield its process and address."""
    with _running(["-c", LIMITED.format(folder=str(folder), limits=limits, options=options)]) as served:
        yield served


@contextmanager
def _running(arguments: list[str], tracer: Sequence[str | Path] = ()) -> Iterator[tuple[subprocess.Popen[str], str]]:
    environment = {**os.environ, "LANGUAGE": "en", "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"}
    with subprocess.Popen(
        [*tracer, sys.executable, *arguments], stderr=subprocess.PIPE, text=True, encoding="utf-8", env=environment
    ) as process:
        assert process.stderr is not None
        try:
            first = process.stderr.readline()
            found = re.search(r"http://127\.0\.0\.1:\d+", first)
            assert found, first + process.stderr.read()
            wait_until(lambda: httpx.get(found[0]).status_code == 200, START_S)
            yield process, found[0]
        finally:
            for child in psutil.Process(process.pid).children() if tracer else ():
                # A tracer ends with what it traces, and not the other way round.
                child.terminate()
            process.terminate()
            process.wait(30)


def wait_until(condition: Callable[[], bool], seconds: float) -> None:
    """Wait for a condition; fail after some seconds."""
    until_s = time.monotonic() + seconds
    while time.monotonic() < until_s:
        try:
            if condition():
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds} s")
