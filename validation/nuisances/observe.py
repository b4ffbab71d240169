"""Observe the rendered clips with the package and keep what it detects: part of ``make nuisances``; resumable.

The small pictures from which the package reads the scene are not kept, only what it reads from them about the runner.
"""

from __future__ import annotations

import argparse
import pickle
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from posture.analysis.clip_pass import ClipRequest
from posture.analysis.observations import ClipObservations, track_people
from posture.analysis.observe import observe_clip
from posture.analysis.pictures import PictureReader
from posture.analysis.surroundings import scene_of, scene_without_runner
from posture.gait.runner_choice import TrackedPerson, choose
from posture.outline.shape_model import SHAPE_MODEL
from posture.video import open_video
from validation.nuisances.draw import RENDERED

Observed = tuple[ClipObservations, list[TrackedPerson]]


def observe(clip: Path) -> Observed:
    """Observe a clip as the package does, and reduce the scene to the evidence about the runner."""
    observations, people = observe_clip(ClipRequest(clip, "full"))
    return _reduced(observations, people), people


def read_pictures_again(clip: Path, observed: Observed) -> Observed:
    """Read scene, bystanders and cuts of an observed clip again, after their code has changed; landmarks are kept."""
    observations, pictures = observed[0], PictureReader()
    with open_video(clip) as video, pictures:
        for frame, sightings in zip(video.frames(), observations.sightings, strict=True):
            pictures.add(frame, sightings)
    read = pictures.complete(observations)
    people = track_people(read)
    return _reduced(read, people), people


def _reduced(observations: ClipObservations, people: Sequence[TrackedPerson]) -> ClipObservations:
    if not people:
        return replace(observations, scene=scene_without_runner(observations))
    shape = SHAPE_MODEL.load()
    return replace(observations, scene=scene_of(observations, choose(people, "largest").runner, shape))


def main() -> None:
    """Observe the clips that are not observed yet; several processes may share the work with --part I --of N."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--clips", type=Path, default=RENDERED, help="folder of the rendered clips")
    parser.add_argument("--out", type=Path, default=RENDERED / "observed")
    parser.add_argument("--part", type=int, default=0)
    parser.add_argument("--of", type=int, default=1)
    parser.add_argument("--only", default="", help="only clips whose name contains this")
    parser.add_argument("--pictures", action="store_true", help="read scene, bystanders and cuts again")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    for clip in sorted(given.clips.glob("*.mp4")):
        target = given.out / f"{clip.stem}.pkl"
        wanted = int(clip.stem[:4]) % given.of == given.part and given.only in clip.stem
        if not wanted or target.exists() != given.pictures:
            continue
        observed = read_pictures_again(clip, pickle.loads(target.read_bytes())) if given.pictures else observe(clip)
        partial = target.with_suffix(".partial")
        partial.write_bytes(pickle.dumps(observed))
        partial.replace(target)
        print(target.name, target.stat().st_size // 1000, "kB", flush=True)


if __name__ == "__main__":
    main()
