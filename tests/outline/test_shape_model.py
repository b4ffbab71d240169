"""The stored shape model, and broken files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers import synthetic_runner

from posture.contour.grid import T_GRID, T_STEP
from posture.errors import ModelFileError
from posture.model_files import models_folder
from posture.outline.shape_model import SHAPE_MODEL

STORED = models_folder() / SHAPE_MODEL.filename


def test_grid_is_even_and_read_only() -> None:
    assert np.diff(T_GRID) == pytest.approx(T_STEP)
    assert (T_GRID[0], T_GRID[-1]) == (-0.5, 1.2)
    with pytest.raises(ValueError, match="read-only"):
        T_GRID[0] = 0.0


def test_released_shape_model_is_a_plausible_gaussian() -> None:
    model = synthetic_runner.shape_model()
    assert model.t == pytest.approx(T_GRID[model.inside])
    assert model.components.shape == (len(model.within_covariance), len(model.t))
    assert np.linalg.eigvalsh(model.within_covariance).min() >= 0
    assert model.within_covariance == pytest.approx(model.within_covariance.T)
    # Components are ordered by variance; a back lies 0.05 to 0.45 trunk lengths behind the axis.
    assert np.all(np.diff((model.components**2).sum(axis=1)) <= 1e-9)
    assert 0.05 < model.mean.min() < model.mean.max() < 0.45


def _with(name: str, value: object) -> Callable[[dict[str, Any]], object]:
    return lambda data: {**data, name: value}


BROKEN: dict[str, Callable[[dict[str, Any]], object]] = {
    "another grid": lambda data: {**data, "t": [t + 0.001 for t in data["t"]]},
    "a shorter mean": lambda data: {**data, "mean": data["mean"][:-1]},
    "shorter components": lambda data: {**data, "components": [c[:-1] for c in data["components"]]},
    "no mean": lambda data: {k: v for k, v in data.items() if k != "mean"},
    "words": _with("mean", ["a"]),
    "null": _with("t", None),
    "an empty grid": _with("t", []),
    "a number for a grid": _with("t", 3.0),
    "flat components": _with("components", [1.0, 2.0]),
    "not a number": lambda data: {**data, "mean": [float("nan"), *data["mean"][1:]]},
    "a list": lambda data: [data],
    "another covariance": lambda data: {**data, "within_covariance": [[1.0]]},
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_shape_model_is_a_one_line_error(tmp_path: Path, name: str) -> None:
    changed = json.dumps(BROKEN[name](json.loads(STORED.read_text("utf-8"))))
    (tmp_path / SHAPE_MODEL.filename).write_text(changed, "utf-8")
    _is_refused(tmp_path)


@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe\0"], ids=["empty", "cut off", "no text"])
def test_file_without_json_is_a_one_line_error(tmp_path: Path, data: bytes) -> None:
    (tmp_path / SHAPE_MODEL.filename).write_bytes(data)
    _is_refused(tmp_path)


def test_missing_shape_model_is_a_one_line_error(tmp_path: Path) -> None:
    _is_refused(tmp_path)


def _is_refused(folder: Path) -> None:
    with pytest.raises(ModelFileError) as caught:
        SHAPE_MODEL.load(folder)
    assert len(str(caught.value).splitlines()) == 1
    assert str(caught.value).startswith(f"{folder / SHAPE_MODEL.filename}: the shape model ")
    assert caught.value.advice
