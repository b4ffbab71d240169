"""Camera view of a person: facing, visible side, yaw, and whether the picture is turned."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from posture.pose.landmarks import ANKLES, EARS, HEELS, HIPS, NOSE, SHOULDERS, TOES, midpoint
from posture.types import Array, Facing, Rotation, Side

# Width model: left minus right, mean of shoulders and hips, in trunk lengths, is OFFSET + WIDTH * sin(yaw) on average
# over the clip. Fitted to rendered runners at 18 yaws from -90 to 180 degrees (residual 2 degrees up to 45).
WIDTH_L, WIDTH_OFFSET_L = 0.515, -0.025
# Least distance of ankles and shoulders of a body that has a direction, trunk lengths: of people it is 2.0 to 2.6, of
# things that were taken for people often less than one.
MIN_STRETCH_L = 1.5


@dataclass(frozen=True)
class ViewEstimate:
    """View of one person over the whole clip."""

    facing: Facing  # Side of the image that the person faces.
    facing_share: float  # Share of frames that agree, 0.5..1.
    visible_side: Side  # Body side nearer to the camera.
    yaw_deg: float  # Rotation out of the side view, -90..90: positive toward the front, negative toward the back.
    # Clockwise turn of the picture after which the person is upright: 0 for a picture that is the right way up, 180 for
    # one that is upside down. In a turned picture the other fields mean nothing.
    turn_deg: Rotation = 0


def estimate_view(landmarks: Array) -> ViewEstimate:
    """Estimate the view of a person from all frames of the clip.

    Parameters
    ----------
    landmarks : shape (F, 33, 2)
        Pixels; at least one frame.
    """
    forward, width = view_signals(landmarks)
    facing: Facing = "right" if np.nanmedian(forward) >= 0 else "left"
    agree = np.nanmean((forward >= 0) == (facing == "right"))
    return ViewEstimate(
        facing=facing,
        facing_share=float(max(agree, 1 - agree)),
        # When the runner faces right, the camera sees the right side.
        visible_side=facing,
        yaw_deg=float(yaw_of(float(np.nanmean(width)))),
        turn_deg=upright_turn_deg(landmarks),
    )


def view_signals(landmarks: Array) -> tuple[Array, Array]:
    """Return how far feet and face point to the right, and the width of shoulders and hips, in each frame.

    Parameters
    ----------
    landmarks : shape (F, 33, 2)
        Pixels.

    Returns
    -------
    forward : array, shape (F,)
        Trunk lengths; negative for a person who faces left.
    width : array, shape (F,)
        Left minus right, mean of shoulders and hips, trunk lengths; see `yaw_of`.
    """
    trunk = midpoint(landmarks, SHOULDERS) - midpoint(landmarks, HIPS)
    length = np.hypot(trunk[:, 0], trunk[:, 1])
    length = np.where(length > 0, length, np.nan)
    feet = sum(landmarks[:, TOES[i], 0] - landmarks[:, HEELS[i], 0] for i in (0, 1))
    face = landmarks[:, NOSE, 0] - 0.5 * (landmarks[:, EARS[0], 0] + landmarks[:, EARS[1], 0])
    width = sum(landmarks[:, a, 0] - landmarks[:, b, 0] for a, b in (SHOULDERS, HIPS)) / 2 / length
    return (feet + face) / length, np.asarray(width)


def upright_turn_deg(landmarks: Array) -> Rotation:
    """Return the clockwise turn of the picture, in quarters, after which a person is upright; 0 where that is open.

    Parameters
    ----------
    landmarks : shape (F, 33, 2)
        Pixels; at least one frame.
    """
    turns: tuple[Rotation, ...] = (0, 270, 180, 90)
    return turns[_quarters(landmarks) or 0]


def is_upright(landmarks: Array) -> bool:
    """Return whether a person, shape (F, 33, 2), stands or runs the right way up."""
    return _quarters(landmarks) == 0


def _quarters(landmarks: Array) -> int | None:
    """Return the quarters by which a body is turned clockwise, 0..3; None where it is not stretched out.

    By the mean direction from the ankles to the shoulders over the frames: a bent trunk alone turns no picture.
    """
    shoulders = midpoint(landmarks, SHOULDERS)
    body, trunk = shoulders - midpoint(landmarks, ANKLES), shoulders - midpoint(landmarks, HIPS)
    length = np.hypot(body[:, 0], body[:, 1])
    if np.median(length) < MIN_STRETCH_L * np.median(np.hypot(trunk[:, 0], trunk[:, 1])):
        return None
    x, y = np.nanmean(body / np.maximum(length, 1e-9)[:, None], axis=0)
    return round(float(np.degrees(np.arctan2(x, -y))) / 90.0) % 4


def yaw_of(mean_width: float | Array) -> Array:
    """Return the rotation out of the side view, degrees, -90..90, of the shape of its argument.

    Parameters
    ----------
    mean_width
        Mean over the clip of left minus right, of shoulders and hips, trunk lengths. Over whole strides the rotation of
        the trunk cancels. Mirroring does not change it.
    """
    return np.asarray(np.degrees(np.arcsin(np.clip((mean_width - WIDTH_OFFSET_L) / WIDTH_L, -1.0, 1.0))))
