"""Camera, light and background: posed bodies drawn with a software renderer."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.ndimage import gaussian_filter
from scipy.spatial.transform import Rotation

from posture.types import Array
from validation.rendering.body import PosedBody

os.environ.setdefault("PYOPENGL_PLATFORM", "egl")


# Backgrounds are drawn at most this high, pixels, and enlarged: the same scene for any camera resolution.
DRAWN_AT = 540
LENS_PX = 0.6
# Margin of the drawn window around the body: more than the lens blur spreads.
WINDOW_MARGIN_PX = 8

# Rows and columns of a drawn body in the picture, and its premultiplied RGBA.
CutOut = tuple[tuple[slice, slice], np.ndarray]


@dataclass(frozen=True)
class Camera:
    """A pinhole camera that looks at the runner's hips.

    Attributes
    ----------
    yaw_deg
        0 sees the runner's right side square on (they face right), 90 sees them from the front, 180 the left side.
    elevation_deg, roll_deg
        Elevation above the horizon; turn about the view axis, clockwise positive.
    distance_m, height_m
        Distance from the hips; height of the picture at that distance.
    width, height
        Pixels.
    """

    yaw_deg: float = 0.0
    elevation_deg: float = 0.0
    roll_deg: float = 0.0
    distance_m: float = 5.0
    height_m: float = 2.4
    width: int = 1280
    height: int = 720

    def pose(self) -> Array:
        """Return the camera-to-world matrix, shape (4, 4); the camera looks along its -z."""
        # At yaw 0 the camera stands at -x (the runner's right) and sees -y to the right.
        base = np.column_stack([[0.0, -1.0, 0.0], [0.0, 0.0, 1.0], [-1.0, 0.0, 0.0]])
        turn = Rotation.from_euler("z", self.yaw_deg, degrees=True).as_matrix()
        tip = Rotation.from_euler("x", -self.elevation_deg, degrees=True).as_matrix()
        roll = Rotation.from_euler("z", self.roll_deg, degrees=True).as_matrix()
        matrix = np.eye(4)
        matrix[:3, :3] = turn @ base @ tip @ roll
        matrix[:3, 3] = matrix[:3, 2] * self.distance_m + np.array([0.0, 0.0, 0.05])
        return matrix

    @property
    def yfov_rad(self) -> float:
        """Return the vertical field of view."""
        return float(2 * np.arctan(0.5 * self.height_m / self.distance_m))

    def project(self, points: Array) -> Array:
        """Project points of the world, shape (..., 3), metres, into the picture: pixels, x right, y down."""
        to_camera = np.linalg.inv(self.pose())
        seen = points @ to_camera[:3, :3].T + to_camera[:3, 3]
        scale = 0.5 * self.height / np.tan(0.5 * self.yfov_rad) / -seen[..., 2]
        x, y = 0.5 * self.width + scale * seen[..., 0], 0.5 * self.height - scale * seen[..., 1]
        return np.stack([x, y], axis=-1)


@dataclass(frozen=True)
class Look:
    """Colours, 0..1 RGB, of skin and clothes, and the background: its kind (see `background`) and its seed.

    Attributes
    ----------
    worn
        Colours of further segments of the body, such as a pack's.
    """

    skin: tuple[float, float, float] = (0.80, 0.60, 0.48)
    hair: tuple[float, float, float] = (0.20, 0.13, 0.09)
    shirt: tuple[float, float, float] = (0.75, 0.12, 0.15)
    shorts: tuple[float, float, float] = (0.10, 0.10, 0.14)
    shoes: tuple[float, float, float] = (0.9, 0.9, 0.2)
    background: int = 1
    noise: float = 2.0
    light: float = 3.0
    setting: str = "park"
    worn: dict[str, tuple[float, float, float]] = field(default_factory=dict)


def background(camera: Camera, seed: int, setting: str = "park") -> Array:
    """Return the background; float RGB, shape (height, width, 3), 0..255.

    Parameters
    ----------
    setting
        ``park`` (sky, trees, a path, blurred), ``street`` (house fronts) or ``wall`` (nearly plain, as in a gym).
    """
    import cv2

    rng = np.random.default_rng(seed)
    drawing = {"street": _street, "wall": _wall}.get(setting, _park)
    share = min(1.0, DRAWN_AT / camera.height)
    drawn = drawing(replace(camera, width=round(share * camera.width), height=round(share * camera.height)), rng)
    return np.asarray(cv2.resize(drawn, (camera.width, camera.height), interpolation=cv2.INTER_LINEAR))


def _park(camera: Camera, rng: np.random.Generator) -> Array:
    h, w = camera.height, camera.width
    rows = np.linspace(0, 1, h)[:, None, None]
    horizon = 0.55 + rng.uniform(-0.08, 0.08)
    sky = np.array([175, 200, 225]) + rng.uniform(-25, 25, 3)
    trees = np.array([85, 110, 75]) + rng.uniform(-25, 25, 3)
    ground = np.array([150, 140, 125]) + rng.uniform(-25, 25, 3)
    picture = np.where(rows < horizon - 0.2, sky, np.where(rows < horizon + 0.18, trees, ground))
    picture = np.broadcast_to(picture, (h, w, 3)).copy()
    # The picture wraps around horizontally, so that a panning camera can continue.
    grains = ((4, 5.0), (16, 12.0), (60, 18.0))
    blobs = sum(gaussian_filter(rng.normal(size=(h, w)), s, mode=("nearest", "wrap")) * s * a for s, a in grains)
    picture += blobs[:, :, None] * rng.uniform(0.8, 1.2, 3)
    return np.clip(gaussian_filter(picture, (5, 3, 0)), 0, 255).astype(np.float32)


def _street(camera: Camera, rng: np.random.Generator) -> Array:
    h, w = camera.height, camera.width
    picture = np.empty((h, w, 3), dtype=np.float32)
    picture[:] = rng.uniform(70, 160) + rng.uniform(-12, 12, 3)
    ground = int(h * rng.uniform(0.7, 0.85))
    left = 0
    while left < w:
        right = min(w, left + int(h * rng.uniform(0.3, 0.9)))
        picture[:ground, left:right] = rng.uniform(60, 220) + rng.uniform(-35, 35, 3)
        pane = rng.uniform(20, 110, 3)
        wide, high = int(h * rng.uniform(0.06, 0.12)), int(h * rng.uniform(0.08, 0.16))
        for x in range(left + wide // 2, right - wide, int(1.7 * wide)):
            for y in range(high // 3, ground - high, int(1.6 * high)):
                picture[y : y + high, x : x + wide] = pane
        left = right
    return np.clip(gaussian_filter(picture, (1.5, 1.5, 0), mode=("nearest", "wrap", "nearest")), 0, 255)


def _wall(camera: Camera, rng: np.random.Generator) -> Array:
    h, w = camera.height, camera.width
    picture = np.empty((h, w, 3), dtype=np.float32)
    picture[:] = rng.uniform(70, 215) + rng.uniform(-20, 20, 3)
    picture[int(h * rng.uniform(0.75, 0.9)) :] *= rng.uniform(0.5, 0.9)
    # Uneven light.
    picture *= (1 + rng.uniform(-0.15, 0.15) * np.cos(np.linspace(0, 2 * np.pi, w)))[None, :, None]
    return np.clip(gaussian_filter(picture, (2.0, 0.0, 0)), 0, 255)


@dataclass
class Renderer:
    """Renderer of frames of one size; use as a context manager."""

    camera: Camera
    look: Look = field(default_factory=Look)

    def __enter__(self) -> Renderer:
        """Open the renderer."""
        self._gl: Any = None
        self._background = background(self.camera, self.look.background, self.look.setting)
        self._rng = np.random.default_rng(self.look.background)
        return self

    def __exit__(self, *_: object) -> None:
        """Free the renderer."""
        if self._gl is not None:
            self._gl.delete()

    def _vertex_colours(self, body: PosedBody) -> Array:
        colours = np.tile(np.array(self.look.skin), (body.vertices.shape[1], 1))
        rest = body.vertices[0]
        for name, colour in (
            ("trunk", self.look.shirt),
            ("pelvis", self.look.shorts),
            ("foot", self.look.shoes),
        ):
            colours[body.segments[name]] = colour
        thigh_top = body.segments["thigh"] & (rest[:, 2] > -0.22)
        colours[thigh_top] = self.look.shorts
        head = body.segments["head"]
        top = rest[head][:, 2].max()
        back = body.segments["head"] & ((rest[:, 2] > top - 0.07) | (rest[:, 1] > np.median(rest[head][:, 1]) + 0.03))
        colours[back & (rest[:, 2] > top - 0.22)] = self.look.hair
        for name, colour in self.look.worn.items():
            colours[body.segments[name]] = colour
        return colours

    def frames(
        self,
        body: PosedBody,
        offsets: Array,
        shifts: Array | None = None,
        order: npt.NDArray[np.intp] | None = None,
    ) -> Iterator[np.ndarray]:
        """Yield uint8 RGB pictures of the posed bodies.

        Parameters
        ----------
        offsets : shape (F, 3)
            Displacement of each pose's body, metres.
        shifts : shape (P,), optional
            Shift of the background of each picture to the left, pixels, for a camera that pans along with the runner.
        order : shape (P,), optional
            Pose of each picture; each once by default. A pose is drawn once and reused.
        """
        order = np.arange(len(body.vertices)) if order is None else order
        noise = self._rng.normal(0, self.look.noise, (3, *self._background.shape[:2])).astype(np.float32)
        for number, layer in enumerate(self.cut_outs(body, offsets, order)):
            shift = 0 if shifts is None else round(float(shifts[number]))
            picture = np.roll(self._background, -shift, axis=1) if shift else self._background.copy()
            if layer is not None:
                part, colour = layer
                picture[part] = colour[:, :, :3] + (1 - colour[:, :, 3:4] / 255.0) * picture[part]
            picture += np.roll(noise[number % 3], 37 * number, axis=0)[:, :, None]
            yield np.clip(picture, 0, 255).astype(np.uint8)

    def cut_outs(self, body: PosedBody, offsets: Array, order: npt.NDArray[np.intp]) -> Iterator[CutOut | None]:
        """Yield the body of each picture without its background; a pose is drawn once and reused."""
        last = {pose: picture for picture, pose in enumerate(order)}
        draw = self._draw(body, offsets)
        softness_px = LENS_PX * max(1.0, self.camera.height / DRAWN_AT)
        layers: dict[int, CutOut | None] = {}
        for number, pose in enumerate(order):
            if pose not in layers:
                layers[pose] = _cut_out(*draw(pose), softness_px)
            yield layers[pose] if last[pose] > number else layers.pop(pose)

    def _draw(self, body: PosedBody, offsets: Array) -> Callable[[int], tuple[np.ndarray, Array]]:
        """Return a function that draws a pose.

        The function returns premultiplied RGBA and its upper left corner in the picture. Only a window around the body
        is drawn, because drawing takes most of the time.
        """
        import pyrender
        import trimesh

        colours = self._vertex_colours(body)
        pose = self.camera.pose()
        sun = np.eye(4)
        sun[:3, :3] = pose[:3, :3] @ Rotation.from_euler("xyz", [-50, -25, 0], degrees=True).as_matrix()
        corners, (wide, high) = self._windows(body, offsets)
        if self._gl is not None:
            self._gl.delete()
        self._gl = pyrender.OffscreenRenderer(wide, high)
        focal = 0.5 * self.camera.height / np.tan(0.5 * self.camera.yfov_rad)
        centre = 0.5 * np.array([self.camera.width, self.camera.height])

        def draw(number: int) -> tuple[np.ndarray, Array]:
            scene = pyrender.Scene(bg_color=[0, 0, 0, 0], ambient_light=[0.35] * 3)
            vertices = body.vertices[number] + offsets[number]
            mesh = trimesh.Trimesh(vertices, body.faces, vertex_colors=colours, process=False)
            scene.add(pyrender.Mesh.from_trimesh(mesh, smooth=True))
            scene.add(pyrender.IntrinsicsCamera(focal, focal, *(centre - corners[number])), pose=pose)
            scene.add(pyrender.DirectionalLight(intensity=self.look.light), pose=sun)
            picture: np.ndarray = self._gl.render(scene, flags=pyrender.RenderFlags.RGBA)[0]
            return picture, corners[number]

        return draw

    def _windows(self, body: PosedBody, offsets: Array) -> tuple[Array, tuple[int, int]]:
        """Return the upper left corners of equal windows around each pose, shape (F, 2), and their width and height."""
        size = np.array([self.camera.width, self.camera.height])
        low, high = np.empty((len(offsets), 2), int), np.empty((len(offsets), 2), int)
        for number, offset in enumerate(offsets):
            places = self.camera.project(body.vertices[number] + offset)
            low[number] = np.clip(np.floor(places.min(axis=0)) - WINDOW_MARGIN_PX, 0, size - 1)
            high[number] = np.clip(np.ceil(places.max(axis=0)) + WINDOW_MARGIN_PX, 1, size)
        wide, tall = np.maximum((high - low).max(axis=0), 1)
        return np.clip(low, 0, size - (wide, tall)), (int(wide), int(tall))


def _cut_out(colour: np.ndarray, corner: Array, softness_px: float) -> CutOut | None:
    """Return the place and the pixels of a drawn body, slightly blurred like a lens; None when nothing is drawn."""
    import cv2

    rows, columns = (np.flatnonzero(colour[:, :, 3].any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return None
    top, left = max(rows[0] - 4, 0), max(columns[0] - 4, 0)
    soft = cv2.GaussianBlur(colour[top : rows[-1] + 5, left : columns[-1] + 5], (0, 0), softness_px)
    top, left = top + corner[1], left + corner[0]
    return np.s_[top : top + soft.shape[0], left : left + soft.shape[1]], soft
