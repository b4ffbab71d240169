"""Time ``posture.analyze`` against the least that any analysis must do: decode, and run the landmarker.

Run by ``make bench``. Both ways take the same clip and the same model, in one process and in turn
(A B A B ...), so that a machine that slows down slows both. It prints the medians and their ratio and
exits with 1 when ``analyze`` takes more than 1.25 times as long as the bare loop.

The bare loop is what one would write first: PyAV decodes with its own threads, the landmarker finds one
person with masks in VIDEO mode, and each mask is copied because its view dies with the result. Frames are
not rotated; their width and height must be multiples of 4, because reading other masks aborts the process
in this version of mediapipe.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import posture

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 1.25
#: Milliseconds between the timestamps that the landmarker is told: far apart, so it does not smooth.
TICK_MS = 1_000_000


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


def main() -> int:
    """Run both ways in turn, print the times, and return the exit code."""
    parser = argparse.ArgumentParser(description="Time posture.analyze against decoding and landmarker.")
    parser.add_argument("clip", nargs="?", type=Path, default=ROOT / "samples" / "run_neutral.mp4")
    parser.add_argument("--model", choices=["lite", "full", "heavy"], default="full")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    if not given.clip.is_file():
        print(f"{given.clip}: no such clip. Run make samples, or name another one.", file=sys.stderr)
        return 1

    model = ROOT / "models" / f"pose_landmarker_{given.model}.task"

    def bare() -> int:
        return bare_loop(given.clip, model)

    def whole() -> object:
        return posture.analyze(given.clip, model=given.model)

    # The first turn of each pays for imports and cold files, and is not counted.
    frames = bare()
    whole()
    bare_s: list[float] = []
    whole_s: list[float] = []
    for number in range(1, given.rounds + 1):
        bare_s.append(seconds(bare))
        whole_s.append(seconds(whole))
        print(f"round {number}: bare loop {bare_s[-1]:.2f} s, analyze {whole_s[-1]:.2f} s", flush=True)

    a, b = statistics.median(bare_s), statistics.median(whole_s)
    ratio = b / a
    print(f"{given.clip.name}, {frames} frames, model {given.model}, median of {given.rounds} rounds")
    print(f"bare loop {a:.2f} s ({1000 * a / frames:.1f} ms a frame)")
    print(f"analyze   {b:.2f} s ({1000 * b / frames:.1f} ms a frame)")
    print(f"ratio     {ratio:.2f} (limit {LIMIT})")
    return 0 if ratio <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
