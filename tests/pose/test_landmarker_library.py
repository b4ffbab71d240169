"""The landmarker is imported alone, and stands beside the whole MediaPipe."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ALONE = "from posture.pose.landmarker_library import landmarker_library; own = landmarker_library()"
WHOLE = "import mediapipe; whole = mediapipe.tasks.vision.PoseLandmarker"


def run(code: str, cwd: Path) -> str:
    """Return what Python code prints in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=cwd, capture_output=True, encoding="utf-8", timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()


def test_no_other_part_of_mediapipe_is_left_imported(tmp_path: Path) -> None:
    code = f"{ALONE}\nimport sys\nprint([name for name in sys.modules if name.startswith('mediapipe')])"
    assert run(code, tmp_path) == "[]"


@pytest.mark.parametrize("order", [(ALONE, WHOLE), (WHOLE, ALONE)])
def test_whole_mediapipe_can_be_imported_before_and_after(order: tuple[str, str], tmp_path: Path) -> None:
    names = "print(own.pose_landmarker.PoseLandmarker.__name__, whole.__name__)"
    assert run("\n".join([*order, names]), tmp_path) == "PoseLandmarker PoseLandmarker"


def test_missing_mediapipe_is_named(tmp_path: Path) -> None:
    forbidden = "import sys; sys.modules['mediapipe'] = None"
    code = f"{forbidden}\ntry:\n    {ALONE}\nexcept ImportError as error:\n    print(error.name)"
    assert run(code, tmp_path).startswith("mediapipe")
