"""Run the command line: ``python -m posture`` is the same as ``posture``."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from types import FrameType

INTERRUPTED = 130
# A second Ctrl-C within this time must not break into the cleaning up after the first.
_PATIENCE_S = 2.0


def main() -> None:
    """Start the command line."""
    _fill_closed_streams()
    _interrupt_once()
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
    """Put nothing in the place of closed standard streams, else the next file opened takes it, and libraries' logs."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def _interrupt_once() -> None:
    """Let impatient presses of Ctrl-C count as one, and a polite kill as one of them: both clean up."""
    if threading.current_thread() is not threading.main_thread():
        return
    last_s = [-_PATIENCE_S]

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        before_s, last_s[0] = last_s[0], time.monotonic()
        if last_s[0] - before_s >= _PATIENCE_S:
            raise KeyboardInterrupt

    # In the background of a script the shell lets Ctrl-C pass by; a polite kill is meant all the same.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, interrupt)
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, interrupt)


def _leave_at_once() -> None:
    """End the process without waiting for the libraries' threads, which would log their own end and take time.

    All our files are closed and cleaned up by then.
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):
            continue
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    main()
