"""Draw posture/exercises/pictures with the body of the samples: ``make exercise-pictures``.

Needs the ``render`` extra and about two minutes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from posture.types import Array
from validation.rendering import arrows, drawing, exercise_poses, props
from validation.rendering.body import BodyModel, Person
from validation.rendering.drawing import Figure, Thing, View
from validation.rendering.exercise_poses import Posed, Poser
from validation.rendering.scene import Camera

FOLDER = Path(__file__).resolve().parents[2] / "posture" / "exercises" / "pictures"
QUALITY = 82
MAX_BYTES = 30_000

# An adult of average build with clear lines from the side.
PERSON = Person(
    {"gender": 0.9, "age": 0.6, "muscle": 0.55, "weight": 0.38, "height": 0.5, "proportions": 0.7},
    {"buttocks-volume-incr": 0.2},
)
DISTANCE_M = 6.0
# Largest distance of the lowest point from the floor, metres.
DEEPEST_M = 0.02
FLOOR_MAT = props.mat((0.0, 0.06), (0.66, 1.58))
SIDE_MAT = props.mat((-0.06, 0.06), (0.72, 1.58))
KNEELING_MAT = props.mat((0.0, 0.20), (0.66, 1.58))
WALL_MAT = props.mat((0.05, -0.12), (1.0, 0.80))
STANDING_MAT = props.mat((0.0, 0.0), (0.6, 0.75))


def view(
    centre: tuple[float, float, float], height_m: float, *, yaw_deg: float = 0.0, elevation_deg: float = 9.0
) -> View:
    """Return a view whose picture is `height_m` high."""
    camera = Camera(
        yaw_deg=yaw_deg,
        elevation_deg=elevation_deg,
        distance_m=DISTANCE_M,
        height_m=height_m,
        width=drawing.WIDTH,
        height=drawing.HEIGHT,
    )
    return View(camera, centre)


@dataclass(frozen=True)
class Picture:
    """One picture: a pose, the objects around it, the arrows, and the view."""

    name: str
    pose: Callable[[Poser], Posed]
    view: View
    things: Callable[[Posed], list[Thing]] = lambda _: [FLOOR_MAT]
    arrows: Callable[[Posed], list[Array]] = field(default=lambda _: [])
    mirrored: bool = False


TOWEL_VIEW = view((0.0, 0.06, 0.20), 1.30, elevation_deg=7.0)
WALL_VIEW = view((0.0, -0.12, 0.83), 2.06, yaw_deg=15.0)
CROSSING_VIEW = view((0.0, 0.0, 0.82), 1.98, yaw_deg=30.0)
CORE_VIEW = view((0.0, 0.06, 0.42), 1.52)
BIRD_VIEW = view((0.0, 0.20, 0.38), 1.66)
SIDE_VIEW = view((0.0, 0.06, 0.34), 1.30)


def towel_below(posed: Posed) -> list[Thing]:
    """Return the mat and the towel that fills the gap below the lower back."""
    along, gap = props.gap_below(posed)
    return [FLOOR_MAT, *props.folded_towel(along, gap + 0.012)]


def towel_behind(posed: Posed) -> list[Thing]:
    """Return the floor, the wall at the back's rearmost point, and the towel between."""
    back, up, gap = props.gap_behind(posed)
    wall = props.box([-0.45, back, 0.0], [0.55, back + 0.10, 1.78], props.WALL)
    return [WALL_MAT, wall, *props.folded_towel(up, gap + 0.012, base=back, upright=True)]


PICTURES = (
    Picture("towel_1", lambda p: exercise_poses.towel(p, flat=False), TOWEL_VIEW, towel_below),
    Picture("towel_2", lambda p: exercise_poses.towel(p, flat=True), TOWEL_VIEW, towel_below, arrows.tip_pelvis),
    Picture("towel_3", exercise_poses.wall, WALL_VIEW, towel_behind),
    Picture(
        "crossing_1",
        lambda p: exercise_poses.crossing(p, up=True),
        CROSSING_VIEW,
        lambda _: [STANDING_MAT],
        arrows.knee_to_elbow,
    ),
    Picture(
        "crossing_2",
        lambda p: exercise_poses.crossing(p, up=False),
        CROSSING_VIEW,
        lambda _: [STANDING_MAT],
        arrows.leg_back,
    ),
    Picture(
        "crossing_3",
        lambda p: exercise_poses.crossing(p, up=True),
        CROSSING_VIEW,
        lambda _: [STANDING_MAT],
        arrows.knee_to_elbow,
        mirrored=True,
    ),
    Picture(
        "crossing_4",
        lambda p: exercise_poses.crossing(p, up=False),
        CROSSING_VIEW,
        lambda _: [STANDING_MAT],
        arrows.leg_back,
        mirrored=True,
    ),
    Picture("dead_bug_1", lambda p: exercise_poses.dead_bug(p, stretched=False), CORE_VIEW),
    Picture(
        "dead_bug_2",
        lambda p: exercise_poses.dead_bug(p, stretched=True),
        CORE_VIEW,
        arrows=arrows.lower_limbs,
    ),
    Picture("side_plank_1", lambda p: exercise_poses.side_plank(p, lifted=False), SIDE_VIEW, lambda _: [SIDE_MAT]),
    Picture(
        "side_plank_2",
        lambda p: exercise_poses.side_plank(p, lifted=True),
        SIDE_VIEW,
        lambda _: [SIDE_MAT],
        arrows.lift_hip,
    ),
    Picture(
        "bird_dog_1",
        lambda p: exercise_poses.bird_dog(p, stretched=False),
        BIRD_VIEW,
        lambda _: [KNEELING_MAT],
    ),
    Picture(
        "bird_dog_2",
        lambda p: exercise_poses.bird_dog(p, stretched=True),
        BIRD_VIEW,
        lambda _: [KNEELING_MAT],
        arrows.stretch_limbs,
    ),
)


def make(picture: Picture, poser: Poser, clothing: Array, faces: npt.NDArray[np.int64]) -> npt.NDArray[np.uint8]:
    """Return one picture: straight RGBA, shape (480, 640, 4)."""
    posed = picture.pose(poser)
    lowest = float(posed.vertices[:, 2].min())
    if not -DEEPEST_M < lowest < DEEPEST_M:
        raise SystemExit(f"{picture.name}: the lowest point lies {100 * lowest:+.1f} cm over the floor")
    drawn = drawing.draw(Figure(posed.vertices, faces, clothing), picture.things(posed), picture.view)
    drawn = arrows.draw(drawn, picture.arrows(posed), drawing.large(picture.view))
    return drawing.finish(drawn[:, ::-1] if picture.mirrored else drawn)


def save(image: npt.NDArray[np.uint8], path: Path) -> None:
    """Write a picture as WebP with transparency; clear pixels keep their paper colour."""
    from PIL import Image

    Image.fromarray(image, "RGBA").save(path, quality=QUALITY, alpha_quality=90, method=6, exact=True)


def main(names: list[str], folder: Path = FOLDER) -> int:
    """Draw all pictures, or those whose names begin with one of `names`."""
    import torch

    torch.set_num_threads(1)
    model = BodyModel()
    poser, clothing = Poser(model, PERSON), props.dress(model, PERSON)
    folder.mkdir(parents=True, exist_ok=True)
    wrong = 0
    for picture in PICTURES:
        if names and not picture.name.startswith(tuple(names)):
            continue
        path = folder / f"{picture.name}.webp"
        save(make(picture, poser, clothing, model.faces), path)
        size = path.stat().st_size
        wrong += size > MAX_BYTES
        print(f"{path.name}: {size / 1000:.0f} kB{' - too large' if size > MAX_BYTES else ''}", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
