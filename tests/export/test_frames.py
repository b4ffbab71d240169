"""frames.csv: its columns, and their independence of how the clip was filmed."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from helpers import examination_factory
from helpers.synthetic_runner import Array, Figure

from posture.analysis.examination import Examination
from posture.analysis.options import AnalysisOptions
from posture.analysis.pipeline import examine_observations
from posture.export.frames import COLUMNS, frames_table
from posture.export.strides import strides_table
from posture.pose.landmarks import HIPS, SHOULDERS

ANGLES = tuple(c.name for c in COLUMNS if c.unit == "deg")
OF_THE_BACK = ("pelvic_tilt_deg", "thoracolumbar_deg", "lumbar_arch_deg", "lumbar_arch_index_percent")
OF_LEGS = tuple(name for name in ANGLES if "flexion" in name)
STRIDES = (*OF_THE_BACK, "stride", "phase")


def read(found: Examination) -> dict[str, Array]:
    """Return the columns as numbers, NaN where a cell is empty."""
    rows = list(csv.DictReader(io.StringIO(frames_table(found).to_csv())))
    words = {"": "nan", "true": "1", "false": "0"}
    return {c.name: np.array([float(words.get(row[c.name], row[c.name])) for row in rows]) for c in COLUMNS}


def same(there: dict[str, Array], here: dict[str, Array], names: tuple[str, ...], within: float) -> None:
    for name in names:
        assert np.isfinite(here[name]).any(), name
        assert there[name] == pytest.approx(here[name], abs=within, nan_ok=True), name


def test_table_has_a_row_for_each_decoded_frame(gaps: Examination) -> None:
    table = read(gaps)
    assert table["time_s"] == pytest.approx(gaps.times_s, abs=1e-6)
    missing = np.arange(100, 125)
    assert (np.flatnonzero(table["found"] == 0.0) == missing).all()
    for column in COLUMNS:
        if column.name not in ("time_s", "found"):
            assert np.isnan(table[column.name][missing]).all(), column.name
            assert np.isfinite(table[column.name]).any(), column.name


def test_strides_and_phases_agree_with_the_table_of_strides(gaps: Examination) -> None:
    table = read(gaps)
    rows = list(csv.DictReader(io.StringIO(strides_table(gaps).to_csv())))
    assert any(row["used"] == "false" for row in rows)
    for row in rows:
        start, end = float(row["start_s"]), float(row["end_s"])
        inside = (table["time_s"] >= start) & (table["time_s"] < end)
        if row["used"] == "false":
            assert np.isnan(table["stride"][inside]).all()
            continue
        assert (table["stride"][inside] == int(row["number"])).all()
        assert inside.sum() == int(row["frames"]) > 0
        phase = (table["time_s"][inside] - start) / (end - start)
        assert table["phase"][inside] == pytest.approx(phase, abs=2e-4)
        for name in (*OF_THE_BACK, "trunk_lean_deg"):
            assert table[name][inside].mean() == pytest.approx(float(row[name]), abs=0.15)


def test_mirrored_clip_gives_the_same_angles() -> None:
    seen = examination_factory.observations()
    here, there = (
        read(examine_observations(seen)),
        read(examine_observations(examination_factory.mirrored(seen))),
    )
    sides = {name: name.replace("left", "RIGHT").replace("right", "left").lower() for name in here}
    mirrored = {name: there[sides[name]] for name in here}
    same(mirrored, here, (*ANGLES, "stride", "phase", "found"), 2e-3)
    for name in ("hips", "shoulders", "hip_left", "shoulder_right"):
        assert mirrored[f"{name}_x_px"] == pytest.approx(examination_factory.WIDTH - here[f"{name}_x_px"], abs=0.02)
        assert mirrored[f"{name}_y_px"] == pytest.approx(here[f"{name}_y_px"], abs=0.02)


@pytest.mark.parametrize("slow", [2.0, 8.0])
def test_slow_motion_changes_nothing_but_times(slow: float) -> None:
    seen = examination_factory.observations()
    here = read(examine_observations(seen))
    there = read(examine_observations(examination_factory.stretched(seen, slow), AnalysisOptions(slow_motion=slow)))
    same(there, here, (*ANGLES, "stride", "phase", "arm_free_percent"), 0.1)
    assert there["time_s"] == pytest.approx(slow * here["time_s"], abs=1e-5)


def test_unreported_measures_are_empty_columns(running: Examination) -> None:
    assert np.isfinite(read(running)["lumbar_arch_deg"]).any()
    measures = {**running.analysis.measures, "lumbar_arch_deg": None}
    hidden = Examination(
        running.analysis.model_copy(update={"measures": measures}),
        running.runner,
        running.back,
        running.times_s,
    )
    table = read(hidden)
    assert np.isnan(table["lumbar_arch_deg"]).all()
    assert np.isfinite(table["pelvic_tilt_deg"]).any()


def test_frames_without_an_edge_leave_no_nan_in_others() -> None:
    found = examine_observations(examination_factory.blind(examination_factory.observations(), range(20, 140, 3)))
    table = read(found)
    assert np.isnan(table["arm_free_percent"][20:140:3]).all()
    inside = np.isfinite(table["stride"])
    for name in OF_THE_BACK:
        assert np.isfinite(table[name][inside]).all()


def test_front_view_has_positions_and_no_angles(front: Examination) -> None:
    table = read(front)
    assert table["found"].all()
    for name in (*ANGLES, "stride", "phase", "hips_x_px"):
        assert np.isnan(table[name]).all()
    assert np.isfinite(table["hip_left_x_px"]).all()


def test_clip_without_runner_has_times_only(nobody: Examination) -> None:
    table = read(nobody)
    assert len(table["time_s"]) == len(nobody.times_s) == 30
    assert not table["found"].any()
    for column in COLUMNS:
        if column.name not in ("time_s", "found"):
            assert np.isnan(table[column.name]).all()


def test_standing_person_has_angles_and_no_strides(standing: Examination) -> None:
    table = read(standing)
    assert np.isnan(table["stride"]).all()
    for name in (*OF_THE_BACK, *OF_LEGS):
        assert np.isfinite(table[name]).any()


def test_positions_are_the_landmarks(running: Examination) -> None:
    table = read(running)
    marks = Figure(trunk_px=120.0, lean_deg=7.0).landmarks(running.times_s)
    for joint, pair in (("hip", HIPS), ("shoulder", SHOULDERS)):
        for side, landmark in zip(("left", "right"), pair, strict=True):
            assert table[f"{joint}_{side}_x_px"] == pytest.approx(marks[:, landmark, 0], abs=0.006)
            assert table[f"{joint}_{side}_y_px"] == pytest.approx(marks[:, landmark, 1], abs=0.006)
