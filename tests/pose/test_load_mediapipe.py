"""MediaPipe is imported without the libraries that only its drawing and recording functions need."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
from posture.pose.load_mediapipe import import_mediapipe
mp = import_mediapipe()
assert mp.tasks.vision.PoseLandmarker
print(*sorted({"matplotlib", "matplotlib.pyplot", "sounddevice"} & set(sys.modules)))
from mediapipe.tasks.python.vision import drawing_utils
import matplotlib
matplotlib.use("agg")
print(drawing_utils.plt.figure().__class__.__name__)
print(import_mediapipe() is mp)
"""


def test_plots_of_mediapipe_load_matplotlib_when_they_are_drawn() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, encoding="utf-8", timeout=240, check=True
    )
    assert done.stdout.splitlines() == ["", "Figure", "True"]
