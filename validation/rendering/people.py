"""Random adults and running styles, reproducible from a seed."""

from __future__ import annotations

import numpy as np

from validation.rendering.body import Person
from validation.rendering.kinematics import Style
from validation.rendering.scene import Look

# Range of each phenotype parameter among adult joggers (Anny's own scale, 0..1).
PHENOTYPE = {
    "gender": (0.0, 1.0),
    "age": (0.50, 0.80),
    "muscle": (0.35, 0.75),
    "weight": (0.25, 0.65),
    "height": (0.25, 0.75),
    "proportions": (0.4, 0.9),
}
# Local changes that alter the back's outline, with their range (Anny's own scale, -1..1).
LOCAL_CHANGES = {
    "buttocks-volume-incr": 0.6,
    "hip-scale-depth-incr": 0.4,
    "hip-trans-forward": 0.3,
    "hip-waist-up": 0.4,
    "torso-scale-depth-incr": 0.4,
    "torso-trans-forward": 0.3,
    "torso-muscle-dorsi-incr": 0.6,
    "torso-muscle-pectoral-incr": 0.5,
    "torso-vshape-incr": 0.5,
    "stomach-tone-incr": 0.5,
    "measure-waist-circ-incr": 0.4,
    "measure-napetowaist-dist-incr": 0.4,
    "measure-waisttohip-dist-incr": 0.4,
}
# Share of people whose pelvis and lumbar angles vary together; the others' are independent.
SHARE_TOGETHER = 0.5
# Backgrounds and their shares.
SETTINGS, SETTING_SHARES = ("park", "street", "wall"), (0.6, 0.2, 0.2)


def random_person(rng: np.random.Generator) -> Person:
    """Draw a body shape."""
    phenotype = {k: float(rng.uniform(*limits)) for k, limits in PHENOTYPE.items()}
    phenotype["gender"] = float(np.clip(rng.integers(0, 2) + rng.normal(0, 0.15), 0, 1))
    local = {k: float(np.clip(rng.normal(0, a / 1.5), -a, a)) for k, a in LOCAL_CHANGES.items()}
    return Person(phenotype, local)


def random_style(rng: np.random.Generator) -> Style:
    """Draw a running style: pelvis and lumbar angles from flat to strongly hollow, together or independent."""
    tilt = rng.uniform(-6, 20)
    together = np.clip(tilt + rng.normal(0, 3), -8, 22)
    extension = together if rng.uniform() < SHARE_TOGETHER else rng.uniform(-8, 22)
    return Style(
        runner=str(rng.choice(["A", "B", "C"])),
        pelvis_tilt_deg=float(tilt),
        lumbar_extension_deg=float(extension),
        trunk_lean_deg=float(np.clip(rng.normal(7, 4), -2, 16)),
        stride_s=float(rng.uniform(0.62, 0.78)),
        excursion=float(rng.uniform(0.7, 1.3)),
        arm_swing=float(rng.uniform(0.7, 1.1)),
        arm_offset_deg=float(rng.uniform(-4, 4)),
    )


def random_look(rng: np.random.Generator) -> Look:
    """Draw skin and clothing colours, light and background."""
    tone = rng.uniform(0.25, 0.9)
    skin = tuple(np.clip(np.array([0.95, 0.76, 0.65]) * tone + rng.normal(0, 0.02, 3), 0, 1))
    return Look(
        skin=skin,
        hair=tuple(rng.uniform(0.05, 0.5) * np.array([1.0, 0.75, 0.55])),
        shirt=_colour(rng),
        shorts=_colour(rng),
        shoes=_colour(rng),
        background=int(rng.integers(0, 2**31)),
        noise=float(rng.uniform(1, 5)),
        light=float(rng.uniform(2.2, 4.0)),
        setting=str(rng.choice(SETTINGS, p=SETTING_SHARES)),
    )


def _colour(rng: np.random.Generator) -> tuple[float, float, float]:
    red, green, blue = map(float, rng.uniform(0.05, 0.95, 3))
    return red, green, blue
