"""Observe the rendered clips with the package and keep what it detects: part of ``make nuisances``; resumable."""

from __future__ import annotations

import argparse
import pickle
from pathlib import Path

from posture.analysis.observe import ClipRequest, observe_clip
from validation.nuisances.draw import RENDERED


def observe(clip: Path, target: Path) -> None:
    """Observe a clip and pickle what `posture.analysis.observe.observe_clip` returns."""
    observed = observe_clip(ClipRequest(clip, "full"))
    partial = target.with_suffix(".partial")
    partial.write_bytes(pickle.dumps(observed))
    partial.replace(target)


def main() -> None:
    """Observe the clips that are not observed yet; several processes may share the work with --part I --of N."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--clips", type=Path, default=RENDERED, help="folder of the rendered clips")
    parser.add_argument("--out", type=Path, default=RENDERED / "observed")
    parser.add_argument("--part", type=int, default=0)
    parser.add_argument("--of", type=int, default=1)
    parser.add_argument("--only", default="", help="only clips whose name contains this")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    for clip in sorted(given.clips.glob("*.mp4")):
        target = given.out / f"{clip.stem}.pkl"
        if int(clip.stem[:4]) % given.of == given.part and given.only in clip.stem and not target.exists():
            observe(clip, target)
            print(target.name, target.stat().st_size // 1000, "kB", flush=True)


if __name__ == "__main__":
    main()
