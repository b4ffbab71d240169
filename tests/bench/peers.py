"""Other programs on the same clip, each in a virtual environment of its own in ``build/bench``, never a dependency.

myogait takes MediaPipe's landmarker, here with the same model. Sports2D needs RTMPose, whose weights are not in its
package but loaded at the first run, so it cannot be timed without a network.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from pathlib import Path
from typing import Any

from clips import CLIPS, ROOT

MODEL = ROOT / "models" / "pose_landmarker_full.task"
PACKAGES = ("myogait==0.9.2", "mediapipe==0.10.33")


def time_peers(clip: Path, bare_loop: Callable[[Path], float], rounds: int) -> list[dict[str, Any]]:
    """Time the commands of other programs and of posture in turn; return the medians, seconds, with the bare loop's."""
    myogait, home = _myogait()
    with tempfile.TemporaryDirectory() as folder:
        commands = {
            "posture": [sys.executable, "-m", "posture", "analyze", str(clip), "--json", f"{folder}/posture.json"],
            "myogait": [str(myogait), "run", str(clip), "-o", f"{folder}/myogait.json"],
        }
        times: dict[str, list[float]] = {name: [] for name in ("bare", *commands)}
        for _ in range(rounds):
            times["bare"].append(bare_loop(clip))
            for name, command in commands.items():
                start = time.perf_counter()
                env = {**os.environ, "HOME": str(home)} if name == "myogait" else None
                subprocess.run(command, env=env, capture_output=True, check=True)
                times[name].append(time.perf_counter() - start)
    medians = {name: statistics.median(of_one) for name, of_one in times.items()}
    print(*(f"{name} {seconds:.2f} s" for name, seconds in medians.items()), sep="   ", flush=True)
    return [{"name": name, "seconds": medians[name], "bare_s": medians["bare"]} for name in commands]


def _myogait() -> tuple[Path, Path]:
    """Install myogait where it is missing; return its command, and a home folder with the model that it looks for."""
    folder = CLIPS / "peers" / "myogait"
    command, home = folder / "bin" / "myogait", folder / "home"
    if not command.exists():
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([str(folder / "bin" / "pip"), "install", "--quiet", *PACKAGES], check=True)
    # It takes whatever lies there under the name of the heavy model.
    model = home / ".myogait" / "models" / "pose_landmarker_heavy.task"
    model.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(MODEL, model)
    return command, home
