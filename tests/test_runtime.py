"""Cores and memory that a process may use, and memory of one whose heaps are limited."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from pathlib import Path

import pytest

from posture.runtime import cgroup_limits, usable_cores, usable_memory

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


def written(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="ascii")
    return folder


@pytest.mark.parametrize(
    ("membership", "files", "cores", "gigabytes"),
    [
        ("0::/\n", {}, math.inf, math.inf),
        ("0::/\n", {"cpu.max": "max 100000\n", "memory.max": "max\n"}, math.inf, math.inf),
        ("0::/\n", {"cpu.max": "150000 100000\n", "memory.max": "2000000000\n"}, 1.5, 2),
        # The group above allows less; the group's name is that of the host, of which a container sees its own only.
        ("0::/a/b\n", {"a/b/cpu.max": "400000 100000", "a/cpu.max": "50000 100000"}, 0.5, math.inf),
        ("0::/docker/0f3a\n", {"memory.max": "1000000000"}, math.inf, 1),
        (
            "4:memory:/a\n1:cpu,cpuacct:/a\n",
            {
                "memory/a/memory.limit_in_bytes": "3000000000",
                "cpu/a/cpu.cfs_quota_us": "200000",
                "cpu/a/cpu.cfs_period_us": "100000",
            },
            2,
            3,
        ),
        (
            "4:memory:/\n1:cpu:/\n",
            {
                "memory/memory.limit_in_bytes": "9223372036854771712",
                "cpu/cpu.cfs_quota_us": "-1",
                "cpu/cpu.cfs_period_us": "100000",
            },
            math.inf,
            9223372036.854771712,
        ),
    ],
)
def test_limits_of_a_container(
    membership: str, files: dict[str, str], cores: float, gigabytes: float, tmp_path: Path
) -> None:
    mounted = written(tmp_path / "groups", files)
    found = cgroup_limits(written(tmp_path, {"own": membership}) / "own", mounted)
    assert found == (cores, pytest.approx(gigabytes * 1e9))


def test_without_control_groups_there_is_no_limit(tmp_path: Path) -> None:
    assert cgroup_limits(tmp_path / "none", tmp_path) == (math.inf, math.inf)
    assert 1 <= usable_cores() <= (os.cpu_count() or 1)
    assert usable_memory(1000) == 1000
