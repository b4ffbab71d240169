"""A long clip takes hardly more memory than a short one."""

from __future__ import annotations

import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import av
import pytest
from helpers.derived_clips import sample

# Half of the sample's size: the runner is still tall enough to be measured.
SIZE = (640, 360)
# Ten strides of the sample: looped, the run goes on.
LOOP_FRAMES = 216
FPS = 30
LIMIT = 1.3


def looped(path: Path, seconds: int) -> Path:
    """Write a long clip of one sample's frames, over and over."""
    with av.open(str(sample("run_hollow"))) as source:
        frames = [f.reformat(*SIZE, format="yuv420p") for f in source.decode(video=0)][:LOOP_FRAMES]
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=FPS, options={"preset": "ultrafast", "crf": "20"})
        stream.width, stream.height = SIZE
        stream.pix_fmt = "yuv420p"
        for number in range(seconds * FPS):
            frame = frames[number % LOOP_FRAMES]
            frame.pts, frame.time_base, frame.pict_type = number, Fraction(1, FPS), 0
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def peak_memory(clip: Path, folder: Path) -> int:
    """Return the most memory that an analysis of the clip takes, kilobytes (bytes on macOS)."""
    process = subprocess.Popen(
        [sys.executable, "-m", "posture", "analyze", str(clip), "--model", "lite", "--out", str(folder)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return used.ru_maxrss


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.skipif(not hasattr(os, "wait4"), reason="this system does not tell how much memory a process took")
def test_ten_minutes_take_hardly_more_memory_than_one(tmp_path: Path) -> None:
    peaks = []
    for minutes in (1, 10):
        folder = tmp_path / f"out{minutes}"
        peaks.append(peak_memory(looped(tmp_path / f"{minutes}.mp4", 60 * minutes), folder))
        assert (folder / "annotated.mp4").exists()
    assert peaks[1] <= LIMIT * peaks[0], f"{peaks[0]} and {peaks[1]} kB"
