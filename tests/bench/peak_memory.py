"""Run ``posture`` with the given arguments; print the seconds to its first line and to its end, and its peak memory.

The memory is the largest of the command and of its children, in MB.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time


def main() -> int:
    """Run, print one line of JSON, and return the exit code of the command."""
    start = time.perf_counter()
    with subprocess.Popen([sys.executable, "-m", "posture", *sys.argv[1:]], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        answer_s = time.perf_counter() - start
        process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    # macOS counts bytes, Linux kilobytes.
    peak_mb = usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
    print(json.dumps({"answer_s": answer_s, "end_s": time.perf_counter() - start, "peak_mb": peak_mb}))
    # A clip that shows no runner from the side is an answer too.
    return 0 if process.returncode in (0, 1) else process.returncode


if __name__ == "__main__":
    sys.exit(main())
