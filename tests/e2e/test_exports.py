"""Tables and files for other programs, of a real run through the command line."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.cli_runner import invoke
from helpers.derived_clips import sample

Rows = list[dict[str, str]]
COLUMN_OF = {"lumbar_arch_index": "lumbar_arch_index_percent"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the results of one run with all exports."""
    out = tmp_path_factory.mktemp("exports") / "out"
    options = ("--opensim", "--height", "1.75", "--movement", "--parquet", "--no-video", "--quiet")
    run = invoke("analyze", sample("run_hollow"), *options, "--out", out)
    assert (run.exit_code, run.stderr) == (0, "")
    return out


@pytest.fixture(scope="module")
def analysis(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "analysis.json").read_text("utf-8"))


def rows(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def numbers(table: Rows, name: str) -> np.ndarray:
    return np.array([float(row[name] or "nan") for row in table])


def test_all_exports_are_written(folder: Path) -> None:
    assert {p.name for p in folder.iterdir()} >= {
        "frames.csv",
        "strides.csv",
        "tables.json",
        "frames.parquet",
        "strides.parquet",
        "landmarks.trc",
        "angles.mot",
        "movement.nc",
    }


def test_strides_table_matches_the_analysis(folder: Path, analysis: dict[str, Any]) -> None:
    table = [row for row in rows(folder / "strides.csv") if row["used"] == "true"]
    assert len(table) == len(analysis["gait"]["strides"]) >= 9
    for row, stride in zip(table, analysis["gait"]["strides"], strict=True):
        assert (float(row["start_s"]), float(row["end_s"])) == (stride["start_s"], stride["end_s"])
        for name, value in stride["measures"].items():
            assert float(row[COLUMN_OF.get(name, name)]) == value


def test_mean_of_the_strides_is_the_value_of_the_clip(folder: Path, analysis: dict[str, Any]) -> None:
    table = rows(folder / "strides.csv")
    for name in (
        "pelvic_tilt_deg",
        "thoracolumbar_deg",
        "lumbar_arch_deg",
        "lumbar_arch_index",
        "trunk_lean_deg",
    ):
        own = numbers(table, COLUMN_OF.get(name, name))
        assert np.mean(own) == pytest.approx(analysis["measures"][name]["value"], abs=0.05), name
        assert np.std(own, ddof=1) == pytest.approx(analysis["measures"][name]["sd"], abs=2e-3), name
    assert np.median(numbers(table, "cadence_spm")) == pytest.approx(analysis["gait"]["cadence_spm"], abs=0.3)


def test_frames_table_has_a_row_for_each_frame(folder: Path, analysis: dict[str, Any]) -> None:
    table = rows(folder / "frames.csv")
    assert len(table) == analysis["source"]["frames_read"]
    assert sum(row["found"] == "true" for row in table) == analysis["source"]["frames_used"]
    assert np.diff(numbers(table, "time_s")) == pytest.approx(1 / 30, abs=2e-6)
    # Over the stride the tilt varies as the clip's curve does.
    curve = analysis["course"]["curves"]["pelvic_tilt_deg"]["value"]
    tilt, stride = numbers(table, "pelvic_tilt_deg"), numbers(table, "stride")
    third = tilt[stride == 3]
    assert np.ptp(third) == pytest.approx(np.ptp(curve), abs=0.6)
    # The knee of a runner folds to about a right angle and more.
    near = numbers(table, "knee_flexion_right_deg")
    assert 0 <= np.nanmin(near) < 35
    assert 90 < np.nanmax(near) < 140


def test_landmarks_in_metres_have_the_size_of_the_runner(folder: Path) -> None:
    """The rendered camera shows 2.4 m over 720 pixels, at the hips."""
    lines = (folder / "landmarks.trc").read_text("utf-8").splitlines()
    markers = lines[3].split()[2:]
    places = np.array([line.split()[2:] for line in lines[5:]], float).reshape(-1, 33, 3)
    shoulder, hip = markers.index("RShoulder"), markers.index("RHip")
    trunk_m = np.median(np.linalg.norm(places[:, shoulder] - places[:, hip], axis=1))
    table = rows(folder / "frames.csv")
    across = [numbers(table, f"shoulder_right_{a}_px") - numbers(table, f"hip_right_{a}_px") for a in "xy"]
    trunk_px = float(np.nanmedian(np.hypot(*across)))
    assert trunk_px / trunk_m == pytest.approx(720 / 2.4, rel=0.06)


def test_wrong_height_is_wrong_usage() -> None:
    for options, words in (
        (("--height", "30"), "30 centimetres is not a runner's height"),
        (("--opensim", "--height", "nan"), "nan centimetres is not a runner's height"),
        (("--opensim", "--json", "-"), "--out"),
    ):
        run = invoke("analyze", "none.mp4", *options)
        assert (run.exit_code, run.stdout) == (2, "")
        assert words in run.stderr


@pytest.mark.parametrize(("option", "library"), [("--parquet", "pyarrow"), ("--movement", "xarray")])
def test_missing_extra_fails_before_the_analysis(
    option: str, library: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    monkeypatch.chdir(tmp_path)
    # The clip does not even exist: the library is checked first.
    line = invoke("analyze", "none.mp4", option).the_line()
    assert f"{option}: needs {library}" in line
    assert "pip install" in line
    assert list(tmp_path.iterdir()) == []


def test_exports_without_measurement_are_named(tmp_path: Path) -> None:
    options = ("--opensim", "--no-video", "--quiet", "--end", "1")
    run = invoke("analyze", sample("run_front"), *options, "--out", tmp_path / "out")
    assert run.exit_code == 0
    assert run.stderr == "Not written, because nothing was measured for it: angles.mot\n"
    assert (tmp_path / "out" / "landmarks.trc").exists()
