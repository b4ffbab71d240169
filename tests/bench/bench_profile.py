"""Print where the processor time of an analysis goes, a frame of the clip: part of ``make bench``.

The functions of each part add up the time of their own threads, without that of parts which they call. MediaPipe works
in threads of its own: what no thread of Python used is its time. What its models and its masks cost of that is measured
before, with one landmarker that has masks and one that has none.
"""

from __future__ import annotations

import argparse
import importlib
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from posture.analysis.pipeline import examine
from posture.pose.landmarker import Landmarker
from posture.video import open_video

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "run_neutral.mp4"
# Pictures that measure what a landmarker costs.
PICTURES = 90
# Part of an analysis: its functions, each as the module that calls it and the name there.
PARTS = {
    "decoding, conversion to RGB": ("posture.video.background:_run",),
    "pictures and results to and from MediaPipe": ("posture.pose.landmarker:Landmarker.detect",),
    "edges of the mask": ("posture.analysis.clip_pass:observe",),
    "colours of the runner": ("posture.contour.observation:appearance_of",),
    "thumbnails for cuts": ("posture.analysis.pictures:thumbnail",),
    "small pictures for the scene": ("posture.scene.sampler:SceneSampler.add",),
    "small pictures for bystanders": ("posture.pose.bystanders:BystanderSearch.add",),
    "preview": ("posture.analysis.observe:_look",),
    "who is who, cuts": (
        "posture.analysis.observe:_pass",
        "posture.analysis.observe:_changes_over",
        "posture.analysis.observe:_may_have_missed_runner",
        "posture.analysis.pictures:PictureReader.complete",
    ),
    "scene: camera, things in front, light": (
        "posture.analysis.measure_clip:scene_of",
        "posture.scene.evidence:track_camera",
    ),
    "back: outline, angles, intervals": ("posture.analysis.measure_clip:_BackOfClip.over_clip",),
    "running numbers": ("posture.analysis.measure_clip:running_of",),
}


class Meter:
    """Adds up the processor time of parts, seconds, over all threads."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._local = threading.local()

    def measured(self, part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function with its time added to a part."""

        def run(*values: Any, **named: Any) -> Any:
            inner = self._local.__dict__.setdefault("inner", [])
            inner.append(0.0)
            start = time.thread_time()
            try:
                return function(*values, **named)
            finally:
                spent, of_others = time.thread_time() - start, inner.pop()
                if inner:
                    inner[-1] += spent
                with self._lock:
                    self.seconds[part] += spent - of_others

        return run

    def attach(self) -> None:
        """Measure all parts, and the time of all threads as the rest."""
        for part, functions in PARTS.items():
            for place in functions:
                module, _, names = place.partition(":")
                *owners, name = names.split(".")
                owner: Any = importlib.import_module(module)
                for step in owners:
                    owner = getattr(owner, step)
                setattr(owner, name, self.measured(part, getattr(owner, name)))
        threading.Thread.run = self.measured("all else", threading.Thread.run)  # type: ignore[method-assign]


def landmarker_s(clip: Path, *, masks: bool) -> float:
    """Return the processor time of MediaPipe for a frame, seconds."""
    with open_video(clip) as video, Landmarker("full", masks=masks) as landmarker:
        pictures = [frame.rgb for frame, _ in zip(video.frames(), range(PICTURES), strict=False)]
        landmarker.detect(pictures[0])
        start, own = time.process_time(), time.thread_time()
        for picture in pictures:
            landmarker.detect(picture)
        return (time.process_time() - start - time.thread_time() + own) / len(pictures)


def main() -> None:
    """Print the table of a clip."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clip", nargs="?", type=Path, default=SAMPLE)
    clip = parser.parse_args().clip
    examine(clip, end=1.0)
    with_masks, without = (landmarker_s(clip, masks=masks) for masks in (True, False))
    meter = Meter()
    meter.attach()
    start = time.process_time()
    examination = meter.measured("all else", examine)(clip)
    total, frames = time.process_time() - start, len(examination.times_s)
    mediapipe = total - sum(meter.seconds.values())
    rows = {"pose model": without * frames, "its masks": (with_masks - without) * frames}
    rows["leads, preview, bystanders, loading of models"] = mediapipe - with_masks * frames
    rows |= {part: meter.seconds[part] for part in (*PARTS, "all else")}
    print(f"{clip.name}: {frames} frames, {1000 * total / frames:.1f} ms of processor time each\n")
    print("| part | ms a frame | share |\n|---|---:|---:|")
    for part, seconds in rows.items():
        print(f"| {part} | {1000 * seconds / frames:.2f} | {100 * seconds / total:.1f} % |")


if __name__ == "__main__":
    main()
