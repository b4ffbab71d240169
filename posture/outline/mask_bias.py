"""Systematic error of MediaPipe's mask at the back's edge, stored in ``models/mask_error.json``.

Estimated on rendered people whose true outline is known: the network smooths the hollow and adds to the buttocks, by a
few millimetres that differ between people. Without this model backs would be measured too flat.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from posture.language import gettext as _
from posture.language import gettext_noop
from posture.model_files import MISFIT, FittedModel
from posture.types import Array

Pose = Literal["running", "standing"]


@dataclass(frozen=True)
class MaskError:
    """The error of the mask's edge: edge = outline + bias + u @ components, u ~ N(0, 1)."""

    bias: dict[Pose, Array]  # Shape (T,) each. On the grid of the shape model, trunk lengths, backward positive.
    lean_bias_deg: dict[Pose, float]  # Error of the trunk axis for each pose, forward positive.
    # Shape (M, T). Principal components of the error between people and clips, times their standard deviation.
    components: Array


def _mask_error(stored: Mapping[str, Any]) -> MaskError:
    poses: tuple[Pose, Pose] = ("running", "standing")
    error = MaskError(
        bias={pose: np.array(stored["bias"][pose], dtype=np.float64) for pose in poses},
        lean_bias_deg={pose: float(stored["lean_bias_deg"][pose]) for pose in poses},
        components=np.array(stored["components"], dtype=np.float64),
    )
    if error.components.ndim != 2 or not np.isfinite(np.vstack([*error.bias.values(), error.components])).all():
        raise ValueError(_(MISFIT))
    return error


MASK_ERROR = FittedModel("mask_error.json", gettext_noop("the table of the mask's error"), _mask_error)
