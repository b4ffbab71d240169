"""Draw the rendered people and how each of their clips is filmed, from their numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from validation.rendering import body, kinematics, people, scene

SEED = 20262
STAND_FPS = 25
# HD and full HD (cropped to 4:3, which saves drawing background), upright HD, and the size messengers use.
SIZES, SIZE_SHARES = ((960, 720), (1440, 1080), (720, 1280), (640, 480)), (0.5, 0.2, 0.15, 0.15)
FRAME_RATES, FRAME_RATE_SHARES = (25, 30, 60, 120, 240), (0.20, 0.67, 0.10, 0.02, 0.01)
# Size of the picture of a pass, pixels.
PASS_WIDTH, PASS_HEIGHT = 1920, 540


@dataclass(frozen=True)
class Filming:
    """Filming parameters of one clip.

    Attributes
    ----------
    way
        ``treadmill``; ``pan``, the camera follows a runner over ground; ``pass``, the runner crosses a still picture.
    """

    yaw_deg: float
    elevation_deg: float
    roll_deg: float
    distance_m: float
    body_share: float
    way: str
    fps: int
    crf: int
    blur: bool
    facing: str
    width: int
    height: int


@dataclass(frozen=True)
class Subject:
    """One person: shape, style, clothes.

    Attributes
    ----------
    gait
        A slower gait; None runs.
    seed
        With the number, draws folds and the phase at the start.
    """

    number: int
    person: body.Person
    style: kinematics.Style
    look: scene.Look
    loose: float
    ease_m: float
    stand_lean_deg: float
    gait: kinematics.Gait | None = None
    seed: int = SEED


def draw_subject(number: int, seed: int = SEED) -> Subject:
    """Draw a person from their number."""
    rng = np.random.default_rng([seed, number])
    person, style, look = people.random_person(rng), people.random_style(rng), people.random_look(rng)
    loose = float(rng.uniform(0.3, 1.0)) if rng.uniform() < 0.2 else 0.0
    return Subject(
        number=number,
        person=person,
        style=style,
        look=look,
        loose=loose,
        ease_m=float(rng.uniform(0.005, 0.03)) if loose else 0.0,
        stand_lean_deg=float(rng.normal(0, 1.5)),
        seed=seed,
    )


def draw_standing(number: int) -> Filming:
    """Draw the filming of a standing clip: mostly by the camera of the run, from the same place."""
    rng = np.random.default_rng([SEED, number, 97])
    filming = draw_filming(number, 0)
    moved = rng.uniform() < 0.2
    if moved:
        filming = draw_filming(number, 1)
    if filming.way == "pass":
        # A pass is filmed from far away; the standing clip is not.
        filming = replace(filming, width=SIZES[0][0], height=SIZES[0][1])
    yaw = filming.yaw_deg + (0.0 if moved else rng.normal(0, 4))
    return replace(filming, yaw_deg=float(yaw), way="treadmill", fps=STAND_FPS, blur=False)


def draw_filming(number: int, take: int, seed: int = SEED) -> Filming:
    """Draw the filming of a clip from the person's number and the take."""
    rng = np.random.default_rng([seed, number, 1 + take])
    yaw = rng.uniform(-30, 30) if rng.uniform() < 0.3 else np.clip(rng.normal(0, 7), -15, 15)
    roll = rng.normal(0, 2.0) if rng.uniform() < 0.25 else rng.normal(0, 0.4)
    way = str(rng.choice(["treadmill", "pan", "pass"], p=[0.55, 0.3, 0.15]))
    width, height = (PASS_WIDTH, PASS_HEIGHT) if way == "pass" else rng.choice(SIZES, p=SIZE_SHARES)
    return Filming(
        yaw_deg=float(yaw),
        elevation_deg=float(np.clip(rng.normal(0, 3), -8, 8)),
        roll_deg=float(np.clip(roll, -5, 5)),
        distance_m=float(rng.uniform(16, 24) if way == "pass" else rng.uniform(3, 8)),
        body_share=float(rng.uniform(0.42, 0.85)),
        way=way,
        fps=int(rng.choice(FRAME_RATES, p=FRAME_RATE_SHARES)),
        crf=int(rng.integers(20, 33)),
        blur=bool(rng.uniform() < 0.15),
        facing=str(rng.choice(["left", "right"])),
        width=int(width),
        height=int(height),
    )
