"""Render people with known truth and store what the package detects: ``make population``.

Needs the ``render`` extra and hours; resumable. People, clothes, cameras and light vary. Each person runs once and
stands neutral once; one in `SECOND_CAMERA` is also filmed running by a second camera. Every clip is rendered,
compressed as a phone would, and observed by the package itself. Detections and truth of each person go to one file;
pictures are dropped.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from posture.analysis.observe import ClipObservations, ClipRequest, observe_clip
from posture.contour.angles import measure_outlines
from posture.contour.observation import FACINGS
from posture.gait.runner_choice import TrackedPerson
from posture.types import Array
from validation.rendering import body, clothing, kinematics, outline, people, scene

SEED = 20262
PEOPLE = 312
SECOND_CAMERA = 5
STRIDES = 6.3
STAND_S, STAND_FPS = 1.6, 25
# Frames that show the same pose of a standing person.
STAND_HOLD = 4
# A slow shutter mixes two moments, this share of the frame interval apart.
SHUTTER = 0.3
MOMENTS_BLURRED = 2
TRUTH_PHASES = 24
# HD and full HD (cropped to 4:3, which saves drawing background), upright HD, and the size messengers use.
SIZES, SIZE_SHARES = ((960, 720), (1440, 1080), (720, 1280), (640, 480)), (0.5, 0.2, 0.15, 0.15)
FRAME_RATES, FRAME_RATE_SHARES = (25, 30, 60, 120, 240), (0.20, 0.67, 0.10, 0.02, 0.01)
# Speed of a jog; visible only in a pass, not on a treadmill or with a panning camera.
SPEED_M_S = 2.4
# Size of the picture of a pass, pixels, and margin at both ends, metres.
PASS_WIDTH, PASS_HEIGHT, PASS_MARGIN_M = 1920, 540, 0.9
# Landmarks are stored in sixteenths of a pixel.
LANDMARK_STEPS = 16
# Pelvis and lumbar joint angles of neutral standing, degrees.
NEUTRAL_DEG = 4.0
FOLDER = Path(__file__).resolve().parents[2] / "build" / "population"


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


def film(model: body.BodyModel, subject: Subject, filming: Filming, *, standing: bool) -> dict[str, np.ndarray]:
    """Render one clip, observe it, and return its features."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clip.mp4"
        shown, camera = render_clip(path, model, subject, filming, standing=standing)
        watched, movers = observe_clip(ClipRequest(path, "full", None, None), "largest", None)
    features: dict[str, np.ndarray] = {
        "stride_s": np.array(shown.stride_s),
        "frames_read": np.array(len(watched.times_s)),
        "size": np.array([camera.width, camera.height]),
    }
    if movers:
        best = max(movers, key=lambda m: m.score)
        features |= {
            "time_s": best.time_s.astype(np.float32),
            "landmarks": np.round(best.landmarks * LANDMARK_STEPS).astype(np.int16),
            "edges": _edges(watched, best).astype(np.float16),
            "people": np.array(len(movers)),
        }
    return features


def render_clip(
    path: Path, model: body.BodyModel, subject: Subject, filming: Filming, *, standing: bool
) -> tuple[Shown, scene.Camera]:
    """Render one clip into a file; return its timing and the camera."""
    staged = stage(model, subject, filming, standing=standing)
    with scene.Renderer(staged.camera, subject.look) as renderer:
        pictures = renderer.frames(staged.posed, staged.offsets, staged.shifts, staged.shown.order)
        _encode(path, pictures, filming)
    return staged.shown, staged.camera


def stage(
    model: body.BodyModel,
    subject: Subject,
    filming: Filming,
    *,
    standing: bool,
    strides: float = STRIDES,
    repeating: bool = True,
) -> Staged:
    """Pose a person and place the camera for a clip, without drawing.

    Parameters
    ----------
    repeating
        Whether poses may be shown again every two strides.
    """
    shown = moments(subject, filming, standing=standing, strides=strides, repeating=repeating)
    posed = model.pose(subject.person, angles_of(subject, shown.phase, standing=standing))
    if subject.loose:
        folds = np.random.default_rng([subject.seed, subject.number, 98])
        posed = clothing.loosen(posed, subject.loose, subject.ease_m, folds)
    return set_up(subject, filming, shown, posed, standing=standing)


def set_up(subject: Subject, filming: Filming, shown: Shown, posed: body.PosedBody, *, standing: bool) -> Staged:
    """Place the posed body and the camera."""
    offsets = np.zeros((len(shown.phase), 3))
    if subject.gait is not None:
        # The lower foot is on the ground.
        offsets[:, 2] = -posed.vertices[:, posed.segments["foot"], 2].min(axis=1)
        offsets[:, 2] -= offsets[:, 2].mean()
    elif not standing:
        offsets[:, 2] = kinematics.bounce(shown.phase)
    camera, shifts = _camera(filming, posed, offsets, shown)
    return Staged(shown, posed, offsets, camera, shifts, moments=MOMENTS_BLURRED if filming.blur else 1)


def _edges(watched: ClipObservations, runner: TrackedPerson) -> np.ndarray:
    """Return the mask's edge behind and in front of the trunk, shape (2, N, len(T_GRID)), trunk lengths."""
    behind = FACINGS.index(runner.view.facing)
    both = np.array([watched.sightings[f][s].edges for f, s in zip(runner.frames, runner.slots, strict=True)])
    return np.stack([both[:, behind], both[:, 1 - behind]])


def angles_of(subject: Subject, phase: np.ndarray, *, standing: bool) -> body.JointAngles:
    """Return the joint angles of a person's gait, or standing."""
    if not standing:
        angles = kinematics.run(subject.style, phase)
        return angles if subject.gait is None else kinematics.slow_down(angles, subject.style, phase, subject.gait)
    return kinematics.stand(
        len(phase),
        pelvis_tilt_deg=NEUTRAL_DEG,
        lumbar_extension_deg=NEUTRAL_DEG,
        trunk_lean_deg=subject.stand_lean_deg,
    )


@dataclass(frozen=True)
class Shown:
    """Times, poses and phases of a clip's pictures.

    Attributes
    ----------
    times_s : shape (P,)
        Time of each picture; two pictures are mixed into a frame when the shutter is slow.
    order : shape (P,)
        Pose of each picture.
    phase : shape (F,)
        Stride phase of each pose.
    stride_s
        Stride time, rounded so that two strides are whole frames: poses then repeat, and only those of two strides have
        to be posed.
    """

    times_s: np.ndarray
    order: np.ndarray
    phase: np.ndarray
    stride_s: float


@dataclass(frozen=True)
class Staged:
    """A clip before it is drawn.

    Attributes
    ----------
    posed
        The body in P poses.
    offsets : shape (P, 3)
        Displacement of the body in each pose, metres.
    shifts
        Shift of the background in each picture, pixels.
    moments
        Number of pictures mixed into a frame.
    """

    shown: Shown
    posed: body.PosedBody
    offsets: np.ndarray
    camera: scene.Camera
    shifts: np.ndarray | None
    moments: int

    def pose_of(self, frame: int) -> int:
        """Return the pose of a frame; the first of both when it is blurred."""
        order = self.shown.order
        return int(order[min(frame * self.moments, len(order) - 1)])


def moments(
    subject: Subject, filming: Filming, *, standing: bool, strides: float = STRIDES, repeating: bool = True
) -> Shown:
    """Return times and phases of a clip's pictures, and which of them show the same pose."""
    cycle = round(2 * subject.style.stride_s * filming.fps)
    stride_s = cycle / 2 / filming.fps
    frames = round((STAND_S if standing else strides * stride_s) * filming.fps)
    number = np.arange(frames)
    times = number / filming.fps
    if standing:
        shown, order = number[::STAND_HOLD], number // STAND_HOLD
    elif filming.way == "pass" or not repeating:
        shown = order = number
    else:
        shown, order = number[:cycle], number % cycle
    poses: Array = shown.astype(np.float64)
    if filming.blur:
        times = (times[:, None] + SHUTTER * np.array([0, 1]) / filming.fps).ravel()
        order = (2 * order[:, None] + np.array([0, 1])).ravel()
        poses = (poses[:, None] + SHUTTER * np.array([0, 1])).ravel()
    start = np.random.default_rng([subject.seed, subject.number, 99]).uniform()
    return Shown(times, order, start + poses / filming.fps / stride_s, stride_s)


def _camera(
    filming: Filming, posed: body.PosedBody, offsets: np.ndarray, shown: Shown
) -> tuple[scene.Camera, np.ndarray | None]:
    tall = float(np.ptp(posed.vertices[0][:, 2])) + 0.06
    camera = scene.Camera(
        yaw_deg=filming.yaw_deg,
        elevation_deg=filming.elevation_deg,
        roll_deg=filming.roll_deg,
        distance_m=filming.distance_m,
        height_m=tall / filming.body_share,
        width=filming.width,
        height=filming.height,
    )
    way = SPEED_M_S * (shown.times_s - shown.times_s.mean())
    if filming.way == "pass":
        # A wide picture, filmed from far away, that the runner crosses.
        offsets[:, 1] = -way
        wide_m = float(np.ptp(way)) + 2 * PASS_MARGIN_M
        camera = replace(camera, height_m=wide_m * PASS_HEIGHT / PASS_WIDTH)
    if filming.way == "pan":
        pixels = camera.height / camera.height_m
        return camera, way * pixels
    return camera, None


def _encode(path: Path, pictures: Iterator[np.ndarray], filming: Filming) -> None:
    mixed_of = MOMENTS_BLURRED if filming.blur else 1
    with av.open(str(path), "w") as container:
        stream = container.add_stream(
            "libx264", rate=filming.fps, options={"crf": str(filming.crf), "preset": "veryfast"}
        )
        stream.time_base = Fraction(1, filming.fps)
        waiting = []
        for picture in pictures:
            waiting.append(picture)
            if len(waiting) < mixed_of:
                continue
            mixed = picture if mixed_of == 1 else np.mean(waiting, axis=0).astype(np.uint8)
            waiting = []
            mixed = np.ascontiguousarray(mixed[:, ::-1] if filming.facing == "left" else mixed)
            if not stream.codec_context.is_open:
                stream.width, stream.height, stream.pix_fmt = mixed.shape[1], mixed.shape[0], "yuv420p"
            container.mux(stream.encode(av.VideoFrame.from_ndarray(mixed, format="rgb24")))
        container.mux(stream.encode(None))


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


def make(model: body.BodyModel, number: int, target: Path) -> None:
    """Film one person and store features and truth atomically."""
    subject = draw_subject(number)
    stored: dict[str, np.ndarray] = {}
    about: dict[str, object] = {
        "number": number,
        "person": asdict(subject.person),
        "style": asdict(subject.style),
        "loose": subject.loose,
        "ease_m": subject.ease_m,
        "takes": {},
    }
    takes = {"run": draw_filming(number, 0), "stand": draw_standing(number)}
    if number % SECOND_CAMERA == 0:
        takes["run2"] = draw_filming(number, 2)
    for name, filming in takes.items():
        about["takes"][name] = asdict(filming)  # type: ignore[index]
        for key, value in film(model, subject, filming, standing=name == "stand").items():
            stored[f"{name}/{key}"] = value
    for name, standing in (("run", False), ("stand", True)):
        for key, value in truth_of(model, subject, standing=standing).items():
            stored[f"{name}/truth/{key}"] = value
    stored["about"] = np.array(json.dumps(about))
    partial = target.with_suffix(".partial.npz")
    np.savez_compressed(partial, **stored)  # type: ignore[arg-type]  # the stub forgets the arrays
    partial.replace(target)


def main() -> None:
    """Render the missing people; several processes may share the work with --part I --of N."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--part", type=int, default=0)
    parser.add_argument("--of", type=int, default=1)
    parser.add_argument("--backgrounds", type=Path, help="only write the background of each person, render nothing")
    given = parser.parse_args()
    if given.backgrounds is not None:
        drawn = {number: draw_subject(number).look.setting for number in range(given.people)}
        given.backgrounds.write_text(json.dumps(drawn) + "\n", encoding="utf-8")
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    model = body.BodyModel()
    for number in range(given.part, given.people, given.of):
        target = FOLDER / f"{number:04d}.npz"
        if not target.exists():
            make(model, number, target)
            print(number, target.stat().st_size // 1000, "kB", flush=True)


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
