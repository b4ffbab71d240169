"""``--guarded``: the whole command in a child process, whose crash becomes one line."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from posture.errors import VideoError
from posture.language import gettext as _

_IS_CHILD = "POSTURE_GUARDED"


def in_guarded_child() -> bool:
    """Return whether this process is the child of a guarded command."""
    return _IS_CHILD in os.environ


def run_guarded(clip: Path) -> int:
    """Run the command of this process in a child with the same output, and return its exit code.

    Raises
    ------
    VideoError
        When the child crashes, as a decoder may on a malicious clip, or is killed where the memory is full.
    """
    # -P: a module in the user's folder must not shadow Python's.
    command = [sys.executable, "-P", "-m", "posture", *sys.argv[1:]]
    paths = os.pathsep.join(path for path in sys.path if path)
    process = subprocess.Popen(command, env={**os.environ, _IS_CHILD: "1", "PYTHONPATH": paths})
    try:
        code = process.wait()
    except KeyboardInterrupt:
        # Ctrl-C on a terminal has reached it too; it ignores the second one.
        process.terminate()
        return process.wait()
    if code == -getattr(signal, "SIGKILL", 9):
        what, advice = (
            _("its analysis was killed, as where the memory is full"),
            _("Choose a shorter part of the clip."),
        )
    elif 0 <= code <= 255:
        return code
    else:
        what = _("its analysis crashed (exit code {code})").format(code=code)
        advice = _("Export the clip again, as MP4 with H.264.")
    raise VideoError(what, where=clip, advice=advice)
