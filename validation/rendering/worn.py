"""Things worn on the body: packs, straps, a thick top with a hood, a pony tail; they move with the skin below them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from posture.types import Array
from validation.rendering.body import PosedBody

# Rings and points a ring of a thing's surface.
RINGS, AROUND = 12, 18
# Exponent of a superellipsoid: 1 is round, 0 a box.
BOXY = 0.45


@dataclass(frozen=True)
class TrunkAxes:
    """Axes of the trunk in the first pose: origin at the hips, unit vectors, length in metres."""

    hips: Array
    right: Array
    up: Array
    back: Array
    length_m: float

    @classmethod
    def of(cls, body: PosedBody, frame: int = 0) -> TrunkAxes:
        """Return the axes in a pose."""
        hips, shoulders = (body.joints[name][frame] for name in ("hips", "shoulders"))
        length = float(np.linalg.norm(shoulders - hips))
        up = (shoulders - hips) / length
        back = np.array([0.0, 1.0, 0.0]) - up[1] * up
        back /= np.linalg.norm(back)
        return cls(hips, np.cross(back, up), up, back, length)

    def place_of(self, points: Array) -> tuple[Array, Array, Array]:
        """Return sideways and backward distance, metres, and height in trunk lengths, of points (V, 3)."""
        relative = points - self.hips
        return relative @ self.right, relative @ self.back, relative @ self.up / self.length_m


def pack(
    body: PosedBody,
    *,
    name: str,
    size_m: tuple[float, float, float],
    middle_t: float,
    sway: Array,
    boxy: float = BOXY,
    outside: float = 0.92,
) -> PosedBody:
    """Return the body with a pack on the back.

    Parameters
    ----------
    size_m
        Width, height, depth.
    middle_t
        Height of its middle, trunk lengths above the hips.
    sway : shape (F, 2)
        Displacement upward and sideways in each pose, metres.
    outside
        Share of its depth that stands off the back.
    """
    axes = TrunkAxes.of(body)
    skin = body.segments["trunk"] | body.segments["pelvis"]
    side, depth, t = axes.place_of(body.vertices[0])
    wide, high, deep = size_m
    near = skin & (np.abs(t - middle_t) < 0.5 * high / axes.length_m + 0.05) & (np.abs(side) < 0.6 * wide)
    surface = float(np.quantile(depth[near], 0.97))
    points, faces = rounded(boxy)
    centre = axes.hips + axes.up * middle_t * axes.length_m + axes.back * (surface + (outside - 0.5) * deep)
    corners = centre + 0.5 * (
        points[:, :1] * wide * axes.right + points[:, 1:2] * high * axes.up + points[:, 2:] * deep * axes.back
    )
    moved = sway[:, :1] * axes.up + sway[:, 1:] * axes.right
    return attach(body, near & (depth > 0), corners, faces, name, moved)


def pony_tail(
    body: PosedBody, *, length_m: float, radius_m: float, width: float, swing: Array, lag: float
) -> PosedBody:
    """Return the body with hair that hangs from the back of the head.

    Parameters
    ----------
    width
        Width against depth: 1 a tail, more open hair.
    swing : shape (F, 2)
        Angle of the hair to the head's axis in each pose, backward and sideways, radians.
    lag
        Share of the swing by which the end follows later than the root.
    """
    head = body.segments["head"]
    rest = body.vertices[0][head]
    top, low = rest[:, 2].max(), rest[:, 2].min()
    level = rest[np.abs(rest[:, 2] - (top - 0.42 * (top - low))) < 0.03]
    root = np.array([level[:, 0].mean(), level[:, 1].max() - 0.015, level[:, 2].mean()])
    along = np.linspace(0, 1, RINGS)
    radius = radius_m * np.array([0.35, *np.linspace(0.9, 1.0, RINGS // 2), *np.linspace(0.95, 0.15, RINGS // 2 - 1)])
    angle = np.linspace(0, 2 * np.pi, AROUND, endpoint=False)
    tails = []
    count = len(swing)
    for frame in range(count):
        late = np.array([swing[round(frame - lag * a * count / 2) % count] for a in along])
        # The root leaves the head backward, then gravity takes over.
        down = np.sin(late[:, 0] + 1.3 * np.exp(-6 * along))
        steps = np.column_stack([np.sin(late[:, 1]), down, -np.sqrt(np.maximum(1 - down**2, 0.05))])
        steps /= np.linalg.norm(steps, axis=1, keepdims=True)
        line = np.cumsum(np.vstack([np.zeros(3), steps[:-1] * length_m / (RINGS - 1)]), axis=0)
        across = np.cross(steps, [1.0, 0.0, 0.0])
        across /= np.linalg.norm(across, axis=1, keepdims=True)
        rings = (
            line[:, None]
            + (radius[:, None] * np.cos(angle) * width)[..., None] * np.array([1.0, 0.0, 0.0])
            + (radius[:, None] * np.sin(angle))[..., None] * across[:, None]
        )
        tails.append(rings.reshape(-1, 3))
    hair = np.array(tails)
    moved = hair - hair[:1]
    return attach(body, head, root + hair[0], tube_faces(RINGS, AROUND), "tail", moved)


def hoodie(body: PosedBody, *, thick_m: float) -> PosedBody:
    """Return the body in a thick top with sleeves; adds the segment ``sleeve``."""
    sleeve = body.segments["arm"] & ~_hands(body)
    cloth = body.segments["trunk"] | body.segments["pelvis"] | sleeve
    vertices = body.vertices.copy()
    # Thin at the neck and the wrists, so that no step shows the body's mesh.
    for frame in range(len(vertices)):
        vertices[frame][cloth] += thick_m * normals(vertices[frame], body.faces)[cloth]
    return replace(body, vertices=vertices, segments=body.segments | {"sleeve": sleeve})


def straps(body: PosedBody, *, inner_m: float, wide_m: float) -> PosedBody:
    """Return the body with the segment ``strap``: two shoulder straps painted on the top."""
    axes = TrunkAxes.of(body)
    side, depth, t = axes.place_of(body.vertices[0])
    band = (np.abs(side) > inner_m) & (np.abs(side) < inner_m + wide_m) & (t > 0.4)
    high = (t > 0.9) | (depth < 0.02)
    return replace(body, segments=body.segments | {"strap": body.segments["trunk"] & band & high})


def vest(body: PosedBody, *, bulge_m: float, low_t: float, high_t: float = 0.98) -> PosedBody:
    """Return the body in a running vest, which bulges over the upper back; adds the segment ``vest``."""
    vertices = body.vertices.copy()
    trunk = body.segments["trunk"]
    worn = np.zeros(len(trunk), dtype=bool)
    for frame in range(len(vertices)):
        axes = TrunkAxes.of(body, frame)
        side, depth, t = axes.place_of(vertices[frame])
        along = np.clip((t - low_t) / 0.08, 0, 1) * np.clip((high_t - t) / 0.08, 0, 1)
        behind = np.clip(depth / max(float(depth[trunk].max()), 1e-6), 0, 1)
        push = trunk * along * np.clip(behind, 0.15, 1) * bulge_m
        vertices[frame] += push[:, None] * np.where(depth > 0, 1, -1)[:, None] * axes.back
        if frame == 0:
            worn = trunk & (along > 0) & ((depth > 0) | (np.abs(side) > 0.05))
    return replace(body, vertices=vertices, segments=body.segments | {"vest": worn})


def belt(body: PosedBody, *, middle_t: float, wide_m: float) -> PosedBody:
    """Return the body with the segment ``belt``, a band around the waist."""
    axes = TrunkAxes.of(body)
    _, _, t = axes.place_of(body.vertices[0])
    around = np.abs(t - middle_t) * axes.length_m < max(0.5 * wide_m, 0.015)
    return replace(body, segments=body.segments | {"belt": around & (body.segments["trunk"] | body.segments["pelvis"])})


def attach(
    body: PosedBody,
    skin: npt.NDArray[np.bool_],
    corners: Array,
    faces: npt.NDArray[np.int64],
    name: str,
    moved: Array | None = None,
) -> PosedBody:
    """Return the body with a rigid thing that follows a patch of skin; it becomes a segment.

    Parameters
    ----------
    skin : shape (V,)
    corners : shape (C, 3)
        The thing in the first pose, metres.
    moved : shape (F, 3) or (F, C, 3), optional
        Displacement beside the skin's own movement, in the first pose's axes.
    """
    rest = body.vertices[0][skin]
    middle = rest.mean(axis=0)
    placed = []
    for frame in range(len(body.vertices)):
        now = body.vertices[frame][skin]
        turn = _rotation(rest - middle, now - now.mean(axis=0))
        extra = 0.0 if moved is None else moved[frame]
        placed.append((corners + extra - middle) @ turn.T + now.mean(axis=0))
    count = body.vertices.shape[1]
    none = np.zeros(len(corners), dtype=bool)
    segments = {key: np.concatenate([mask, none]) for key, mask in body.segments.items()}
    segments[name] = np.concatenate([np.zeros(count, dtype=bool), ~none])
    return replace(
        body,
        vertices=np.concatenate([body.vertices, np.array(placed)], axis=1),
        faces=np.concatenate([body.faces, faces + count]),
        segments=segments,
    )


def rounded(boxy: float) -> tuple[Array, npt.NDArray[np.int64]]:
    """Return a superellipsoid within -1..1, shape (C, 3), and its triangles."""
    latitude = np.linspace(-np.pi / 2, np.pi / 2, RINGS)
    longitude = np.linspace(0, 2 * np.pi, AROUND, endpoint=False)

    def power(value: Array) -> Array:
        return np.sign(value) * np.abs(value) ** boxy

    ring = power(np.cos(latitude))[:, None]
    x, z = ring * power(np.cos(longitude)), ring * power(np.sin(longitude))
    y = np.broadcast_to(power(np.sin(latitude))[:, None], x.shape)
    return np.stack([x, y, z], axis=-1).reshape(-1, 3), tube_faces(RINGS, AROUND)


def tube_faces(rings: int, around: int) -> npt.NDArray[np.int64]:
    """Return the triangles of a tube, its points ordered ring by ring, seen from both sides."""
    a = np.arange(rings - 1)[:, None] * around + np.arange(around)
    b = np.arange(rings - 1)[:, None] * around + (np.arange(around) + 1) % around
    quads = np.stack([a, b, b + around, a + around], axis=-1).reshape(-1, 4)
    one = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
    return one.astype(np.int64)


def normals(vertices: Array, faces: npt.NDArray[np.int64]) -> Array:
    """Return the outward unit normals of a mesh, shape (V, 3)."""
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    of_face = np.cross(b - a, c - a)
    count = len(vertices)
    total = np.column_stack(
        [sum(np.bincount(faces[:, k], of_face[:, axis], count) for k in range(3)) for axis in range(3)]
    )
    return total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12)


def _rotation(one: Array, two: Array) -> Array:
    """Return the rotation that takes one cloud of points best onto another (Kabsch)."""
    left, _, right = np.linalg.svd(two.T @ one)
    sign = np.sign(np.linalg.det(left @ right))
    return np.asarray(left @ np.diag([1.0, 1.0, sign]) @ right)


def _hands(body: PosedBody) -> npt.NDArray[np.bool_]:
    places = body.vertices[0]
    hands = np.zeros(len(places), dtype=bool)
    for side in "LR":
        elbow, wrist = body.joints[f"elbow.{side}"][0], body.joints[f"wrist.{side}"][0]
        beyond = (places - wrist) @ (wrist - elbow) > 0
        hands |= beyond & (np.linalg.norm(places - wrist, axis=1) < 0.25)
    return hands & body.segments["arm"]
