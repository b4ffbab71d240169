"""strides.csv: one row for each stride that was seen, used or not."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from posture.analysis.examination import Examination
from posture.export.frames import COLUMN_OF
from posture.export.table import Cell, Column, Table, numbers
from posture.records.analysis import LeftOut, Stride

MEASURES = ("pelvic_tilt_deg", "thoracolumbar_deg", "lumbar_arch_deg", "lumbar_arch_index", "trunk_lean_deg")
# As in analysis.json.
TIME_DECIMALS = 4

_OWN = "This stride's own value, corrected as the clip's is; empty where it was not measured."

COLUMNS: tuple[Column, ...] = (
    Column(
        "number",
        "integer",
        "Counts the strides used, from 1, in the order of gait.strides of analysis.json; empty for one left out.",
    ),
    Column("side", "text", "The foot whose strikes bound it: left or right.", required=True),
    Column(
        "start_s",
        "number",
        "Foot strike that begins it, seconds after the clip's first frame, as a player shows them.",
        "s",
        TIME_DECIMALS,
        required=True,
    ),
    Column("end_s", "number", "Next strike of the same foot, in the same time.", "s", TIME_DECIMALS, required=True),
    Column("used", "boolean", "Whether the measures rest on it.", required=True),
    Column(
        "left_out",
        "text",
        "Why it is not used: too_short or too_long against the median stride, or frames_missing where the runner was "
        "not found in too many of its frames; empty for one that is used.",
    ),
    Column("frames", "integer", "Frames of this stride in which the runner was found.", required=True),
    Column(
        "cadence_spm",
        "number",
        "Steps a minute of real time (slow motion corrected), two in a stride; empty for a stride left out.",
        "1/min",
        2,
    ),
    Column(
        "arm_free_percent",
        "number",
        "Share of this stride's samples of the back that no arm is in front of or behind.",
        "percent",
        1,
    ),
    *(
        Column(name, "number", f"{description} {_OWN}", name.rpartition("_")[2])
        for name, description in (
            ("pelvic_tilt_deg", "Inclination of the lower back's outline, forward positive."),
            ("thoracolumbar_deg", "Opposite inclination of the upper back's outline, backward positive."),
            ("lumbar_arch_deg", "Angle between the two, hollow positive."),
            ("lumbar_arch_index_percent", "Depth of the hollow over its chord (lumbar_arch_index of analysis.json)."),
            ("trunk_lean_deg", "Trunk axis to the vertical, forward positive."),
        )
    ),
)


def strides_table(examination: Examination) -> Table:
    """Return one row for each stride in the order of time; none for a standing person."""
    gait = examination.analysis.gait
    rows = [_used(examination, number, stride) for number, stride in enumerate(gait.strides)]
    rows += [{**_common(examination, odd), "used": False, "left_out": odd.reason} for odd in gait.left_out]
    rows.sort(key=lambda row: float(row["start_s"] or 0.0))
    return Table("strides", COLUMNS, {c.name: [row.get(c.name) for row in rows] for c in COLUMNS})


def _used(examination: Examination, number: int, stride: Stride) -> Mapping[str, Cell]:
    row: dict[str, Cell] = {
        **_common(examination, stride),
        "number": number + 1,
        "used": True,
        "cadence_spm": round(120.0 / (stride.end_s - stride.start_s) * examination.analysis.source.slow_motion, 2),
    }
    runner, back = examination.runner, examination.back
    if runner is None or back is None or number not in back.measured_strides:
        return row
    free = back.unoccluded_by_frame[runner.strides.frame_stride == number]
    row["arm_free_percent"] = numbers([100.0 * float(np.nanmean(free))], 1)[0]
    place = int(np.searchsorted(back.measured_strides, number))
    for name in MEASURES:
        if examination.analysis.measures.get(name) is not None:
            value = float(back.measured.by_stride[name][place])
            row[COLUMN_OF.get(name, name)] = numbers([value])[0]
    return row


def _common(examination: Examination, stride: Stride | LeftOut) -> Mapping[str, Cell]:
    runner = examination.runner
    times = np.zeros(0) if runner is None else runner.time_s
    return {
        "side": None if runner is None else runner.strides.side,
        "start_s": stride.start_s,
        "end_s": stride.end_s,
        "frames": int(((times >= stride.start_s) & (times < stride.end_s)).sum()),
    }
