"""Stage a clip: the phases and poses of its pictures, the posed body, the camera, and the shift of the background."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from posture.types import Array
from validation.population.draw import PASS_HEIGHT, PASS_WIDTH, Filming, Subject
from validation.rendering import body, clothing, kinematics, scene

STRIDES = 6.3
STAND_S = 1.6
# Frames that show the same pose of a standing person.
STAND_HOLD = 4
# A slow shutter mixes two moments, this share of the frame interval apart.
SHUTTER = 0.3
MOMENTS_BLURRED = 2
# Speed of a jog; visible only in a pass, not on a treadmill or with a panning camera.
SPEED_M_S = 2.4
# At both ends of a pass, metres.
PASS_MARGIN_M = 0.9
# Pelvis and lumbar joint angles of neutral standing, degrees.
NEUTRAL_DEG = 4.0


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
