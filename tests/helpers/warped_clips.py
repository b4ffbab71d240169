"""Clips whose person's back edge is pushed in or out by a known amount, in the pixels; what is read back of it.

In every frame the picture is stretched along the direction from chest to back, in the trunk frame of that frame: most
at the back's edge, and less and less towards the front of the trunk and behind the person. Whatever stands there moves
along, an arm or the background too; in life an arm would stay where it is, so the fair places are those that arms
seldom hide.

The landmarks of the warped person are found anew and may lie a little elsewhere. Lines are therefore compared in the
trunk frames of the clip as it was, frame by frame: where in the picture do they lie?
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
from posture.analysis.examination import Examination
from posture.analysis.examine import examine_observations
from posture.analysis.observe import ClipRequest, observe_clip
from posture.contour.grid import T_GRID
from posture.pose.trunk_frame import to_trunk_frame
from posture.types import Facing, Image, Indices
from posture.video import open_video

Array = npt.NDArray[np.floating[Any]]

FPS = 30.0
# Around the edge everything moves by the whole amount; then less and less, to nothing. Trunk lengths.
PLATEAU_L, FRONT_L, BEHIND_L = 0.06, 0.2, 0.3
# Along the trunk the map is cut off where hardly anything is left of the bump.
REACH_SIGMAS = 3.5
# The part of the line from which the amount is read back: near the bump, and where a line is fitted at all.
NEAR_L, FITTED_T = 0.3, (-0.2, 1.0)
# An edge further off than this from the line is an arm's.
BODY_EDGE_L = 0.06
# Largest part of the trunk line without any edge that is bridged, trunk lengths.
GAP_L = 0.02


@dataclass(frozen=True)
class Bump:
    """A Gaussian bump of the back.

    Attributes
    ----------
    t : float
        Its centre along the trunk axis: 0 hips, 1 shoulders.
    sigma : float
        Trunk lengths.
    """

    t: float
    sigma: float = 0.15

    def of(self, t: Array) -> Array:
        """Return its height at places along the trunk, 1 at its centre."""
        return np.exp(-0.5 * ((t - self.t) / self.sigma) ** 2)


BUMPS = {"buttocks": Bump(0.0), "lumbar": Bump(0.3), "thoracic": Bump(0.75)}


@dataclass(frozen=True)
class Trunks:
    """Where the trunk is in each frame of a clip, and the back edge that is moved.

    Attributes
    ----------
    hips, shoulders : array, shape (F, 2)
        Ends of the trunk axis, pixels, x right, y down; NaN in frames that are left as they are.
    facing : {"left", "right"}
    outline : array, shape (len(T_GRID),)
        Distance of the back from the axis, trunk lengths: the line around which the picture is moved.
    """

    hips: Array
    shoulders: Array
    facing: Facing
    outline: Array


def displacement(t: Array, c: Array, outline: Array, bump: Bump) -> Array:
    """Return how far places are moved backward, 1 at the bump's centre on the outline.

    Parameters
    ----------
    t, c : array
        Along the trunk axis and backward from it, trunk lengths, of the place in the **warped** picture.
    outline : array, shape (len(T_GRID),)
    bump : Bump
    """
    beyond = c - np.interp(t, T_GRID, outline)
    way = np.where(beyond > 0, (beyond - PLATEAU_L) / BEHIND_L, (-beyond - PLATEAU_L) / FRONT_L)
    x = np.clip(way, 0.0, 1.0)
    return bump.of(t) * (1.0 - x**3 * (10.0 - 15.0 * x + 6.0 * x**2))


def warp_picture(
    rgb: Image, hips: Array, shoulders: Array, *, facing: Facing, outline: Array, bump: Bump, amount: float
) -> Image:
    """Return a picture in which the back edge is moved by ``amount * bump``, backward positive, trunk lengths.

    Parameters
    ----------
    rgb : array of uint8, shape (height, width, 3)
    hips, shoulders : array, shape (2,)
        Pixels.
    """
    if amount == 0.0 or not np.isfinite([*hips, *shoulders]).all():
        return rgb
    axis = shoulders - hips
    length = float(np.hypot(*axis))
    # Only the part of the picture that moves is drawn again.
    reach = np.hypot(REACH_SIGMAS * bump.sigma, float(np.max(outline)) + PLATEAU_L + BEHIND_L)
    radius = int(np.ceil(length * reach))
    x, y = (hips + bump.t * axis).astype(int)
    height, width = rgb.shape[:2]
    left, right = max(x - radius, 0), min(x + radius, width)
    top, bottom = max(y - radius, 0), min(y + radius, height)
    rows, columns = np.mgrid[top:bottom, left:right].astype(np.float64)
    # Landmarks count from the corner of the first pixel, whose centre lies half a pixel further.
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
    """Write a part of a clip of `FPS` frames a second, in time and in the picture: less to draw and to look at."""
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
    """Write a clip of `FPS` frames a second with its back edge moved.

    Parameters
    ----------
    path : Path
        Where to.
    clip : Path
    trunks : Trunks
        With a row for each of its frames.
    bump : Bump
    amount : float
        At the bump's centre, trunk lengths, backward positive.
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
    found : Examination
    frames : array of int, shape (N,)
        The frames in which the person was found.
    hips, shoulders : array, shape (N, 2)
        Pixels.
    edges : array, shape (N, len(T_GRID))
        Mask edge behind the trunk, trunk lengths.
    trunks : Trunks
        Of all frames.
    """

    found: Examination
    frames: Indices
    hips: Array
    shoulders: Array
    edges: Array
    trunks: Trunks

    def measure(self, name: str) -> float:
        """Return the value of one of the clip's measures, whatever the gates say of the clip."""
        assert self.found.back is not None
        return self.found.back.measured.measures[name].value

    def fitted_line(self, trunks: Trunks) -> Array:
        """Return the fitted outline as it lies in the picture, in other trunk frames, shape (len(T_GRID),)."""
        lines = self._seen_from(trunks, np.broadcast_to(self.trunks.outline, self.edges.shape))
        known = np.isfinite(trunks.hips[self.frames]).all(axis=1)
        return np.nanmedian(lines[known], axis=0)

    def edge_lines(self, trunks: Trunks) -> Array:
        """Return the mask's edges in other trunk frames, shape (frames of the clip, len(T_GRID)); NaN for none."""
        out = np.full((len(trunks.hips), len(T_GRID)), np.nan)
        out[self.frames] = self._seen_from(trunks, self.edges)
        return out

    def _seen_from(self, trunks: Trunks, lines: Array) -> Array:
        axis = self.shoulders - self.hips
        back = np.stack([axis[:, 1], -axis[:, 0]], axis=-1) * (1.0 if trunks.facing == "right" else -1.0)
        points = self.hips[:, None] + T_GRID[:, None] * axis[:, None] + lines[..., None] * back[:, None]
        places = to_trunk_frame(
            points, trunks.hips[self.frames], trunks.shoulders[self.frames], trunks.facing
        )
        return np.array([_on_grid(place[np.isfinite(place).all(axis=1)]) for place in places])


def look_at(clip: Path) -> Look:
    """Analyse a clip, and keep what the network saw beside what was made of it."""
    watched, _ = observe_clip(ClipRequest(clip, "full", None, None), "largest", None)
    found = examine_observations(watched)
    assert found.runner is not None
    assert found.back is not None
    facing = found.runner.view.facing
    hips, shoulders = found.back.hips, found.back.shoulders
    ends = np.full((2, len(watched.times_s), 2), np.nan)
    ends[0, found.runner.frames], ends[1, found.runner.frames] = hips, shoulders
    return Look(
        found=found,
        frames=found.runner.frames,
        hips=hips,
        shoulders=shoulders,
        edges=watched.edges_of(found.runner),
        trunks=Trunks(ends[0], ends[1], facing, found.back.measured.outline),
    )


def amount_read(change: Array, bump: Bump) -> float:
    """Return how much of a bump a line's change holds, by least squares over its neighbourhood, trunk lengths.

    Parameters
    ----------
    change : array, shape (len(T_GRID),)
        Trunk lengths, backward positive; NaN where it is not known.
    bump : Bump
    """
    inside = (np.abs(T_GRID - bump.t) < NEAR_L) & (T_GRID > FITTED_T[0]) & (T_GRID < FITTED_T[1])
    inside &= np.isfinite(change)
    shape = bump.of(T_GRID[inside])
    return float((change[inside] * shape).sum() / (shape**2).sum())


def edge_change(out: Look, back: Look, trunks: Trunks) -> Array:
    """Return the median difference of the body's own mask edges between two warps of a clip, shape (len(T_GRID),).

    The edges that are taken lie near the clip's fitted line in the mean of both; NaN where fewer than 10 frames have
    one.
    """
    first, second = out.edge_lines(trunks), back.edge_lines(trunks)
    near = np.abs(0.5 * (first + second) - trunks.outline) < BODY_EDGE_L
    difference = np.where(near, first - second, np.nan)
    enough = near.sum(axis=0) >= 10
    change = np.full(len(T_GRID), np.nan)
    change[enough] = np.nanmedian(difference[:, enough], axis=0)
    return change


def _on_grid(places: Array) -> Array:
    """Return a line through places (t, c), shape (P, 2), on the grid; NaN where no place is near."""
    if len(places) < 2:
        return np.full(len(T_GRID), np.nan)
    t, c = places[np.argsort(places[:, 0])].T
    line = np.interp(T_GRID, t, c)
    nearest = np.abs(T_GRID[:, None] - t).min(axis=1)
    return np.where(nearest <= GAP_L, line, np.nan)
