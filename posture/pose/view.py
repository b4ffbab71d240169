"""Where the camera stands: facing direction, visible side, turn of the view, upside down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from posture.pose.trunk import HEELS, HIPS, SHOULDERS, TOES, midpoint

Array = npt.NDArray[np.float64]

NOSE, EARS, EYES = 0, (7, 8), (2, 5)
# (shoulder width + hip width) / 2 over the trunk's length when seen square from the front or back, and what is
# left of it in a pure side view (landmark noise, trunk rotation): rendered runners, tests/accuracy.
FRONT_WIDTH_RATIO = 0.60
SIDE_WIDTH_RATIO = 0.12


@dataclass(frozen=True)
class View:
    """How one person is seen over the whole clip.

    Attributes
    ----------
    facing : {"left", "right"}
        Side of the picture the person faces.
    facing_share : float
        Share of frames that agree, 0.5..1.
    visible_side : {"left", "right"}
        The body side nearer to the camera.
    width_ratio : float
        Median of (shoulder width + hip width) / 2 over the trunk's length.
    yaw_deg : float
        Estimated turn out of the side view, 0..90, without sign.
    upside_down : bool
        Whether the shoulders are below the hips.
    """

    facing: Literal["left", "right"]
    facing_share: float
    visible_side: Literal["left", "right"]
    width_ratio: float
    yaw_deg: float
    upside_down: bool


def read_view(landmarks: Array) -> View:
    """Decide how a person is seen, once for the clip.

    Parameters
    ----------
    landmarks : array, shape (F, 33, 2)
        Pixels; at least one frame.
    """
    trunk = midpoint(landmarks, SHOULDERS) - midpoint(landmarks, HIPS)
    length = np.hypot(trunk[:, 0], trunk[:, 1])
    length = np.where(length > 0, length, np.nan)
    feet = sum(landmarks[:, TOES[i], 0] - landmarks[:, HEELS[i], 0] for i in (0, 1))
    face = landmarks[:, NOSE, 0] - 0.5 * (landmarks[:, EARS[0], 0] + landmarks[:, EARS[1], 0])
    forward = (feet + face) / length
    facing: Literal["left", "right"] = "right" if np.nanmedian(forward) >= 0 else "left"
    agree = np.nanmean((forward >= 0) == (facing == "right"))
    widths = [np.abs(landmarks[:, a, 0] - landmarks[:, b, 0]) for a, b in (SHOULDERS, HIPS)]
    ratio = float(np.nanmedian((widths[0] + widths[1]) / 2 / length))
    return View(
        facing=facing,
        facing_share=float(max(agree, 1 - agree)),
        # Facing right, the camera sees the runner's right side.
        visible_side=facing,
        width_ratio=ratio,
        yaw_deg=yaw_of(ratio),
        upside_down=bool(np.nanmedian(trunk[:, 1]) > 0),
    )


def yaw_of(width_ratio: float) -> float:
    """Return the view's turn out of the side view, degrees, 0..90, from the width ratio.

    The width seen is the true width times the sine of the yaw; landmark noise and the trunk's own rotation add to it
    in quadrature.
    """
    sine = np.sqrt(max(width_ratio**2 - SIDE_WIDTH_RATIO**2, 0.0)) / FRONT_WIDTH_RATIO
    return float(np.degrees(np.arcsin(min(sine, 1.0))))
