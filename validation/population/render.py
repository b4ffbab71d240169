"""Render people with known truth and store what the package detects: ``make population``.

Needs the ``render`` extra and hours; resumable. People, clothes, cameras and light vary. Each person runs once and
stands neutral once; one in `SECOND_CAMERA` is also filmed running by a second camera. Every clip is rendered,
compressed as a phone would, and observed by the package itself. Detections and truth of each person go to one file;
pictures are dropped.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from posture.analysis.clip_pass import ClipRequest
from posture.analysis.observations import ClipObservations
from posture.analysis.observe import observe_clip
from posture.contour.observation import FACINGS
from posture.gait.runner_choice import TrackedPerson
from validation.population.draw import Filming, Subject, draw_filming, draw_standing, draw_subject
from validation.population.staging import MOMENTS_BLURRED, Shown, stage
from validation.population.truth import truth_of
from validation.rendering import body, scene

PEOPLE = 312
SECOND_CAMERA = 5
# Landmarks are stored in sixteenths of a pixel.
LANDMARK_STEPS = 16
FOLDER = Path(__file__).resolve().parents[2] / "build" / "population"


def film(model: body.BodyModel, subject: Subject, filming: Filming, *, standing: bool) -> dict[str, np.ndarray]:
    """Render one clip, observe it, and return its features."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.mp4"
        shown, camera = render_clip(path, model, subject, filming, standing=standing)
        watched, movers = observe_clip(ClipRequest(path, "full", None, None), "largest", None)
    features: dict[str, np.ndarray] = {
        "stride_s": np.array(shown.stride_s),
        "frames_read": np.array(len(watched.times_s)),
        "size": np.array([camera.width, camera.height]),
    }
    if movers:
        best = max(movers, key=lambda m: m.score)
        features |= {
            "time_s": best.time_s.astype(np.float32),
            "landmarks": np.round(best.landmarks * LANDMARK_STEPS).astype(np.int16),
            "edges": _edges(watched, best).astype(np.float16),
            "people": np.array(len(movers)),
        }
    return features


def render_clip(
    path: Path, model: body.BodyModel, subject: Subject, filming: Filming, *, standing: bool
) -> tuple[Shown, scene.Camera]:
    """Render one clip into a file; return its timing and the camera."""
    staged = stage(model, subject, filming, standing=standing)
    with scene.Renderer(staged.camera, subject.look) as renderer:
        pictures = renderer.frames(staged.posed, staged.offsets, staged.shifts, staged.shown.order)
        _encode(path, pictures, filming)
    return staged.shown, staged.camera


def _edges(watched: ClipObservations, runner: TrackedPerson) -> np.ndarray:
    """Return the mask's edge behind and in front of the trunk, shape (2, N, len(T_GRID)), trunk lengths."""
    behind = FACINGS.index(runner.view.facing)
    both = np.array([watched.sightings[f][s].edges for f, s in zip(runner.frames, runner.slots, strict=True)])
    return np.stack([both[:, behind], both[:, 1 - behind]])


def _encode(path: Path, pictures: Iterator[np.ndarray], filming: Filming) -> None:
    mixed_of = MOMENTS_BLURRED if filming.blur else 1
    with av.open(str(path), "w") as container:
        stream = container.add_stream(
            "libx264", rate=filming.fps, options={"crf": str(filming.crf), "preset": "veryfast"}
        )
        stream.time_base = Fraction(1, filming.fps)
        waiting = []
        for picture in pictures:
            waiting.append(picture)
            if len(waiting) < mixed_of:
                continue
            mixed = picture if mixed_of == 1 else np.mean(waiting, axis=0).astype(np.uint8)
            waiting = []
            mixed = np.ascontiguousarray(mixed[:, ::-1] if filming.facing == "left" else mixed)
            if not stream.codec_context.is_open:
                stream.width, stream.height, stream.pix_fmt = mixed.shape[1], mixed.shape[0], "yuv420p"
            container.mux(stream.encode(av.VideoFrame.from_ndarray(mixed, format="rgb24")))
        container.mux(stream.encode(None))


def make(model: body.BodyModel, number: int, target: Path) -> None:
    """Film one person and store features and truth atomically."""
    subject = draw_subject(number)
    stored: dict[str, np.ndarray] = {}
    about: dict[str, object] = {
        "number": number,
        "person": asdict(subject.person),
        "style": asdict(subject.style),
        "loose": subject.loose,
        "ease_m": subject.ease_m,
        "takes": {},
    }
    takes = {"run": draw_filming(number, 0), "stand": draw_standing(number)}
    if number % SECOND_CAMERA == 0:
        takes["run2"] = draw_filming(number, 2)
    for name, filming in takes.items():
        about["takes"][name] = asdict(filming)  # type: ignore[index]
        for key, value in film(model, subject, filming, standing=name == "stand").items():
            stored[f"{name}/{key}"] = value
    for name, standing in (("run", False), ("stand", True)):
        for key, value in truth_of(model, subject, standing=standing).items():
            stored[f"{name}/truth/{key}"] = value
    stored["about"] = np.array(json.dumps(about))
    partial = target.with_suffix(".partial.npz")
    np.savez_compressed(partial, **stored)  # type: ignore[arg-type]  # the stub forgets the arrays
    partial.replace(target)


def main() -> None:
    """Render the missing people; several processes may share the work with --part I --of N."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--part", type=int, default=0)
    parser.add_argument("--of", type=int, default=1)
    parser.add_argument("--backgrounds", type=Path, help="only write the background of each person, render nothing")
    given = parser.parse_args()
    if given.backgrounds is not None:
        drawn = {number: draw_subject(number).look.setting for number in range(given.people)}
        given.backgrounds.write_text(json.dumps(drawn) + "\n", encoding="utf-8")
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    model = body.BodyModel()
    for number in range(given.part, given.people, given.of):
        target = FOLDER / f"{number:04d}.npz"
        if not target.exists():
            make(model, number, target)
            print(number, target.stat().st_size // 1000, "kB", flush=True)


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
