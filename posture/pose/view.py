"""Where the camera stands: facing direction, visible side, turn of the view, upside down."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from posture.pose.landmarks import EARS, HEELS, HIPS, NOSE, SHOULDERS, TOES, midpoint
from posture.types import Array, Facing, Side

# (left minus right, shoulders and hips averaged) over the trunk's length: its mean over the clip is OFFSET + WIDTH *
# sin(yaw). Fitted on rendered runners at 18 yaws from -90 to 180 degrees (residual 2 degrees up to 45).
WIDTH_L, WIDTH_OFFSET_L = 0.515, -0.025


@dataclass(frozen=True)
class ViewEstimate:
    """How one person is seen over the whole clip.

    Attributes
    ----------
    facing : {"left", "right"}
        Side of the picture the person faces.
    facing_share : float
        Share of frames that agree, 0.5..1.
    visible_side : {"left", "right"}
        The body side nearer to the camera.
    yaw_deg : float
        Estimated turn out of the side view, -90..90: positive when seen more from the front, negative from behind.
    upside_down : bool
        Whether the shoulders are below the hips.
    """

    facing: Facing
    facing_share: float
    visible_side: Side
    yaw_deg: float
    upside_down: bool


def estimate_view(landmarks: Array) -> ViewEstimate:
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
    facing: Facing = "right" if np.nanmedian(forward) >= 0 else "left"
    agree = np.nanmean((forward >= 0) == (facing == "right"))
    width = sum(landmarks[:, a, 0] - landmarks[:, b, 0] for a, b in (SHOULDERS, HIPS)) / 2 / length
    return ViewEstimate(
        facing=facing,
        facing_share=float(max(agree, 1 - agree)),
        # Facing right, the camera sees the runner's right side.
        visible_side=facing,
        yaw_deg=yaw_of(float(np.nanmean(width))),
        upside_down=bool(np.nanmedian(trunk[:, 1]) > 0),
    )


def yaw_of(mean_width: float) -> float:
    """Return the view's turn out of the side view, degrees, -90..90.

    Parameters
    ----------
    mean_width : float
        Mean over the clip of left minus right, shoulders and hips averaged, over the trunk's length: over whole
        strides the trunk's own rotation cancels. The same for a mirrored clip.
    """
    return float(np.degrees(np.arcsin(np.clip((mean_width - WIDTH_OFFSET_L) / WIDTH_L, -1.0, 1.0))))
