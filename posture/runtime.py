"""Processor cores, threads and memory of this process and of its child processes."""

from __future__ import annotations

import math
import os
import sys
from pathlib import Path
from typing import NamedTuple

PROC_CGROUP, CGROUPS = Path("/proc/self/cgroup"), Path("/sys/fs/cgroup")

# Numbers of the options in glibc's malloc.h.
_M_ARENA_MAX, _M_MMAP_THRESHOLD = -8, -3
# A picture in 4K is larger, one in full HD smaller.
_LARGE_BYTES = 3 << 20

ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)
"""Environment in which the libraries below NumPy use one core; they read it when they are loaded."""


def usable_cores() -> int:
    """Return the number of processor cores that this process may use: of its affinity, and of its container."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, math.ceil(min(cores, cgroup_limits().cores)))


def usable_memory(whole: int) -> int:
    """Return how many of the machine's bytes of memory this process may use."""
    return int(min(whole, cgroup_limits().memory_bytes))


class CgroupLimits(NamedTuple):
    """What a container may use; infinite without a limit."""

    cores: float = math.inf
    memory_bytes: float = math.inf


def cgroup_limits(membership: Path = PROC_CGROUP, mounted: Path = CGROUPS) -> CgroupLimits:
    """Return the limits of the control groups of this process and of those above them; Linux only.

    Parameters
    ----------
    membership
        File that names the groups [1]_.
    mounted
        Folder of all groups. A container may see its own group there as the top one, under another name than in
        ``membership``.

    References
    ----------
    .. [1] cgroups(7), Linux man-pages.
    """
    cores, memory = [math.inf], [math.inf]
    for line in _text(membership).splitlines():
        _number, controllers, group = line.split(":", 2)
        for controller in controllers.split(","):
            own = mounted / controller / group.strip("/")
            for folder in (own, *own.parents[: len(own.parts) - len(mounted.parts)]):
                # The second version of cgroups has both numbers in one file, the first one has two.
                quota, period = (
                    _text(folder / "cpu.max").split()
                    or [_text(folder / file) for file in ("cpu.cfs_quota_us", "cpu.cfs_period_us")]
                )[:2]
                cores.append(_limit(quota) / float(period or 1))
                memory += [_limit(_text(folder / file)) for file in ("memory.max", "memory.limit_in_bytes")]
    return CgroupLimits(min(cores), min(memory))


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""


def _limit(text: str) -> float:
    """Return a limit; infinite where none is stated: "max" or -1."""
    return float(text) if text.strip().isdecimal() else math.inf


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
