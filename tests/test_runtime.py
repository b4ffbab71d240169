"""Memory of a process whose heaps are limited."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

# Each of six threads allocates and lives on; malloc_info then lists the heaps.
PROGRAM = """
import ctypes, threading
from posture.runtime import limit_heaps
{limit}
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

# The first large piece of memory that is freed teaches glibc to take the next ones from a heap, where a small one that
# lives on holds them back.
PICTURES = """
from pathlib import Path
from posture.runtime import limit_heaps
{limit}
def resident_pages():
    return int(Path("/proc/self/statm").read_text().split()[1])
before, kept = resident_pages(), []
for _ in range(12):
    pictures = [bytearray(12 << 20) for _ in range(8)]
    kept.append(bytearray(64 << 10))
    del pictures
print(resident_pages() - before)
"""


def grown_mb(limit: str) -> float:
    """Return how much a process has grown when many pictures have been freed."""
    command = [sys.executable, "-c", PICTURES.format(limit=limit)]
    pages = int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def heaps(limit: str) -> int:
    """Return the number of heaps of a process with six threads beside the first."""
    command = [sys.executable, "-c", PROGRAM.format(limit=limit)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.count("<heap nr=")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc only")
def test_threads_share_heaps() -> None:
    if heaps("") <= 2:
        pytest.skip("this C library gives threads no heaps of their own, or this machine has one core")
    assert heaps("limit_heaps()") <= 2


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc only")
def test_memory_of_large_pictures_goes_back_to_the_system() -> None:
    if grown_mb("") < 5:
        pytest.skip("this C library gives it back anyway")
    assert grown_mb("limit_heaps()") < 5
