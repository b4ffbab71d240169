"""Bystanders: people beside those whom the landmarker follows.

A landmarker that looks for one person reports nobody else, and one that looks for several rarely detects a second one
beside the first. So, a few times a second, the people who are followed are painted over in a small copy of the picture:
whoever is detected in the rest is another person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from posture.pose.appearance import Appearance, appearance_of
from posture.pose.candidates import is_plausible, trunk_length
from posture.pose.landmarker import Landmarker
from posture.pose.landmarks import HIPS, SHOULDERS, midpoint
from posture.pose.overlaps import Sightings
from posture.pose.tracklets import known_difference
from posture.thresholds import IDENTITY
from posture.types import Array, Image, Indices

# Seconds between two looks; after a person has come into the picture, so many looks follow closer on each other: who
# runs past a camera that goes along is in the picture for a second.
INTERVAL_S, CLOSE_INTERVAL_S, CLOSE_LOOKS = 0.25, 0.1, 8
# Longer side of the small copy, pixels: the detector sees 224.
LONG_SIDE_PX = 320
# Margins of the painted box round the landmarks, trunk lengths: at the sides, above (the head), below.
SIDES_L, ABOVE_L, BELOW_L = 0.25, 0.45, 0.15
PAINT = 128
# A picture in which fewer pixels than this share differ by more grey levels from one without a bystander shows none
# either: a person an eighth as tall as the small copy covers four times as many.
SAME_LEVELS, SAME_SHARE = 12, 0.0008
UNKNOWN = -1000
# Two sightings of one person: longest time between, seconds, and largest movement, trunk lengths a second and a fixed
# allowance. Two runners who meet pass each other at 12 trunk lengths a second.
MAX_GAP_S, MAX_SPEED_L_S, ALLOWANCE_L = 5.0, 14.0, 1.0
# Fewer sightings are noise of the detector.
MIN_SIGHTINGS = 2
# Whoever passes a runner is on their feet. A trunk that leans further, degrees, is guessed: in a real clip a small
# person far above a walker was seen lying, twice as large as they are. Rendered people who pass lean by less than 30.
MAX_LEAN_DEG = 45.0


@dataclass(frozen=True)
class Bystanders:
    """Sightings of people beside those who are followed."""

    frames: Indices  # Shape (N,). Ascending.
    landmarks: Array  # Shape (N, 33, 2). Pixels.
    appearances: Appearance  # Shape (N, PARTS, bins). 0 where a person who is followed may cover the bystander.

    def tracks(self, times_s: Array, shot_starts: Indices) -> list[Sightings]:
        """Return the sightings of each person, without bodies that are not upright.

        Parameters
        ----------
        times_s : shape (F,)
            Times of all frames, seconds.
        shot_starts
            Frames at which another shot of the film begins.
        """
        tracks: list[list[int]] = []
        shots = np.searchsorted(shot_starts, self.frames, side="right")
        for new in np.flatnonzero(self._upright()).tolist():
            costs = [self._cost(track, new, times_s) if shots[track[-1]] == shots[new] else np.inf for track in tracks]
            if costs and min(costs) < np.inf:
                tracks[int(np.argmin(costs))].append(new)
            else:
                tracks.append([new])
        return [Sightings(self.frames[t], self.landmarks[t]) for t in tracks if len(t) >= MIN_SIGHTINGS]

    def _upright(self) -> npt.NDArray[np.bool_]:
        """Return which sightings are of an upright body, shape (N,)."""
        x, y = (midpoint(self.landmarks, SHOULDERS) - midpoint(self.landmarks, HIPS)).T
        return np.asarray(np.degrees(np.arctan2(np.abs(x), -y)) <= MAX_LEAN_DEG)

    def _cost(self, track: Sequence[int], new: int, times_s: Array) -> float:
        """Return the distance of a sighting from the last of a person, trunk lengths; infinite when of another."""
        last = track[-1]
        elapsed_s = float(times_s[self.frames[new]] - times_s[self.frames[last]])
        lengths = sorted(max(trunk_length(self.landmarks[row]), 1.0) for row in (last, new))
        hips = midpoint(self.landmarks[[last, new]], HIPS)
        distance = float(np.hypot(*(hips[1] - hips[0]))) / lengths[1]
        differences = [known_difference(self.appearances[row], self.appearances[new]) for row in track]
        difference = min((one for one in differences if one is not None), default=0.0)
        alike = difference <= IDENTITY.max_difference and lengths[1] <= IDENTITY.max_size_ratio * lengths[0]
        near = distance <= ALLOWANCE_L + MAX_SPEED_L_S * elapsed_s
        return distance if alike and near and elapsed_s <= MAX_GAP_S else np.inf


class BystanderSearch:
    """Looks for bystanders in the frames of a clip, in order; a context manager.

    Parameters
    ----------
    landmarker
        Of single images, loaded; by default one of its own.
    """

    def __init__(self, landmarker: Landmarker | None = None) -> None:
        self._is_own = landmarker is None
        self._landmarker = landmarker or Landmarker("lite", mode="image", masks=False)
        self._seen: list[tuple[int, Array, Appearance]] = []
        self._due_s = -np.inf
        self._close_looks = 0
        self._saw_bystander = False
        self._background: npt.NDArray[np.int16] | None = None

    def __enter__(self) -> BystanderSearch:
        """Load the model, if it is its own."""
        if self._is_own:
            self._landmarker.load()
        return self

    def __exit__(self, *error: object) -> None:
        """Free the model, if it is its own."""
        if self._is_own:
            self._landmarker.close()

    def add(self, number: int, time_s: float, rgb: Image, people: Sequence[Array]) -> None:
        """Look at a frame if it is due; without a person who is followed, there is no bystander.

        Parameters
        ----------
        number
            Index of the frame in the clip.
        rgb : shape (H, W, 3)
        people : sequence of shape (33, 2)
            Landmarks of those who are followed, pixels.
        """
        if not people or time_s < self._due_s:
            return
        step = max(1, round(max(rgb.shape[:2]) / LONG_SIDE_PX))
        rest = np.ascontiguousarray(rgb[::step, ::step])
        boxes = [_box(person / step, rest.shape) for person in people]
        covered = np.zeros(rest.shape[:2], dtype=np.bool_)
        for left, top, right, bottom in boxes:
            covered[top:bottom, left:right] = True
        seen = not self._is_empty(rest, covered) and self._look(number, rest, covered, boxes, step)
        if seen and not self._saw_bystander:
            self._close_looks = CLOSE_LOOKS
        self._due_s = time_s + (CLOSE_INTERVAL_S if self._close_looks else INTERVAL_S)
        self._close_looks = max(self._close_looks - 1, 0)
        self._saw_bystander = seen

    def append(self, later: BystanderSearch, offset: int) -> None:
        """Add what was seen in the frames that follow these; the first of them has the index ``offset``."""
        self._seen += [(number + offset, landmarks, look) for number, landmarks, look in later._seen]

    def bystanders(self) -> Bystanders | None:
        """Return the sightings; None without any."""
        if not self._seen:
            return None
        frames, landmarks, appearances = zip(*self._seen, strict=True)
        return Bystanders(np.array(frames, dtype=np.intp), np.stack(landmarks), np.stack(appearances))

    def _is_empty(self, rest: Image, covered: npt.NDArray[np.bool_]) -> bool:
        """Return whether all that is not covered looks as it did when nobody was detected there."""
        background = self._background
        if background is None or background.shape != rest.shape:
            return False
        differs = (np.abs(rest - background) > SAME_LEVELS).any(axis=2) & ~covered
        return bool(np.count_nonzero(differs) < SAME_SHARE * differs.size)

    def _look(
        self,
        number: int,
        rest: Image,
        covered: npt.NDArray[np.bool_],
        boxes: Sequence[tuple[int, int, int, int]],
        step: int,
    ) -> bool:
        """Look for people in what is not covered; return whether there are any."""
        painted = np.where(covered[..., None], np.uint8(PAINT), rest)
        height, width = rest.shape[:2]
        seen = [
            one
            for one in self._landmarker.detect(painted)
            if is_plausible(one.landmarks, one.visibility, width, height)
        ]
        for one in seen:
            appearance = appearance_of(painted, one.landmarks)
            if any(_is_beside(one.landmarks, box) for box in boxes):
                appearance = np.zeros_like(appearance)
            self._seen.append((number, one.landmarks * step, appearance))
        if not seen:
            if self._background is None or self._background.shape != rest.shape:
                self._background = np.full(rest.shape, UNKNOWN, dtype=np.int16)
            np.copyto(self._background, rest, where=~covered[..., None])
        return bool(seen)


def _box(landmarks: Array, size: tuple[int, ...]) -> tuple[int, int, int, int]:
    """Return the box (left, top, right, bottom) round a body inside a picture of a size (height, width)."""
    length = trunk_length(landmarks)
    low = landmarks.min(axis=0) - length * np.array([SIDES_L, ABOVE_L])
    high = landmarks.max(axis=0) + length * np.array([SIDES_L, BELOW_L])
    (left, top), (right, bottom) = np.clip([low, high], 0, (size[1], size[0])).astype(np.intp).tolist()
    return left, top, right, bottom


def _is_beside(landmarks: Array, box: tuple[int, int, int, int]) -> bool:
    """Return whether a body is so near to a box that a part of the body may lie under it."""
    left, _, right, _ = box
    margin = SIDES_L * trunk_length(landmarks)
    x = landmarks[:, 0]
    return bool(x.max() + margin > left and x.min() - margin < right)
