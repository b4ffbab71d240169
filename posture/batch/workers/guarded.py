"""Guards a clip's analysis: in a child process with limits on time and memory, whose end harms no other clip.

`multiprocessing` is no help here: Dask's workers are daemonic processes, which may have no children of that kind, and a
broken `ProcessPoolExecutor` takes the other clips with it.
"""

from __future__ import annotations

import os
import pickle
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

from posture.runtime import ONE_THREAD

End = Literal["time", "memory", "crashed", "stopped"]

POLL_S = 0.1
# A crash may have been chance, such as a machine short of memory that ends the largest process: once more.
MAX_TRIES = 2


@dataclass(frozen=True)
class Limits:
    """What one clip may take.

    Attributes
    ----------
    seconds : float
        Of time.
    memory_bytes : int
        Of the machine's memory (resident), all threads together.
    """

    seconds: float
    memory_bytes: int


@dataclass(frozen=True)
class EarlyExit:
    """A child that came to its end before its work was done.

    Attributes
    ----------
    why : {"time", "memory", "crashed", "stopped"}
        ``stopped`` when it was asked to.
    exit_code : int or None
        Below zero: the number of the signal that ended it.
    """

    why: End
    exit_code: int | None = None


class ChildProcess:
    """One process that works for us; begun when it is first needed and again after it ended."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False

    @property
    def pid(self) -> int | None:
        """Number of the process; None while there is none."""
        return None if self._process is None else self._process.pid

    def run(self, function: Callable[[Any], Any], argument: Any) -> Any:
        """Call a function in the child, and return what it returns, or `Ended`.

        Parameters
        ----------
        function : callable
            Of a module that the child can import.
        argument : object
        """
        process = self._running()
        watch = _LimitMonitor(process, self._limits)
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            with watch:
                pickle.dump((function, argument), process.stdin)
                process.stdin.flush()
                return pickle.load(process.stdout)
        except (EOFError, OSError, pickle.UnpicklingError):
            code = self._end(process)
            if self._stopped:
                return EarlyExit("stopped", code)
            return EarlyExit(watch.why or "crashed", code)

    def stop(self) -> None:
        """End the process, mid-work too; from any thread."""
        self._stopped = True
        process = self._process
        if process is not None:
            _kill(process)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                # -c, not -m: the module is then imported once and under its own name. -P: a queue.py in the user's
                # folder is not Python's.
                [sys.executable, "-P", "-c", "from posture.batch.workers.child_main import main; main()"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                # One landmarker's core each; more threads would only take the others' time.
                env={**os.environ, **ONE_THREAD, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
                # Ctrl-C on the terminal must not reach it before it knows how to take it.
                start_new_session=True,
            )
            if self._stopped:
                _kill(self._process)
        return self._process

    def _end(self, process: subprocess.Popen[bytes]) -> int:
        _kill(process)
        code = process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                # Flushing what it can no longer take.
                with suppress(OSError):
                    pipe.close()
        self._process = None
        return code

    def close(self) -> None:
        """End the process and wait for its end."""
        self.stop()
        if self._process is not None:
            self._end(self._process)


class _LimitMonitor:
    """Ends a process that takes too long or grows too large; use it with ``with``."""

    def __init__(self, process: subprocess.Popen[bytes], limits: Limits) -> None:
        self.why: End | None = None
        self._process, self._limits = process, limits
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_error: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        import psutil

        deadline_s = time.monotonic() + self._limits.seconds
        try:
            looked_at = psutil.Process(self._process.pid)
            while not self._done.wait(POLL_S):
                if time.monotonic() > deadline_s:
                    self.why = "time"
                elif looked_at.memory_info().rss > self._limits.memory_bytes:
                    self.why = "memory"
                if self.why is not None:
                    _kill(self._process)
                    return
        except psutil.Error:
            # It is gone by itself; whoever waits for its answer finds out.
            return


class ChildPool:
    """Lends out children, as many as are asked for at the same time.

    Parameters
    ----------
    limits : Limits
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._idle: queue.SimpleQueue[ChildProcess] = queue.SimpleQueue()
        self._all: list[ChildProcess] = []
        self._lock = threading.Lock()
        self._closed = False

    def run(self, function: Callable[[Any], Any], argument: Any) -> Any:
        """Call a function in an idle child, in a new one when there is none; see `Child.run`.

        A child that crashed is given one more try.
        """
        try:
            child = self._idle.get_nowait()
        except queue.Empty:
            with self._lock:
                child = ChildProcess(self.limits)
                self._all.append(child)
                if self._closed:
                    child.stop()
        try:
            answer: Any = None
            for _attempt in range(MAX_TRIES):
                answer = child.run(function, argument)
                if not (isinstance(answer, EarlyExit) and answer.why == "crashed"):
                    break
            return answer
        finally:
            self._idle.put(child)

    @property
    def pids(self) -> list[int]:
        """Numbers of the processes that run."""
        return [child.pid for child in self._all if child.pid is not None]

    def stop(self) -> None:
        """End all of them at once, mid-work too."""
        with self._lock:
            self._closed = True
            for child in self._all:
                child.stop()

    def __enter__(self) -> ChildPool:
        """Give the children."""
        return self

    def __exit__(self, *_error: object) -> None:
        """End all of them, and wait for the end of those that are idle."""
        self.stop()
        with suppress(queue.Empty):
            while True:
                self._idle.get_nowait().close()


def _kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(OSError):
        process.kill()
