"""Processor cores, threads and memory of this process and of its child processes."""

from __future__ import annotations

import os
import sys

# Numbers of the options in glibc's malloc.h.
_M_ARENA_MAX, _M_MMAP_THRESHOLD = -8, -3
# A picture in 4K is larger, one in full HD smaller.
_LARGE_BYTES = 3 << 20

ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
"""Environment in which the libraries below NumPy use one core; they read it when they are loaded."""


def usable_cores() -> int:
    """Return the number of processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


def limit_heaps(most: int = 2) -> None:
    """Let the threads of this process share so many heaps, with glibc; before any thread is started.

    glibc gives each thread a heap of its own, and each keeps the memory of pictures that were freed. Large ones do not
    come from a heap. An analysis of a clip in 4K would otherwise take a third more memory.
    """
    if sys.platform.startswith("linux"):
        import ctypes

        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt is not None:
            mallopt(_M_ARENA_MAX, most)
            mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)
