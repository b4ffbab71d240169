"""Array aliases, the small vocabularies of the analysis, and chunked iteration."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating[Any]]
"""Real numbers; double precision unless a docstring says otherwise."""

Indices = npt.NDArray[np.signedinteger[Any]]
"""Whole numbers: numbers of frames, strides, grid places."""

Image = npt.NDArray[np.uint8]
"""RGB picture, shape (H, W, 3)."""

Side = Literal["left", "right"]
"""Side of the body."""

Facing = Literal["left", "right"]
"""Side of the picture that a person faces."""

Activity = Literal["running", "walking", "standing", "unknown"]

Clothing = Literal["tight", "possible", "loose"]
"""What the outline says of the clothes: a body's, perhaps a loose top's, or none that a body has."""

PoseModel = Literal["lite", "full", "heavy"]
"""MediaPipe's pose models: faster to more accurate."""

Rotation = Literal[0, 90, 180, 270]
"""Clockwise turn of a picture, degrees."""

Progress = Callable[[int, int], None]
"""Called with (frames done, expected frames, or 0 when they are not known)."""

PRIMARY_MEASURES = ("pelvic_tilt_deg", "lumbar_arch_deg")
"""The two measures that the verdict rests on."""

BLOCK = 2048
"""Frames processed at once: more would only take more memory."""


def blocks(count: int) -> list[slice]:
    """Return consecutive slices of at most `BLOCK` that cover `count` rows."""
    return [slice(start, min(start + BLOCK, count)) for start in range(0, count, BLOCK)]


def natural_key(name: str) -> list[str | int]:
    """Return a sort key under which ``frame2`` precedes ``frame10``.

    Examples
    --------
    >>> sorted(["frame10", "frame2"], key=natural_key)
    ['frame2', 'frame10']
    """
    return [int(part) if part.isdecimal() else part.casefold() for part in re.split(r"(\d+)", name)]
