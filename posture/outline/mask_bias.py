"""How MediaPipe's mask misplaces the back's edge, as stored in ``models/mask_error.json``.

Found on rendered people whose true outline is known: the network smooths the hollow and adds to the buttocks, a few
millimetres, and differently for each person. Knowing how keeps the measures from being too flat.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np

from posture.calibration import load_model_file
from posture.language import gettext as _
from posture.language import gettext_noop
from posture.types import Array

MASK_ERROR_FILE = "mask_error.json"

Pose = Literal["running", "standing"]


@dataclass(frozen=True)
class MaskError:
    """The error of the mask's edge: edge = outline + bias + u @ components, u ~ N(0, 1).

    Attributes
    ----------
    bias : dict of str to array, shape (T,)
        Of somebody running, and standing; on the shape model's grid, trunk lengths, backward positive.
    lean_bias_deg : dict of str to float
        How much too far forward the trunk axis is found, degrees.
    components : array, shape (M, T)
        How the error differs between people and clips, times its standard deviation.
    """

    bias: dict[Pose, Array]
    lean_bias_deg: dict[Pose, float]
    components: Array


@lru_cache(maxsize=2)
def load_mask_error(path: Path, points: int) -> MaskError:
    """Read the error of the mask's edge.

    Parameters
    ----------
    path : Path
    points : int
        Of the shape model's grid.

    Raises
    ------
    ModelFileError
        When the file is missing or is not such a file.
    """

    def build(stored: Any) -> MaskError:
        poses: tuple[Pose, Pose] = ("running", "standing")
        error = MaskError(
            bias={pose: np.array(stored["bias"][pose], dtype=np.float64) for pose in poses},
            lean_bias_deg={pose: float(stored["lean_bias_deg"][pose]) for pose in poses},
            components=np.array(stored["components"], dtype=np.float64),
        )
        curves = np.vstack([*error.bias.values(), error.components])
        if curves.shape[1] != points or not np.isfinite(curves).all():
            raise ValueError(_("its numbers do not fit this version"))
        return error

    return load_model_file(
        path,
        build,
        missing=gettext_noop("the table of the mask's error is missing"),
        unreadable=gettext_noop("the table of the mask's error cannot be read ({reason})"),
    )
