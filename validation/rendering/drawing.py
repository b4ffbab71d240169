"""Draw bodies in flat colours with soft shade and contour lines, on a transparent background.

The graphics library only renders layers (normal, clothing, object, depth), three times as large as the result. Colours
and lines are computed from them. The picture suits any page: tones are medium, and a light rim outside the dark lines
keeps them visible on a dark background.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from posture.types import Array
from validation.rendering.scene import Camera

SUPERSAMPLING = 3
WIDTH, HEIGHT = 640, 480
# Clothing is drawn where the distance inside its edge is above 0; the distance is stored up to this, metres.
EDGE_REACH_M = 0.04
# Towards the light, in camera axes (right, up, to the viewer).
LIGHT = np.array([-0.45, 0.75, 0.5]) / np.linalg.norm([-0.45, 0.75, 0.5])
# Neighbouring pixels that differ in depth by more than this belong to different surfaces, metres.
STEP_M = 0.035
# Height at which a body part casts 1/e of the shadow of one that touches the floor, metres.
SHADOW_HEIGHT_M = 0.07
SHADOW_CELL_M = 0.01

Colour = tuple[float, float, float]
INK: Colour = (0.17, 0.21, 0.26)
RIM: Colour = (0.96, 0.97, 0.98)
# Colour of clear pixels in a viewer without transparency.
PAPER: Colour = (0.95, 0.96, 0.97)
SKIN: Colour = (0.87, 0.67, 0.54)
HAIR: Colour = (0.42, 0.30, 0.24)
SHIRT: Colour = (0.20, 0.55, 0.58)
SHORTS: Colour = (0.32, 0.39, 0.52)


@dataclass(frozen=True)
class Thing:
    """A mesh of one colour: mat, towel, wall.

    Attributes
    ----------
    vertices : shape (V, 3)
        Metres.
    faces : shape (T, 3)
    colour
        RGB, 0..1.
    takes_shadow
        Whether the body's shadow falls on it.
    """

    vertices: Array
    faces: npt.NDArray[np.int64]
    colour: Colour
    takes_shadow: bool = False


@dataclass(frozen=True)
class Figure:
    """The dressed body.

    Attributes
    ----------
    vertices : shape (V, 3)
        Metres.
    faces : shape (T, 3)
    clothing : shape (V, 3)
        Distance of each vertex inside the edge of shirt, shorts and hair, metres; negative outside.
    """

    vertices: Array
    faces: npt.NDArray[np.int64]
    clothing: Array


@dataclass(frozen=True)
class View:
    """A `Camera` and the place it looks at, metres."""

    camera: Camera
    centre: tuple[float, float, float]

    def matrix(self) -> Array:
        """Return the camera-to-world matrix, shape (4, 4)."""
        matrix = self.camera.pose()
        matrix[:3, 3] = matrix[:3, 2] * self.camera.distance_m + np.asarray(self.centre)
        return matrix

    def project(self, points: Array) -> Array:
        """Return the pixels (x, y) of points, shape (N, 2)."""
        matrix = self.matrix()
        local = (np.atleast_2d(points) - matrix[:3, 3]) @ matrix[:3, :3]
        scale = 0.5 * self.camera.height / np.tan(0.5 * self.camera.yfov_rad) / -local[:, 2]
        return np.column_stack(
            [0.5 * self.camera.width + scale * local[:, 0], 0.5 * self.camera.height - scale * local[:, 1]]
        )

    def floor_points(self) -> Array:
        """Return the floor point (x, y) of each pixel's ray, shape (height, width, 2); NaN above the horizon."""
        c, matrix = self.camera, self.matrix()
        focal = 0.5 * c.height / np.tan(0.5 * c.yfov_rad)
        x, y = np.meshgrid(np.arange(c.width) + 0.5 - c.width / 2, c.height / 2 - np.arange(c.height) - 0.5)
        rays = np.stack([x / focal, y / focal, -np.ones_like(x)], axis=-1) @ matrix[:3, :3].T
        with np.errstate(divide="ignore", invalid="ignore"):
            far = np.where(rays[..., 2] < 0, -matrix[2, 3] / rays[..., 2], np.nan)
        return matrix[:2, 3] + far[..., None] * rays[..., :2]


@dataclass
class Layers:
    """Rendered layers of the large picture."""

    normals: Array  # camera axes
    clothing: Array  # -1..1, 0 at the edge
    thing: npt.NDArray[np.int64]  # 0 nothing, 1 the body, 2... the things
    depth: Array  # metres, infinite where nothing is
    colours: list[Colour] = field(default_factory=list)

    @property
    def cloth(self) -> npt.NDArray[np.int64]:
        """Return the cover of the body at each pixel: 0 skin, 1 shirt, 2 shorts, 3 hair; shirt over shorts."""
        inside = self.clothing > 0
        return np.select([inside[:, :, 0], inside[:, :, 1], inside[:, :, 2]], [1, 2, 3], 0)


def large(view: View) -> View:
    """Return the view at drawing size."""
    c = view.camera
    big = Camera(
        yaw_deg=c.yaw_deg,
        elevation_deg=c.elevation_deg,
        distance_m=c.distance_m,
        height_m=c.height_m,
        width=WIDTH * SUPERSAMPLING,
        height=HEIGHT * SUPERSAMPLING,
    )
    return View(big, view.centre)


def draw(figure: Figure, things: list[Thing], view: View) -> Array:
    """Return the drawing, large: straight RGBA, shape (3 x 480, 3 x 640, 4), 0..1; downsized by `finish`."""
    big = large(view)
    layers = render(figure, things, big)
    shadow = shadow_on_floor(figure.vertices, big)
    colour = paint(layers, shadow, [thing.takes_shadow for thing in things])
    alpha = (layers.thing > 0).astype(float)
    outline, inner = lines(layers)
    ink = np.maximum(outline, 0.75 * inner)[:, :, None]
    colour = colour * (1 - ink) + np.array(INK) * ink
    alpha = np.maximum(alpha, outline)
    return np.dstack([colour, alpha])


def render(figure: Figure, things: list[Thing], view: View) -> Layers:
    """Render the layers."""
    import pyrender
    import trimesh

    c = view.camera
    matrix = view.matrix()
    meshes = [(figure.vertices, figure.faces)] + [(thing.vertices, thing.faces) for thing in things]
    normals = [np.array(trimesh.Trimesh(v, f, process=False).vertex_normals) for v, f in meshes]
    inside = np.clip(figure.clothing / EDGE_REACH_M, -1, 1)
    count = len(meshes)

    def numbered(number: int, length: int) -> Array:
        return np.tile([(number + 1) / (count + 1), 0.0, 0.0], (length, 1))

    passes = (
        [0.5 + 0.5 * n @ matrix[:3, :3] for n in normals],
        [0.5 + 0.5 * inside] + [np.full((len(v), 3), 0.5) for v, _ in meshes[1:]],
        [numbered(i, len(v)) for i, (v, _) in enumerate(meshes)],
    )
    pictures = []
    gl = pyrender.OffscreenRenderer(c.width, c.height)
    try:
        for colours in passes:
            scene = pyrender.Scene(bg_color=[0, 0, 0, 0])
            for (vertices, faces), colour in zip(meshes, colours, strict=True):
                rgba = np.column_stack([np.clip(colour, 0, 1), np.ones(len(colour))])
                mesh = trimesh.Trimesh(
                    vertices, faces, vertex_colors=(rgba * 255).round().astype(np.uint8), process=False
                )
                scene.add(pyrender.Mesh.from_trimesh(mesh, smooth=True))
            scene.add(pyrender.PerspectiveCamera(yfov=c.yfov_rad), pose=matrix)
            flags = pyrender.RenderFlags.RGBA | pyrender.RenderFlags.FLAT
            picture, depth = gl.render(scene, flags=flags)
            pictures.append(picture[:, :, :3].astype(float) / 255)
    finally:
        gl.delete()
    normal = pictures[0] * 2 - 1
    normal /= np.maximum(np.linalg.norm(normal, axis=2, keepdims=True), 1e-6)
    thing = np.rint(pictures[2][:, :, 0] * (count + 1)).astype(np.int64)
    thing[depth == 0] = 0
    return Layers(
        normals=normal,
        clothing=pictures[1] * 2 - 1,
        thing=thing,
        depth=np.where(depth > 0, depth, np.inf).astype(float),
        colours=[thing.colour for thing in things],
    )


def paint(layers: Layers, shadow: Array, takes_shadow: list[bool]) -> Array:
    """Return the shaded colours, shape (height, width, 3)."""
    flat = np.array([SKIN, SHIRT, SHORTS, HAIR])[layers.cloth]
    for number, colour in enumerate(layers.colours, start=2):
        flat[layers.thing == number] = colour
    light = layers.normals @ LIGHT
    # Two tones with a soft border, and a slight gradient within each.
    shade = 1 - 0.20 * (1 - _smooth_step(light, -0.05, 0.35)) + 0.07 * np.clip(light, -1, 1)
    colour = flat * shade[:, :, None]
    for number, takes in enumerate(takes_shadow, start=2):
        if takes:
            here = (layers.thing == number) & (layers.normals @ LIGHT > 0.1)
            colour[here] *= 1 - 0.45 * shadow[here][:, None]
    return np.clip(colour, 0, 1)


def shadow_on_floor(vertices: Array, view: View) -> Array:
    """Return the shadow of the body on the floor at each pixel, 0..1: soft, darkest where the body touches."""
    low = vertices[:, :2].min(axis=0) - 0.3
    size = np.ceil((vertices[:, :2].max(axis=0) + 0.3 - low) / SHADOW_CELL_M).astype(int)
    cell = ((vertices[:, :2] - low) / SHADOW_CELL_M).astype(int)
    dark = np.zeros(tuple(size))
    np.maximum.at(dark, tuple(cell.T), np.exp(-np.maximum(vertices[:, 2], 0) / SHADOW_HEIGHT_M))
    # The vertices are about a centimetre apart: close the gaps, then soften.
    dark = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((5, 5)))
    dark = cv2.GaussianBlur(dark, (0, 0), 2.2)
    where = ((view.floor_points() - low) / SHADOW_CELL_M).astype(np.float32)
    where = np.nan_to_num(where, nan=-1.0)
    return cv2.remap(dark.astype(np.float32), where[:, :, 1], where[:, :, 0], cv2.INTER_LINEAR).astype(float)


def lines(layers: Layers) -> tuple[Array, Array]:
    """Return the ink of contours and of lines within the body, each 0 or 1, shape (height, width)."""
    outline = np.zeros(layers.thing.shape, bool)
    inner = np.zeros(layers.thing.shape, bool)
    for axis in (0, 1):
        a, b = (_shifted(layers.thing, axis, by) for by in (0, 1))
        outline |= a != b
        near, far = (_shifted(layers.depth, axis, by) for by in (0, 1))
        with np.errstate(invalid="ignore"):
            inner |= (np.abs(near - far) > STEP_M) & (a == b)
        p, q = (_shifted(layers.cloth, axis, by) for by in (0, 1))
        inner |= (p != q) & (a == 1) & (b == 1)
    thick = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
    thin = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (4, 4))
    return (
        np.asarray(cv2.dilate(outline.astype(float), thick), dtype=float),
        np.asarray(cv2.dilate(inner.astype(float), thin), dtype=float),
    )


def finish(picture: Array, rim_px: float = 2.0) -> npt.NDArray[np.uint8]:
    """Return the picture at its final size with a light rim outside: straight RGBA, shape (480, 640, 4), uint8."""
    alpha = picture[:, :, 3]
    reach = 2 * round(rim_px * SUPERSAMPLING) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    rim = cv2.GaussianBlur(cv2.dilate((alpha > 0.5).astype(float), kernel), (0, 0), 1.5)
    rim = np.maximum(rim, alpha)
    colour = picture[:, :, :3] * alpha[:, :, None] + np.array(RIM) * (rim - alpha)[:, :, None]
    small = cv2.resize(np.dstack([colour, rim]), (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    opacity = small[:, :, 3:]
    straight = np.where(opacity > 0.004, small[:, :, :3] / np.maximum(opacity, 0.004), np.array(PAPER))
    return (np.clip(np.dstack([straight, opacity]), 0, 1) * 255).round().astype(np.uint8)


def _smooth_step(value: Array, low: float, high: float) -> Array:
    t = np.clip((value - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def _shifted(array: npt.NDArray[Any], axis: int, by: int) -> npt.NDArray[Any]:
    """Return the array, or the array moved by one pixel so that a difference lies between two neighbours."""
    return np.roll(array, -by, axis=axis) if by else array
