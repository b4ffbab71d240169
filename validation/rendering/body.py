"""The body model: Anny, a parametric human with a spine (Apache-2.0; MakeHuman data CC0), posed by joint angles."""

from __future__ import annotations

from dataclasses import dataclass, field

import anny
import numpy as np
import numpy.typing as npt
import torch
from scipy.spatial.transform import Rotation

from posture.types import Array

# Abduction of Anny's upper arms at rest (from its own bone heads).
REST_ARM_ABDUCTION_DEG = 42.0
# Flexion of its elbows at rest (from the same).
REST_ELBOW_FLEXION_DEG = 42.7
# Shoulder internal rotation that brings a runner's bent forearm in front of the trunk.
ARM_INTERNAL_ROTATION_DEG = 25.0
LIMB_JOINTS = {
    "shoulder": "upperarm01",
    "elbow": "lowerarm01",
    "wrist": "wrist",
    "hip": "upperleg01",
    "knee": "lowerleg01",
    "ankle": "foot",
}
# The lumbar angle is shared equally by these bones; spine02 restores the trunk's lean. (spine05 turns about a point
# between the hips and carries the sacrum's skin: extending it would tip the pelvis back.)
LUMBAR_BONES = ("spine04", "spine03")

SEGMENT_BONES = {
    "arm": ("upperarm", "lowerarm", "wrist", "finger", "metacarpal"),
    "head": ("neck", "head", "eye"),
    "shank": ("lowerleg",),
    "foot": ("foot", "toe"),
    "thigh": ("upperleg",),
    "pelvis": ("root", "pelvis", "spine05"),
    "trunk": ("spine", "clavicle", "shoulder"),
}


@dataclass(frozen=True)
class Person:
    """A body shape.

    Attributes
    ----------
    phenotype
        Anny's high-level shape parameters, each in [0, 1] (gender 0 male .. 1 female).
    local_changes
        Local shape changes, each in [-1, 1].
    """

    phenotype: dict[str, float]
    local_changes: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class JointAngles:
    """Joint angles of F frames, degrees, each an array of shape (F,).

    Signs: pelvis_tilt anterior positive; lumbar_extension backward positive; trunk_lean forward positive;
    hip, knee, ankle and arm flexion positive (against the pelvis, thigh, shank, trunk); arm_abduction away
    from the trunk; rotations positive to the left, bending and list positive to the left.
    """

    pelvis_tilt: Array
    lumbar_extension: Array
    trunk_lean: Array
    pelvis_rotation: Array
    lumbar_rotation: Array
    pelvis_list: Array
    lumbar_bending: Array
    hip_flexion: tuple[Array, Array]  # left, right; so are the rest
    hip_adduction: tuple[Array, Array]
    knee_flexion: tuple[Array, Array]
    ankle_dorsiflexion: tuple[Array, Array]
    arm_flexion: tuple[Array, Array]
    arm_abduction: tuple[Array, Array]
    elbow_flexion: tuple[Array, Array]

    def __len__(self) -> int:
        """Return the number of frames."""
        return len(self.pelvis_tilt)


@dataclass(frozen=True)
class PosedBody:
    """Meshes of F frames.

    Attributes
    ----------
    vertices : shape (F, V, 3)
        Metres; world axes.
    faces : shape (T, 3)
    joints : dict of str to array, shape (F, 3)
        ``hips`` and ``shoulders`` (midpoints of the joint centres); ``shoulder.L``, ``elbow.L``, ``wrist.L``,
        ``hip.L``, ``knee.L``, ``ankle.L``, and .R.
    segments : dict of str to array of bool, shape (V,)
        Vertices of each part of the body.
    """

    vertices: Array
    faces: npt.NDArray[np.int64]
    joints: dict[str, Array]
    segments: dict[str, npt.NDArray[np.bool_]]


def _rot(axis: str, degrees: Array) -> Array:
    return np.asarray(Rotation.from_euler(axis, np.asarray(degrees)[:, None], degrees=True).as_matrix())


class BodyModel:
    """Anny with shape and pose parameters."""

    def __init__(self) -> None:
        self._model = anny.Anny(local_changes="default").to(dtype=torch.float32)
        self._labels = list(self._model.bone_labels)
        self.phenotype_labels = tuple(self._model.phenotype_labels)
        self.local_change_labels = tuple(self._model.local_change_labels)
        self.faces = self._model.faces.numpy().astype(np.int64)
        self._segments = self._find_segments()

    def _find_segments(self) -> dict[str, npt.NDArray[np.bool_]]:
        indices = self._model.vertex_bone_indices.numpy()
        weights = self._model.vertex_bone_weights.numpy()
        dominant = np.take_along_axis(indices, weights.argmax(axis=1)[:, None], axis=1)[:, 0]
        owner = np.full(len(self._labels), "", dtype=object)
        for segment, prefixes in SEGMENT_BONES.items():
            for i, label in enumerate(self._labels):
                if not owner[i] and label.startswith(prefixes):
                    owner[i] = segment
        return {segment: owner[dominant] == segment for segment in SEGMENT_BONES}

    def pose(self, person: Person, angles: JointAngles, *, batch: int = 32) -> PosedBody:
        """Return the meshes of a person in each frame, the hips' midpoint at the origin."""
        rotations = self._bone_rotations(angles)
        vertices = []
        joints: dict[str, list[Array]] = {}
        for start in range(0, len(angles), batch):
            part = rotations[start : start + batch]
            out = self._run(person, part)
            verts = out["vertices"].numpy().astype(np.float64)
            heads = out["bone_poses"].numpy().astype(np.float64)[:, :, :3, 3]
            middle = {
                name: 0.5 * (heads[:, self._labels.index(f"{name}.L")] + heads[:, self._labels.index(f"{name}.R")])
                for name in ("upperleg01", "upperarm01")
            }
            origin = middle["upperleg01"][:, None]
            vertices.append(verts - origin)
            found = {"hips": middle["upperleg01"], "shoulders": middle["upperarm01"]}
            for joint, bone in LIMB_JOINTS.items():
                found |= {f"{joint}.{side}": heads[:, self._labels.index(f"{bone}.{side}")] for side in "LR"}
            for name, place in found.items():
                joints.setdefault(name, []).append(place - origin[:, 0])
        return PosedBody(
            vertices=np.concatenate(vertices),
            faces=self.faces,
            joints={name: np.concatenate(places) for name, places in joints.items()},
            segments=self._segments,
        )

    def rest(self, person: Person) -> tuple[list[str], list[int], Array]:
        """Return the bones' names, parents (-1 for the root) and heads at rest, shape (B, 3), metres."""
        out = self._run(person, np.tile(np.eye(4), (1, len(self._labels), 1, 1)))
        heads = out["bone_poses"].numpy().astype(np.float64)[0, :, :3, 3]
        return list(self._labels), list(self._model.bone_parents), heads

    def rest_vertices(self, person: Person) -> Array:
        """Return the vertices at rest, shape (V, 3), metres."""
        out = self._run(person, np.tile(np.eye(4), (1, len(self._labels), 1, 1)))
        return np.asarray(out["vertices"].numpy().astype(np.float64)[0])

    def pose_bones(self, person: Person, matrices: Array) -> Array:
        """Return the vertices of one pose, shape (V, 3), the root at the origin.

        Parameters
        ----------
        matrices : shape (B, 4, 4)
            Rotation of each bone against its parent, about reference axes.
        """
        out = self._run(person, matrices[None])
        return np.asarray(out["vertices"].numpy().astype(np.float64)[0])

    @property
    def segments(self) -> dict[str, npt.NDArray[np.bool_]]:
        """Vertices of each part of the body, each an array of shape (V,)."""
        return self._segments

    def _run(self, person: Person, matrices: Array) -> dict[str, torch.Tensor]:
        n = len(matrices)
        with torch.no_grad():
            out: dict[str, torch.Tensor] = self._model(
                pose_parameters=torch.tensor(matrices, dtype=torch.float32),
                phenotype_kwargs={k: torch.full((n,), float(v)) for k, v in person.phenotype.items()},
                local_changes_kwargs={k: torch.full((n,), float(v)) for k, v in person.local_changes.items()},
            )
        return out

    def _bone_rotations(self, a: JointAngles) -> Array:
        n = len(a)
        pose = np.tile(np.eye(4), (n, len(self._labels), 1, 1))

        def put(bone: str, matrix: Array) -> None:
            pose[:, self._labels.index(bone), :3, :3] = matrix

        put("root", _rot("z", a.pelvis_rotation) @ _rot("y", a.pelvis_list) @ _rot("x", a.pelvis_tilt))
        for bone in LUMBAR_BONES:
            put(
                bone,
                _rot("z", a.lumbar_rotation / len(LUMBAR_BONES))
                @ _rot("y", a.lumbar_bending / len(LUMBAR_BONES))
                @ _rot("x", -a.lumbar_extension / len(LUMBAR_BONES)),
            )
        put("spine02", _rot("x", a.trunk_lean - a.pelvis_tilt + a.lumbar_extension))
        for i, (side, sign) in enumerate((("L", 1.0), ("R", -1.0))):
            put(
                f"upperleg01.{side}",
                _rot("x", -a.hip_flexion[i]) @ _rot("y", sign * (a.hip_adduction[i] + 4.0)),
            )
            put(f"lowerleg01.{side}", _rot("x", a.knee_flexion[i]))
            put(f"foot.{side}", _rot("x", -a.ankle_dorsiflexion[i]))
            hang = _rot("y", np.full(n, sign * REST_ARM_ABDUCTION_DEG))
            put(
                f"upperarm01.{side}",
                _rot("x", -a.arm_flexion[i])
                @ _rot("y", -sign * a.arm_abduction[i])
                @ _rot("z", np.full(n, -sign * ARM_INTERNAL_ROTATION_DEG))
                @ hang,
            )
            put(
                f"lowerarm01.{side}",
                np.swapaxes(hang, 1, 2) @ _rot("x", REST_ELBOW_FLEXION_DEG - a.elbow_flexion[i]) @ hang,
            )
        return pose
