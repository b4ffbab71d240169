"""Memory of a process whose threads share heaps."""

from __future__ import annotations

import subprocess
import sys

import pytest

# Each of six threads allocates and lives on; malloc_info then lists the heaps.
PROGRAM = """
import ctypes, threading
from posture.runtime import share_heaps
{share}
libc, done = ctypes.CDLL(None), threading.Barrier(7)
libc.malloc.restype = libc.fopen.restype = ctypes.c_void_p
def work():
    libc.malloc(ctypes.c_size_t(50_000))
    done.wait()
    done.wait()
for _ in range(6):
    threading.Thread(target=work).start()
done.wait()
file = ctypes.c_void_p(libc.fopen(b"/dev/stdout", b"w"))
libc.malloc_info(0, file)
libc.fclose(file)
done.wait()
"""


def heaps(share: str) -> int:
    """Return the number of heaps of a process with six threads beside the first."""
    command = [sys.executable, "-c", PROGRAM.format(share=share)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.count("<heap nr=")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc only")
def test_threads_share_heaps() -> None:
    if heaps("") <= 2:
        pytest.skip("this C library gives threads no heaps of their own, or this machine has one core")
    assert heaps("share_heaps()") <= 2
