"""frames.csv: one row for each decoded frame."""

from __future__ import annotations

import numpy as np

from posture.analysis.examination import Examination
from posture.back.phase_curves import BY_FRAME, frame_measures
from posture.export.table import Cell, Column, Table, numbers
from posture.gait.joint_angles import hip_flexion_deg
from posture.gait.runner_choice import TrackedPerson
from posture.pose.landmarks import HIPS, SHOULDERS
from posture.pose.trunk_frame import trunk_axis
from posture.types import Array

# Enough for 1000 frames a second; 1/30 s is right to a microsecond.
TIME_DECIMALS = 6

_MODEL = (
    "As the model holds it at this frame: the stride's own value plus the deviation of the mean stride at this phase "
    "(of a standing person: the value of this part of the clip). Not a measurement of this frame alone, "
    "because the arms hide the back. Empty outside of strides and where the clip does not hold it."
)
_FLEXED = "in the picture; needs a side view, and the leg on the far side is seen less well"
_AXIS = (
    "as the measures use it: the landmarks' midpoint corrected for the landmarker's mean misplacement; "
    "empty without a side view"
)

_DIRECTIONS = (("x", "to the right"), ("y", "downward"))

COLUMNS: tuple[Column, ...] = (
    Column(
        "time_s",
        "number",
        "Time of the frame after the clip's first frame, as a player shows it (also in slow motion).",
        "s",
        TIME_DECIMALS,
        required=True,
    ),
    Column("stride", "integer", "Number of the stride in strides.csv; empty outside of the strides used."),
    Column(
        "phase",
        "number",
        "Share of the stride that has passed: 0 at the foot strike that begins it, below 1; empty outside.",
        decimals=4,
    ),
    Column("found", "boolean", "Whether the runner was found in this frame.", required=True),
    Column(
        "trunk_lean_deg",
        "number",
        "Trunk axis to the vertical, forward positive, measured in this frame; corrected for the camera's roll where "
        "known and for the mean error, as the clip's measure is.",
        "deg",
    ),
    *(
        Column(name, "number", f"{description} {_MODEL}", name.rpartition("_")[2])
        for name, description in (
            (
                "pelvic_tilt_deg",
                "Steepest inclination of the back's outline between buttock and hollow, against the vertical, forward "
                "positive; of the body's surface, not of bones.",
            ),
            ("thoracolumbar_deg", "Steepest opposite inclination between hollow and upper back, backward positive."),
            ("lumbar_arch_deg", "Angle between these two tangents, hollow positive."),
            (
                "lumbar_arch_index_percent",
                "Depth of the hollow below the chord from buttock to upper back, over the chord (lumbar_arch_index of "
                "analysis.json).",
            ),
        )
    ),
    *(
        Column(f"{joint}_flexion_{side}_deg", "number", f"Angle {between.format(side=side)}; {_FLEXED}.", "deg")
        for joint, between in (
            ("knee", "between {side} thigh and shank, 0 straight, flexion positive"),
            ("hip", "of the {side} thigh to the trunk axis (not to the pelvis), 0 in line, flexion positive"),
        )
        for side in ("left", "right")
    ),
    Column(
        "arm_free_percent",
        "number",
        "Share of this frame's samples of the back that no arm is in front of or behind; empty where not measured.",
        "percent",
        1,
    ),
    *(
        Column(f"{name}_{axis}_px", "number", f"{end} end of the trunk axis, {way}, {_AXIS}.", "px", 2)
        for name, end in (("hips", "Lower"), ("shoulders", "Upper"))
        for axis, way in _DIRECTIONS
    ),
    *(
        Column(
            f"{joint}_{side}_{axis}_px",
            "number",
            f"Landmark of the {side} {joint}, {way}, pixels of the shown picture from its upper left corner.",
            "px",
            2,
        )
        for joint in ("hip", "shoulder")
        for side in ("left", "right")
        for axis, way in _DIRECTIONS
    ),
)
_LANDMARKS = {"hip": HIPS, "shoulder": SHOULDERS}
# Names of analysis.json whose column says its unit.
COLUMN_OF = {"lumbar_arch_index": "lumbar_arch_index_percent"}


def frames_table(examination: Examination) -> Table:
    """Return one row for each decoded frame."""
    columns: dict[str, Array] = {"time_s": examination.times_s}
    landmarks = examination.landmarks_px
    for joint, pair in _LANDMARKS.items():
        for side, landmark in zip(("left", "right"), pair, strict=True):
            _add_place(columns, f"{joint}_{side}", landmarks[:, landmark])
    if examination.runner is not None and examination.is_side_view:
        columns.update(_angles(examination, examination.runner))
        columns.update(_strides(examination, examination.runner))
    columns.update(_back(examination))
    frames = np.arange(len(examination.times_s))
    unknown = np.full(len(frames), np.nan)
    cells = {column.name: _cells(column, columns.get(column.name, unknown)) for column in COLUMNS}
    runner = examination.runner
    cells["found"] = [False] * len(frames) if runner is None else np.isin(frames, runner.frames).tolist()
    return Table("frames", COLUMNS, cells)


def _cells(column: Column, values: Array) -> list[Cell]:
    if column.kind == "integer":
        return [None if np.isnan(v) else int(v) for v in values]
    return numbers(values, column.decimals)


def _add_place(columns: dict[str, Array], name: str, places: Array) -> None:
    columns[f"{name}_x_px"], columns[f"{name}_y_px"] = places[:, 0], places[:, 1]


def _angles(examination: Examination, runner: TrackedPerson) -> dict[str, Array]:
    columns: dict[str, Array] = {}
    facing = runner.view.facing
    for name, points in zip(("hips", "shoulders"), trunk_axis(runner.landmarks, facing), strict=True):
        _add_place(columns, name, examination.over_clip(points))
    hips, knees = hip_flexion_deg(runner.landmarks, facing), runner.legs.knee_flexion_deg
    for name, angles in (("hip_flexion", hips), ("knee_flexion", knees)):
        for side, own in zip(("left", "right"), angles.T, strict=True):
            columns[f"{name}_{side}_deg"] = examination.over_clip(own)
    return columns


def _strides(examination: Examination, runner: TrackedPerson) -> dict[str, Array]:
    strides = runner.strides
    number = np.where(strides.frame_stride >= 0, strides.frame_stride + 1.0, np.nan)
    return {"stride": examination.over_clip(number), "phase": examination.over_clip(strides.frame_phase)}


def _back(examination: Examination) -> dict[str, Array]:
    """Return what was measured of the back; what the analysis leaves out is left out here too."""
    runner, back = examination.runner, examination.back
    if runner is None or back is None:
        return {}
    columns = {"arm_free_percent": examination.over_clip(100.0 * back.unoccluded_by_frame)}
    own = frame_measures(runner, back)
    for name in BY_FRAME:
        if examination.analysis.measures.get(name) is not None:
            columns[COLUMN_OF.get(name, name)] = examination.over_clip(own[name])
    return columns
