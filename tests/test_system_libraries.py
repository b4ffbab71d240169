"""A missing shared library is one line, whatever command meets it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from posture.language import use_language
from posture.system_libraries import LIBRARIES, missing_library

# Refuses a package as the loader does where a library below it is missing.
BLOCKED = """
import sys
class Loader:
    def find_spec(self, name, path=None, target=None):
        if name == {package!r}:
            raise {error}({message!r})
sys.meta_path.insert(0, Loader())
from posture.__main__ import main
main()
"""
MESSAGE = "{}: cannot open shared object file: No such file or directory"


def blocked(
    arguments: list[str], package: str, error: str, library: str, folder: Path
) -> subprocess.CompletedProcess[str]:
    code = BLOCKED.format(package=package, error=error, message=MESSAGE.format(library))
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=folder,
        env={**os.environ, "LANGUAGE": "en"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["analyze", "{clip}"],
        ["{clip}"],
        ["compare", "{clip}", "{clip}"],
        ["live", "{clip}", "--no-window", "--mute"],
        ["live", "0", "--no-window", "--mute"],
    ],
    ids=lambda arguments: arguments[0],
)
@pytest.mark.parametrize(
    ("package", "error", "library"),
    [("cv2", "ImportError", "libGL.so.1"), ("mediapipe", "OSError", "libGLESv2.so.2")],
)
def test_missing_library_is_one_line(
    arguments: list[str], package: str, error: str, library: str, samples_dir: Path, tmp_path: Path
) -> None:
    if package == "mediapipe" and "0" in arguments:
        pytest.skip("without a camera, MediaPipe is not loaded")
    clip = str(samples_dir / "run_front.mp4")
    done = blocked([part.format(clip=clip) for part in arguments], package, error, library, tmp_path)
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("posture:")]
    assert f"the system library {library} is missing" in line
    assert f"apt-get install {LIBRARIES[library]}" in line
    assert "posture doctor" in line
    assert "Traceback" not in done.stderr
    assert done.returncode == 1


def test_only_missing_libraries_are_explained() -> None:
    assert missing_library(ImportError("No module named 'cv2'")) is None
    assert missing_library(OSError(28, "No space left on device")) is None
    assert missing_library(ValueError(MESSAGE.format("libGL.so.1"))) is None
    other = missing_library(ImportError(MESSAGE.format("libasound.so.2")))
    assert "libasound.so.2" in str(other)
    assert "posture doctor" in str(other)
    with use_language("de"):
        assert "libGL.so.1 fehlt" in str(missing_library(OSError(MESSAGE.format("libGL.so.1"))))
