"""Time `posture` against a bare loop, by length, size, frame rate and people: ``make bench`` and ``make bench-long``.

The bare loop is what one would write first: PyAV decodes with its own threads, the landmarker finds one person with
masks in VIDEO mode, and each mask is copied because its view dies with the result. The sides of its pictures must be
multiples of 4, because reading other masks aborts the process in this version of MediaPipe. Of long clips it reads the
first frames only, and its time is that for all of them. All ways are timed in one process and in turn, so that a
machine that slows down slows all of them; the memory is that of the command, in a process of its own.

Without ``--long``, the clips that have a limit are timed; it exits with 1 when a ratio or the memory exceeds it.
``--json`` writes the figures for `speed_page`, which makes table and figure of them.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clips import FPS, ROOT, Clip
from peers import time_peers

from posture.analysis.pipeline import examine
from posture.output.save import save
from posture.runtime import usable_cores
from posture.version import __version__
from posture.video import open_video

MODEL = ROOT / "models" / "pose_landmarker_full.task"
#: Milliseconds between the timestamps that the landmarker is told: far apart, so it does not smooth.
TICK_MS = 1_000_000
# The bare loop reads so many frames, for a second on each.
BARE_FRAMES = 600
MOST_MB = 700.0
NUMBERS, ALL = "numbers", "all"


@dataclass(frozen=True)
class Case:
    """A clip, the ways to time it, and the largest ratios to its bare loop.

    Attributes
    ----------
    axis
        What the clip is compared by with `BASE`; empty for a clip of the short bench.
    limits
        By way.
    whole
        Whether long clips are read to their end.
    """

    clip: Clip
    axis: str = ""
    limits: tuple[tuple[str, float], ...] = ()
    whole: bool = False

    @property
    def name(self) -> str:
        """Name of the clip, and whether all of it is read."""
        return self.clip.name + "-whole" * self.whole


SIZES = {"480p": (856, 480), "1080p": (1920, 1080), "4K": (3840, 2160)}
PEOPLE = ("run_neutral", "run_hollow", "stand_then_run")
SHORT = (
    Case(Clip("720p30-8s"), limits=((ALL, 0.85),)),
    Case(Clip("1080p30-60s", size=SIZES["1080p"], seconds=60), limits=((NUMBERS, 0.65), (ALL, 0.80))),
    Case(Clip("1080p120-15s", size=SIZES["1080p"], seconds=15, repeats=4), limits=((NUMBERS, 0.25),)),
    Case(Clip("front-20s", ("run_front",), seconds=20), limits=((NUMBERS, 0.2),)),
)
BASE = Case(Clip("720p30-10s", seconds=10), "base")
LONG = (
    BASE,
    Case(Clip("720p30-60s", seconds=60), "length"),
    Case(Clip("720p30-60s", seconds=60), "length", whole=True),
    Case(Clip("720p30-600s", seconds=600), "length"),
    Case(Clip("720p30-600s", seconds=600), "length", whole=True),
    *(Case(Clip(f"{name}-10s", size=size, seconds=10), "size") for name, size in SIZES.items()),
    *(Case(Clip(f"720p{FPS * n}-10s", seconds=10, repeats=n), "rate") for n in (2, 4, 8)),
    *(Case(Clip(f"people{n}-10s", PEOPLE[:n], seconds=10), "people") for n in (2, 3)),
)


def bare_loop(clip: Path) -> float:
    """Decode a clip and run the landmarker on each frame; return the seconds for all frames."""
    import av
    import mediapipe as mp
    import numpy as np
    from mediapipe.tasks.python import BaseOptions, vision

    options = vision.PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(MODEL)),
        running_mode=vision.RunningMode.VIDEO,
        num_poses=1,
        output_segmentation_masks=True,
    )
    start, count = time.perf_counter(), 0
    with av.open(str(clip)) as container, vision.PoseLandmarker.create_from_options(options) as landmarker:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        for count, frame in enumerate(container.decode(stream), start=1):
            pixels = np.ascontiguousarray(frame.to_ndarray(format="rgb24"))
            image = mp.Image(image_format=mp.ImageFormat.SRGB, data=pixels)
            result = landmarker.detect_for_video(image, count * TICK_MS)
            for mask in result.segmentation_masks or ():
                mask.numpy_view().copy()
            if count == BARE_FRAMES:
                break
        share = count / (stream.frames or count)
    return (time.perf_counter() - start) / share


def numbers(clip: Path, *, whole: bool) -> float:
    """Analyse a clip; return the seconds."""
    start = time.perf_counter()
    examine(clip, whole=whole)
    return time.perf_counter() - start


def everything(clip: Path, *, whole: bool) -> float:
    """Analyse a clip as the command does, with page and film; return the seconds."""
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        save(examine(clip, whole=whole), Path(folder), film=True)
    return time.perf_counter() - start


def run_command(clip: Path, *, whole: bool) -> dict[str, float]:
    """Run the command; return the seconds to its answer and to its end, page and film included, and its memory."""
    with tempfile.TemporaryDirectory() as folder:
        # A child counts the memory of its parent as its own until it has started: a small process starts it.
        program = Path(__file__).with_name("peak_memory.py")
        options = ["--whole"] if whole else []
        command = [sys.executable, str(program), "analyze", str(clip), "--out", f"{folder}/out", *options]
        result = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return dict(json.loads(result.stdout))


def measure(case: Case, rounds: int) -> dict[str, Any]:
    """Time a clip in turn, print the medians, and return them with what the clip is."""
    path = case.clip.path
    ways: dict[str, Callable[[], float]] = {"bare": lambda: bare_loop(path)}
    # Of a clip with limits only these are wanted, so that the short bench takes minutes.
    if not case.limits or NUMBERS in dict(case.limits):
        ways[NUMBERS] = lambda: numbers(path, whole=case.whole)
    if not case.limits or ALL in dict(case.limits):
        ways[ALL] = lambda: everything(path, whole=case.whole)
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            times[name].append(way())
    medians = {name: statistics.median(of_way) for name, of_way in times.items()}
    command = run_command(path, whole=case.whole)
    words = [f"{case.name:18} bare loop {medians['bare']:6.2f} s"]
    for name in medians.keys() - {"bare"}:
        limit = dict(case.limits).get(name)
        ratio = medians[name] / medians["bare"]
        words.append(f"{name} {ratio:.2f}" + ("" if limit is None else f" (limit {limit})"))
    print(*words, f"{command['peak_mb']:.0f} MB (limit {MOST_MB:.0f})", sep="   ", flush=True)
    with open_video(path) as video:
        info = video.info
    return {
        "name": case.name,
        "axis": case.axis,
        "size": [info.source_width, info.source_height],
        "fps": FPS * case.clip.repeats,
        "seconds": case.clip.seconds,
        "people": len(case.clip.samples),
        "whole": case.whole,
        "limits": dict(case.limits),
        "times_s": medians,
        **command,
    }


def is_good(row: dict[str, Any]) -> bool:
    """Return whether a clip keeps its limits."""
    times = row["times_s"]
    kept = all(times[way] <= limit * times["bare"] for way, limit in row["limits"].items())
    return kept and row["peak_mb"] <= MOST_MB


def main() -> int:
    """Time all cases, or those that are named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="of the clips; all of them without")
    parser.add_argument("--long", action="store_true", help="other lengths, sizes, rates and people too (half an hour)")
    parser.add_argument("--rounds", type=int, default=3, help="of the clips that have a limit; others get one")
    parser.add_argument("--peers", action="store_true", help="other programs too, from environments of their own")
    parser.add_argument("--json", type=Path, help="write the figures into this file")
    given = parser.parse_args()
    # Pays for imports and cold files.
    everything(ROOT / "samples" / "run_front.mp4", whole=False)
    bare_loop(ROOT / "samples" / "run_front.mp4")
    cases = [case for case in SHORT + LONG * given.long if not given.names or case.name in given.names]
    rows = [measure(case, given.rounds if case.limits else 1) for case in cases]
    peers = time_peers(BASE.clip.path, bare_loop, given.rounds) if given.peers else []
    if given.json is not None:
        machine = {"system": platform.system(), "machine": platform.machine(), "cores": usable_cores()}
        figures = {"version": __version__, **machine, "rounds": given.rounds, "cases": rows, "peers": peers}
        given.json.write_text(json.dumps(figures, indent=1) + os.linesep, encoding="utf-8")
    return 0 if all(map(is_good, rows)) else 1


if __name__ == "__main__":
    sys.exit(main())
