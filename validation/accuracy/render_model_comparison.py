"""Compare the three pose models on one rendered run per person: ``make compare-models``.

Needs the ``render`` extra and half an hour; resumable. People come from the calibration half of the population: tight
shirt, near side view, a treadmill or a panning camera. Each clip is rendered once, and the results of each person go to
one file. The page docs/validation/pose-models.md is written from those files after each person. A person is rendered
again when the fitted tables (models/*.json) have changed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

from posture.analysis.clip_pass import ClipRequest
from posture.analysis.observe import observe_clip
from posture.back.measure import SceneCorrections, measure_back_of
from posture.back.models import Models
from posture.gait.camera_roll import camera_roll_deg
from posture.gait.runner_choice import TrackedPerson
from posture.model_files import models_folder
from posture.outline.mask_bias import MASK_ERROR, MaskError
from posture.outline.shape_model import SHAPE_MODEL
from posture.types import Array, PoseModel
from validation.accuracy.model_comparison import MODELS, WAYS, write
from validation.accuracy.pages import DOCS
from validation.accuracy.statistics import MEASURES
from validation.population.draw import Filming, Subject, draw_filming, draw_subject
from validation.population.render import render_clip
from validation.population.truth import truth_of
from validation.rendering.body import BodyModel

PEOPLE = 14
MAX_YAW_DEG = 15.0
CAMERAS = ("treadmill", "pan")
FRAME_RATES = (25, 30)
FOLDER = Path(__file__).resolve().parents[2] / "build" / "compare_models"


def chosen_people(first: int = 2) -> Iterator[tuple[Subject, Filming]]:
    """Yield suitable people of the calibration half (even numbers) with the filming of their run, without end."""
    number = first + first % 2
    while True:
        subject, filming = draw_subject(number), draw_filming(number, 0)
        if (
            not subject.loose
            and abs(filming.yaw_deg) <= MAX_YAW_DEG
            and filming.way in CAMERAS
            and filming.fps in FRAME_RATES
        ):
            yield subject, filming
        number += 2


def compare(model: BodyModel, subject: Subject, filming: Filming) -> dict[str, Any]:
    """Render a person's run once, and measure it with each model.

    Returns
    -------
    dict
        ``number``, ``learnt`` (`_learnt`), ``filming``, ``truth`` (by measure), ``models`` (by name, from
        `_measure_with`).
    """
    # Each model is first, second and third equally often, so that a busy machine affects all alike.
    turn = subject.number // 2 % len(MODELS)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.mp4"
        render_clip(path, model, subject, filming, standing=False)
        results = {name: _measure_with(path, name) for name in (*MODELS[turn:], *MODELS[:turn])}
    truth = truth_of(model, subject, standing=False)["measures"]
    return {
        "number": subject.number,
        "learnt": _learnt(),
        "filming": asdict(filming),
        "truth": dict(zip(MEASURES, map(float, truth), strict=True)),
        "models": {name: results[name] for name in MODELS},
    }


def _measure_with(path: Path, name: PoseModel) -> dict[str, Any]:
    """Measure a clip with one model.

    Returns
    -------
    dict
        ``frames`` of the clip; ``looks``: frames processed, more when a second pass was needed; ``found``: frames with
        the runner; ``cpu_s`` and ``wall_s`` of all passes; ``activity``; ``strides``; ``measures``: for each of `WAYS`,
        value by measure, or None without a measurement.
    """
    looks = 0

    def count(_done: int, _expected: int) -> None:
        nonlocal looks
        looks += 1

    wall, cpu = time.perf_counter(), time.process_time()
    watched, movers = observe_clip(ClipRequest(path, name, None, None), "largest", count)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    best = max(movers, key=lambda m: m.score, default=None)
    return {
        "frames": len(watched.times_s),
        "looks": looks,
        "found": 0 if best is None else len(best.frames),
        "cpu_s": cpu,
        "wall_s": wall,
        "activity": None if best is None else best.activity,
        "strides": 0 if best is None else len(best.strides),
        "measures": dict.fromkeys(WAYS) if best is None else _measured(best, watched.edges_of(best).astype("float64")),
    }


def _measured(runner: TrackedPerson, edges: Array) -> dict[str, dict[str, float] | None]:
    """Measure a runner's back with and without the mask correction, without gates."""
    shape = SHAPE_MODEL.load()
    errors: dict[str, MaskError | None] = {
        "learnt": MASK_ERROR.load(),
        "plain": None,
    }
    roll, values = camera_roll_deg(runner), {}
    for way in WAYS:
        back = None
        if runner.activity == "running":
            back = measure_back_of(runner, edges, Models(shape, errors[way]), scene=SceneCorrections(roll))
        values[way] = None if back is None else {n: back.measured.measures[n].value for n in MEASURES}
    return values


def main() -> None:
    """Compare the models on the remaining people, and write the page after each."""
    parser = argparse.ArgumentParser(prog="make compare-models", description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE, help=f"how many ({PEOPLE})")
    parser.add_argument("--first", type=int, default=2, help="the number from which people are drawn (2)")
    parser.add_argument("--results", type=Path, default=FOLDER, help="where each person's results are kept")
    parser.add_argument("--out", type=Path, default=DOCS, help="the documentation's root folder")
    given = parser.parse_args()
    given.results.mkdir(parents=True, exist_ok=True)
    model = BodyModel()
    results: list[dict[str, Any]] = []
    for subject, filming in islice(chosen_people(given.first), given.people):
        target = given.results / f"{subject.number:04d}.json"
        result = _stored(target)
        if result is None:
            result = compare(model, subject, filming)
            _store(target, result)
            print(f"{subject.number}: done", flush=True)
        results.append(result)
        write(results, given.out)
    print(f"Written: {given.out}/validation/pose-models.md, pose-models.json")


def _learnt() -> str:
    """Return a hash of the fitted tables that the measures depend on."""
    tables = (models_folder() / name for name in (SHAPE_MODEL.filename, MASK_ERROR.filename))
    return hashlib.sha256(b"".join(table.read_bytes() for table in tables)).hexdigest()


def _stored(target: Path) -> dict[str, Any] | None:
    """Return a person's stored results if they belong to the present tables."""
    if not target.exists():
        return None
    result: dict[str, Any] = json.loads(target.read_text(encoding="utf-8"))
    return result if result.get("learnt") == _learnt() else None


def _store(target: Path, result: dict[str, Any]) -> None:
    """Write a person's results atomically."""
    partial = target.with_suffix(".partial")
    partial.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    partial.replace(target)


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
