"""Fit models/clothing.json, the signs of loose tops and worn things: ``make calibration``.

Reads the calibration half of validation/population; nothing is rendered. Tight people give the deviations that a part
of the back has, and the limits. Loose tops are the rendered ones, and tops that are hung over the stored edges of tight
people: straight from the upper back to a hem, standing off and fluttering, as those of real runners are.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from scipy.optimize import minimize

from posture.back.error_model import ERROR_MODEL, ErrorModel
from posture.back.measure import BackResult, SceneCorrections, measure_back_of
from posture.back.models import Models
from posture.contour.grid import T_GRID
from posture.gait.camera_roll import camera_roll_deg
from posture.gait.runner_choice import TrackedPerson
from posture.outline.clothing import ClothingSigns
from posture.outline.clothing_table import CLOTHING_MODEL, INPUTS, ClothingTable
from posture.outline.leave_out import summarise
from posture.outline.mask_bias import MASK_ERROR, Pose
from posture.outline.shape_model import SHAPE_MODEL
from posture.thresholds import GATES
from posture.types import PRIMARY_MEASURES, Array
from validation.population.replay import tracked_person, true_measures
from validation.population.store import FilmedPerson, Take, load

TARGET = Path(__file__).resolve().parents[2] / "models" / CLOTHING_MODEL.filename
Kind = Literal["tight", "loose", "hung"]
# Shares of tight clips with the condition. In a run it also stands where tight clothes are merely not shown: at 0.07 it
# stands with 9 of the 40 loose tops that are measured, at 0.12 with 16 of 41.
FALSE_POSSIBLE: dict[Pose, float] = {"running": 0.12, "standing": 0.07}
# Shares of tight clips that are taken for a loose top, and that have a part that is taken for no body's.
FALSE_LOOSE, FALSE_WORN = 0.01, 0.01
# Real people in tight clothes deviate more than rendered ones.
WORN_MARGIN = 0.3
RIDGE = 1.0
MIN_SEEN = 0.5
WORKERS = 2
# Of a hung top, trunk lengths: hem and upper end along the axis, distance from the skin, flutter (SD); and how much of
# the hollow it bridges.
HEM_T, TOP_T, EASE_L, FLUTTER_L, BRIDGE = (-0.2, 0.1), (0.55, 0.85), (0.0, 0.05), (0.003, 0.015), (0.3, 1.0)
# The next frame's flutter keeps this share of the last one's; it has this many radians a trunk length.
FLUTTER_KEPT, FLUTTER_WAVE = 0.8, 8.0
# Edges this far outside of the body's are an arm's.
ARM_L = 0.1

# First position and length along the trunk axis; above them an arm lies behind the back for most of the stride.
WINDOWS: Array = np.array(
    [(start, length) for length in (0.125, 0.2) for start in np.arange(-3, 6) / 20 if start + length <= 0.33]
)
UNFITTED = ClothingTable(
    windows=WINDOWS,
    window_mean=np.zeros(len(WINDOWS)),
    window_sd=np.ones(len(WINDOWS)),
    intercept=0.0,
    weights=dict.fromkeys(INPUTS, 0.0),
    possible=np.inf,
    loose=np.inf,
    worn=np.inf,
    widening=1.0,
)


@dataclass(frozen=True)
class Clip:
    """The signs of one clip.

    Attributes
    ----------
    error
        The larger one of tilt and arch, in half-widths of the interval; None when the clip is refused anyway.
    """

    kind: Kind
    pose: Pose
    signs: ClothingSigns
    error: float | None


def hang_top(edges: Array, rng: np.random.Generator) -> Array:
    """Return the edges of a clip, shape (F, len(T_GRID)), with a loose top over the back."""
    body = np.nanpercentile(np.where(np.isfinite(edges).any(axis=0), edges, 0.0), 25, axis=0)
    hem, top, ease, flutter, bridge = (rng.uniform(*span) for span in (HEM_T, TOP_T, EASE_L, FLUTTER_L, BRIDGE))
    covered = (hem <= T_GRID) & (top >= T_GRID)
    apex = int(np.argmax(np.where((T_GRID >= max(hem, -0.15)) & (T_GRID <= 0.2), body, -np.inf)))
    upper = int(np.searchsorted(T_GRID, top))
    chord = np.interp(T_GRID, T_GRID[[apex, upper]], body[[apex, upper]])
    between = (T_GRID >= T_GRID[apex]) & (T_GRID <= top)
    push = ease * covered + bridge * np.where(between, np.maximum(chord - body, 0.0), 0.0)
    wave = np.empty((len(edges), 2))
    wave[0] = rng.normal(size=2)
    for frame in range(1, len(edges)):
        wave[frame] = FLUTTER_KEPT * wave[frame - 1] + np.sqrt(1 - FLUTTER_KEPT**2) * rng.normal(size=2)
    folds = flutter * wave @ np.stack([np.cos(FLUTTER_WAVE * T_GRID), np.sin(FLUTTER_WAVE * T_GRID)])
    shift = np.where(covered, np.maximum(push + folds * (push > flutter / 3), 0.0), 0.0)
    return np.where(edges > body + ARM_L, edges, edges + shift)


def clips_of(person: FilmedPerson) -> list[Clip]:
    """Return the clips of a person that the package would measure, also with a top hung over a tight one."""
    clips = []
    for number, take in enumerate(person.takes.values()):
        if len(take.time_s) < max(MIN_SEEN * take.frames_read, 5):
            continue
        runner = tracked_person(take)
        pose: Pose = "standing" if take.name == "stand" else "running"
        if abs(runner.view.yaw_deg) > GATES.max_yaw_deg or runner.activity != pose:
            continue
        kinds: tuple[Kind, ...] = ("loose",) if person.loose > 0 else ("tight", "hung")
        for kind in kinds:
            rng = np.random.default_rng([person.number, number])
            edges = hang_top(take.edges, rng) if kind == "hung" else take.edges
            clip = _clip(runner, replace(take, edges=edges), kind, pose)
            clips.extend([] if clip is None else [clip])
    return clips


def _clip(runner: TrackedPerson, take: Take, kind: Kind, pose: Pose) -> Clip | None:
    back = _measured(runner, take, ERROR_MODEL.load())
    if back is None or back.clothing is None or back.is_ambiguous:
        return None
    if back.is_outlier:
        return Clip(kind, pose, back.clothing, None)
    true, numbers = true_measures(take), back.measured.measures
    error = max(
        abs(numbers[name].value - true[name]) / (numbers[name].high - numbers[name].value) for name in PRIMARY_MEASURES
    )
    return Clip(kind, pose, back.clothing, error)


def _measured(runner: TrackedPerson, take: Take, errors: ErrorModel) -> BackResult | None:
    shape = SHAPE_MODEL.load()
    mask = MASK_ERROR.load()
    roll = camera_roll_deg(runner)
    models = Models(shape, mask, errors, {"running": UNFITTED, "standing": UNFITTED})
    return measure_back_of(runner, take.edges, models, scene=SceneCorrections(roll))


def fit(clips: Sequence[Clip], pose: Pose) -> dict[str, Any]:
    """Return the table of one pose as it is stored."""
    tight = np.array([clip.kind == "tight" for clip in clips])
    deviations = np.array([clip.signs.deviations for clip in clips])
    mean, sd = np.nanmean(deviations[tight], axis=0), np.nanstd(deviations[tight], axis=0)
    table = replace(UNFITTED, window_mean=mean, window_sd=sd)
    parts = np.array([summarise(own, table)[0] for own in deviations])
    inputs = np.array([[*map(clip.signs.inputs.get, INPUTS)] for clip in clips], dtype=np.float64)
    inputs[:, INPUTS.index("part_deviation")] = parts
    intercept, weights = _logistic(inputs, ~tight, _weights([clip.kind for clip in clips]))
    score = intercept + inputs @ weights
    possible = float(np.quantile(score[tight], 1 - FALSE_POSSIBLE[pose]))
    loose = float(np.quantile(score[tight], 1 - FALSE_LOOSE))
    odd = parts * np.maximum(inputs[:, INPUTS.index("log_mahalanobis_sq")], 0.0)
    worn = float(np.quantile(odd[tight], 1 - FALSE_WORN)) + WORN_MARGIN
    errors = [
        clip.error
        for clip, value in zip(clips, score, strict=True)
        if clip.kind == "loose" and clip.error is not None and possible < value <= loose
    ]
    return {
        "clips": {kind: sum(clip.kind == kind for clip in clips) for kind in ("tight", "loose", "hung")},
        "window_mean": np.round(mean, 4).tolist(),
        "window_sd": np.round(sd, 4).tolist(),
        "intercept": round(intercept, 4),
        "weights": dict(zip(INPUTS, np.round(weights, 4).tolist(), strict=True)),
        "possible": round(possible, 3),
        "loose": round(loose, 3),
        "worn": round(worn, 3),
        "widening": round(max(1.0, float(np.quantile(errors, 0.9)) if errors else 1.0), 2),
        "caught": {kind: round(float((score[_are(clips, kind)] > possible).mean()), 3) for kind in ("loose", "hung")},
    }


def _are(clips: Sequence[Clip], kind: str) -> np.ndarray:
    return np.array([clip.kind == kind for clip in clips])


def _weights(kinds: Sequence[Kind]) -> Array:
    """Return the weight of each clip: tight ones 1, both kinds of loose tops half of them together."""
    count = {kind: kinds.count(kind) for kind in ("tight", "loose", "hung")}
    return np.array([1.0 if kind == "tight" else 0.5 * count["tight"] / count[kind] for kind in kinds])


def _logistic(inputs: Array, positive: np.ndarray, weight: Array) -> tuple[float, Array]:
    """Fit a logistic regression with a ridge; return intercept and weights of the inputs as they are."""
    centre, spread = inputs.mean(axis=0), inputs.std(axis=0)
    columns = np.column_stack([np.ones(len(inputs)), (inputs - centre) / spread])
    sign = 2.0 * positive - 1.0

    def loss(b: Array) -> float:
        return float(weight @ np.logaddexp(0, -sign * (columns @ b)) + 0.5 * RIDGE * b[1:] @ b[1:])

    b = minimize(loss, np.zeros(columns.shape[1])).x
    return float(b[0] - b[1:] @ (centre / spread)), b[1:] / spread


def main() -> None:
    """Fit the calibration half and write the file."""
    with ProcessPoolExecutor(WORKERS) as pool:
        clips = [clip for own in pool.map(clips_of, load(half="calibration"), chunksize=4) for clip in own]

    stored: dict[str, Any] = {
        "what": "Signs that something other than the skin or a tight top makes the outline of the back",
        "made_by": "validation/calibration/clothing.py (make calibration)",
        "windows": np.round(WINDOWS, 4).tolist(),
    }
    for pose in ("running", "standing"):
        stored[pose] = fit([clip for clip in clips if clip.pose == pose], pose)
    TARGET.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
    print(f"{TARGET}:", *(f"{pose} {stored[pose]}" for pose in ("running", "standing")), sep="\n")


if __name__ == "__main__":
    main()
