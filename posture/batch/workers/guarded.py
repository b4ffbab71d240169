"""Child processes with limits on time and memory, so that the end of one harms no other clip.

`multiprocessing` cannot be used: Dask's workers are daemonic processes, which may not have such children, and a broken
`ProcessPoolExecutor` loses the other clips too.
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
from posture.types import Progress

End = Literal["time", "memory", "crashed", "stopped"]
"""Why a child process ended early: a limit it exceeded, a crash, or `ChildProcess.stop`."""

POLL_S = 0.1
# A crash may be bad luck, such as a machine short of memory that kills its largest process.
MAX_TRIES = 2
# Of children in the background, on systems that know it: about a third of the weight of other processes.
NICENESS = 5


@dataclass(frozen=True)
class Limits:
    """Limits of one clip: wall-clock time, and resident memory of the whole process."""

    seconds: float
    memory_bytes: int


@dataclass(frozen=True)
class EarlyExit:
    """End of a child process before its work was done; a negative exit code is the number of the signal."""

    why: End
    exit_code: int | None = None


@dataclass(frozen=True)
class ProgressReport:
    """What a child process says before its answer: frames done, and expected, or 0."""

    done: int
    expected: int


class ChildProcess:
    """One child process; started when it is first needed, and again after it ended."""

    def __init__(self, limits: Limits, *, in_background: bool = False) -> None:
        self._limits, self._in_background = limits, in_background
        self._process: subprocess.Popen[bytes] | None = None
        self._is_stopped = False
        self._is_interrupted = False

    @property
    def pid(self) -> int | None:
        """ID of the process; None while there is none."""
        return None if self._process is None else self._process.pid

    def run(self, function: Callable[..., Any], argument: Any, progress: Progress | None = None) -> Any:
        """Call a module-level function in the child, and return its result, or an `EarlyExit`.

        With ``progress``, the function gets a second argument to report its own; see `ProgressReport`.
        """
        process = self._running()
        monitor = _LimitMonitor(process, self._limits)
        try:
            assert process.stdin is not None
            assert process.stdout is not None
            with monitor:
                pickle.dump((function, argument, progress is not None), process.stdin)
                process.stdin.flush()
                while isinstance(answer := pickle.load(process.stdout), ProgressReport):
                    assert progress is not None
                    progress(answer.done, answer.expected)
                return answer
        except (EOFError, OSError, pickle.UnpicklingError):
            code = self._end(process)
            if self._is_stopped or self._is_interrupted:
                return EarlyExit("stopped", code)
            return EarlyExit(monitor.why or "crashed", code)

    def stop(self) -> None:
        """Kill the process, even while it works; thread-safe."""
        self._is_stopped = True
        process = self._process
        if process is not None:
            _kill(process)

    def interrupt(self) -> None:
        """Kill the process, even while it works, until `resume`; thread-safe."""
        self._is_interrupted = True
        process = self._process
        if process is not None:
            _kill(process)

    def resume(self) -> None:
        """Allow work again after `interrupt`."""
        self._is_interrupted = False

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                # -c, not -m: the module is then imported only once, under its own name. -P: a queue.py in the user's
                # folder must not shadow Python's.
                [sys.executable, "-P", "-c", "from posture.batch.workers.child_main import main; main()"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                # The landmarker uses one core; more threads would only compete with the other children.
                env={**os.environ, **ONE_THREAD, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
                # Ctrl-C on the terminal must not reach the child before it ignores it.
                start_new_session=True,
            )
            if self._in_background:
                _lower_priority(self._process)
            if self._is_stopped or self._is_interrupted:
                _kill(self._process)
        return self._process

    def _end(self, process: subprocess.Popen[bytes]) -> int:
        _kill(process)
        code = process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                # Closing flushes, which fails on a broken pipe.
                with suppress(OSError):
                    pipe.close()
        self._process = None
        return code

    def close(self) -> None:
        """Kill the process and wait for its end."""
        self.stop()
        if self._process is not None:
            self._end(self._process)


class _LimitMonitor:
    """Thread that kills a process which exceeds its limits; a context manager."""

    def __init__(self, process: subprocess.Popen[bytes], limits: Limits) -> None:
        self.why: End | None = None
        self._process, self._limits = process, limits
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_error: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        import psutil

        deadline_s = time.monotonic() + self._limits.seconds
        try:
            watched = psutil.Process(self._process.pid)
            while not self._done.wait(POLL_S):
                if time.monotonic() > deadline_s:
                    self.why = "time"
                elif watched.memory_info().rss > self._limits.memory_bytes:
                    self.why = "memory"
                if self.why is not None:
                    _kill(self._process)
                    return
        except psutil.Error:
            # The process has ended by itself, which the reader of its answer notices.
            return


class ChildPool:
    """Pool of child processes, which grows to as many as are used at a time.

    Those in the background leave the processor to others that want it, such as a page that is to answer a click.
    """

    def __init__(self, limits: Limits, *, in_background: bool = False) -> None:
        self.limits, self._in_background = limits, in_background
        self._idle: queue.SimpleQueue[ChildProcess] = queue.SimpleQueue()
        self._all: list[ChildProcess] = []
        self._working: dict[str, ChildProcess] = {}
        self._lock = threading.Lock()
        self._is_closed = False

    def run(
        self, function: Callable[..., Any], argument: Any, progress: Progress | None = None, *, name: str | None = None
    ) -> Any:
        """Call a function in an idle child or a new one, and once more after a crash; see `ChildProcess.run`.

        ``name`` names the work for `interrupt`; no other work may have it at the same time.
        """
        try:
            child = self._idle.get_nowait()
        except queue.Empty:
            with self._lock:
                child = ChildProcess(self.limits, in_background=self._in_background)
                self._all.append(child)
                if self._is_closed:
                    child.stop()
        if name is not None:
            with self._lock:
                self._working[name] = child
        try:
            answer: Any = None
            for _attempt in range(MAX_TRIES):
                answer = child.run(function, argument, progress)
                if not (isinstance(answer, EarlyExit) and answer.why == "crashed"):
                    break
            return answer
        finally:
            if name is not None:
                with self._lock:
                    del self._working[name]
                    child.resume()
            self._idle.put(child)

    def interrupt(self, name: str) -> bool:
        """End the work of a name, whose `run` returns an `EarlyExit`; False where there is no such work."""
        with self._lock:
            child = self._working.get(name)
            if child is not None:
                child.interrupt()
            return child is not None

    @property
    def pids(self) -> list[int]:
        """IDs of the running processes."""
        return [child.pid for child in self._all if child.pid is not None]

    def stop(self) -> None:
        """Kill all children at once, even while they work."""
        with self._lock:
            self._is_closed = True
            for child in self._all:
                child.stop()

    def __enter__(self) -> ChildPool:
        """Return the pool."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Kill all children, and wait for the end of the idle ones."""
        self.stop()
        with suppress(queue.Empty):
            while True:
                self._idle.get_nowait().close()


def _lower_priority(process: subprocess.Popen[bytes]) -> None:
    import psutil

    with suppress(psutil.Error):
        # Windows has classes instead of numbers.
        psutil.Process(process.pid).nice(getattr(psutil, "BELOW_NORMAL_PRIORITY_CLASS", NICENESS))


def _kill(process: subprocess.Popen[bytes]) -> None:
    with suppress(OSError):
        process.kill()
