"""Hip flexion, and rotation of the thorax against the pelvis."""

from __future__ import annotations

import numpy as np

from posture.gait.fourier import fit_fourier
from posture.pose.landmarks import HIPS, KNEES, SHOULDERS
from posture.pose.trunk_frame import lean_deg, trunk_axis
from posture.types import Array, Facing, Indices


def hip_flexion_deg(landmarks: Array, facing: Facing) -> Array:
    """Return the angle of each thigh to the trunk axis.

    Relative to the trunk, not to the pelvis, whose angle landmarks do not contain.

    Parameters
    ----------
    landmarks : shape (F, 33, 2)
        Pixels, x right, y down.

    Returns
    -------
    array, shape (F, 2)
        Left and right, degrees, -180..180: 0 in line with the trunk, positive in flexion (thigh forward).
    """
    sign = 1.0 if facing == "right" else -1.0
    thigh = landmarks[:, list(KNEES)] - landmarks[:, list(HIPS)]
    forward = np.degrees(np.arctan2(sign * thigh[..., 0], thigh[..., 1]))
    flexion = forward + lean_deg(*trunk_axis(landmarks, facing), facing)[:, None]
    return np.asarray(180.0 - np.mod(180.0 - flexion, 360.0))


# Widths of MediaPipe's shoulders and hips in the front view, trunk lengths (rendered runners).
SHOULDER_WIDTH_L, HIP_WIDTH_L = 0.66, 0.36
# Arm swing also moves the shoulder landmarks: true range = offset + scale * apparent range, degrees (regression over 80
# rendered runners, r = 0.69, residual SD 5.1).
RANGE_OFFSET_DEG, RANGE_SCALE = -5.8, 0.713


def rotation_signal_deg(landmarks: Array, trunk_length: Array) -> Array:
    """Return the angle of the shoulder line to the hip line about the trunk, degrees, shape (F,).

    Only its change over the stride is meaningful; its mean depends on the view.

    Parameters
    ----------
    landmarks : shape (F, 33, 2)
        Pixels.
    trunk_length : shape (F,)
        Pixels.
    """
    angles = []
    for (left, right), width in ((SHOULDERS, SHOULDER_WIDTH_L), (HIPS, HIP_WIDTH_L)):
        sine = (landmarks[:, left, 0] - landmarks[:, right, 0]) / trunk_length / width
        angles.append(np.degrees(np.arcsin(np.clip(sine, -1.0, 1.0))))
    return angles[0] - angles[1]


def rotation_ranges_deg(signal_deg: Array, phase: Array, stride: Indices) -> Array:
    """Return the range of rotation of each stride, degrees, shape (S,); NaN with fewer than six frames.

    The range is twice the amplitude of the first harmonic, calibrated.

    Parameters
    ----------
    signal_deg, phase, stride : shape (F,)
        From `rotation_signal_deg`; stride phase 0..1; index of the stride.
    """
    count = int(stride.max()) + 1 if len(stride) else 0
    ranges = np.full(count, np.nan)
    for s in range(count):
        own = stride == s
        if own.sum() < 6:
            continue
        _, cosine, sine = fit_fourier(phase[own], signal_deg[own], 1)
        apparent = 2 * float(np.hypot(cosine, sine))
        ranges[s] = max(RANGE_OFFSET_DEG + RANGE_SCALE * apparent, 0.0)
    return ranges
