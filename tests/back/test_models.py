"""The models that are shipped with the package."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from posture.back.models import load_models
from posture.errors import ModelFileError
from posture.model_files import models_folder
from posture.outline.mask_bias import MASK_ERROR


def test_models_share_the_grid_of_the_shape_model() -> None:
    models = load_models()
    assert models.mask_error is not None
    assert models.mask_error.components.shape[1] == len(models.shape.t)
    assert models.errors is not None
    assert models.clothing is not None


def test_mask_error_without_rows_is_a_one_line_error(tmp_path: Path) -> None:
    for table in models_folder().glob("*.json"):
        shutil.copy(table, tmp_path)
    path = tmp_path / MASK_ERROR.filename
    stored = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**stored, "components": stored["components"][0]}), "utf-8")
    with pytest.raises(ModelFileError, match=r"mask's error cannot be read .*do not fit"):
        load_models(tmp_path)


def test_mask_error_of_another_grid_is_a_one_line_error(tmp_path: Path) -> None:
    for table in models_folder().glob("*.json"):
        shutil.copy(table, tmp_path)
    path = tmp_path / MASK_ERROR.filename
    stored = json.loads(path.read_text("utf-8"))
    stored["bias"] = {pose: [*curve, 0.0] for pose, curve in stored["bias"].items()}
    stored["components"] = [[*curve, 0.0] for curve in stored["components"]]
    path.write_text(json.dumps(stored), "utf-8")
    with pytest.raises(ModelFileError, match=r"mask's error cannot be read .*do not fit") as caught:
        load_models(tmp_path)
    assert len(str(caught.value).splitlines()) == 1
    assert caught.value.where == str(path)
