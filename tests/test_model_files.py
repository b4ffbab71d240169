"""Loader of the JSON model files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from posture.errors import ModelFileError
from posture.model_files import FittedModel


def _build(stored: Mapping[str, Any]) -> tuple[float, str]:
    return float(stored["value"]), stored["sha256"]


MODEL = FittedModel("model.json", "the model", _build)


def test_model_is_built_from_the_decoded_json_and_the_hash_of_the_file(tmp_path: Path) -> None:
    data = b'{"value": 2}'
    (tmp_path / "model.json").write_bytes(data)
    assert MODEL.load(tmp_path) == (2.0, hashlib.sha256(data).hexdigest())
    assert MODEL.load(tmp_path) is MODEL.load(tmp_path)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"{}", b"null", b'{"value": "a"}', b"\xff\xfe\0"])
def test_broken_model_is_a_one_line_error_with_advice(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "model.json"
    path.write_bytes(data)
    with pytest.raises(ModelFileError, match="the model cannot be read") as caught:
        MODEL.load(tmp_path)
    assert len(str(caught.value).splitlines()) == 1
    assert caught.value.where == str(path)
    assert caught.value.advice


def test_missing_model_is_a_one_line_error(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="the model is missing") as caught:
        MODEL.load(tmp_path)
    assert len(str(caught.value).splitlines()) == 1
