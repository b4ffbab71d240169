"""Clips whose back edge is displaced by a known amount, and the displacement recovered from them.

Every frame is warped from chest to back in its trunk coordinates: most at the edge of the back, and less toward the
front of the trunk and the background. The warp also moves an arm or the background there; a real arm would not move, so
only places that arms seldom occlude are a fair test.

The landmarks of the warped person are detected again and may differ slightly. Lines are therefore compared in the trunk
coordinates of the original clip, frame by frame.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from helpers.video_factory import write_clip
from posture.analysis.clip_pass import ClipRequest
from posture.analysis.examination import Examination
from posture.analysis.observe import observe_clip
from posture.analysis.pipeline import examine_observations
from posture.contour.grid import T_GRID
from posture.pose.trunk_frame import to_trunk_frame
from posture.types import Facing, Image, Indices
from posture.video import open_video

Array = npt.NDArray[np.floating[Any]]

FPS = 30.0
# Full displacement around the edge, then a smooth decrease to zero; trunk lengths.
PLATEAU_L, FRONT_L, BEHIND_L = 0.06, 0.2, 0.3
# Truncation of the bump along the trunk, standard deviations.
REACH_SIGMAS = 3.5
# Range of the line from which the amount is recovered: near the bump, and where a line is fitted.
NEAR_L, FITTED_T = 0.3, (-0.2, 1.0)
# Largest distance of a body edge from the line, trunk lengths; beyond it is an arm.
BODY_EDGE_L = 0.06
# Largest interpolated gap of the edge along the trunk, trunk lengths.
GAP_L = 0.02


@dataclass(frozen=True)
class Bump:
    """A Gaussian bump of the back: centre along the trunk axis (0 hips, 1 shoulders) and SD, trunk lengths."""

    t: float
    sigma: float = 0.15

    def of(self, t: Array) -> Array:
        """Return the height of the bump along the trunk, 1 at its centre."""
        return np.exp(-0.5 * ((t - self.t) / self.sigma) ** 2)


BUMPS = {"buttocks": Bump(0.0), "lumbar": Bump(0.3), "thoracic": Bump(0.75)}


@dataclass(frozen=True)
class Trunks:
    """Trunk axis in each frame of a clip, and the back edge that is displaced.

    Attributes
    ----------
    hips, shoulders : shape (F, 2)
        Ends of the trunk axis, pixels, x right, y down; NaN in frames that stay unchanged.
    facing
    outline : shape (len(T_GRID),)
        Distance of the back from the axis, trunk lengths.
    """

    hips: Array
    shoulders: Array
    facing: Facing
    outline: Array


def displacement(t: Array, c: Array, outline: Array, bump: Bump) -> Array:
    """Return the backward displacement of places (t, c) in the warped image, 1 at the bump on the outline."""
    beyond = c - np.interp(t, T_GRID, outline)
    distance = np.where(beyond > 0, (beyond - PLATEAU_L) / BEHIND_L, (-beyond - PLATEAU_L) / FRONT_L)
    x = np.clip(distance, 0.0, 1.0)
    return bump.of(t) * (1.0 - x**3 * (10.0 - 15.0 * x + 6.0 * x**2))


def warp_picture(
    rgb: Image, hips: Array, shoulders: Array, *, facing: Facing, outline: Array, bump: Bump, amount: float
) -> Image:
    """Return the image with its back edge displaced by ``amount * bump``, backward positive, trunk lengths."""
    if amount == 0.0 or not np.isfinite([*hips, *shoulders]).all():
        return rgb
    axis = shoulders - hips
    length = float(np.hypot(*axis))
    # Only this part of the image changes.
    reach = np.hypot(REACH_SIGMAS * bump.sigma, float(np.max(outline)) + PLATEAU_L + BEHIND_L)
    radius = int(np.ceil(length * reach))
    x, y = (hips + bump.t * axis).astype(int)
    height, width = rgb.shape[:2]
    left, right = max(x - radius, 0), min(x + radius, width)
    top, bottom = max(y - radius, 0), min(y + radius, height)
    rows, columns = np.mgrid[top:bottom, left:right].astype(np.float64)
    # Landmarks count from the corner of the first pixel, half a pixel before its centre.
    places = np.stack([columns, rows], axis=-1).reshape(-1, 2) + 0.5
    t, c = np.moveaxis(to_trunk_frame(places, hips, shoulders, facing), -1, 0)
    back = np.array([axis[1], -axis[0]]) * (1.0 if facing == "right" else -1.0)
    source = places - 0.5 - (amount * displacement(t, c, outline, bump))[:, None] * back
    source = source.reshape(*rows.shape, 2).astype(np.float32)
    warped = rgb.copy()
    warped[top:bottom, left:right] = cv2.remap(
        np.ascontiguousarray(rgb),
        source[..., 0],
        source[..., 1],
        cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return warped


def write_part(path: Path, clip: Path, *, start_s: float, end_s: float, rows: slice, columns: slice) -> Path:
    """Write a part of a clip of `FPS` frames a second, cropped in time and in the image."""
    with open_video(clip, start_s=start_s, end_s=end_s) as video, closing(video.frames()) as frames:
        height = len(range(video.info.height)[rows])
        width = len(range(video.info.width)[columns])
        return write_clip(
            path,
            frames=round((end_s - start_s) * FPS),
            fps=FPS,
            size=(width, height),
            draw=lambda *_: next(frames).rgb[rows, columns],
            options={"crf": "8"},
        )


def write_warped(path: Path, clip: Path, trunks: Trunks, bump: Bump, amount: float) -> Path:
    """Write a clip of `FPS` frames a second with its back edge displaced.

    Parameters
    ----------
    path, clip
        Output and original.
    trunks
        With a row for each frame.
    bump
    amount
        At the centre of the bump, trunk lengths, backward positive.
    """
    with open_video(clip) as video, closing(video.frames()) as frames:

        def draw(number: int, _width: int, _height: int) -> Image:
            return warp_picture(
                next(frames).rgb,
                trunks.hips[number],
                trunks.shoulders[number],
                facing=trunks.facing,
                outline=trunks.outline,
                bump=bump,
                amount=amount,
            )

        return write_clip(
            path,
            frames=len(trunks.hips),
            fps=FPS,
            size=(video.info.width, video.info.height),
            draw=draw,
            options={"crf": "16"},
        )


@dataclass(frozen=True)
class Look:
    """An analysed clip with its mask edges.

    Attributes
    ----------
    examination
    frames : shape (N,)
        Indices of the frames with the person.
    hips, shoulders : shape (N, 2)
        Pixels.
    edges : shape (N, len(T_GRID))
        Mask edge behind the trunk, trunk lengths.
    trunks
        Of all frames.
    """

    examination: Examination
    frames: Indices
    hips: Array
    shoulders: Array
    edges: Array
    trunks: Trunks

    def measure(self, name: str) -> float:
        """Return the value of a measure, even where the gates reject the clip."""
        assert self.examination.back is not None
        return self.examination.back.measured.measures[name].value

    def fitted_line(self, trunks: Trunks) -> Array:
        """Return the fitted outline in other trunk coordinates, shape (len(T_GRID),)."""
        lines = self._in_trunks(trunks, np.broadcast_to(self.trunks.outline, self.edges.shape))
        known = np.isfinite(trunks.hips[self.frames]).all(axis=1)
        return np.nanmedian(lines[known], axis=0)

    def edge_lines(self, trunks: Trunks) -> Array:
        """Return the mask edges in other trunk coordinates, shape (F, len(T_GRID)); NaN without an edge."""
        out = np.full((len(trunks.hips), len(T_GRID)), np.nan)
        out[self.frames] = self._in_trunks(trunks, self.edges)
        return out

    def _in_trunks(self, trunks: Trunks, lines: Array) -> Array:
        axis = self.shoulders - self.hips
        back = np.stack([axis[:, 1], -axis[:, 0]], axis=-1) * (1.0 if trunks.facing == "right" else -1.0)
        points = self.hips[:, None] + T_GRID[:, None] * axis[:, None] + lines[..., None] * back[:, None]
        places = to_trunk_frame(points, trunks.hips[self.frames], trunks.shoulders[self.frames], trunks.facing)
        return np.array([_on_grid(place[np.isfinite(place).all(axis=1)]) for place in places])


def look_at(clip: Path) -> Look:
    """Analyse a clip, and return the detected edges with the result."""
    watched, _ = observe_clip(ClipRequest(clip, "full", None, None), "largest", None)
    examination = examine_observations(watched)
    assert examination.runner is not None
    assert examination.back is not None
    facing = examination.runner.view.facing
    hips, shoulders = examination.back.hips, examination.back.shoulders
    ends = np.full((2, len(watched.times_s), 2), np.nan)
    ends[0, examination.runner.frames], ends[1, examination.runner.frames] = hips, shoulders
    return Look(
        examination=examination,
        frames=examination.runner.frames,
        hips=hips,
        shoulders=shoulders,
        edges=watched.edges_of(examination.runner),
        trunks=Trunks(ends[0], ends[1], facing, examination.back.measured.outline),
    )


def amount_read(change: Array, bump: Bump) -> float:
    """Return the amplitude of a bump in the change of a line by least squares, trunk lengths.

    Parameters
    ----------
    change : shape (len(T_GRID),)
        Trunk lengths, backward positive; NaN where unknown.
    bump
    """
    inside = (np.abs(T_GRID - bump.t) < NEAR_L) & (T_GRID > FITTED_T[0]) & (T_GRID < FITTED_T[1])
    inside &= np.isfinite(change)
    shape = bump.of(T_GRID[inside])
    return float((change[inside] * shape).sum() / (shape**2).sum())


def edge_change(out: Look, back: Look, trunks: Trunks) -> Array:
    """Return the median difference of the body edges of two warps of a clip, shape (len(T_GRID),).

    Body edges lie near the fitted line in the mean of both warps; NaN where fewer than 10 frames have one.
    """
    first, second = out.edge_lines(trunks), back.edge_lines(trunks)
    near = np.abs(0.5 * (first + second) - trunks.outline) < BODY_EDGE_L
    difference = np.where(near, first - second, np.nan)
    enough = near.sum(axis=0) >= 10
    change = np.full(len(T_GRID), np.nan)
    change[enough] = np.nanmedian(difference[:, enough], axis=0)
    return change


def _on_grid(places: Array) -> Array:
    """Interpolate places (t, c), shape (P, 2), on the grid; NaN where no place is near."""
    if len(places) < 2:
        return np.full(len(T_GRID), np.nan)
    t, c = places[np.argsort(places[:, 0])].T
    line = np.interp(T_GRID, t, c)
    nearest = np.abs(T_GRID[:, None] - t).min(axis=1)
    return np.where(nearest <= GAP_L, line, np.nan)
