"""``posture --help`` answers at once, and an analysis begins soon: nothing is imported that is not needed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

#: Libraries that take longer to import than the whole of ``--help`` may.
HEAVY = frozenset({"av", "cv2", "matplotlib", "mediapipe", "numpy", "pydantic", "scipy"})
#: Processor time for the help, in starts of a bare interpreter on the same machine: measured 7; 16 with numpy.
LIMIT = 10.0
#: Times vary; the code decides the best of them.
TRIES = 7


#: Libraries that an analysis does without until pictures and plots are drawn; each takes a tenth of a second and more.
LATE = frozenset({"matplotlib", "mediapipe.tasks.python.audio", "scipy.optimize", "scipy.signal", "scipy.stats"})
#: Most modules that are imported before the first frame goes through the landmarker: measured 620, before 1500.
MODULES = 800


def imported_modules(*arguments: str, cwd: Path) -> set[str]:
    """Return the names of all modules that a Python process with these arguments imports."""
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *arguments],
        cwd=cwd,
        capture_output=True,
        encoding="utf-8",
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    rows = (line.split("|") for line in done.stderr.splitlines() if line.startswith("import time:"))
    return {row[2].strip() for row in rows if len(row) == 3}


def imported_packages(*arguments: str, cwd: Path) -> set[str]:
    """Return the top-level packages that a Python process with these arguments imports."""
    return {name.partition(".")[0] for name in imported_modules(*arguments, cwd=cwd)}


@pytest.mark.parametrize(
    "arguments",
    [("-c", "import posture"), ("-m", "posture", "--help"), ("-m", "posture", "--version")],
    ids=["import", "help", "version"],
)
def test_nothing_heavy_is_imported(arguments: tuple[str, ...], tmp_path: Path) -> None:
    packages = imported_packages(*arguments, cwd=tmp_path)
    assert "posture" in packages
    assert packages & HEAVY == set()


def test_heavy_import_is_detected(tmp_path: Path) -> None:
    assert "numpy" in imported_packages("-c", "import numpy.linalg", cwd=tmp_path)


def test_analysis_begins_with_few_modules(tmp_path: Path) -> None:
    code = (
        "import posture.analysis.pipeline, posture.output.save\n"
        "from posture.pose.landmarker_library import landmarker_library; landmarker_library()"
    )
    modules = imported_modules("-c", code, cwd=tmp_path)
    assert "mediapipe.tasks.python.vision.pose_landmarker" in modules
    assert modules & (LATE | {"sounddevice"}) == set()
    assert len(modules) < MODULES


def seconds_of(*arguments: str, cwd: Path) -> float:
    """Return how much processor time a Python process with these arguments takes, seconds."""
    resource = pytest.importorskip("resource", reason="Windows does not count the time of child processes")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], cwd=cwd, capture_output=True, timeout=240, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def test_help_answers_quickly(tmp_path: Path) -> None:
    bare, helping = [], []
    for _ in range(TRIES):
        bare.append(seconds_of("-c", "pass", cwd=tmp_path))
        helping.append(seconds_of("-m", "posture", "--help", cwd=tmp_path))
    assert min(helping) < LIMIT * min(bare)
