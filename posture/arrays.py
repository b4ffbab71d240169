"""The array types that the rooms hand to each other."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating[Any]]
"""Real numbers; double precision unless a docstring says otherwise."""

Indices = npt.NDArray[np.signedinteger[Any]]
"""Whole numbers: numbers of frames, strides, grid places."""
