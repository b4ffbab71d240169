"""Follow one small person through a moving window (region of interest) of a wide image.

The landmarker downscales its input to 224 pixels to find people, so a person who crosses a wide image may be 30 pixels
tall to it. Here the person is first found in overlapping square tiles, and then tracked in a window of about two body
heights that is centred on the person.
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

# Sides of the tiles of the first search, in shorter sides of the image.
TILE_SIDES = (1.0, 0.6)
# Overlap of neighbouring tiles: a person half as tall as a tile is whole in one of them.
TILE_STEP = 0.5
MIN_TILE_PX = 64
# Sides of the window, and of the tiles in which a lost person is searched, body heights: arms and legs stay inside
# although the path of the hips is only predicted. Source: seven rendered runners who cross the image; windows of 1.6 to
# 2.5 body heights work equally well, and enlarging the window twofold does not improve the measures.
WINDOW_HEIGHTS = 2.0
SEARCH_HEIGHTS = 2.5
# Step of the window's side: MediaPipe tracks in coordinates relative to it.
SIDE_STEP_PX = 16
# Learning rates of the person's velocity and height per frame.
VELOCITY_GAIN, HEIGHT_GAIN = 0.3, 0.1
# Tiles searched in a frame without the person, nearest first; the others follow in the next frames. A tile costs half
# as much as tracking.
TILES_A_FRAME = 3
# Largest hip distance of the same person in two tiles, body heights (measured: 0.02; two runners: 1.3).
SAME_HEIGHTS = 0.5
# Least height of a candidate relative to the tallest.
SMALLEST_SHARE = 0.5


@dataclass(frozen=True)
class RoiWindow:
    """A rectangular part of an image, pixels."""

    left: int
    top: int
    width: int
    height: int

    def cut(self, rgb: Image) -> Image:
        """Return the window of an image."""
        return rgb[self.top : self.top + self.height, self.left : self.left + self.width]

    def distance_px(self, point: Array) -> float:
        """Return the distance of the window's centre from a point, shape (2,)."""
        return float(np.hypot(self.left + self.width / 2 - point[0], self.top + self.height / 2 - point[1]))

    def to_image(self, person: PoseDetection) -> PoseDetection:
        """Convert a detection from window to image coordinates."""
        corner = (person.corner[0] + self.left, person.corner[1] + self.top)
        return replace(person, landmarks=person.landmarks + np.array([self.left, self.top]), corner=corner)


def tiles(width: int, height: int, side: float) -> list[RoiWindow]:
    """Return square windows, row by row, that cover an image and overlap by half at least.

    Parameters
    ----------
    width, height
        Of the image, pixels.
    side
        Of a tile, pixels; clipped to the image.

    Examples
    --------
    >>> [(tile.left, tile.top) for tile in tiles(100, 60, 60)]
    [(0, 0), (20, 0), (40, 0)]
    """
    wide, tall = min(round(side), width), min(round(side), height)
    return [RoiWindow(left, top, wide, tall) for top in _starts(height, tall) for left in _starts(width, wide)]


def _starts(length: int, side: int) -> list[int]:
    count = 1 + int(np.ceil((length - side) / (TILE_STEP * side)))
    return [round(start) for start in np.linspace(0, length - side, count)]


def window_around(centre: Array, side: float, width: int, height: int) -> RoiWindow:
    """Return the window around a point, shifted into the image where it would exceed it.

    So its border is near the person only where it is that of the image.

    Parameters
    ----------
    centre : shape (2,)
        Pixels, x right, y down.
    side, width, height
        As in `tiles`.
    """
    wide, tall = min(round(side), width), min(round(side), height)
    left = int(np.clip(round(centre[0] - wide / 2), 0, width - wide))
    top = int(np.clip(round(centre[1] - tall / 2), 0, height - tall))
    return RoiWindow(left, top, wide, tall)


def search_tiles(landmarker: Landmarker, rgb: Image) -> list[PoseDetection]:
    """Detect people in large tiles or, without success, in smaller ones.

    Parameters
    ----------
    landmarker
        In mode ``image``.

    Returns
    -------
    list of PoseDetection
        In image coordinates; a person in several tiles appears several times.
    """
    height, width = rgb.shape[:2]
    for share in TILE_SIDES:
        side = share * min(height, width)
        if side < MIN_TILE_PX:
            break
        windows = tiles(width, height, side)
        people = [w.to_image(p) for w in windows for p in landmarker.detect(w.cut(rgb))]
        if people:
            return people
    return []


@dataclass(frozen=True)
class MotionState:
    """Position, velocity and height of a person."""

    hips: Array  # Shape (2,). Pixels, x right, y down.
    step: Array  # Shape (2,). Pixels per frame.
    height: float  # Pixels.

    def predicted(self) -> MotionState:
        """Return the state one frame later, at constant velocity."""
        return replace(self, hips=self.hips + self.step)

    def corrected(self, measured: MotionState) -> MotionState:
        """Return this predicted state updated by a measured position and height."""
        return MotionState(
            hips=measured.hips,
            step=self.step + VELOCITY_GAIN * (measured.hips - self.hips),
            height=self.height + HEIGHT_GAIN * (measured.height - self.height),
        )


def initial_state(landmarks: Array) -> MotionState:
    """Return the state of a person in a single frame, with zero velocity; landmarks of shape (33, 2)."""
    return MotionState(midpoint(landmarks, HIPS), np.zeros(2), body_height_px(landmarks[None]))


def count_people(samples: Sequence[Sequence[MotionState]]) -> tuple[int, int]:
    """Return the number of people in a few frames of a clip, and of those who change their position.

    Parameters
    ----------
    samples
        People detected in each frame, repeated when they are in several tiles.
    """
    frames = [_distinct(people) for people in samples if people]
    if not frames:
        return 0, 0
    # A person at the same place in half of the frames does not move.
    stationary = max(len(frames) / 2, 2)
    moving = [
        sum(sum(any(_near(one, other) for other in people) for people in frames) < stationary for one in frame)
        for frame in frames
    ]
    return int(np.median([len(frame) for frame in frames])), int(np.median(moving))


def _distinct(people: Sequence[MotionState]) -> list[MotionState]:
    """Return each person once, tallest first, without those much smaller: body parts or distant people."""
    distinct: list[MotionState] = []
    for state in sorted(people, key=lambda state: -state.height):
        if not any(_near(state, other) for other in distinct):
            distinct.append(state)
    return [state for state in distinct if state.height >= SMALLEST_SHARE * distinct[0].height]


def _near(one: MotionState, other: MotionState) -> bool:
    return float(np.hypot(*(one.hips - other.hips))) < SAME_HEIGHTS * max(one.height, other.height)


class RoiLandmarker:
    """Tracks one person in a window of the image; used like a `Landmarker`.

    Parameters
    ----------
    start
        Where the person was first detected: the search begins there.
    model, mirrored
        As in `Landmarker`.
    """

    def __init__(self, start: MotionState, model: str = "full", *, mirrored: bool = False) -> None:
        self._searcher = Landmarker(model, mode="image", masks=False, mirrored=mirrored)
        self._tracker = Landmarker(model, mirrored=mirrored)
        self._last = start
        self._is_tracking = False
        self._tiles: deque[RoiWindow] = deque()
        self._stack = ExitStack()

    def __enter__(self) -> RoiLandmarker:
        """Load the model."""
        with ExitStack() as stack:
            stack.enter_context(self._searcher)
            stack.enter_context(self._tracker)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """Free the model."""
        self._stack.close()

    def detect(self, rgb: Image) -> tuple[PoseDetection, ...]:
        """Detect the person in the next frame of the clip.

        Returns
        -------
        tuple of PoseDetection
            One or none; landmarks in image coordinates, the mask of the window.
        """
        expected = self._last.predicted() if self._is_tracking else None
        person = self._detect_at(rgb, expected)
        if person is None:
            # A tile may cut the person it contains, so the detection in the window counts.
            expected = self._search(rgb)
            person = self._detect_at(rgb, expected)
        if person is None or expected is None:
            self._is_tracking = False
            return ()
        self._last, self._is_tracking = expected.corrected(initial_state(person.landmarks)), True
        self._tiles.clear()
        return (person,)

    def _detect_at(self, rgb: Image, expected: MotionState | None) -> PoseDetection | None:
        if expected is None:
            return None
        height, width = rgb.shape[:2]
        window = window_around(expected.hips, _rounded(WINDOW_HEIGHTS * expected.height), width, height)
        people = self._tracker.detect(window.cut(rgb))
        return window.to_image(people[0]) if people else None

    def _search(self, rgb: Image) -> MotionState | None:
        if not self._tiles:
            height, width = rgb.shape[:2]
            windows = tiles(width, height, _rounded(SEARCH_HEIGHTS * self._last.height))
            self._tiles.extend(sorted(windows, key=lambda window: window.distance_px(self._last.hips)))
        for _ in range(min(TILES_A_FRAME, len(self._tiles))):
            window = self._tiles[0]
            self._tiles.rotate(-1)
            people = self._searcher.detect(window.cut(rgb))
            if people:
                return initial_state(window.to_image(people[0]).landmarks)
        return None


def _rounded(side: float) -> int:
    return max(MIN_TILE_PX, round(side / SIDE_STEP_PX) * SIDE_STEP_PX)
