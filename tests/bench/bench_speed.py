"""Time `posture` on clips of different length, size and frame rate against a bare loop: part of ``make bench``.

The bare loop is what one would write first: PyAV decodes with its own threads, the landmarker finds one person with
masks in VIDEO mode, and each mask is copied because its view dies with the result. The sides of its pictures must be
multiples of 4, because reading other masks aborts the process in this version of MediaPipe. All ways are timed in one
process and in turn, so that a machine that slows down slows all of them. It prints the medians and their ratios, and
exits with 1 when a ratio exceeds its limit.

The clips are made of the samples, once, in ``build/bench``.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av

from posture.analysis.pipeline import examine
from posture.output.save import save

ROOT = Path(__file__).resolve().parents[2]
CLIPS = ROOT / "build" / "bench"
MODEL = ROOT / "models" / "pose_landmarker_full.task"
#: Milliseconds between the timestamps that the landmarker is told: far apart, so it does not smooth.
TICK_MS = 1_000_000


@dataclass(frozen=True)
class Case:
    """A clip, and the largest ratios to its bare loop.

    Attributes
    ----------
    repeats
        Times that each frame of the sample is shown: 4 turn 30 frames a second into 120.
    numbers, all_results
        Limits of the analysis, and of the analysis with page and film; None where none is set.
    """

    name: str
    sample: str
    size: tuple[int, int]
    seconds: float
    repeats: int = 1
    numbers: float | None = None
    all_results: float | None = None

    @property
    def path(self) -> Path:
        """Where the clip lies."""
        return CLIPS / f"{self.name}.mp4"


CASES = (
    Case("720p30-8s", "run_neutral", (1280, 720), 8, all_results=0.85),
    Case("1080p30-60s", "run_neutral", (1920, 1080), 60, numbers=0.65, all_results=0.80),
    Case("1080p120-15s", "run_neutral", (1920, 1080), 15, repeats=4, numbers=0.25),
    Case("front-20s", "run_front", (1280, 720), 20, numbers=0.2),
    Case("480p30-8s", "run_neutral", (856, 480), 8),
    Case("4k30-8s", "run_neutral", (3840, 2160), 8),
)


def bare_loop(clip: Path, model: Path) -> int:
    """Decode the clip and run the landmarker on each frame; return the number of frames."""
    import av
    import mediapipe as mp
    import numpy as np
    from mediapipe.tasks.python import BaseOptions, vision

    options = vision.PoseLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(model)),
        running_mode=vision.RunningMode.VIDEO,
        num_poses=1,
        output_segmentation_masks=True,
    )
    count = 0
    with av.open(str(clip)) as container, vision.PoseLandmarker.create_from_options(options) as landmarker:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        for count, frame in enumerate(container.decode(stream), start=1):
            pixels = np.ascontiguousarray(frame.to_ndarray(format="rgb24"))
            image = mp.Image(image_format=mp.ImageFormat.SRGB, data=pixels)
            result = landmarker.detect_for_video(image, count * TICK_MS)
            for mask in result.segmentation_masks or ():
                mask.numpy_view().copy()
    return count


def seconds(work: Callable[[], object]) -> float:
    """Return how long the work takes by the wall clock."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def make(case: Case) -> None:
    """Write a clip: the frames of its sample in a loop."""
    CLIPS.mkdir(parents=True, exist_ok=True)
    with av.open(str(ROOT / "samples" / f"{case.sample}.mp4")) as source:
        frames = [frame.reformat(*case.size, "yuv420p") for frame in source.decode(video=0)]
    part = case.path.with_suffix(".part.mp4")
    with av.open(str(part), "w") as container:
        stream = container.add_stream("libx264", rate=30 * case.repeats)
        stream.width, stream.height, stream.pix_fmt = *case.size, "yuv420p"
        stream.options = {"preset": "superfast", "crf": "21", "g": "60"}
        for number in range(round(case.seconds * 30 * case.repeats)):
            frame = frames[number // case.repeats % len(frames)]
            frame.pts, frame.time_base, frame.pict_type = number, Fraction(1, 30 * case.repeats), 0
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    part.rename(case.path)


def everything(clip: Path) -> None:
    """Analyse a clip as the command does, with page and film."""
    with tempfile.TemporaryDirectory() as folder:
        save(examine(clip), Path(folder), film=True)


def command_s(clip: Path) -> tuple[float, float]:
    """Return the times from the start of the command to its answer and to its end, page and film included, seconds."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "posture", "analyze", str(clip), "--out", f"{folder}/out"]
        start = time.perf_counter()
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            answered_s = time.perf_counter() - start
            process.communicate()
        return answered_s, time.perf_counter() - start


def measure(case: Case, rounds: int) -> bool:
    """Time a clip in turn, print the medians, and return whether all ratios are within their limits."""
    if not case.path.exists():
        make(case)
    ways: dict[str, Callable[[], object]] = {
        "bare loop": lambda: bare_loop(case.path, MODEL),
        "numbers": lambda: examine(case.path),
        "all results": lambda: everything(case.path),
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            times[name].append(seconds(way))
    bare = statistics.median(times["bare loop"])
    row, good = [f"{case.name:14} bare loop {bare:6.2f} s"], True
    for name, limit in (("numbers", case.numbers), ("all results", case.all_results)):
        ratio = statistics.median(times[name]) / bare
        good &= limit is None or ratio <= limit
        row.append(f"{name} {ratio:.2f}" + ("" if limit is None else f" (limit {limit})"))
    print(*row, sep="   ", flush=True)
    return good


def main() -> int:
    """Time all cases, or those that are named."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="of the cases; all of them without")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    # Pays for imports and cold files.
    everything(ROOT / "samples" / "run_front.mp4")
    bare_loop(ROOT / "samples" / "run_front.mp4", MODEL)
    good = [measure(case, given.rounds) for case in CASES if not given.names or case.name in given.names]
    runs = [command_s(ROOT / "samples" / "run_neutral.mp4") for _ in range(given.rounds)]
    answer_s, end_s = (statistics.median(times) for times in zip(*runs, strict=True))
    print(f"sample of 8 s, from the start of the command: answer {answer_s:.1f} s, end {end_s:.1f} s")
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
