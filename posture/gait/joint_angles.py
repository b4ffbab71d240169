"""Hip flexion, and the rotation of the thorax against the pelvis."""

from __future__ import annotations

import numpy as np

from posture.gait.fourier import fit_fourier
from posture.pose.landmarks import HIPS, KNEES, SHOULDERS
from posture.pose.trunk_frame import lean_deg, trunk_axis
from posture.types import Array, Facing, Indices


def hip_flexion_deg(landmarks: Array, facing: Facing) -> Array:
    """Return the angle of each thigh to the trunk axis, degrees, shape (F, 2): left, right.

    0 where the thigh goes on straight below the trunk, positive where it is lifted forward; -180..180. To the trunk and
    not to the pelvis, whose own angle landmarks do not hold.

    Parameters
    ----------
    landmarks : array, shape (F, 33, 2)
        Pixels, x right, y down.
    facing : {"left", "right"}
        Which side of the picture the runner faces.
    """
    sign = 1.0 if facing == "right" else -1.0
    thigh = landmarks[:, list(KNEES)] - landmarks[:, list(HIPS)]
    forward = np.degrees(np.arctan2(sign * thigh[..., 0], thigh[..., 1]))
    flexion = forward + lean_deg(*trunk_axis(landmarks, facing), facing)[:, None]
    return np.asarray(180.0 - np.mod(180.0 - flexion, 360.0))


# Widths of shoulders and hips seen square from the front, trunk lengths (rendered runners, from MediaPipe's landmarks).
SHOULDER_WIDTH_L, HIP_WIDTH_L = 0.66, 0.36
# The swing of the arms moves the shoulder landmarks too: the true range is offset + scale * the range seen, degrees
# (regression over 80 rendered runners, r = 0.69, residual SD 5.1).
RANGE_OFFSET_DEG, RANGE_SCALE = -5.8, 0.713


def rotation_signal_deg(landmarks: Array, trunk_length: Array) -> Array:
    """Return the angle of the shoulder line against the hip line about the trunk, degrees, shape (F,).

    Only its change over the stride means something; its mean is confounded with the view.

    Parameters
    ----------
    landmarks : array, shape (F, 33, 2)
        Pixels.
    trunk_length : array, shape (F,)
        Pixels.
    """
    angles = []
    for (left, right), width in ((SHOULDERS, SHOULDER_WIDTH_L), (HIPS, HIP_WIDTH_L)):
        seen = (landmarks[:, left, 0] - landmarks[:, right, 0]) / trunk_length / width
        angles.append(np.degrees(np.arcsin(np.clip(seen, -1.0, 1.0))))
    return angles[0] - angles[1]


def rotation_ranges_deg(signal_deg: Array, phase: Array, stride: Indices) -> Array:
    """Return each stride's range of rotation from the amplitude of its first harmonic, degrees, shape (S,)."""
    count = int(stride.max()) + 1 if len(stride) else 0
    ranges = np.full(count, np.nan)
    for s in range(count):
        own = stride == s
        if own.sum() < 6:
            continue
        _, cosine, sine = fit_fourier(phase[own], signal_deg[own], 1)
        seen = 2 * float(np.hypot(cosine, sine))
        ranges[s] = max(RANGE_OFFSET_DEG + RANGE_SCALE * seen, 0.0)
    return ranges
