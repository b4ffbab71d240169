"""Only the released model files are accepted."""

from __future__ import annotations

from pathlib import Path

import pytest

from posture.errors import ModelFileError, OptionError
from posture.model_files import models_folder
from posture.pose.models import MODEL_FILES, find_model


def test_checkout_contains_the_released_files() -> None:
    for name, expected in MODEL_FILES.items():
        path = find_model(name)
        assert path.parent == models_folder()
        assert path.stat().st_size == expected.size


def test_copy_in_another_folder_is_accepted(tmp_path: Path) -> None:
    (tmp_path / "pose_landmarker_lite.task").write_bytes(find_model("lite").read_bytes())
    assert find_model("lite", folder=tmp_path) == tmp_path / "pose_landmarker_lite.task"


def _altered(data: bytes) -> bytes:
    return data[:1000] + bytes([data[1000] ^ 1]) + data[1001:]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (_altered, "wrong sha256"),
        (lambda data: data[:-1], "wrong sha256"),
        (lambda data: data + b"\0", "wrong sha256"),
        (lambda data: b"", "wrong sha256"),
    ],
    ids=["one bit", "short", "long", "empty"],
)
def test_altered_file_is_an_error(tmp_path: Path, change: object, what: str) -> None:
    assert callable(change)
    path = tmp_path / "pose_landmarker_lite.task"
    path.write_bytes(change(find_model("lite").read_bytes()))
    with pytest.raises(ModelFileError, match=what) as caught:
        find_model("lite", folder=tmp_path)
    _one_useful_line(caught.value, path)


def test_missing_file_is_an_error_with_its_path(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="is missing") as caught:
        find_model("heavy", folder=tmp_path)
    _one_useful_line(caught.value, tmp_path / "pose_landmarker_heavy.task")


def test_folder_in_place_of_the_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "pose_landmarker_full.task").mkdir()
    with pytest.raises(ModelFileError, match="cannot be read") as caught:
        find_model("full", folder=tmp_path)
    _one_useful_line(caught.value, tmp_path / "pose_landmarker_full.task")


def test_unknown_model_is_an_option_error() -> None:
    with pytest.raises(OptionError, match=r"--model: unknown model 'huge'\. Use lite, full or heavy\."):
        find_model("huge")


def _one_useful_line(error: ModelFileError, path: Path) -> None:
    text = str(error)
    assert len(text.splitlines()) == 1
    assert text.startswith(f"{path}: ")
    assert "models/README.md" in text
