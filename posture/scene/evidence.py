"""Evidence about the scene of one runner: what stands in front of the back, the camera's roll, the light."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt

from posture.scene.camera_motion import CameraMotion, track_camera
from posture.scene.crop import Crop
from posture.scene.fixed_things import POST_SLOPE_DEG, RAIL_SLOPE_DEG, FixedEdge, find_fixed_edges, mask_of
from posture.scene.light import Light, light_of_picture, read_light
from posture.scene.line_roll import line_roll_deg
from posture.scene.sampler import SceneSamples
from posture.scene.straight_lines import LineLook, StraightLines, fill_picture, find_crossing_lines
from posture.scene.trunk_path import TrunkPath
from posture.types import Array, Image, Indices, blocks

ThingKind = Literal["post", "rail", "shade", "something"]

# Samples that are searched for fixed things: more would only take more time.
SEARCHED = 80
# An edge sample counts as hidden when a thing lies this close to it, trunk lengths: the mask bends that far around one.
MARGIN_L = 0.05
# Steps across the edge at which the thing is looked for, and how far in front of the expected edge, trunk lengths.
ACROSS_STEP_L, ACROSS_FRONT_L = 0.02, 0.04
# Two edges of opposite sign at most this far apart, trunk lengths, are the two sides of a thin thing, whose own surface
# is too narrow to be seen calm.
THIN_L = 0.13
# Share of an edge's pixels that makes a sign count.
SIGN_SHARE = 0.2
# Share of the pictures in which lines must cross the trunk for their look to tell shade from a thing.
MIN_CROSSING_SHARE = 0.2
BOX_MARGIN_L = 0.35


@dataclass(frozen=True)
class SceneEvidence:
    """The scene around one runner with N frames."""

    frames: Indices  # Shape (N,). Indices of the clip's frames.
    # Shape (N, T), uint8. Number of the thing that lies on a sample of the back's edge, from 1 on; 0 where there is
    # none.
    hidden_by: npt.NDArray[np.uint8]
    kinds: tuple[ThingKind, ...]  # Of the things, the first's first.
    # Shape (N,). Turn of the camera since the first sample, scene clockwise positive; NaN where unknown.
    roll_deg: Array
    light: Light | None  # None where it could not be read.
    # Shape (N,). Angle of the scene's lines to level or upright; NaN where there are no clear ones, None where it was
    # not read.
    line_roll_deg: Array | None = None
    lines: StraightLines | None = None  # Straight lines that cross the trunk; None without any.
    is_striped: bool = False  # Whether lines fill the pictures; read where no runner is known.
    camera_moves: bool = False  # Whether the camera shifts, turns or zooms at all.

    @property
    def hidden(self) -> npt.NDArray[np.bool_]:
        """Samples of the back's edge that a thing hides, shape (N, T)."""
        return np.asarray(self.hidden_by > 0)

    def at(self, frames: Indices) -> SceneEvidence:
        """Return the evidence in other frames: nothing is hidden where it was not read, and the roll is unknown."""
        if np.array_equal(frames, self.frames):
            return self
        _, rows, own = np.intersect1d(frames, self.frames, assume_unique=True, return_indices=True)
        hidden_by = np.zeros((len(frames), self.hidden_by.shape[1]), dtype=np.uint8)
        roll_deg = np.full(len(frames), np.nan)
        hidden_by[rows], roll_deg[rows] = self.hidden_by[own], self.roll_deg[own]
        lines = None if self.line_roll_deg is None else np.interp(frames, self.frames, self.line_roll_deg)
        return replace(self, frames=frames, hidden_by=hidden_by, roll_deg=roll_deg, line_roll_deg=lines)


def read_scene(samples: SceneSamples, trunk: TrunkPath) -> SceneEvidence:
    """Read the scene around a runner from the samples of a clip.

    Parameters
    ----------
    trunk
        Of the runner, in their N frames, pixels of the clip.
    """
    small = trunk.scaled(samples.scale)
    places, rows = _in_both(samples.frames, trunk.frames)
    boxes = np.full((len(samples.frames), 4), np.nan)
    margin = BOX_MARGIN_L * small.length * np.array([-1.0, -1.0, 1.0, 1.0])
    boxes[places] = small.boxes[rows] + margin
    pictures, here = samples.pictures[places], small.at(rows)
    # OpenCV computes most of this, and lets Python go on.
    with ThreadPoolExecutor(1, thread_name_prefix="posture-scene") as pool:
        camera = pool.submit(track_camera, samples.pictures, boxes)
        lines = find_crossing_lines(pictures, here)
        angles = line_roll_deg(samples.pictures, boxes)
        motion = camera.result()
    of_frames = motion.at(trunk.frames.astype(np.float64), samples.frames)
    look = lines.look if lines is not None and lines.crossing_share >= MIN_CROSSING_SHARE else "either"
    hidden_by, kinds = _hidden(samples, small, motion, of_frames, look)
    seen = np.where(hidden_by[rows] > 0, np.nan, trunk.edges[rows])
    roll = np.degrees(np.arctan2(of_frames[:, 1, 0], of_frames[:, 0, 0]))
    light = read_light(pictures, here, seen) if len(places) else None
    line_roll = np.interp(trunk.frames, samples.frames, angles)
    return SceneEvidence(
        trunk.frames, hidden_by, kinds, roll, light, line_roll, lines, camera_moves=not motion.is_still
    )


def read_lines(samples: SceneSamples, trunk: TrunkPath) -> StraightLines | None:
    """Return the straight lines that cross a runner's trunk, pixels of the clip; None without any."""
    places, rows = _in_both(samples.frames, trunk.frames)
    return find_crossing_lines(samples.pictures[places], trunk.scaled(samples.scale).at(rows))


def read_scene_alone(samples: SceneSamples) -> SceneEvidence:
    """Read the scene of a clip in which nobody was found: its light, and whether lines fill it."""
    return SceneEvidence(
        frames=np.zeros(0, dtype=np.intp),
        hidden_by=np.zeros((0, 0), dtype=np.uint8),
        kinds=(),
        roll_deg=np.zeros(0),
        light=light_of_picture(samples.pictures),
        is_striped=fill_picture(samples.pictures),
    )


def _in_both(samples: Indices, frames: Indices) -> tuple[Indices, Indices]:
    """Return the places of the samples that show the runner, and the runner's rows there."""
    _, places, rows = np.intersect1d(samples, frames, assume_unique=True, return_indices=True)
    return places, rows


def _hidden(
    samples: SceneSamples, trunk: TrunkPath, motion: CameraMotion, of_frames: Array, look: LineLook
) -> tuple[npt.NDArray[np.uint8], tuple[ThingKind, ...]]:
    """Return which thing hides each sample of the back's edge, shape (N, T), and the things' kinds."""
    nothing = np.zeros(trunk.edges.shape, dtype=np.uint8)
    places, rows = _in_both(samples.frames, trunk.frames)
    known = motion.known[places]
    places, rows = places[known], rows[known]
    if not len(places):
        return nothing, ()
    spread = np.linspace(0, len(places) - 1, min(SEARCHED, len(places))).round().astype(np.intp)
    places, rows = places[spread], rows[spread]
    transforms = motion.transforms[places]
    stabilised = trunk.at(rows).stabilised(transforms)
    crop = Crop.around(stabilised, samples.pictures[places], None if motion.is_still else transforms)
    found = find_fixed_edges(crop, stabilised)
    if not found:
        return nothing, ()
    things = mask_of(found, crop.covered.shape[1:], stabilised.length)
    kinds = tuple(
        _kind([edge for edge in found if _number_of(things, edge) == number], THIN_L * stabilised.length, motion, look)
        for number in range(1, int(things.max()) + 1)
    )
    hidden = _hidden_by(things, crop.corner, trunk.stabilised(of_frames))
    hidden[~np.isfinite(of_frames).all(axis=(1, 2))] = 0
    return hidden, kinds


def _number_of(things: Image, edge: FixedEdge) -> int:
    """Return the number of the thing that most of an edge bounds; 0 for none."""
    x, y = edge.pixels.astype(int).T
    counts = np.bincount(things[y, x])
    return int(counts[1:].argmax()) + 1 if len(counts) > 1 else 0


def _kind(edges: list[FixedEdge], thin_px: float, motion: CameraMotion, look: LineLook) -> ThingKind:
    """Return the kind of a thing with these edges, given what the lines across the trunk look like."""
    if not edges:
        return "something"
    if look == "shade":
        return "shade"
    lit = all(np.isfinite(edge.variation).all() and not edge.reach.any() for edge in edges)
    if look == "either" and motion.is_still and lit and not _is_thin(edges, thin_px):
        return "shade"
    slopes = [edge.slope_deg for edge in edges]
    if max(slopes) <= RAIL_SLOPE_DEG:
        return "rail"
    return "post" if min(slopes) >= POST_SLOPE_DEG else "something"


def _is_thin(edges: list[FixedEdge], thin_px: float) -> bool:
    """Return whether the edges are the two sides of a thin thing; an edge of shade has one."""
    across = edges[0].across
    place = np.concatenate([edge.pixels @ across for edge in edges])
    bright = np.concatenate([edge.sign * np.sign(edge.across @ across) for edge in edges]) > 0
    if not SIGN_SHARE < bright.mean() < 1 - SIGN_SHARE:
        return False
    return bool(abs(np.median(place[bright]) - np.median(place[~bright])) < thin_px)


def _hidden_by(things: Image, corner: Array, trunk: TrunkPath) -> npt.NDArray[np.uint8]:
    """Return the number of the thing at or near each sample of the edge, measured or expected, shape (N, T)."""
    radius = max(round(MARGIN_L * float(np.nanmedian(np.hypot(*trunk.axis.T)))), 1)
    near = _dilated(things, radius)
    hidden = np.zeros(trunk.edges.shape, dtype=np.uint8)
    steps = np.arange(-ACROSS_FRONT_L, ACROSS_STEP_L / 2, ACROSS_STEP_L)
    for part in blocks(len(trunk.edges)):
        here = trunk.at(np.arange(len(trunk.edges))[part])
        at = [here.depth + step for step in steps] + [np.nan_to_num(here.edges)]
        for distance in at:
            points = np.nan_to_num(here.points(here.t, distance) - corner, nan=-1.0)
            x, y = points[..., 0].astype(int), points[..., 1].astype(int)
            inside = (x >= 0) & (y >= 0) & (x < near.shape[1]) & (y < near.shape[0])
            number = np.where(inside, near[np.where(inside, y, 0), np.where(inside, x, 0)], 0)
            hidden[part] = np.maximum(hidden[part], number)
    return hidden


def _dilated(things: Image, radius: int) -> Image:
    disk = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    return np.asarray(cv2.dilate(things, disk), dtype=np.uint8)
