"""The loader of the JSON model files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from posture.calibration import load_model_file
from posture.errors import ModelFileError


def load(path: Path) -> float:
    def build(stored: Any) -> float:
        return float(stored["value"])

    return load_model_file(path, build, missing="it is missing", unreadable="it is broken ({reason})")


def test_model_is_built_from_the_decoded_json(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_text('{"value": 2}', encoding="utf-8")
    assert load(path) == 2.0


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"{}", b"null", b'{"value": "a"}', b"\xff\xfe\0"])
def test_broken_model_is_a_one_line_error_with_advice(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "model.json"
    path.write_bytes(data)
    with pytest.raises(ModelFileError, match="it is broken") as caught:
        load(path)
    assert len(str(caught.value).splitlines()) == 1
    assert caught.value.where == str(path)
    assert caught.value.advice


def test_missing_model_is_a_one_line_error(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="it is missing"):
        load(tmp_path / "nothing.json")
