"""A closer look: one person, who is small in a wide picture, seen through a window that moves along with them.

The landmarker shrinks whatever it is given to 224 pixels to look for people, so somebody who crosses a wide still
picture is 30 pixels tall to it. They are looked for in overlapping square tiles instead, and then followed by a window
of about two body heights, in whose middle they stay.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

import numpy as np

from posture.pose.landmarker import Landmarker, PoseDetection
from posture.pose.landmarks import HIPS, midpoint
from posture.pose.trunk_frame import body_height_px
from posture.types import Array, Image

# Sides of the tiles in which people are first looked for, over the picture's shorter side.
TILE_SIDES = (1.0, 0.6)
# Neighbouring tiles overlap by half, so that somebody half as tall as a tile is whole in one of them.
TILE_STEP = 0.5
MIN_TILE_PX = 64
# Sides of the window, and of the tiles in which whoever was lost is searched, body heights: arms and legs stay inside
# although the hips' way is only guessed. Source: seven rendered runners who cross the picture; windows of 1.6 to 2.5
# body heights follow them equally well, and showing the window enlarged twice does not make the measures better.
WINDOW_HEIGHTS = 2.0
SEARCH_HEIGHTS = 2.5
# The window's side changes in such steps: MediaPipe keeps its place from frame to frame in shares of the side.
SIDE_STEP_PX = 16
# How fast the window learns the person's way and height, share a frame.
WAY_LEARNT, HEIGHT_LEARNT = 0.3, 0.1
# How many tiles are searched in a frame in which nobody is followed, the nearest to where they were first; the others
# have their turn in the next frames. A tile costs half as much as a frame in which somebody is followed.
TILES_A_FRAME = 3
# Two whose hips are nearer than this, body heights, are one person in two tiles (measured: 0.02; two runners: 1.3).
SAME_HEIGHTS = 0.5
# Nobody is a candidate who is less than half as tall as the tallest.
SMALLEST_SHARE = 0.5


@dataclass(frozen=True)
class RoiWindow:
    """A part of the picture: its corner and size, pixels."""

    left: int
    top: int
    width: int
    height: int

    def cut(self, rgb: Image) -> Image:
        """Return the part of a picture."""
        return rgb[self.top : self.top + self.height, self.left : self.left + self.width]

    def in_picture(self, person: PoseDetection) -> PoseDetection:
        """Return somebody seen in the window as they lie in the whole picture."""
        corner = (person.corner[0] + self.left, person.corner[1] + self.top)
        return replace(person, landmarks=person.landmarks + np.array([self.left, self.top]), corner=corner)


def tiles(width: int, height: int, side: float) -> list[RoiWindow]:
    """Return square windows that cover a picture and overlap by half at least, row by row.

    Parameters
    ----------
    width, height : int
        Of the picture, pixels.
    side : float
        Of a tile, pixels; what is longer than the picture is cut to it.
    """
    wide, tall = min(round(side), width), min(round(side), height)
    return [
        RoiWindow(left, top, wide, tall) for top in _starts(height, tall) for left in _starts(width, wide)
    ]


def _starts(length: int, side: int) -> list[int]:
    count = 1 + int(np.ceil((length - side) / (TILE_STEP * side)))
    return [round(start) for start in np.linspace(0, length - side, count)]


def window_around(centre: Array, side: float, width: int, height: int) -> RoiWindow:
    """Return the window about a point, moved inward where it would leave the picture.

    So its border is the picture's own wherever the person is near it, and far from the person elsewhere.

    Parameters
    ----------
    centre : array, shape (2,)
        Pixels, x right, y down.
    side, width, height
        As in `tiles`.
    """
    wide, tall = min(round(side), width), min(round(side), height)
    left = int(np.clip(round(centre[0] - wide / 2), 0, width - wide))
    top = int(np.clip(round(centre[1] - tall / 2), 0, height - tall))
    return RoiWindow(left, top, wide, tall)


def search_tiles(landmarker: Landmarker, rgb: Image) -> list[PoseDetection]:
    """Look for people in tiles, first in large ones, then in small ones.

    Parameters
    ----------
    landmarker : Landmarker
        One that looks at each picture afresh.
    rgb : array of uint8, shape (height, width, 3)

    Returns
    -------
    list of Person
        As they lie in the picture; somebody in several tiles is there several times.
    """
    height, width = rgb.shape[:2]
    for share in TILE_SIDES:
        side = share * min(height, width)
        if side < MIN_TILE_PX:
            break
        windows = tiles(width, height, side)
        found = [w.in_picture(p) for w in windows for p in landmarker.detect(w.cut(rgb))]
        if found:
            return found
    return []


@dataclass(frozen=True)
class MotionState:
    """Where a person is, where they go, and how tall they are.

    Attributes
    ----------
    hips : array, shape (2,)
        Pixels, x right, y down.
    step : array, shape (2,)
        Pixels a frame.
    height : float
        Pixels.
    """

    hips: Array
    step: Array
    height: float

    def ahead(self) -> MotionState:
        """Return where they will be in the next frame, if they go on like that."""
        return replace(self, hips=self.hips + self.step)

    def corrected(self, seen: MotionState) -> MotionState:
        """Return the way after a frame in which they were seen elsewhere than expected."""
        return MotionState(
            hips=seen.hips,
            step=self.step + WAY_LEARNT * (seen.hips - self.hips),
            height=self.height + HEIGHT_LEARNT * (seen.height - self.height),
        )


def initial_state(landmarks: Array) -> MotionState:
    """Return where somebody is of whom only one frame is known.

    Parameters
    ----------
    landmarks : array, shape (33, 2)
        Pixels.
    """
    return MotionState(midpoint(landmarks, HIPS), np.zeros(2), body_height_px(landmarks[None]))


def count_people(looks: Sequence[Sequence[MotionState]]) -> tuple[int, int]:
    """Return how many people there are in a few looks at a clip, and how many of them get on in the picture.

    Parameters
    ----------
    looks : sequence of sequence of Way
        Who was found in each look; somebody in several tiles is there several times.
    """
    apart = [_apart(people) for people in looks if people]
    if not apart:
        return 0, 0
    # Whoever is at the same place in half of the looks stays there.
    stay = max(len(apart) / 2, 2)
    moving = [
        sum(sum(any(_near(one, other) for other in people) for people in apart) < stay for one in look)
        for look in apart
    ]
    return int(np.median([len(look) for look in apart])), int(np.median(moving))


def _apart(people: Sequence[MotionState]) -> list[MotionState]:
    """Return each person once, the tallest first; what is much smaller is a part of somebody or far away."""
    found: list[MotionState] = []
    for way in sorted(people, key=lambda way: -way.height):
        if not any(_near(way, other) for other in found):
            found.append(way)
    return [way for way in found if way.height >= SMALLEST_SHARE * found[0].height]


def _near(one: MotionState, other: MotionState) -> bool:
    return float(np.hypot(*(one.hips - other.hips))) < SAME_HEIGHTS * max(one.height, other.height)


class RoiLandmarker:
    """Follows one person through a window of the picture; used like a `Landmarker`.

    Parameters
    ----------
    start : Way
        Where the person was first seen, with their height: they are searched there first.
    model : {"lite", "full", "heavy"}
    mirrored : bool
        As in `Landmarker`.
    """

    def __init__(self, start: MotionState, model: str = "full", *, mirrored: bool = False) -> None:
        self._finder = Landmarker(model, mode="image", masks=False, mirrored=mirrored)
        self._follower = Landmarker(model, mirrored=mirrored)
        self._last = start
        self._followed = False
        self._tiles: deque[RoiWindow] = deque()
        self._stack = ExitStack()

    def __enter__(self) -> RoiLandmarker:
        """Load the model."""
        with ExitStack() as stack:
            stack.enter_context(self._finder)
            stack.enter_context(self._follower)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """Free the model."""
        self._stack.close()

    def detect(self, rgb: Image) -> tuple[PoseDetection, ...]:
        """Find the person in the next picture of the clip.

        Parameters
        ----------
        rgb : array of uint8, shape (height, width, 3)

        Returns
        -------
        tuple of Person
            One or none; landmarks in the picture's pixels, the mask that of the window.
        """
        expected = self._last.ahead() if self._followed else None
        seen = self._look(rgb, expected)
        if seen is None:
            # Whoever is found in a tile may be cut by it: the window decides.
            expected = self._search(rgb)
            seen = self._look(rgb, expected)
        if seen is None or expected is None:
            self._followed = False
            return ()
        self._last, self._followed = expected.corrected(initial_state(seen.landmarks)), True
        self._tiles.clear()
        return (seen,)

    def _look(self, rgb: Image, way: MotionState | None) -> PoseDetection | None:
        if way is None:
            return None
        height, width = rgb.shape[:2]
        window = window_around(way.hips, _even(WINDOW_HEIGHTS * way.height), width, height)
        people = self._follower.detect(window.cut(rgb))
        return window.in_picture(people[0]) if people else None

    def _search(self, rgb: Image) -> MotionState | None:
        if not self._tiles:
            height, width = rgb.shape[:2]
            every = tiles(width, height, _even(SEARCH_HEIGHTS * self._last.height))
            self._tiles.extend(_nearest_first(every, self._last.hips))
        for _ in range(min(TILES_A_FRAME, len(self._tiles))):
            window = self._tiles[0]
            self._tiles.rotate(-1)
            people = self._finder.detect(window.cut(rgb))
            if people:
                return initial_state(window.in_picture(people[0]).landmarks)
        return None


def _even(side: float) -> int:
    return max(MIN_TILE_PX, round(side / SIDE_STEP_PX) * SIDE_STEP_PX)


def _nearest_first(windows: list[RoiWindow], point: Array) -> list[RoiWindow]:
    return sorted(
        windows,
        key=lambda w: float(np.hypot(w.left + w.width / 2 - point[0], w.top + w.height / 2 - point[1])),
    )
