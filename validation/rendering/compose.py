"""Pictures of several people, obstacles and light, put together frame by frame."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from posture.types import Array
from validation.rendering.body import PosedBody
from validation.rendering.obstacles import Beam, paint
from validation.rendering.scene import Camera, CutOut, Look, Renderer, background

# Different patterns of sensor noise.
PATTERNS = 5

# Place in the picture, and premultiplied RGBA of 0..255.
Layer = tuple[tuple[slice, slice], Array]


@dataclass(frozen=True)
class Actor:
    """One person in a shot.

    Attributes
    ----------
    posed, offsets, order
        As `validation.rendering.scene.Renderer.frames` takes them.
    moved_px : shape (P, 2), optional
        Displacement in each picture, pixels.
    aside_m
        Distance behind the runner's plane, seen from the camera.
    """

    posed: PosedBody
    offsets: Array
    order: npt.NDArray[np.intp]
    look: Look
    moved_px: Array | None = None
    aside_m: float = 0.0


@dataclass(frozen=True)
class Lighting:
    """Light of a shot.

    Attributes
    ----------
    scene, body : shape (H, W), optional
        Factor of the background and of the people; fixed in the scene.
    lifted
        Share by which the background is mixed with white, before its factor.
    exposure
        Factor of the whole picture before noise.
    gain
        Factor after it.
    noise, grain_px
        Standard deviation of additional noise, grey levels, and the blur of the picture with it.
    glare, glare_px
        Share and width of stray light around bright parts.
    """

    scene: Array | None = None
    body: Array | None = None
    lifted: float = 0.0
    exposure: float = 1.0
    gain: float = 1.0
    noise: float = 0.0
    grain_px: float = 0.0
    glare: float = 0.0
    glare_px: float = 1.0


@dataclass(frozen=True)
class Shot:
    """One shot without a cut.

    Attributes
    ----------
    shifts : shape (P,), optional
        Shift of the background, pixels, as in `validation.rendering.scene.Renderer.frames`.
    beams_m : shape (P,), optional
        Displacement of the beams backward in each picture, metres.
    roll_deg : shape (P,), optional
        Turn of the picture.
    """

    camera: Camera
    look: Look
    actors: Sequence[Actor]
    pictures: int
    shifts: Array | None = None
    far: Sequence[Beam] = ()
    near: Sequence[Beam] = ()
    beams_m: Array | None = None
    light: Lighting = Lighting()
    roll_deg: Array | None = None


def frames(shot: Shot) -> Iterator[np.ndarray]:
    """Yield the uint8 RGB pictures of a shot."""
    light = shot.light
    scenery = background(shot.camera, shot.look.background, shot.look.setting).astype(np.float32)
    scenery += light.lifted * (255 - scenery)
    rng = np.random.default_rng(shot.look.background)
    size = scenery.shape[:2]
    noise = rng.normal(0, np.hypot(shot.look.noise, light.noise), (PATTERNS, *size)).astype(np.float32)
    still = None if shot.beams_m is not None else _beams(shot, 0)
    # One renderer is open at a time, so everybody else is drawn before.
    actors = sorted(shot.actors, key=lambda actor: -actor.aside_m)
    drawn = [_cut_outs(shot.camera, actor) for actor in actors]
    for number in range(shot.pictures):
        shift = 0 if shot.shifts is None else round(float(shot.shifts[number]))
        picture = np.roll(scenery, -shift, axis=1) if shift else scenery.copy()
        far, near = still or _beams(shot, number)
        _over(picture, far)
        if light.scene is not None:
            # Shade lies on the ground: it passes with it.
            picture *= (np.roll(light.scene, -shift, axis=1) if shift else light.scene)[:, :, None]
        for actor, layers in zip(actors, drawn, strict=True):
            layer = layers[actor.order[number]]
            moved = (0, 0) if actor.moved_px is None else np.round(actor.moved_px[number]).astype(int)
            _over(picture, _lit(_shifted(layer, moved, size), light.body, shift))
        _over(picture, near)
        yield _photographed(picture, light, shot, noise[number % PATTERNS], number)


def _beams(shot: Shot, number: int) -> tuple[Layer | None, Layer | None]:
    """Return the beams behind and in front of the people in a picture."""
    moved = 0.0 if shot.beams_m is None else float(shot.beams_m[number])
    return paint(shot.camera, shot.far, moved), paint(shot.camera, shot.near, moved)


def _photographed(picture: Array, light: Lighting, shot: Shot, noise: Array, number: int) -> np.ndarray:
    """Return what the camera makes of the light."""
    import cv2

    if light.glare:
        small = cv2.resize(picture, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
        veil = cv2.GaussianBlur(small, (0, 0), light.glare_px / 4)
        picture = picture + light.glare * cv2.resize(veil, picture.shape[1::-1])
    if shot.roll_deg is not None:
        high, wide = picture.shape[:2]
        turn = cv2.getRotationMatrix2D((wide / 2, high / 2), float(shot.roll_deg[number]), 1.0)
        picture = np.asarray(cv2.warpAffine(picture, turn, (wide, high), borderMode=cv2.BORDER_REFLECT_101))
    if light.exposure != 1.0:
        picture = picture * light.exposure
    picture += np.roll(noise, (37 * number, 61 * number), axis=(0, 1))[:, :, None]
    if light.grain_px:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), light.grain_px))
    return np.clip(picture * light.gain, 0, 255).astype(np.uint8)


def _cut_outs(camera: Camera, actor: Actor) -> dict[int, CutOut | None]:
    """Return the drawn body of each pose that is shown."""
    with Renderer(camera, actor.look) as renderer:
        poses = np.unique(actor.order)
        return dict(zip(map(int, poses), renderer.cut_outs(actor.posed, actor.offsets, poses), strict=True))


def _shifted(layer: CutOut | None, moved: Sequence[int], size: tuple[int, int]) -> CutOut | None:
    """Return a drawn body elsewhere, without what leaves the picture."""
    if layer is None:
        return None
    (rows, columns), colour = layer
    top, left = rows.start + moved[1], columns.start + moved[0]
    bottom, right = top + colour.shape[0], left + colour.shape[1]
    inside = np.s_[
        max(-top, 0) : colour.shape[0] - max(bottom - size[0], 0),
        max(-left, 0) : colour.shape[1] - max(right - size[1], 0),
    ]
    if inside[0].start >= inside[0].stop or inside[1].start >= inside[1].stop:
        return None
    return np.s_[max(top, 0) : min(bottom, size[0]), max(left, 0) : min(right, size[1])], colour[inside]


def _lit(layer: CutOut | None, factor: Array | None, shift: int) -> Layer | None:
    """Return the body under a light that is fixed in the scene."""
    if layer is None:
        return None
    place, colour = layer
    lit = colour.astype(np.float32)
    if factor is not None:
        (rows, columns) = place
        across = (np.arange(columns.start, columns.stop) + shift) % factor.shape[1]
        lit[:, :, :3] *= factor[rows][:, across, None]
    return place, lit


def _over(picture: Array, layer: Layer | None) -> None:
    if layer is not None:
        place, colour = layer
        picture[place] *= 1 - colour[:, :, 3:] / 255
        picture[place] += colour[:, :, :3]
