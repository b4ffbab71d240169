"""Render tests/coach/clips: the exercises done well and badly.

Run ``python -m validation.rendering.make_coach_clips`` (needs the ``render`` extra and some minutes). Of most clips
only the detected landmarks are stored, in ``seen.npz``.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from posture.types import Array
from validation.rendering import exercise_poses, kinematics, scene
from validation.rendering.body import BodyModel, Person, PosedBody
from validation.rendering.exercise_poses import ANKLE_M, Posed, Poser, arm, vector
from validation.rendering.limbs import turned
from validation.rendering.make_samples import FPS, LOOK_N, RUNNER_H, RUNNER_N, encode

FOLDER = Path(__file__).resolve().parents[2] / "tests" / "coach" / "clips"
SIZE = (640, 480)
# Duration of one swing of the leg there and back, seconds: a calm pace.
SWING_S, POSES = 2.0, 20
CAMERA = scene.Camera(width=SIZE[0], height=SIZE[1], height_m=2.3)
FLOOR = replace(CAMERA, height_m=1.5, elevation_deg=5.0)
# Frames a second of a standing person: enough to be measured, and quick to test.
STILL_FPS = 15
# Pelvis and lumbar joint angles of the usual standing, and with the pelvis tipped back, degrees.
USUAL_DEG, FLAT_DEG = 6.0, -6.0


@dataclass(frozen=True)
class Crossing:
    """Parameters of the crossing.

    Attributes
    ----------
    turn
        Turn of the ribs as a share of the correct one.
    bend_deg
        Forward bend of the spine at the knee's highest point.
    pelvis_deg
        Drop of the pelvis on the side of the lifted leg.
    """

    turn: float = 1.0
    bend_deg: float = 0.0
    pelvis_deg: float = 0.0


def crossing(poser: Poser, how: Crossing, up: float) -> Posed:
    """Return a pose between the leg behind (``up`` 0) and the knee lifted (1); `exercise_poses.crossing` in motion."""
    s = poser.skeleton()
    s.position[2], s.position[0] = 0.905, 0.02
    s.own[0] = turned(y=how.pelvis_deg * up)
    turn = how.turn * (30.0 - 64.0 * up)
    for bone in ("spine05", "spine04", "spine03"):
        s.turn(bone, x=how.bend_deg * up / 3)
    for bone in ("spine02", "spine01"):
        s.turn(bone, z=turn / 2)
    for bone in ("neck01", "neck02", "head"):
        s.turn(bone, z=-0.8 * turn / 3)
    forward = np.array([0.0, -1.0, 0.0])
    s.reach("leg", "L", np.array([0.09, 0.02, ANKLE_M]), forward)
    s.lay("leg", "L", turned(z=-4))
    hip = s.place("upperleg01.R")
    down, lifted = np.array([0.02, 0.27, -0.70]), np.array([0.0, -0.36, -0.40])
    # Half-way the foot passes below the hip, the knee bent.
    target = (1 - up) * down + up * lifted + np.array([0.0, 0.0, 0.08]) * np.sin(np.pi * up)
    s.reach("leg", "R", hip + target, np.array([0.0, -1.0, 0.3 * up]))
    s.lay("leg", "R", turned(x=52 - 40 * up))
    chest = s.direction("spine01")
    for side, ahead in (("L", up), ("R", 1 - up)):
        shoulder = s.place(f"upperarm01.{side}")
        before, behind = vector(side, -0.12, -0.33, -0.03), vector(side, 0.10, 0.05, -0.30)
        pole = (1 - ahead) * vector(side, 0.25, 1, -0.2) + ahead * vector(side, 0.2, -0.4, -1)
        arm(s, side, shoulder + chest @ ((1 - ahead) * behind + ahead * before), chest @ pole, curl_deg=68)
    return poser.done(s)


def swinging(how: Crossing) -> Callable[[Poser], list[Posed]]:
    """Return a function that poses one swing."""

    def poses(poser: Poser) -> list[Posed]:
        phase = np.arange(POSES) / POSES
        return [crossing(poser, how, float(0.5 - 0.5 * np.cos(2 * np.pi * p))) for p in phase]

    return poses


def sunk(poser: Poser) -> list[Posed]:
    """Return a side plank whose hip has sunk to the floor."""
    return [exercise_poses.side_plank(poser, lifted=False)]


@dataclass(frozen=True)
class Clip:
    """One clip of a repeated sequence of poses."""

    name: str
    poses: Callable[[Poser], list[Posed]]
    camera: scene.Camera
    seconds: float = 2.0
    kept: bool = False
    person: Person = RUNNER_N


SIDE, FRONT = CAMERA, replace(CAMERA, yaw_deg=90.0)
# From the other side, slightly oblique.
LEFT = replace(CAMERA, yaw_deg=170.0)
CLIPS = (
    Clip("crossing", swinging(Crossing()), SIDE, 6.0, kept=True),
    Clip("crossing_stiff", swinging(Crossing(turn=0.0)), SIDE, 6.0),
    Clip("crossing_half", swinging(Crossing(turn=0.5)), SIDE, 6.0),
    Clip("crossing_bent", swinging(Crossing(bend_deg=40.0)), SIDE, 6.0),
    Clip("crossing_slightly_bent", swinging(Crossing(bend_deg=15.0)), SIDE, 6.0),
    Clip("crossing_left", swinging(Crossing()), LEFT, 6.0, person=RUNNER_H),
    Clip("crossing_left_half", swinging(Crossing(turn=0.5)), LEFT, 6.0, person=RUNNER_H),
    Clip("crossing_left_stiff", swinging(Crossing(turn=0.0)), LEFT, 6.0, person=RUNNER_H),
    Clip("crossing_front", swinging(Crossing()), FRONT, 6.0),
    Clip("crossing_front_drop", swinging(Crossing(pelvis_deg=14.0)), FRONT, 6.0),
    Clip("crossing_front_drop_back", swinging(Crossing(pelvis_deg=-14.0)), FRONT, 6.0),
    Clip("lying", lambda p: [exercise_poses.towel(p, flat=False)], FLOOR),
    Clip("lying_flat", lambda p: [exercise_poses.towel(p, flat=True)], FLOOR),
    Clip("dead_bug", lambda p: [exercise_poses.dead_bug(p, stretched=False)], FLOOR),
    Clip("side_plank", lambda p: [exercise_poses.side_plank(p, lifted=True)], FLOOR),
    Clip("side_plank_sunk", sunk, FLOOR),
    Clip(
        "side_plank_behind",
        lambda p: [exercise_poses.side_plank(p, lifted=True)],
        replace(FLOOR, yaw_deg=180.0),
    ),
    Clip("bird_dog", lambda p: [exercise_poses.bird_dog(p, stretched=True)], FLOOR),
    Clip("bird_dog_start", lambda p: [exercise_poses.bird_dog(p, stretched=False)], FLOOR),
)


def pictures(clip: Clip, model: BodyModel) -> Iterator[np.ndarray]:
    """Yield the pictures of a clip."""
    poses = clip.poses(Poser(model, clip.person))
    vertices = np.array([posed.vertices for posed in poses])
    body = PosedBody(vertices, model.faces, {}, model.segments)
    middle = 0.5 * (vertices.min(axis=(0, 1)) + vertices.max(axis=(0, 1)))
    count = round(clip.seconds * FPS)
    per_pose = max(round(SWING_S * FPS / len(poses)), 1)
    order = np.arange(count) // per_pose % len(poses)
    with scene.Renderer(clip.camera, replace(LOOK_N, setting="wall")) as renderer:
        yield from renderer.frames(body, np.tile(-middle, (len(poses), 1)), order=order)


def towel(model: BodyModel) -> Iterator[np.ndarray]:
    """Yield the pictures of a person who stands as usual, then tips the pelvis back and holds it."""
    usual, hold = 8 * STILL_FPS, 8 * STILL_FPS
    share = np.clip((np.arange(usual + hold) - usual) / STILL_FPS, 0.0, 1.0)
    angle = USUAL_DEG + (FLAT_DEG - USUAL_DEG) * share
    still = kinematics.stand(len(share), pelvis_tilt_deg=0.0, lumbar_extension_deg=0.0)
    tilt: Array = still.pelvis_tilt + angle
    body = model.pose(
        RUNNER_N,
        replace(still, pelvis_tilt=tilt, lumbar_extension=still.lumbar_extension + angle, hip_flexion=(tilt, tilt)),
    )
    with scene.Renderer(CAMERA, LOOK_N) as renderer:
        yield from renderer.frames(body, np.zeros((len(share), 3)))


def look(path: Path, model: str) -> tuple[Array, Array]:
    """Return landmarks, shape (F, 33, 2), and visibility, as detected in a clip; NaN without a person."""
    from posture.pose.landmarker import Landmarker
    from posture.video import open_video

    marks, seen = [], []
    with open_video(path) as video, Landmarker(model, masks=False) as landmarker:
        for frame in video.frames():
            people = landmarker.detect(frame.rgb)
            marks.append(people[0].landmarks if people else np.full((33, 2), np.nan))
            seen.append(people[0].visibility if people else np.full(33, np.nan))
    return np.array(marks), np.array(seen)


def main(names: list[str], folder: Path = FOLDER) -> int:
    """Render all clips, or those named."""
    import torch

    torch.set_num_threads(1)
    model = BodyModel()
    folder.mkdir(parents=True, exist_ok=True)
    store = folder / "seen.npz"
    kept = dict(np.load(store)) if store.exists() else {}
    if not names or "towel" in names:
        encode(folder / "towel.mp4", towel(model), CAMERA, fps=STILL_FPS)
    for clip in CLIPS:
        if names and clip.name not in names:
            continue
        path = folder / f"{clip.name}.mp4"
        encode(path, pictures(clip, model), clip.camera)
        marks, seen = look(path, "full")
        kept[clip.name] = np.concatenate([marks, seen[..., None]], axis=-1).round(2).astype(np.float32)
        print(
            clip.name,
            f"{path.stat().st_size / 1000:.0f} kB",
            f"seen {np.isfinite(seen[:, 0]).mean():.2f}",
            flush=True,
        )
        if not clip.kept and folder == FOLDER:
            path.unlink()
    np.savez_compressed(store, **kept)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
