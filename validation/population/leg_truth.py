"""True running numbers of the stored people, from the joints of their bodies: part of ``make population``.

Needs the ``render`` extra; no picture is drawn. The definitions are those of the package
(`posture.gait.running_numbers`), on the body's own joints instead of landmarks. Angles count from the leg of the
body at rest, which is straight: lines between the heads of its bones are not.
"""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

import numpy as np
from scipy.interpolate import CubicSpline

from posture.gait.running_numbers import PHASE_GRID, LegMotion, leg_motion, leg_numbers
from posture.pose.landmarks import ANKLES, HIPS, KNEES, SHOULDERS
from posture.types import Array
from validation.population.draw import Subject, draw_subject
from validation.population.leg_truth_file import LEG_TRUTH
from validation.population.render import PEOPLE
from validation.population.staging import angles_of
from validation.rendering import body, kinematics

POSES = 32
# Scale of the picture onto which the joints are projected.
PIXELS_PER_M = 1000.0


def leg_truth_of(model: body.BodyModel, subject: Subject) -> dict[str, float]:
    """Return a person's true running numbers, trunk length and height.

    The rise of the hips is the same 8 cm for everybody, so only its share of the trunk differs.
    """
    phase = np.arange(POSES) / POSES
    posed = model.pose(subject.person, angles_of(subject, phase, standing=False))
    marks = landmarks_of(posed)
    motion, rest = leg_motion(marks, phase, "right"), _at_rest(model, subject.person)
    hips = motion.hip_flexion_deg - rest.hip_flexion_deg
    knees = motion.knee_flexion_deg - rest.knee_flexion_deg
    legs = [leg_numbers(*(_over_stride(signal[:, leg]) for signal in (motion.forward, hips, knees))) for leg in (0, 1)]
    trunk_m = float(np.linalg.norm(posed.joints["shoulders"] - posed.joints["hips"], axis=1).mean())
    height_m = float(np.ptp(model.rest_vertices(subject.person)[:, 2]))
    rise_m = float(np.ptp(kinematics.bounce(PHASE_GRID)))
    numbers = {name: float(np.mean([leg[name] for leg in legs])) for name in legs[0]}
    return {**numbers, "vertical_oscillation": rise_m / trunk_m, "trunk_m": trunk_m, "height_m": height_m}


def _at_rest(model: body.BodyModel, person: body.Person) -> LegMotion:
    """Return the legs of a person who stands with all joints at zero, one frame."""
    zero = np.zeros(1)
    pairs = {"hip_flexion", "hip_adduction", "knee_flexion", "ankle_dorsiflexion"}
    pairs |= {"arm_flexion", "arm_abduction", "elbow_flexion"}
    angles: Any = {field.name: (zero, zero) if field.name in pairs else zero for field in fields(body.JointAngles)}
    return leg_motion(landmarks_of(model.pose(person, body.JointAngles(**angles))), zero, "right")


def landmarks_of(posed: body.PosedBody) -> Array:
    """Return a runner's joints as landmarks of a side view that faces right, shape (F, 33, 2); the others are zero."""
    marks = np.zeros((len(posed.vertices), 33, 2))
    for name, pair in (("shoulder", SHOULDERS), ("hip", HIPS), ("knee", KNEES), ("ankle", ANKLES)):
        for side, number in zip("LR", pair, strict=True):
            # World y points backward, z upward.
            marks[:, number] = -PIXELS_PER_M * posed.joints[f"{name}.{side}"][:, 1:]
    return marks


def _over_stride(values: Array) -> Array:
    spline = CubicSpline(np.arange(POSES + 1) / POSES, np.append(values, values[0]), bc_type="periodic")
    return np.asarray(spline(PHASE_GRID))


def main() -> None:
    """Pose everybody, and write the file."""
    model = body.BodyModel()
    people = {}
    for number in range(PEOPLE):
        truth = leg_truth_of(model, draw_subject(number))
        people[number] = {name: round(value, 4) for name, value in truth.items()}
    rows = [f'"{number}": {json.dumps(truth)}' for number, truth in people.items()]
    LEG_TRUTH.write_text("{\n" + ",\n".join(rows) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
