"""Long runs, watched for growth of memory, handles, threads and temporary files: ``make endurance``.

``python tests/robustness/run_endurance.py FOLDER [MINUTES]`` ends each run after so many minutes, and leaves out those
that FOLDER already has whole. Rows are stored as they come.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import psutil

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "samples" / "run_neutral.mp4"
FPS, FRAMES = 30, 240
EVERY_S = 5.0
# Growth from the second quarter of a run to its last that is none: allocators keep pages, threads come and go.
MORE_MB, MORE_SHARE, MORE_HANDLES = 30.0, 0.05, 4
ANALYSES = """
import sys
import posture
from posture.runtime import limit_heaps
limit_heaps()  # as the command does
for number in range(int(sys.argv[2])):
    posture.analyze(sys.argv[1], model="lite", end=1.0, auto_baseline=False)
"""


@dataclass(frozen=True)
class Sample:
    """A command and its children after some seconds: memory, open files, threads, and files in the temporary folder."""

    seconds: float
    memory_mb: float
    handles: int
    threads: int
    temporary_files: int


def looped(path: Path, hours: float) -> Path:
    """Write a clip that repeats the sample without encoding it again."""
    with av.open(str(SAMPLE)) as source, av.open(str(path), "w") as target:
        packets = [packet for packet in source.demux(source.streams.video[0]) if packet.dts is not None]
        stream = target.add_stream_from_template(source.streams.video[0])
        contents = [(bytes(packet), packet.pts, packet.dts, packet.is_keyframe) for packet in packets]
        ticks, base = round(FRAMES / FPS / packets[0].time_base), packets[0].time_base
        for turn in range(round(hours * 3600 * FPS / FRAMES)):
            for content, pts, dts, is_key in contents:
                packet = av.Packet(content)
                packet.pts, packet.dts, packet.time_base = pts + turn * ticks, dts + turn * ticks, base
                packet.is_keyframe, packet.stream = is_key, stream
                target.mux(packet)
    return path


def of_clip(hours: float, *options: str) -> Callable[[Path], list[str]]:
    """Return what makes the command that analyses a long clip."""

    def command(folder: Path) -> list[str]:
        clip = looped(folder / "long.mp4", hours)
        return ["-m", "posture", "analyze", str(clip), "--no-video", "--model", "lite", *options]

    return command


def of_live(folder: Path) -> list[str]:
    """Return the command that watches a day's running, as fast as its pictures can be analysed."""
    clip = looped(folder / "long.mp4", 24.0)
    return ["-m", "posture", "live", str(clip), "--every-frame", "--no-window", "--mute", "--model", "lite"]


RUNS: dict[str, tuple[Callable[[Path], list[str]], float | None]] = {
    "clip of two hours": (of_clip(2.0), 900.0),
    # Landmarks and edges of every frame are kept: 5 kB each.
    "clip of 100,000 frames, read whole": (of_clip(100_000 / FPS / 3600, "--whole"), 1400.0),
    "1000 analyses in one process": (lambda _folder: ["-c", ANALYSES, str(SAMPLE), "1000"], None),
    "a day of live": (of_live, None),
}
"""The command of each run, and the most memory that it may take, MB; None where it must not grow at all."""


def watched(command: list[str], folder: Path, stored: Path, limit_s: float) -> int | None:
    """Run a command to its end or so many seconds, and store a row every `EVERY_S`; return its exit code."""
    temporary = folder / "temporary"
    temporary.mkdir()
    with subprocess.Popen(
        [sys.executable, *command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(temporary)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        root, start_s, code = psutil.Process(process.pid), time.monotonic(), None
        while code is None and (passed_s := time.monotonic() - start_s) < limit_s:
            try:
                family = [root, *root.children(recursive=True)]
                row = Sample(
                    round(passed_s, 1),
                    round(sum(one.memory_info().rss for one in family) / 1e6, 1),
                    sum(one.num_fds() for one in family),
                    sum(one.num_threads() for one in family),
                    sum(1 for _path in temporary.rglob("*")),
                )
            except psutil.Error:
                row = None
            if row is not None:
                with stored.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(asdict(row)) + "\n")
            try:
                code = process.wait(EVERY_S)
            except subprocess.TimeoutExpired:
                continue
        process.kill()
        return code


def growth_of(rows: list[Sample], most_mb: float | None) -> list[str]:
    """Return what grew from the second quarter of a run to the last one, in words; empty for nothing.

    With ``most_mb``, memory may grow up to so much.
    """
    quarter = len(rows) // 4
    if not quarter:
        return ["too short"]
    early, late = rows[quarter : 2 * quarter], rows[-quarter:]

    def grown(name: str) -> tuple[float, float]:
        before, after = (statistics.median(getattr(row, name) for row in part) for part in (early, late))
        return before, after - before

    before_mb, more_mb = grown("memory_mb")
    if most_mb is None:
        too_much = more_mb > max(MORE_MB, MORE_SHARE * before_mb)
    else:
        too_much = max(row.memory_mb for row in rows) > most_mb
    found = [f"memory by {more_mb:.0f} MB"] if too_much else []
    found += [
        f"{name} by {more:.0f}"
        for name in ("handles", "threads", "temporary_files")
        if (more := grown(name)[1]) > MORE_HANDLES
    ]
    return found


def main() -> int:
    """Run what is not there yet, and say what grew."""
    results = Path(sys.argv[1])
    limit_s = 60.0 * float(sys.argv[2]) if len(sys.argv) > 2 else float("inf")
    results.mkdir(parents=True, exist_ok=True)
    faults = 0
    for name, (command, most_mb) in RUNS.items():
        stored, done = results / f"{name}.jsonl", results / f"{name}.done"
        if not done.exists():
            stored.unlink(missing_ok=True)
            with TemporaryDirectory() as folder:
                code = watched(command(Path(folder)), Path(folder), stored, limit_s)
            if code == 0:
                done.touch()
            elif code is not None:
                print(f"{name}: exit code {code}")
                faults += 1
        rows = [Sample(**json.loads(line)) for line in stored.read_text("utf-8").splitlines()]
        grown = growth_of(rows, most_mb)
        faults += bool(grown)
        print(
            f"{name}: {'whole' if done.exists() else 'part'}, {rows[-1].seconds / 60:.1f} min, "
            f"at most {max(row.memory_mb for row in rows):.0f} MB, {max(row.handles for row in rows)} handles, "
            f"{max(row.threads for row in rows)} threads; grew: {', '.join(grown) or 'nothing'}",
            flush=True,
        )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
