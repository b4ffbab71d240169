"""Make ``back_outline.json``, the statistical shape model of the armless back outline, from meshes alone.

Run ``make models`` (needs the ``render`` extra). Random adults run through random strides; their true outlines in the
trunk frame, with the trunk axis misplaced as MediaPipe misplaces it between people, give a mean, principal
components, and how the outline moves within a stride.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter1d

from posture.back.geometry import SMOOTHING_L
from posture.contour.grid import T_GRID, T_STEP
from samples.synth import body, kinematics, outline, people

TARGET = Path(__file__).with_name("back_outline.json")
SEED = 20261
PEOPLE = 700
PHASES = 8
COMPONENTS = 10
T_RANGE = (-0.25, 1.1)
# What is left of MediaPipe's misplacement of the hip and shoulder midpoints after its mean is corrected
# (posture/pose/trunk.py): standard deviations between 32 rendered people, trunk lengths; hips forward, hips
# up, shoulders forward, shoulders up.
AXIS_COVARIANCE = 1e-4 * np.array(
    [
        [3.3, -1.2, -0.5, -1.5],
        [-1.2, 4.4, 1.3, 1.6],
        [-0.5, 1.3, 1.1, 1.2],
        [-1.5, 1.6, 1.2, 3.8],
    ]
)


def outlines_of(model: body.BodyModel, rng: np.random.Generator) -> np.ndarray:
    """Return the smoothed outlines of one random runner, shape (PHASES, T)."""
    person, style = people.random_person(rng), people.random_style(rng)
    posed = model.pose(person, kinematics.run(style, rng.uniform() + np.arange(PHASES) / PHASES))
    edges = outline.armless_edges(posed)
    shift = rng.multivariate_normal(np.zeros(4), AXIS_COVARIANCE)
    curves = []
    for frame in range(PHASES):
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
    """Draw the people, reduce them, write the file."""
    model = body.BodyModel()
    inside = (T_GRID >= T_RANGE[0] - 1e-9) & (T_GRID <= T_RANGE[1] + 1e-9)
    curves = []
    for number in range(PEOPLE):
        curves.append(outlines_of(model, np.random.default_rng([SEED, number]))[:, inside])
        if sys.stderr.isatty() or number % 50 == 0:
            print(f"\r{number + 1}/{PEOPLE}", end="", file=sys.stderr)
    x = np.array(curves)
    person_mean = x.mean(axis=1)
    mean = person_mean.mean(axis=0)
    _, singular, basis = np.linalg.svd(person_mean - mean, full_matrices=False)
    scale = singular[:COMPONENTS] / np.sqrt(PEOPLE - 1)
    components = basis[:COMPONENTS] * scale[:, None]
    projector = basis[:COMPONENTS].T / scale
    between = (person_mean - mean) @ projector
    within = (x - person_mean[:, None]) @ projector
    rest = (person_mean - mean) - between @ components
    stored = {
        "what": "Statistical shape model of the back outline without arms, shanks, neck and head, in the trunk frame",
        "made_by": "models/make_back_outline.py (make models)",
        "seed": SEED,
        "people": PEOPLE,
        "phases": PHASES,
        "t": np.round(T_GRID[inside], 6).tolist(),
        "mean": np.round(mean, 6).tolist(),
        "components": np.round(components, 6).tolist(),
        "within_covariance": np.round(np.cov(within.reshape(-1, COMPONENTS).T), 6).tolist(),
        "residual_sd": np.round(rest.std(axis=0), 6).tolist(),
        "explained": round(float((scale**2).sum() / (singular**2).sum() * (PEOPLE - 1)), 5),
    }
    TARGET.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
    print(f"\n{TARGET}: {stored['explained']:.4f} of the variance in {COMPONENTS} components")


if __name__ == "__main__":
    main()
