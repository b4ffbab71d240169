"""Entry point of ``posture`` and ``python -m posture``."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from types import FrameType

from posture.runtime import ONE_THREAD

INTERRUPTED = 130
# A second Ctrl-C within this time is ignored, so that it cannot interrupt the clean-up after the first.
_PATIENCE_S = 2.0


def main() -> None:
    """Start the command line."""
    _fill_closed_streams()
    _interrupt_once()
    # The matrices are small: a second thread takes as long to wait for work as the first takes to do it.
    for name, value in ONE_THREAD.items():
        os.environ.setdefault(name, value)
    try:
        from posture.cli import cli

        cli(prog_name="posture")
    except KeyboardInterrupt:
        _leave_at_once()
    except SystemExit as end:
        if end.code == INTERRUPTED:
            _leave_at_once()
        raise


def _fill_closed_streams() -> None:
    """Reopen closed standard streams on /dev/null: else the next file gets their number, and the output with it."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def _interrupt_once() -> None:
    """Treat SIGTERM like Ctrl-C, and ignore a second one during clean-up."""
    if threading.current_thread() is not threading.main_thread():
        return
    last_s = [-_PATIENCE_S]

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        previous_s, last_s[0] = last_s[0], time.monotonic()
        if last_s[0] - previous_s >= _PATIENCE_S:
            raise KeyboardInterrupt

    # A shell ignores SIGINT for background jobs of a script; SIGTERM is meant for them too.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, interrupt)
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, interrupt)


def _leave_at_once() -> None:
    """End the process without waiting for threads of libraries, which take time and log; all files are closed."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):
            continue
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    main()
