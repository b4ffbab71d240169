"""The dataset in the shape of ``movement``, and its file."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from helpers import examination_factory

from posture.analysis.examination import Examination
from posture.analysis.options import AnalysisOptions
from posture.analysis.pipeline import examine_observations
from posture.errors import OptionError
from posture.export.movement import check, to_dataset, to_netcdf
from posture.pose.landmarks import NAMES

xarray = pytest.importorskip("xarray")


def test_dimensions_and_attributes_are_those_of_movement(running: Examination) -> None:
    """As its ``ValidPosesInputs`` makes them."""
    dataset = to_dataset(running)
    assert dataset.position.dims == ("time", "space", "keypoint", "individual")
    assert dataset.confidence.dims == ("time", "keypoint", "individual")
    assert dict(dataset.sizes) == {"time": 135, "space": 2, "keypoint": 33, "individual": 1}
    assert dataset.attrs["ds_type"] == "poses"
    assert dataset.attrs["time_unit"] == "seconds"
    assert isinstance(dataset.attrs["source_software"], str)
    assert dataset.attrs["fps"] == pytest.approx(30.0)
    assert list(dataset.space.values) == ["x", "y"]
    assert len(set(dataset.keypoint.values)) == 33


def test_positions_are_the_landmarks(running: Examination) -> None:
    dataset = to_dataset(running)
    assert running.runner is not None
    for name, landmark in {
        "nose": 0,
        "left_ear": 7,
        "mouth_right": 10,
        "left_hip": 23,
        "right_foot_index": 32,
    }.items():
        assert NAMES[landmark] == name
        place = dataset.position.sel(keypoint=name, individual="runner").transpose("time", "space")
        assert (place.values == running.runner.landmarks[:, landmark]).all()
    speed = dataset.position.differentiate("time").sel(keypoint="left_ankle", space="x")
    assert float(np.abs(speed).max()) > 100.0


def test_frames_without_the_runner_are_nan(gaps: Examination) -> None:
    dataset = to_dataset(gaps)
    missing = dataset.position.isnull().all(dim=("space", "keypoint", "individual"))
    assert (np.flatnonzero(missing) == np.arange(100, 125)).all()
    assert (np.isnan(dataset.confidence).all(dim=("keypoint", "individual")) == missing).all()


def test_dataset_without_runner_is_all_nan(nobody: Examination) -> None:
    assert to_dataset(nobody).position.isnull().all()


def test_times_are_real_in_slow_motion() -> None:
    found = examine_observations(
        examination_factory.stretched(examination_factory.observations(), 8.0), AnalysisOptions(slow_motion=8.0)
    )
    dataset = to_dataset(found)
    assert dataset.attrs["fps"] == pytest.approx(30.0)
    assert dataset.time.values == pytest.approx(np.arange(135) / 30.0)


def test_file_holds_the_dataset(gaps: Examination, tmp_path: Path) -> None:
    path = tmp_path / "movement.nc"
    path.write_bytes(to_netcdf(gaps))
    with xarray.open_dataset(path, engine="scipy") as read:
        xarray.testing.assert_identical(read.load().astype(to_dataset(gaps).dtypes), to_dataset(gaps))


def test_missing_library_is_a_one_line_error(monkeypatch: pytest.MonkeyPatch) -> None:
    check()
    monkeypatch.setitem(sys.modules, "xarray", None)
    with pytest.raises(OptionError, match=r"xarray.*pip install \"running-posture\[movement\]\""):
        check()
