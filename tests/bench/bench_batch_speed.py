"""A batch against the same clips one by one: wall time, processor time, and whether the numbers are the same.

    python tests/bench/bench_batch_speed.py [CLIPS] [options of posture, such as --no-video]

Clips are the samples, the real clips of ``POSTURE_SHARED`` where there are any, and broken ones, over and over; every
seventh is broken. On a machine of two cores that does nothing else, the batch may take 0.6 of the time.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("POSTURE_SHARED", ROOT.parent / "shared" / "clips"))
MOST = 0.6


def timed(*arguments: str) -> tuple[float, float]:
    """Return wall and processor time of one command, seconds."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run([sys.executable, "-m", "posture", *arguments], capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.monotonic() - begun, used


def make_clips(folder: Path, count: int) -> list[Path]:
    """Fill a folder; no two clips have the same content."""
    sources = sorted((ROOT / "samples").glob("*.mp4")) + sorted(SHARED.glob("*.mp4"))
    made = []
    for n in range(count):
        source = sources[n % len(sources)]
        path = folder / f"{n:02d}-{source.name}"
        data = source.read_bytes()
        # A player ignores what stands behind the last box; the content's hash does not.
        path.write_bytes(data[: len(data) // 3] if n % 7 == 6 else data + b"\0\0\0\x08free" * (n + 1))
        made.append(path)
    return made


def main(count: int, options: Sequence[str]) -> int:
    """Run, print, and return the exit code."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "clips").mkdir()
        clips = make_clips(folder / "clips", count)
        batch_s, batch_cpu_s = timed("batch", str(folder / "clips"), "--out", str(folder / "all"), *options)
        print(f"batch: {batch_s:.0f} s", file=sys.stderr)
        single_s = single_cpu_s = 0.0
        different = []
        for clip in clips:
            out = folder / "single" / clip.stem
            wall, used = timed("analyze", str(clip), "--out", str(out), *options)
            single_s, single_cpu_s = single_s + wall, single_cpu_s + used
            print(f"{clip.name}: {wall:.0f} s, {single_s:.0f} s so far", file=sys.stderr)
            both = [p / "analysis.json" for p in (out, folder / "all" / clip.stem)]
            texts = [json.loads(p.read_bytes()) if p.exists() else None for p in both]
            if texts[0] != texts[1]:
                different.append(clip.name)
    print(
        f"{count} clips: batch {batch_s:.0f} s wall, {batch_cpu_s:.0f} s of processor; "
        f"one by one {single_s:.0f} s wall, {single_cpu_s:.0f} s of processor; "
        f"wall {batch_s / single_s:.2f}, processor {batch_cpu_s / single_cpu_s:.2f}; "
        f"other numbers: {', '.join(different) or 'none'}"
    )
    return 0 if batch_s / single_s <= MOST and not different else 1


if __name__ == "__main__":
    given = sys.argv[1:]
    number = int(given.pop(0)) if given and given[0].isdigit() else 40
    sys.exit(main(number, given))
