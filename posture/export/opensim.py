"""Files for OpenSim and for what reads its formats: landmarks.trc and angles.mot.

Both as OpenSim 4.6, Pose2Sim and Sports2D read them. Gaps are not filled, since nothing was seen in them. A marker
that was not seen is ``NaN`` in the TRC file, which OpenSim leaves out of that frame (an empty cell is an error to it).
In the MOT file it reads nothing from the first ``NaN`` on, so this one holds only what is known: the columns that the
clip has, and the frames in which all of them are known.
"""

from __future__ import annotations

from math import isfinite

import numpy as np

from posture.analysis.examination import Examination
from posture.export.table import Table
from posture.pose.landmarks import MARKERS
from posture.thresholds import BODY_HEIGHT
from posture.types import Array

# What stands in angles.mot, and which column of frames.csv it is. Legs are called as in OpenSim's models, so that
# a model shows them; trunk and back are not, because theirs are the outline's and no joint's.
ANGLES = {
    "trunk_lean": "trunk_lean_deg",
    "pelvic_tilt": "pelvic_tilt_deg",
    "thoracolumbar": "thoracolumbar_deg",
    "lumbar_arch": "lumbar_arch_deg",
    "hip_flexion_r": "hip_flexion_right_deg",
    "hip_flexion_l": "hip_flexion_left_deg",
    "knee_angle_r": "knee_flexion_right_deg",
    "knee_angle_l": "knee_flexion_left_deg",
}
_MOT_NOTES = (
    "Units are S.I. units (second, meters, Newtons, ...)",
    "Angles are in degrees. Times are real time, slow motion corrected. Only frames in which all angles are known.",
    "trunk_lean - trunk axis to the vertical, forward positive",
    "pelvic_tilt - inclination of the lower back's outline to the vertical, forward positive, of the surface and "
    "not of the bones, so it is not the coordinate pelvis_tilt of a model",
    "thoracolumbar - opposite inclination of the upper back's outline, backward positive",
    "lumbar_arch - angle between these two, hollow positive",
    "hip_flexion - thigh to the trunk axis in the picture, forward positive",
    "knee_angle - thigh to the shank in the picture, flexion positive",
)


def trc(examination: Examination, *, height_m: float | None = None) -> str:
    """Return the landmarks as text of a TRC file.

    x points to where the runner faces (a clip in which they face left is mirrored), y up, z is 0: OpenSim's axes,
    seen from the runner's right. The origin is the picture's lower corner behind the runner.

    Parameters
    ----------
    height_m
        How tall the runner is: positions are in metres then, scaled by the body's height in the picture (right to about
        2 %, standard deviation, on rendered runners; at the runner's distance); else in pixels, and the file says
        ``px``.
    """
    places, unit, decimals = _places_px(examination), "px", 3
    if height_m is not None:
        places, unit, decimals = places * height_m / _stature_px(examination), "m", 5
    rate = f"{examination.real_frame_rate or 1.0:.6f}"
    frames = str(len(places))
    values = (rate, rate, frames, str(len(MARKERS)), unit, rate, "1", frames)
    lines = [
        "PathFileType\t4\t(X/Y/Z)\tlandmarks.trc",
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames",
        "\t".join(values),
        "Frame#\tTime\t" + "".join(f"{name}\t\t\t" for name in MARKERS),
        "\t\t" + "\t".join(f"{axis}{n}" for n in range(1, len(MARKERS) + 1) for axis in "XYZ"),
    ]
    for number, (time, row) in enumerate(zip(examination.real_time_s, places, strict=True), 1):
        lines.append("\t".join([str(number), f"{time:.6f}", *_written(row, decimals)]))
    return "\n".join(lines) + "\n"


def mot(examination: Examination, frames: Table) -> str | None:
    """Return the angles as text of a MOT file; None when the clip holds none.

    Parameters
    ----------
    frames
        Of `posture.export.frames.frames_table`.
    """
    angles = {name: np.array(frames.cells[column], dtype=np.float64) for name, column in ANGLES.items()}
    known = {name: values for name, values in angles.items() if np.isfinite(values).any()}
    if not known:
        return None
    rows = np.stack([examination.real_time_s, *known.values()], axis=1)
    rows = rows[np.isfinite(rows).all(axis=1)]
    lines = [
        "Coordinates",
        "version=1",
        f"nRows={len(rows)}",
        f"nColumns={1 + len(known)}",
        "inDegrees=yes",
        "",
        *_MOT_NOTES,
        "",
        "endheader",
        "\t".join(["time", *known]),
    ]
    lines += ["\t".join([f"{row[0]:.6f}", *_written(row[1:], 3)]) for row in rows]
    return "\n".join(lines) + "\n"


def _places_px(examination: Examination) -> Array:
    """Return the landmarks in OpenSim's axes, shape (F, 33, 3), pixels."""
    landmarks = examination.landmarks_px
    left = examination.runner is not None and examination.runner.view.facing == "left"
    x = examination.analysis.source.width - landmarks[..., 0] if left else landmarks[..., 0]
    y = examination.analysis.source.height - landmarks[..., 1]
    return np.stack([x, y, np.where(np.isfinite(x), 0.0, np.nan)], axis=-1)


def _stature_px(examination: Examination) -> float:
    """Return how tall the runner would be in the picture, standing upright, pixels."""
    body_px = examination.analysis.quality.body_height_px
    if body_px is None:
        return np.nan
    return body_px / (BODY_HEIGHT.running_share if examination.analysis.subject.activity == "running" else 1.0)


def _written(values: Array, decimals: int) -> list[str]:
    # Adding zero takes the sign from a negative one.
    return [f"{v:.{decimals}f}" if isfinite(v) else "NaN" for v in (values.ravel() + 0.0).tolist()]
