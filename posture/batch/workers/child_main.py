"""Main loop of a child process that runs one analysis after the other.

`posture.batch.workers.guarded` starts it in a new Python and exchanges pickles with it over standard input and output.
The libraries are loaded once.
"""

from __future__ import annotations

import os
import pickle
import queue
import signal
import sys
import threading
from typing import Any, BinaryIO

_ORPHANED = 0
IDLE_S = 900.0


def main() -> None:
    """Take functions with their argument from standard input, and give back what they return."""
    # Ctrl-C is for the process in front, which ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # What libraries print must not come between the answers.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    jobs: queue.SimpleQueue[Any] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(sys.stdin.buffer, jobs), daemon=True).start()
    while True:
        try:
            function, argument = jobs.get(timeout=IDLE_S)
        except queue.Empty:
            # Whoever gave jobs may have gone without a word, on a cluster.
            os._exit(_ORPHANED)
        pickle.dump(function(argument), answers)
        answers.flush()


def _read(source: BinaryIO, jobs: queue.SimpleQueue[Any]) -> None:
    """Pass jobs on; end the process at once, mid-work too, when whoever gives them is gone."""
    while True:
        try:
            jobs.put(pickle.load(source))
        except (EOFError, OSError):
            os._exit(_ORPHANED)


if __name__ == "__main__":
    main()
