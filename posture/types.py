"""The array types that the rooms hand to each other, and how long arrays are cut."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating[Any]]
"""Real numbers; double precision unless a docstring says otherwise."""

Indices = npt.NDArray[np.signedinteger[Any]]
"""Whole numbers: numbers of frames, strides, grid places."""

BLOCK = 2048
"""Frames that are worked on at once: more only take more memory."""


def blocks(count: int) -> list[slice]:
    """Return slices of `BLOCK` that cover so many rows one after the other."""
    return [slice(start, min(start + BLOCK, count)) for start in range(0, count, BLOCK)]


def natural_key(name: str) -> list[str | int]:
    """Return a sort key under which ``frame2`` precedes ``frame10``.

    Examples
    --------
    >>> sorted(["frame10", "frame2"], key=natural_key)
    ['frame2', 'frame10']
    """
    return [int(part) if part.isdecimal() else part.casefold() for part in re.split(r"(\d+)", name)]
