"""Objects around the body in a drawing (mat, towel, wall), the places where they touch it, and its clothes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from posture.types import Array
from validation.rendering.body import BodyModel, Person
from validation.rendering.drawing import Colour, Thing
from validation.rendering.exercise_poses import Posed

MAT: Colour = (0.60, 0.71, 0.69)
TOWEL: Colour = (0.95, 0.78, 0.38)
WALL: Colour = (0.78, 0.82, 0.87)
# Half length of the towel across the spine, and width along the body, metres.
TOWEL_HALF_M, TOWEL_WIDTH_M, TOWEL_LAYERS = 0.27, 0.17, 4
# Edges of the clothes at rest, metres from the middle of the body or along the limb.
SLEEVE_M, NECKLINE_M = 0.13, 0.085
WAIST_Z_M, SHORTS_Z_M = 0.02, -0.27


def box(low: Sequence[float], high: Sequence[float], colour: Colour, *, takes_shadow: bool = False) -> Thing:
    """Return a box between two corners, metres."""
    import trimesh

    mesh = trimesh.creation.box(bounds=[low, high])
    # Each triangle has its own corners, so that each side has one tone.
    corners = np.array(mesh.vertices)[np.array(mesh.faces)].reshape(-1, 3)
    return Thing(corners, np.arange(len(corners)).reshape(-1, 3), colour, takes_shadow)


def mat(centre: tuple[float, float], size: tuple[float, float]) -> Thing:
    """Return a mat whose top is the floor, by centre and size in x and y, metres."""
    low, high = np.array(centre) - np.array(size) / 2, np.array(centre) + np.array(size) / 2
    return box([*low, -0.015], [*high, 0.0], MAT, takes_shadow=True)


def folded_towel(along: float, height: float, *, base: float = 0.0, upright: bool = False) -> list[Thing]:
    """Return a towel folded into a pad that lies across the spine: its layers, each with round edges.

    Parameters
    ----------
    along
        Place of its middle: y on the floor, z when `upright`, metres.
    height
        Thickness, metres.
    base
        Height of the surface below it; y of the wall when `upright`, metres.
    upright
        Whether it is held against a wall behind the back instead of lying on the floor.
    """
    layer = height / TOWEL_LAYERS
    return [
        _pad(along, layer, base + number * layer * (-1 if upright else 1), upright=upright)
        for number in range(TOWEL_LAYERS)
    ]


def _pad(along: float, height: float, base: float, *, upright: bool) -> Thing:
    turn = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    # A superellipse: flat above and below, round at the edges.
    across = 0.5 * TOWEL_WIDTH_M * np.sign(np.cos(turn)) * np.abs(np.cos(turn)) ** 0.35
    thick = 0.5 * height * np.sign(np.sin(turn)) * np.abs(np.sin(turn)) ** 0.6
    places = np.array([-TOWEL_HALF_M, -TOWEL_HALF_M + 0.006, TOWEL_HALF_M - 0.006, TOWEL_HALF_M])
    rings = []
    for x, share in zip(places, (0.94, 1.0, 1.0, 0.94), strict=True):
        y, z = along + across, 0.5 * height + share * thick
        rings.append(np.column_stack([np.full_like(y, x), *((base - z, y) if upright else (y, base + z))]))
    n = len(turn)
    i = np.arange(n)
    j = (i + 1) % n
    faces = [
        np.concatenate([np.column_stack([a + i, a + j, b + i]), np.column_stack([a + j, b + j, b + i])])
        for a, b in ((k * n, (k + 1) * n) for k in range(len(places) - 1))
    ]
    last = len(places) * n
    faces.append(np.column_stack([np.full(n, last), j, i]))
    faces.append(np.column_stack([np.full(n, last + 1), last - n + i, last - n + j]))
    # The centres of both ends close them.
    vertices = np.concatenate([*rings, [rings[0].mean(axis=0)], [rings[-1].mean(axis=0)]])
    return Thing(vertices, np.concatenate(faces), TOWEL)


def dress(model: BodyModel, person: Person) -> Array:
    """Return the distance of each vertex inside shirt, shorts and hair, metres at rest; shape (V, 3)."""
    labels, _, heads = model.rest(person)
    at = dict(zip(labels, heads, strict=True))
    rest = model.rest_vertices(person)
    arm, head = model.segments["arm"], model.segments["head"]
    x, y, z = np.abs(rest[:, 0]), rest[:, 1], rest[:, 2]
    shoulder, elbow = at["upperarm01.L"], at["lowerarm01.L"]
    down = (elbow - shoulder) / np.linalg.norm(elbow - shoulder)
    along_arm = (np.column_stack([x, y, z]) - shoulder) @ down
    sleeve = np.where(arm | ((x > shoulder[0]) & (z > elbow[2] - 0.1)), SLEEVE_M - along_arm, 1.0)
    neck = at["neck01"] + np.array([0.0, -0.005, 0.005])
    neckline = np.linalg.norm((rest - neck) * np.array([1.0, 1.0, 0.8]), axis=1) - NECKLINE_M
    shirt = np.minimum(np.minimum(sleeve, neckline), np.where(arm, 1.0, z - WAIST_Z_M))
    # No shirt above the root of the neck, because the chin comes near the collar.
    shirt = np.minimum(shirt, neck[2] + 0.01 - z)
    shorts = np.where(arm, -1.0, np.minimum(z - SHORTS_Z_M, WAIST_Z_M + 0.06 - z))
    crown, eye = rest[head][:, 2].max(), at["eye.L"]
    # The hairline runs from above the forehead down behind the ear to the nape.
    hair = np.minimum(0.55 * (z - (crown - 0.075)) + 0.83 * (y - (eye[1] + 0.06)), z - (eye[2] - 0.075))
    hair = np.where(head, hair, -1.0)
    return np.column_stack([shirt, shorts, hair])


def gap_below(posed: Posed) -> tuple[float, float]:
    """Return the y at which the hollow above the floor is highest, and its height, metres."""
    y, z = posed.vertices[:, 1], posed.vertices[:, 2]
    where, height = _hollow(posed, y, z, posed.skeleton.place("root")[1], posed.skeleton.place("spine01")[1])
    return where, height


def gap_behind(posed: Posed) -> tuple[float, float, float]:
    """Return the rearmost y of the back, the height of the hollow before it, and its depth, metres."""
    trunk = np.abs(posed.vertices[:, 0]) < 0.12
    z = posed.vertices[:, 2]
    low, high = posed.skeleton.place("root")[2], posed.skeleton.place("clavicle.L")[2]
    back = float(posed.vertices[trunk & (low - 0.15 < z) & (z < high), 1].max())
    up, depth = _hollow(posed, z, back - posed.vertices[:, 1], low, posed.skeleton.place("spine01")[2])
    return back, up, depth


def _hollow(posed: Posed, along: Array, off: Array, start: float, end: float) -> tuple[float, float]:
    """Return the place along the spine where the back is furthest from a surface, and the distance."""
    edges = np.linspace(start, end, 11)
    middle = np.abs(posed.vertices[:, 0]) < 0.07
    nearest = [off[middle & (a <= along) & (along < b)].min() for a, b in pairwise(edges)]
    top = int(np.argmax(nearest))
    return float(0.5 * (edges[top] + edges[top + 1])), float(nearest[top])
