"""Poses of the exercises, given by the places of trunk, hands and feet; the floor is z = 0, metres.

A person on the floor lies along y: on the back the head is at +y, on hands and knees at -y. A standing person faces -y.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.spatial.transform import Rotation

from posture.types import Array
from validation.rendering.body import BodyModel, Person
from validation.rendering.limbs import Skeleton, frame, turned, unit

# Heights of joint centres above the floor when their skin touches it, metres (from the mesh at rest).
ANKLE_M = 0.078
KNEE_M = 0.058
WRIST_M = 0.057
# Lying on the side: heights of hip joint and knee above the floor, and rise of the thigh towards the hip.
SIDE_HIP_M = 0.090
SIDE_KNEE_M = 0.062
SIDE_LYING_DEG = 4.0
# Lying on the back: the chin is drawn in by this angle.
CHIN_DEG = 14.0
ELBOW_M = 0.045
# Depth to which the skin sinks into the mat, metres.
SINK_M = 0.006
SIDES = {"L": 1.0, "R": -1.0}
FINGERS = [f"finger{n}-{joint}" for n in (2, 3, 4, 5) for joint in (1, 2, 3)]
KNUCKLES = ("finger2-1", "finger3-1", "finger5-1")
# Fingers bent by more than this at each joint make a fist; turn of each thumb joint towards lying on them.
FIST_DEG, THUMB_SHARE = 40.0, 0.5


@dataclass(frozen=True)
class Posed:
    """A pose: vertices, shape (V, 3), and the skeleton for the places of joints."""

    vertices: Array
    skeleton: Skeleton


class Poser:
    """Factory of poses of one person."""

    def __init__(self, model: BodyModel, person: Person) -> None:
        self._model, self._person = model, person
        self._rest = model.rest(person)
        self.segments = model.segments

    def skeleton(self) -> Skeleton:
        """Return the bones at rest."""
        return Skeleton(*self._rest)

    def mesh(self, skeleton: Skeleton) -> Array:
        """Return the vertices of a pose, shape (V, 3)."""
        return self._model.pose_bones(self._person, skeleton.matrices()) + skeleton.position

    def done(self, skeleton: Skeleton) -> Posed:
        """Return the pose of a skeleton."""
        return Posed(self.mesh(skeleton), skeleton)


def supine(poser: Poser, *, extension_deg: float) -> Skeleton:
    """Lie on the back with the lumbar spine extended by an angle; limbs at rest.

    Buttocks, upper back and head touch the floor, which determines the tilt of the pelvis.
    """
    s = poser.skeleton()
    trunk = poser.segments["trunk"]
    pelvis = poser.segments["pelvis"]
    # Only the upper trunk: the shoulder blades carry the weight, not the lumbar spine.
    rest = poser.mesh(s)
    chest = trunk & (rest[:, 2] > s.rest("spine02")[2])
    head = poser.segments["head"]

    def bend(whole_deg: float, neck_deg: float) -> Array:
        s.own[0] = turned(x=-90 + whole_deg)
        for bone in ("spine05", "spine04", "spine03"):
            s.turn(bone, x=-extension_deg / 3)
        for bone in ("neck01", "neck02"):
            s.turn(bone, x=(neck_deg - CHIN_DEG) / 2)
        s.turn("head", x=CHIN_DEG)
        return poser.mesh(s)

    def tipped(whole_deg: float) -> float:
        vertices = bend(whole_deg, 0.0)
        return float(vertices[chest, 2].min() - vertices[pelvis, 2].min())

    def nod(neck_deg: float, whole_deg: float) -> float:
        vertices = bend(whole_deg, neck_deg)
        return float(vertices[head, 2].min() - vertices[chest, 2].min())

    whole = float(brentq(tipped, -40, 40, xtol=0.05))
    neck = float(brentq(nod, -50, 50, args=(whole,), xtol=0.1))
    vertices = bend(whole, neck)
    s.position[2] = -float(vertices[chest | pelvis, 2].min()) - SINK_M
    return s


def arm(
    s: Skeleton,
    side: str,
    wrist: Array,
    pole: Array,
    *,
    palm: Array | None = None,
    fingers: Array | None = None,
    curl_deg: float = 8.0,
) -> None:
    """Bring a wrist to a place and lay the hand.

    Parameters
    ----------
    side : {"L", "R"}
    wrist : shape (3,)
    pole : shape (3,)
        The direction in which the elbow points.
    palm : shape (3,), optional
        The direction the palm faces; by default the hand is not turned against the forearm.
    fingers : shape (3,), optional
        The direction of the fingers; that of the forearm by default.
    curl_deg
        Bend of each finger joint; half a fist or more folds the thumb in too.
    """
    s.reach("arm", side, wrist, pole)
    at = {name: s.rest(f"{name}.{side}") for name in ("wrist", "finger1-1", "finger1-3", *KNUCKLES)}
    rest_fingers = unit(at["finger3-1"] - at["wrist"])
    rest_palm = unit(SIDES[side] * np.cross(rest_fingers, at["finger2-1"] - at["finger5-1"]))
    if palm is not None:
        along = s.place(f"wrist.{side}") - s.place(f"lowerarm01.{side}") if fingers is None else fingers
        s.lay("arm", side, frame(along, palm) @ frame(rest_fingers, rest_palm).T)
    bend = Rotation.from_rotvec(np.radians(curl_deg) * unit(np.cross(rest_fingers, rest_palm)))
    for name in FINGERS:
        s.own[s.labels.index(f"{name}.{side}")] = bend.as_matrix()
    if curl_deg > FIST_DEG:
        thumb = unit(at["finger1-3"] - at["finger1-1"])
        folded = unit(0.7 * rest_fingers + 0.7 * rest_palm)
        turn = Rotation.from_rotvec(THUMB_SHARE * _turn_between(thumb, folded))
        for joint in (1, 2):
            s.own[s.labels.index(f"finger1-{joint}.{side}")] = turn.as_matrix()


def _turn_between(one: Array, other: Array) -> Array:
    """Return the turn from one unit vector to another, as axis times angle, radians."""
    axis = np.cross(one, other)
    return unit(axis) * np.arctan2(np.linalg.norm(axis), one @ other)


def vector(side: str, out: float, y: float, z: float) -> Array:
    """Return a vector whose first part points outward on that side."""
    return np.array([SIDES[side] * out, y, z])


def towel(poser: Poser, *, flat: bool) -> Posed:
    """Pose on the back, knees bent: hollow above the towel, or pressed flat."""
    s = supine(poser, extension_deg=-26.0 if flat else 26.0)
    middle = 0.5 * (s.place("upperleg01.L") + s.place("upperleg01.R"))
    for side in "LR":
        s.reach("leg", side, vector(side, 0.13, middle[1] - 0.44, ANKLE_M), np.array([0.0, 0.0, 1.0]))
        s.lay("leg", side, turned(z=0))
        shoulder = s.place(f"upperarm01.{side}")
        to = shoulder + vector(side, 0.44, -0.18, 0)
        to[2] = WRIST_M
        arm(
            s,
            side,
            to,
            vector(side, 1, 0.3, -0.2),
            palm=np.array([0, 0, -1.0]),
            fingers=vector(side, 0.5, -1, 0),
        )
    return poser.done(s)


def crossing(poser: Poser, *, up: bool) -> Posed:
    """Pose on the left leg: right knee up and left elbow forward, or right leg behind and right elbow forward."""
    s = poser.skeleton()
    s.position[2] = 0.905
    s.position[0] = 0.02
    s.own[0] = turned(x=0)
    turn = -34.0 if up else 30.0
    for bone in ("spine03", "spine02", "spine01"):
        s.turn(bone, z=turn / 3, x=0)
    for bone in ("neck01", "neck02", "head"):
        s.turn(bone, z=-0.8 * turn / 3)
    forward = np.array([0.0, -1.0, 0.0])
    s.reach("leg", "L", np.array([0.09, 0.02, ANKLE_M]), forward)
    s.lay("leg", "L", turned(z=-4))
    hip = s.place("upperleg01.R")
    if up:
        s.reach("leg", "R", hip + np.array([0.0, -0.36, -0.40]), np.array([0.0, -1.0, 0.3]))
        s.lay("leg", "R", turned(x=12))
    else:
        s.reach("leg", "R", hip + np.array([0.02, 0.27, -0.70]), forward)
        s.lay("leg", "R", turned(x=52))
    front, back = ("L", "R") if up else ("R", "L")
    chest = s.direction("spine01")
    shoulder = s.place(f"upperarm01.{front}")
    wrist = shoulder + chest @ vector(front, -0.12, -0.33, -0.03)
    arm(s, front, wrist, chest @ vector(front, 0.2, -0.4, -1), curl_deg=68)
    shoulder = s.place(f"upperarm01.{back}")
    wrist = shoulder + chest @ vector(back, 0.10, 0.05, -0.30)
    arm(s, back, wrist, chest @ vector(back, 0.25, 1, -0.2), curl_deg=68)
    return poser.done(s)


def dead_bug(poser: Poser, *, stretched: bool) -> Posed:
    """Pose on the back: arms up, hips and knees at right angles; or right arm and left leg lowered."""
    s = supine(poser, extension_deg=-30.0)
    up = np.array([0.0, 0.0, 1.0])
    for side in "LR":
        shoulder, hip = s.place(f"upperarm01.{side}"), s.place(f"upperleg01.{side}")
        if stretched and side == "R":
            s.turn("shoulder01.R", y=-22)
            shoulder = s.place("upperarm01.R")
            to = shoulder + unit([-0.12, 0.93, 0.32])
            arm(s, side, to, vector(side, 1, 0.0, -0.3), palm=vector(side, -0.3, 0.3, 1.0))
        else:
            arm(s, side, shoulder + up, vector(side, 1.0, 0.2, 0), palm=vector(side, -1, -0.3, 0))
        if stretched and side == "L":
            s.reach("leg", side, hip + unit([0.02, -1.0, 0.24]), up)
            s.lay("leg", side, s.direction("lowerleg01.L") @ turned(x=15))
        else:
            s.reach("leg", side, hip + np.array([0.0, -0.40, 0.41]), up)
            s.lay("leg", side, turned(x=-75))
    return poser.done(s)


def bird_dog(poser: Poser, *, stretched: bool) -> Posed:
    """Pose on hands and knees; or with the right arm forward and the left leg back."""
    s = poser.skeleton()
    reach = 0.985 * (_length(s, "upperarm01.L", "lowerarm01.L") + _length(s, "lowerarm01.L", "wrist.L"))

    def lean(pitch_deg: float) -> float:
        s.own[0] = turned(x=pitch_deg)
        s.position[:] = [0.0, 0.30, 0.0]
        s.position[2] += KNEE_M + 0.985 * _length(s, "upperleg01.L", "lowerleg01.L") - s.place("upperleg01.L")[2]
        return float(s.place("upperarm01.L")[2] - reach - WRIST_M)

    lean(float(brentq(lean, 60, 95)))
    for bone in ("neck01", "neck02", "head"):
        s.turn(bone, x=-5)
    back = np.array([0.0, 1.0, 0.0])
    for side in "LR":
        shoulder, hip = s.place(f"upperarm01.{side}"), s.place(f"upperleg01.{side}")
        if stretched and side == "R":
            s.turn("shoulder01.R", y=-18)
            shoulder = s.place("upperarm01.R")
            arm(
                s,
                side,
                shoulder + unit([-0.02, -1.0, -0.02]),
                vector(side, 1, 0, -0.5),
                palm=vector(side, -1, 0, -0.2),
            )
        else:
            wrist = np.array([shoulder[0], shoulder[1], WRIST_M])
            arm(
                s,
                side,
                wrist,
                vector(side, 0.4, 1, 0),
                palm=np.array([0, 0, -1.0]),
                fingers=np.array([0, -1.0, 0]),
                curl_deg=0,
            )
        if stretched and side == "L":
            s.reach("leg", side, hip + unit([0.0, 1.0, 0.0]), np.array([0, 0, -1.0]))
            s.lay("leg", side, s.direction("lowerleg01.L") @ turned(x=10))
        else:
            knee = np.array([hip[0], hip[1], KNEE_M])
            s.reach("leg", side, knee + 0.40 * back + np.array([0, 0, 0.0]), np.array([0, -0.3, -1.0]))
            s.lay("leg", side, turned(x=150))
    return poser.done(s)


def side_plank(poser: Poser, *, lifted: bool) -> Posed:
    """Pose on the right side, propped on the forearm, knees bent: hip on the floor, or lifted into one line."""
    s = poser.skeleton()
    shoulder_m = ELBOW_M + 0.98 * _length(s, "upperarm01.R", "lowerarm01.R")
    hip_m = SIDE_KNEE_M if lifted else SIDE_HIP_M
    back = np.array([1.0, 0.0, 0.0])

    def rise(angle_deg: float, bend_deg: float) -> float:
        angle = np.radians(angle_deg)
        up = np.array([0.0, np.cos(angle), np.sin(angle)])
        s.own[0] = np.column_stack([np.cross(up, -back), back, up])
        for bone in ("spine05", "spine04", "spine03", "spine02", "spine01"):
            s.turn(bone, y=bend_deg / 5)
        s.position[2] = 0.0
        thigh = _length(s, "upperleg01.R", "lowerleg01.R")
        low = s.place("upperleg01.R")[2] - (thigh * np.sin(angle) if lifted else 0.0)
        s.position[2] = hip_m - low
        return float(s.place("upperarm01.R")[2] - shoulder_m)

    if lifted:
        angle = float(brentq(lambda a: rise(a, 0.0), 0, 45))
        rise(angle, 0.0)
    else:
        angle = SIDE_LYING_DEG
        rise(angle, float(brentq(lambda b: rise(angle, b), -10, 70)))
    for bone in ("neck01", "neck02"):
        s.turn(bone, y=-5 if lifted else -9)
    up = s.direction("root")[:, 2]
    thigh = _length(s, "upperleg01.R", "lowerleg01.R")
    ankle = s.place("upperleg01.R") - thigh * up + 0.39 * back
    for side in "RL":
        s.reach("leg", side, ankle, -up)
        s.lay("leg", side, s.direction(f"lowerleg01.{side}") @ turned(x=25))
        ankle = ankle + s.direction("root")[:, 0] * 0.105
    shoulder = s.place("upperarm01.R")
    ahead = unit([-0.8, 0.6, 0])
    wrist = np.array([shoulder[0], shoulder[1], ELBOW_M]) + _length(s, "lowerarm01.R", "wrist.R") * ahead
    arm(s, "R", wrist, np.array([0.0, 0, -1]), palm=np.array([0, 0, -1.0]), fingers=ahead)
    hip = s.place("upperleg01.L")
    hand_at = hip + 0.12 * up + 0.09 * s.direction("root")[:, 0]
    arm(
        s,
        "L",
        hand_at,
        np.array([0.3, 0.3, 1.0]),
        palm=np.array([0.0, 0, -1.0]),
        fingers=np.array([-0.5, -1.0, 0]),
    )
    return poser.done(s)


def wall(poser: Poser) -> Posed:
    """Pose standing with buttocks and upper back at a wall, feet in front, knees soft, lower back nearly flat."""
    s = poser.skeleton()
    s.position[2] = 0.85
    chest = poser.segments["trunk"] & (poser.mesh(s)[:, 2] > s.position[2] + s.rest("spine02")[2])
    pelvis = poser.segments["pelvis"]

    def lean(pitch_deg: float) -> float:
        s.own[0] = turned(x=pitch_deg)
        for bone in ("spine05", "spine04", "spine03"):
            s.turn(bone, x=10 / 3)
        y = poser.mesh(s)[:, 1]
        return float(y[chest].max() - y[pelvis].max())

    lean(float(brentq(lean, -40, 40, xtol=0.05)))
    for side in "LR":
        hip = s.place(f"upperleg01.{side}")
        s.reach("leg", side, np.array([1.1 * hip[0], hip[1] - 0.22, ANKLE_M]), np.array([0.0, -1.0, 0.0]))
        s.lay("leg", side, turned())
        shoulder = s.place(f"upperarm01.{side}")
        arm(s, side, shoulder + vector(side, 0.10, -0.16, -0.44), vector(side, 0.5, 1, 0), curl_deg=20)
    for bone in ("neck01", "neck02"):
        s.turn(bone, x=4)
    return poser.done(s)


def _length(s: Skeleton, one: str, other: str) -> float:
    return float(np.linalg.norm(s.rest(one) - s.rest(other)))
