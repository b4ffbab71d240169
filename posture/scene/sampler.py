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


@dataclass(frozen=True)
class SceneSamples:
    """Grey pictures of S frames.

    Attributes
    ----------
    frames : shape (S,)
        Indices of the decoded frames.
    pictures : shape (S, h, w), uint8
    scale
        Pixels of a sample for one of the clip, at most 1.
    """

    frames: Indices
    pictures: Image
    scale: float


class SceneSampler:
    """Collects grey pictures of a clip whose length is not known."""

    def __init__(self) -> None:
        self._frames: list[int] = []
        self._pictures: list[Image] = []
        self._stride = 1
        self._scale = 0.0
        self._shape: tuple[int, ...] = ()

    def add(self, number: int, rgb: Image, people: list[Array]) -> None:
        """Keep a frame if it is due; nothing is kept before the first person is detected.

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
                return
            height = max(float(np.ptp(person[:, 1])) for person in people)
            self._shape = rgb.shape
            self._scale = min(max(LONG_SIDE_PX / max(rgb.shape[:2]), PERSON_PX / max(height, 1.0)), 1.0)
        if number % self._stride or rgb.shape != self._shape:
            return
        size = (max(round(rgb.shape[1] * self._scale), 1), max(round(rgb.shape[0] * self._scale), 1))
        small = rgb if self._scale == 1.0 else cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
        self._frames.append(number)
        self._pictures.append(np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), dtype=np.uint8))
        if len(self._pictures) >= min(MAX_PICTURES, MAX_BYTES // self._pictures[0].nbytes + 1):
            self._stride *= 2
            kept = [place for place, frame in enumerate(self._frames) if frame % self._stride == 0]
            self._frames = [self._frames[place] for place in kept]
            self._pictures = [self._pictures[place] for place in kept]

    def samples(self) -> SceneSamples | None:
        """Return the pictures that were kept; None without any."""
        if not self._pictures:
            return None
        return SceneSamples(np.array(self._frames, dtype=np.intp), np.array(self._pictures), self._scale)
