"""Small grey pictures of a clip, evenly spread, from which the scene is read when the runner is known."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from posture.types import Array, Image, Indices

# Bounds of the store: pictures and bytes. When it is full, every other picture is dropped and the stride doubles.
MAX_PICTURES, MAX_BYTES = 160, 50_000_000
# The picture is reduced until its longer side has this many pixels, or the person this height, whichever is larger:
# a post of 2 cm is then still a pixel and a half wide.
LONG_SIDE_PX, PERSON_PX = 640.0, 160.0
# Of a clip in which nobody is found, so many pictures are kept, one in so many frames.
MAX_EMPTY, EMPTY_STEP = 6, 20


@dataclass(frozen=True)
class SceneSamples:
    """Grey pictures of S frames."""

    frames: Indices  # Shape (S,). Indices of the decoded frames.
    pictures: Image  # Shape (S, h, w), uint8.
    scale: float  # Pixels of a sample for one of the clip, at most 1.


class SceneSampler:
    """Collects grey pictures of a clip whose length is not known.

    Parameters
    ----------
    share
        Part of the bounds of the store that it may use, 0..1: that of a section of the clip.
    """

    def __init__(self, share: float = 1.0) -> None:
        self._share = share
        self._frames: list[int] = []
        self._pictures: list[Image] = []
        self._stride = 1
        self._scale = 0.0
        self._shape: tuple[int, ...] = ()
        self._empty: list[tuple[int, Image]] = []

    def add(self, number: int, rgb: Image, people: list[Array]) -> None:
        """Keep a frame if it is due; until the first person is detected, only a few are.

        Parameters
        ----------
        number
            Index of the frame in the clip.
        rgb : shape (H, W, 3)
        people : list of shape (33, 2)
            Landmarks of those detected in the frame, pixels.
        """
        if not self._scale:
            if not people:
                self._add_empty(number, rgb)
                return
            height = max(float(np.ptp(person[:, 1])) for person in people)
            self._shape = rgb.shape
            self._scale = min(max(LONG_SIDE_PX / max(rgb.shape[:2]), PERSON_PX / max(height, 1.0)), 1.0)
        if number % self._stride or rgb.shape != self._shape:
            return
        self._frames.append(number)
        self._pictures.append(_reduced(rgb, self._scale))
        if self._is_full(self._share):
            self._stride *= 2
            kept = [place for place, frame in enumerate(self._frames) if frame % self._stride == 0]
            self._frames = [self._frames[place] for place in kept]
            self._pictures = [self._pictures[place] for place in kept]

    def append(self, later: SceneSampler, offset: int) -> None:
        """Add the pictures of the frames that follow these; the first of them has the index ``offset``."""
        self._empty = [*self._empty, *((number + offset, picture) for number, picture in later._empty)][:MAX_EMPTY]
        if not later._pictures:
            return
        if not self._pictures:
            self._scale, self._shape = later._scale, later._shape
        size = (self._pictures or later._pictures)[0].shape[::-1]
        self._frames += [number + offset for number in later._frames]
        self._pictures += [
            picture if picture.shape[::-1] == size else np.asarray(cv2.resize(picture, size), dtype=np.uint8)
            for picture in later._pictures
        ]
        while self._is_full(1.0):
            self._frames, self._pictures = self._frames[::2], self._pictures[::2]

    def _is_full(self, share: float) -> bool:
        most = min(MAX_PICTURES, MAX_BYTES // self._pictures[0].nbytes + 1)
        return len(self._pictures) >= max(share * most, 2)

    def samples(self) -> SceneSamples | None:
        """Return the pictures that were kept; None without any."""
        if self._pictures:
            return SceneSamples(np.array(self._frames, dtype=np.intp), np.array(self._pictures), self._scale)
        if self._empty and not self._scale:
            shape = self._empty[0][1].shape
            alike = [(number, picture) for number, picture in self._empty if picture.shape == shape]
            numbers, pictures = zip(*alike, strict=True)
            return SceneSamples(np.array(numbers, dtype=np.intp), np.array(pictures), 1.0)
        return None

    def _add_empty(self, number: int, rgb: Image) -> None:
        if number % EMPTY_STEP == 0 and len(self._empty) < MAX_EMPTY:
            self._empty.append((number, _reduced(rgb, min(LONG_SIDE_PX / max(rgb.shape[:2]), 1.0))))


def _reduced(rgb: Image, scale: float) -> Image:
    """Return a smaller grey picture."""
    size = (max(round(rgb.shape[1] * scale), 1), max(round(rgb.shape[0] * scale), 1))
    # Grey first: reducing three channels takes twice as long.
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    return np.asarray(grey if scale == 1.0 else cv2.resize(grey, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
