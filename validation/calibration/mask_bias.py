"""Fit models/mask_error.json, the error of MediaPipe's mask at the back's edge: ``make calibration``.

Reads the calibration half of validation/population; nothing is rendered. The true outline is shifted, turned and
stretched to fit the mean edge of each clip in tight clothes. The residual is the mask's error: a bias for running and
for standing, and the components of its variation between clips.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter1d

from posture.contour.angles import SMOOTHING_L
from posture.contour.grid import T_STEP
from posture.outline.mask_bias import Pose
from posture.outline.shape_model import SHAPE_MODEL
from posture.types import Array
from validation.population.replay import tracked_person
from validation.population.store import FilmedPerson, Take, load

TARGET = Path(__file__).resolve().parents[2] / "models" / "mask_error.json"
MAX_YAW_DEG = 20.0
COMPONENTS = 6
# Samples within this distance of the outline are the body's own edge; the first rounds allow more.
NEAR_L, FIRST_NEAR_L, ROUNDS = 0.025, 0.05, 6
# Fewest frames, and share of frames, that must show the body at a place.
MIN_FRAMES, MIN_SHARE = 8, 0.1
# Range along the trunk axis in which edges are used.
USED_T = (-0.2, 1.0)
# Ridge on moving and stretching the outline along the axis.
STRETCH_RIDGE = 3e-3
LARGEST_ERROR_L = 0.02


@dataclass(frozen=True)
class Residual:
    """Residual of one clip's edge over the true outline.

    Attributes
    ----------
    pose : {"running", "standing"}
    error : shape (T,)
        Trunk lengths; NaN where the body is not visible.
    offset, slope
        Displacement of the trunk axis: backward shift (trunk lengths) and turn (radians, forward positive).
    """

    pose: Pose
    error: Array
    offset: float
    slope: float


def residual_of(take: Take, t: Array, inside: np.ndarray) -> Residual | None:
    """Fit the true outline to one clip's mean edge; None when too little of it is visible."""
    if len(take.time_s) < MIN_FRAMES:
        return None
    runner = tracked_person(take)
    standing = take.name == "stand"
    frames = np.ones(len(take.time_s), bool) if standing else runner.strides.frame_stride >= 0
    if not frames.any() or (not standing and runner.activity != "running"):
        return None
    edges = take.edges[frames][:, inside]
    true = gaussian_filter1d(take.truth.outline, SMOOTHING_L / T_STEP)[inside]
    ways = np.column_stack([np.ones_like(t), t, np.gradient(true, t), true])
    ridge = np.diag([1e-6, 1e-6, STRETCH_RIDGE, STRETCH_RIDGE])
    laid, weights, away, visible = true, np.zeros(4), np.zeros_like(t), np.zeros(len(t), bool)
    for number in range(ROUNDS):
        body = np.abs(edges - laid) < (FIRST_NEAR_L if number < 2 else NEAR_L)
        count = body.sum(axis=0)
        mean = np.where(body, edges, 0.0).sum(axis=0) / np.maximum(count, 1)
        visible = (count >= max(MIN_FRAMES, MIN_SHARE * len(edges))) & (t >= USED_T[0]) & (t <= USED_T[1])
        if visible.sum() < len(t) // 4:
            return None
        away = mean - true
        own = ways[visible]
        weights = np.linalg.solve(own.T @ own + ridge * visible.sum(), own.T @ away[visible])
        laid = true + ways @ weights
    return Residual(
        pose="standing" if standing else "running",
        error=np.where(visible, away - ways @ weights, np.nan),
        offset=float(weights[0]),
        slope=float(weights[1]),
    )


def _usable(people: Iterator[FilmedPerson]) -> Iterator[Take]:
    for person in people:
        if person.loose == 0:
            yield from (t for t in person.takes.values() if abs(t.filming["yaw_deg"]) <= MAX_YAW_DEG)


def main() -> None:
    """Fit the calibration half and write the file."""
    shape = SHAPE_MODEL.load()
    residuals = [r for take in _usable(load(half="calibration")) if (r := residual_of(take, shape.t, shape.inside))]
    bias: dict[str, list[float]] = {}
    lean: dict[str, float] = {}
    varied = []
    for pose in ("running", "standing"):
        own = [r for r in residuals if r.pose == pose]
        errors = np.array([r.error for r in own])
        visible = np.isfinite(errors).any(axis=0)
        mean = np.interp(shape.t, shape.t[visible], np.nanmean(errors[:, visible], axis=0))
        offset, slope = (float(np.median([getattr(r, n) for r in own])) for n in ("offset", "slope"))
        bias[pose] = np.round(mean + offset + slope * shape.t, 6).tolist()
        lean[pose] = round(float(np.degrees(slope)), 3)
        varied.append(np.clip(np.nan_to_num(errors - mean), -LARGEST_ERROR_L, LARGEST_ERROR_L))
    rows = np.vstack(varied)
    values, vectors = np.linalg.eigh(rows.T @ rows / len(rows))
    order = np.argsort(-values)[:COMPONENTS]
    stored = {
        "what": "Error of the mask's back edge over the true outline, trunk lengths",
        "made_by": "validation/calibration/mask_bias.py (make calibration)",
        "clips": {pose: sum(r.pose == pose for r in residuals) for pose in bias},
        "lean_bias_deg": lean,
        "bias": bias,
        "components": np.round((vectors[:, order] * np.sqrt(values[order])).T, 6).tolist(),
        "explained": round(float(values[order].sum() / values.sum()), 4),
        "sd": np.round(rows.std(axis=0), 5).tolist(),
    }
    TARGET.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
    print(f"{TARGET}: {stored['clips']} clips, {stored['explained']:.2f} of the variance; lean {lean}")


if __name__ == "__main__":
    main()
