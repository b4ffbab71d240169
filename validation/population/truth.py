"""Truth of a rendered person: the measures of their own outline, and the carriage of their arms."""

from __future__ import annotations

import numpy as np

from posture.contour.angles import measure_outlines
from validation.population.draw import Subject
from validation.population.staging import angles_of
from validation.rendering import body, outline

TRUTH_PHASES = 24


def truth_of(model: body.BodyModel, subject: Subject, *, standing: bool) -> dict[str, np.ndarray]:
    """Return the truth of a person's run or stand: measures of the mean outline, and over the phase."""
    phase = np.arange(TRUTH_PHASES) / TRUTH_PHASES
    angles = angles_of(subject, phase, standing=standing)
    posed = model.pose(subject.person, angles)
    edges = outline.armless_edges(posed)
    rows = [outline.back_outline(posed, frame, edges) for frame in range(TRUTH_PHASES)]
    curves, lean = np.array([r[0] for r in rows]), np.array([r[1] for r in rows])
    mean = measure_outlines(curves.mean(axis=0), lean.mean())
    over = measure_outlines(curves, lean)
    return {
        "measures": np.array(
            [mean.pelvic_tilt_deg[0], mean.lumbar_arch_deg[0], mean.lumbar_arch_index[0], lean.mean()]
        ),
        "tilt_over_phase": over.pelvic_tilt_deg,
        "arch_over_phase": over.lumbar_arch_deg,
        "outline": curves.mean(axis=0).astype(np.float32),
        "joint_deg": np.array([angles.pelvis_tilt.mean(), angles.lumbar_extension.mean()]),
        "arms": _arms(posed),
    }


def _arms(posed: body.PosedBody) -> np.ndarray:
    """Return the arm carriage, shape (3, 2, phases), left and right.

    Bend of the elbow (degrees, 0 straight), upper arm behind the trunk axis (degrees), elbow behind the trunk axis
    (trunk lengths).
    """
    up = posed.joints["shoulders"] - posed.joints["hips"]
    length = np.linalg.norm(up, axis=1)
    rows = []
    for side in "LR":
        shoulder, elbow, wrist = (posed.joints[f"{name}.{side}"] for name in ("shoulder", "elbow", "wrist"))
        upper, fore = elbow - shoulder, wrist - elbow
        norms = np.linalg.norm(upper, axis=1) * np.linalg.norm(fore, axis=1)
        bend = np.degrees(np.arccos(np.clip((upper * fore).sum(axis=1) / norms, -1, 1)))
        # World y points backward, z upward.
        hang = np.degrees(np.arctan2(upper[:, 1], -upper[:, 2]) - np.arctan2(-up[:, 1], up[:, 2]))
        behind = ((elbow - posed.joints["hips"])[:, 1:] * np.stack([up[:, 2], -up[:, 1]], axis=1)).sum(axis=1)
        rows.append([bend, hang, behind / length**2])
    return np.swapaxes(np.array(rows), 0, 1)
