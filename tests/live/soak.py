"""Soak test: a long session at 640x480 and 30 pictures a second, with its rate, delay and memory.

``make soak`` runs it for 30 minutes; ``python tests/live/soak.py --minutes 1 --model lite`` for one.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import cv2
import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from helpers.camera_streams import serving

from posture.live.detector import PoseDetector
from posture.live.running.check import RunningCheck
from posture.live.running.estimator import Estimator
from posture.live.session import Session
from posture.live.source import Camera
from posture.types import PoseModel
from posture.video import open_video

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "run_neutral.mp4"
SIZE = (640, 480)
MB = 1024 * 1024


@dataclass(frozen=True)
class Part:
    """Part of a session: incoming pictures and results per second, median delay, memory at its end."""

    came: float
    rate: float
    delay_ms: float
    memory_mb: float


def pictures(count: int = 120) -> list[bytes]:
    """Return the first pictures of a sample as JPEGs of 640x480 with the runner in the middle."""
    results = []
    with open_video(SAMPLE) as video:
        for frame in video.frames():
            height, width = frame.rgb.shape[:2]
            side = round(height * SIZE[0] / SIZE[1])
            left = (width - side) // 2
            small = cv2.resize(frame.rgb[:, left : left + side], SIZE, interpolation=cv2.INTER_AREA)
            results.append(bytes(cv2.imencode(".jpg", small[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 90])[1]))
            if len(results) == count:
                break
    return results


def _serve(pipe: Connection, jpegs: list[bytes]) -> None:
    with serving(jpegs, 1 / 30) as server:
        pipe.send(server.address)
        pipe.recv()


@contextmanager
def phone(jpegs: list[bytes]) -> Iterator[tuple[str, int]]:
    """Serve pictures from another process, as a phone would; gives the address and the process id."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, jpegs), daemon=True)
    process.start()
    theirs.close()
    with ours:
        try:
            yield ours.recv(), process.pid or 0
        finally:
            ours.send("end")
            process.join(5.0)
            process.close()


def memory_mb(process: psutil.Process, sender: int) -> float:
    """Return the memory of a process and its children but the sender of the pictures, megabytes."""
    family = [process, *(child for child in process.children(recursive=True) if child.pid != sender)]
    return sum(one.memory_info().rss for one in family) / MB


def soak(model: PoseModel, seconds: float, parts: int) -> list[Part]:
    """Run a session and return its parts, without the first seconds, in which models are loaded."""
    process = psutil.Process(os.getpid())
    results = []
    with phone(pictures()) as (address, sender), Estimator(model, "en") as estimator:
        check = RunningCheck("soak", estimator)
        with Session(Camera(address), PoseDetector(model), check, remind=lambda: None) as session:
            until_s = time.monotonic() + 120.0
            while session.display_state(0.1).pace.results < 30 and time.monotonic() < until_s and not session.over:
                pass
            # Meanwhile the estimator's process imports its libraries.
            before, now = 0.0, memory_mb(process, sender)
            while now > before + 1 and time.monotonic() < until_s:
                time.sleep(2.0)
                before, now = now, memory_mb(process, sender)
            for _ in range(parts):
                begin = session.display_state(0.0).pace
                from_s, delays = time.monotonic(), []
                while time.monotonic() - from_s < seconds / parts and not session.over:
                    display = session.display_state(0.5)
                    delays.append(display.pace.delay_s)
                passed = time.monotonic() - from_s
                end = session.display_state(0.0).pace
                rate = (end.results - begin.results) / passed
                came = rate + (end.dropped - begin.dropped) / passed
                results.append(Part(came, rate, 1000 * statistics.median(delays), memory_mb(process, sender)))
            session.check()
    return results


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--model", choices=["lite", "full", "heavy"], default="full")
    options = parser.parse_args()
    parts = soak(options.model, 60 * options.minutes, 10)
    print(f"model {options.model}, {options.minutes:g} minutes, load {os.getloadavg()[0]:.1f}")
    for part in parts:
        print(
            f"{part.came:5.1f} pictures/s, {part.rate:5.1f} results/s, "
            f"median delay {part.delay_ms:5.0f} ms, memory {part.memory_mb:5.0f} MB"
        )
    grown = parts[-1].memory_mb / parts[1].memory_mb
    slower = parts[-1].delay_ms / parts[1].delay_ms
    print(f"from the second part to the last: memory x {grown:.2f}, delay x {slower:.2f} (at most 1.1 and 1.5)")
    return 0 if grown < 1.1 and slower < 1.5 else 1


if __name__ == "__main__":
    sys.exit(main())
