"""Main loop of a child process that runs one analysis after another, so that libraries are loaded only once.

`posture.batch.workers.guarded` starts it in a new Python and exchanges pickles with it over standard input and output.
"""

from __future__ import annotations

import os
import pickle
import queue
import signal
import sys
import threading
import time
from typing import Any, BinaryIO

from posture.batch.workers.guarded import ProgressReport
from posture.types import Progress

_ORPHANED = 0
IDLE_S = 900.0
# Progress is reported at most so often, seconds.
REPORT_EVERY_S = 0.2


def main() -> None:
    """Call the functions that arrive on standard input, and write their results to standard output."""
    # Ctrl-C is for the parent, which ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # Output of libraries must not mix with the answers.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    jobs: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(sys.stdin.buffer, jobs), daemon=True).start()
    while True:
        try:
            function, argument, reports = jobs.get(timeout=IDLE_S)
        except queue.Empty:
            # On a cluster, the parent may be gone without closing the pipe.
            os._exit(_ORPHANED)
        pickle.dump(function(argument, _reporter(answers)) if reports else function(argument), answers)
        answers.flush()


def _reporter(answers: BinaryIO) -> Progress:
    """Return a function that sends the progress of a job, now and then."""
    last_s = 0.0

    def report(done: int, expected: int) -> None:
        nonlocal last_s
        if (now_s := time.monotonic()) - last_s >= REPORT_EVERY_S:
            last_s = now_s
            pickle.dump(ProgressReport(done, expected), answers)
            answers.flush()

    return report


def _read(source: BinaryIO, jobs: queue.SimpleQueue[Any]) -> None:
    """Queue the jobs that arrive; end the process at once, even while it works, when the parent is gone."""
    while True:
        try:
            jobs.put(pickle.load(source))
        except (EOFError, OSError):
            os._exit(_ORPHANED)


if __name__ == "__main__":
    main()
