"""Load of ``posture app``: clips dropped at once, against ``posture batch`` of the same clips.

    python tests/bench/bench_app.py [CLIPS]

Run by ``make bench``. The clips are the samples over and over, no two with the same content. The batch comes first.
Then the app gets all clips as its page sends them, one after another, shows what can be chosen for each, and analyses
them, while somebody clicks: the first page, the state and the page of a clip that is being analysed. On a machine of
two cores that does nothing else, it exits with 1 when the app takes 10 % more time than the batch, when one of a
hundred clicks is not answered within 200 ms, or when all processes together need more than 1.5 GB.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

import httpx
import psutil

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))
from helpers.app_server import running_process  # noqa: E402

MOST_TIME, MOST_CLICK_S, MOST_MEMORY = 1.10, 0.2, 1.5e9
PAUSE_S = 0.1


class MemoryWatch(threading.Thread):
    """Largest memory of a process and all below it, bytes; what they share is counted once where the system says it."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._root = psutil.Process(pid)
        self.largest = 0

    def run(self) -> None:
        """Look on until the process has ended."""
        while self._root.is_running() and self._root.status() != psutil.STATUS_ZOMBIE:
            self.largest = max(self.largest, sum(map(_memory, self._tree())))
            time.sleep(5 * PAUSE_S)

    def _tree(self) -> list[psutil.Process]:
        with suppress(psutil.Error):
            return [self._root, *self._root.children(recursive=True)]
        return []


def _memory(process: psutil.Process) -> int:
    with suppress(psutil.Error):
        info = process.memory_full_info()
        return int(getattr(info, "pss", info.rss))
    return 0


def make_clips(folder: Path, count: int) -> list[Path]:
    """Fill a folder; no two clips have the same content."""
    sources = sorted((ROOT / "samples").glob("*.mp4"))
    made = []
    for n in range(count):
        source = sources[n % len(sources)]
        path = folder / f"{n:02d}-{source.name}"
        # A player ignores what stands behind the last box; the content's hash does not.
        path.write_bytes(source.read_bytes() + b"\0\0\0\x08free" * (n + 1))
        made.append(path)
    return made


def time_batch(clips: Path, out: Path) -> tuple[float, int]:
    """Return the wall time of a batch, seconds, and its memory, bytes."""
    begun_s = time.monotonic()
    command = [sys.executable, "-m", "posture", "batch", str(clips), "--out", str(out)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        memory = MemoryWatch(process.pid)
        memory.start()
        process.wait()
    return time.monotonic() - begun_s, memory.largest


def time_app(clips: list[Path], folder: Path) -> tuple[float, int, list[float]]:
    """Return the wall time of the app for all clips, its memory, bytes, and the time of each click; seconds."""
    clicks: list[float] = []
    with running_process(folder) as (process, address), httpx.Client(base_url=address, timeout=60) as client:
        memory = MemoryWatch(process.pid)
        memory.start()
        begun_s = time.monotonic()
        pages = []
        for path in clips:
            sent = client.post("/clips", params={"name": path.name}, content=path.read_bytes())
            pages.append(sent.json()["page"])
            # Its choices: the app looks for people.
            client.get(pages[-1])
        client.post("/clips/start")
        open_pages = list(pages)
        while open_pages:
            for path in ("/", f"{open_pages[0]}/state", open_pages[0]):
                clicked_s = time.monotonic()
                answer = client.get(path)
                clicks.append(time.monotonic() - clicked_s)
                state = answer.json()["state"] if path.endswith("/state") else ""
                if state == "failed":
                    raise RuntimeError(answer.text)
                if state == "done":
                    open_pages.pop(0)
                    break
                time.sleep(PAUSE_S)
        return time.monotonic() - begun_s, memory.largest, clicks


def main(count: int) -> int:
    """Run, print, and return the exit code."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "clips").mkdir()
        clips = make_clips(folder / "clips", count)
        batch_s, batch_memory = time_batch(folder / "clips", folder / "results")
        print(f"batch: {batch_s:.0f} s, {batch_memory / 1e9:.2f} GB", file=sys.stderr)
        app_s, app_memory, clicks = time_app(clips, folder / "app")
    slow_s = statistics.quantiles(clicks, n=100)[-1]
    print(
        f"{count} clips: batch {batch_s:.0f} s, app {app_s:.0f} s, {app_s / batch_s:.2f} of it; "
        f"{len(clicks)} clicks: median {1000 * statistics.median(clicks):.0f} ms, 99 of 100 within "
        f"{1000 * slow_s:.0f} ms, slowest {1000 * max(clicks):.0f} ms; "
        f"memory: batch {batch_memory / 1e9:.2f} GB, app {app_memory / 1e9:.2f} GB"
    )
    good = app_s <= MOST_TIME * batch_s and slow_s <= MOST_CLICK_S and app_memory <= MOST_MEMORY
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
