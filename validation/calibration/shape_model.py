"""Fit models/back_outline.json, the statistical shape model of the armless back outline: ``make models``.

Needs the ``render`` extra; only meshes are used, nothing is drawn. Random adults run and stand at ease. Their true
outlines in the trunk frame, with the trunk axis displaced as MediaPipe displaces it, give a mean, principal components,
the covariance within a stride, and the regression of running on standing outlines.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter1d

from posture.contour.angles import SMOOTHING_L
from posture.contour.grid import T_GRID, T_STEP
from validation.rendering import body, kinematics, outline, people

TARGET = Path(__file__).resolve().parents[2] / "models" / "back_outline.json"
SEED = 20261
PEOPLE = 1000
PHASES = 8
COMPONENTS = 12
T_RANGE = (-0.25, 1.1)
# Joint angles of standing at ease, degrees, and the standard deviation of the trunk lean.
STANDING_DEG, STANDING_LEAN_SD_DEG = 4.0, 1.5
# Covariance of MediaPipe's displacement of the hip and shoulder midpoints after its mean is corrected
# (posture/pose/trunk_frame.py): 32 rendered people, squared trunk lengths; hips forward, hips up, shoulders forward,
# shoulders up. Half of the variance is assumed to be the person's own, the same in both clips.
AXIS_COVARIANCE = 1e-4 * np.array(
    [
        [3.3, -1.2, -0.5, -1.5],
        [-1.2, 4.4, 1.3, 1.6],
        [-0.5, 1.3, 1.1, 1.2],
        [-1.5, 1.6, 1.2, 3.8],
    ]
)
SHARE_OF_PERSON = 0.5


def outlines_of(model: body.BodyModel, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Return the smoothed outlines of one random person, running, shape (PHASES, T), and standing, shape (T,)."""
    person, style = people.random_person(rng), people.random_style(rng)
    running = kinematics.run(style, rng.uniform() + np.arange(PHASES) / PHASES)
    standing = kinematics.stand(
        1,
        pelvis_tilt_deg=STANDING_DEG,
        lumbar_extension_deg=STANDING_DEG,
        trunk_lean_deg=rng.normal(0, STANDING_LEAN_SD_DEG),
    )
    own, of_run, of_stand = rng.multivariate_normal(np.zeros(4), AXIS_COVARIANCE, size=3)
    share = np.sqrt(SHARE_OF_PERSON), np.sqrt(1 - SHARE_OF_PERSON)
    run = _misplaced(model.pose(person, running), share[0] * own + share[1] * of_run)
    stand = _misplaced(model.pose(person, standing), share[0] * own + share[1] * of_stand)
    return run, stand[0]


def _misplaced(posed: body.PosedBody, shift: np.ndarray) -> np.ndarray:
    edges = outline.armless_edges(posed)
    curves = []
    for frame in range(len(posed.vertices)):
        hips, shoulders = posed.joints["hips"][frame, 1:], posed.joints["shoulders"][frame, 1:]
        axis = shoulders - hips
        back = np.array([axis[1], -axis[0]])
        curve, _, _ = outline.back_outline(
            posed,
            frame,
            edges,
            hips=hips - shift[0] * back + shift[1] * axis,
            shoulders=shoulders - shift[2] * back + shift[3] * axis,
        )
        curves.append(gaussian_filter1d(curve, SMOOTHING_L / T_STEP, mode="nearest"))
    return np.array(curves)


def main() -> None:
    """Draw the people, fit the model, write the file."""
    model = body.BodyModel()
    inside = (T_GRID >= T_RANGE[0] - 1e-9) & (T_GRID <= T_RANGE[1] + 1e-9)
    runs, stands = [], []
    for number in range(PEOPLE):
        run, stand = outlines_of(model, np.random.default_rng([SEED, number]))
        runs.append(run[:, inside])
        stands.append(stand[inside])
        if sys.stderr.isatty() or number % 50 == 0:
            print(f"\r{number + 1}/{PEOPLE}", end="", file=sys.stderr)
    x, standing = np.array(runs), np.array(stands)
    running = x.mean(axis=1)
    mean = running.mean(axis=0)
    centred = np.vstack([running - mean, standing - standing.mean(axis=0)])
    _, singular, basis = np.linalg.svd(centred, full_matrices=False)
    scale = singular[:COMPONENTS] / np.sqrt(len(centred) - 2)
    components = basis[:COMPONENTS] * scale[:, None]
    projector = basis[:COMPONENTS].T / scale
    z_run, z_stand = (running - mean) @ projector, (standing - mean) @ projector
    within = (x - running[:, None]) @ projector
    regressors = np.column_stack([z_stand, np.ones(PEOPLE)])
    matrix, *_ = np.linalg.lstsq(regressors, z_run, rcond=None)
    rest = (running - mean) - z_run @ components
    stored = {
        "what": "Statistical shape model of the back outline without arms, shanks, neck and head, in the trunk frame",
        "made_by": "validation/calibration/shape_model.py (make models)",
        "seed": SEED,
        "people": PEOPLE,
        "phases": PHASES,
        "t": np.round(T_GRID[inside], 6).tolist(),
        "mean": np.round(mean, 6).tolist(),
        "components": np.round(components, 6).tolist(),
        "running": _gaussian(z_run),
        "standing": _gaussian(z_stand),
        "running_given_standing": {
            "matrix": np.round(matrix[:-1], 5).tolist(),
            "offset": np.round(matrix[-1], 5).tolist(),
            "covariance": np.round(np.cov((z_run - regressors @ matrix).T), 6).tolist(),
        },
        "within_covariance": np.round(np.cov(within.reshape(-1, COMPONENTS).T), 6).tolist(),
        "residual_sd": np.round(rest.std(axis=0), 6).tolist(),
        "explained": round(1 - float((rest**2).sum() / ((running - mean) ** 2).sum()), 5),
    }
    TARGET.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
    print(f"\n{TARGET}: {stored['explained']:.4f} of the variance in {COMPONENTS} components")


def _gaussian(z: np.ndarray) -> dict[str, list[float] | list[list[float]]]:
    return {
        "mean": np.round(z.mean(axis=0), 5).tolist(),
        "covariance": np.round(np.cov(z.T), 6).tolist(),
    }


if __name__ == "__main__":
    main()
