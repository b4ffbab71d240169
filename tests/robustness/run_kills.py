"""Kill every command (SIGKILL) at random moments: no half file under a final name, and a rerun works.

Part of ``make robustness``; results are stored as they come:
``python tests/robustness/run_kills.py RESULTS.jsonl [KILLS]``.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import psutil

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from helpers.analysis_factory import analysis  # noqa: E402 - a script finds its project by itself

from posture.app.library import Library  # noqa: E402
from tools.hostile_corpus import second  # noqa: E402

HANGING_S = 900.0
LITE = ("--model", "lite")


@dataclass(frozen=True)
class Killed:
    """One kill: of which command, after how many seconds, the files it left, and what is wrong with them."""

    command: str
    number: int
    after_s: float
    left: list[str]
    faults: list[str]


def _prepare(folder: Path) -> None:
    """Write what the commands need: clips, analyses of two days, and a clip that the app has received."""
    (folder / "clips").mkdir()
    for name in ("a", "b"):
        (folder / "clips" / f"{name}.mp4").write_bytes(second())
    first = analysis(name="march.mp4")
    later = first.model_copy(
        update={
            "source": first.source.model_copy(update={"path": "may.mp4", "sha256": "other"}),
            "created_at": first.created_at + timedelta(days=50) if first.created_at else None,
        }
    )
    for name, one in (("march", first), ("may", later)):
        (folder / "results" / name).mkdir(parents=True)
        (folder / "results" / name / "analysis.json").write_text(one.to_json(), encoding="utf-8")
    (folder / "app").mkdir()
    received = folder / "received.mp4"
    received.write_bytes(second())
    library = Library(folder / "app")
    record = library.add(received, "jog.mp4")
    library.save(record.model_copy(update={"state": "waiting"}))


COMMANDS: dict[str, tuple[str, ...]] = {
    "analyze": ("analyze", "clips/a.mp4", "--out", "out", *LITE),
    "export": ("analyze", "clips/a.mp4", "--out", "out", "--no-video", "--pdf", "--card", *LITE),
    "batch": ("batch", "clips", "--out", "out", "--workers", "1", *LITE),
    "compare": ("compare", "results/march", "results/may", "--out", "out"),
    "history": ("history", "results", "--together", "--out", "out"),
    "live": ("live", "clips/a.mp4", "--no-window", "--record", "out", "--mute", *LITE),
    "app": ("app", "--no-open", "--port", "0", "--folder", "app"),
}


def _run(command: str, folder: Path, kill_after_s: float | None = None, *, again: bool = False) -> tuple[int, float]:
    """Run a command, killed after some seconds; return its exit code and its time. The app ends with its clip."""
    arguments = list(COMMANDS[command])
    if again and command == "live":
        # A recorded session is never written over.
        arguments[arguments.index("out")] = "again"
    with subprocess.Popen(
        [sys.executable, "-m", "posture", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "LANGUAGE": "en", "TMPDIR": str(folder)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        start_s = time.monotonic()
        is_done: Callable[[], bool] = lambda: process.poll() is not None  # noqa: E731
        if command == "app":
            is_done = lambda: process.poll() is not None or _app_is_done(folder)  # noqa: E731
        while not is_done() and time.monotonic() - start_s < (kill_after_s or HANGING_S):
            time.sleep(0.02)
        taken_s = time.monotonic() - start_s
        children = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
        is_over = is_done()
        if process.poll() is None:
            process.send_signal(signal.SIGTERM if is_over and command == "app" else signal.SIGKILL)
        code = process.wait(HANGING_S)
        # Children of a batch notice that their parent is gone.
        if psutil.wait_procs(children, HANGING_S)[1]:
            return -1, taken_s
    return (0 if command == "app" and is_over else code), taken_s


def _app_is_done(folder: Path) -> bool:
    return all(record.state == "done" for record in Library(folder / "app").clips())


def is_whole(path: Path) -> bool:
    """Return whether a result is complete, by what its kind ends with or how it is read."""
    data = path.read_bytes()
    if path.suffix == ".json":
        return isinstance(json.loads(data), dict)
    if path.suffix == ".mp4":
        with av.open(str(path)) as container:
            return next(container.decode(video=0), None) is not None
    ends = {".html": b"</html>", ".csv": b"\n", ".jpg": b"\xff\xd9", ".png": b"IEND\xaeB`\x82", ".pdf": b"%%EOF"}
    return data.rstrip(b" " if path.suffix == ".csv" else None).endswith(ends.get(path.suffix, b""))


def results(folder: Path) -> list[Path]:
    """Return the files under a final name; temporary ones, and folders of results in the making, begin with a dot."""
    return [
        path
        for place in ("out", "again", "app")
        for path in (folder / place).rglob("*")
        # The camera's video grows under its name, readable up to the last second.
        if path.is_file()
        and path.name != "session.mp4"
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]


def kill_once(command: str, number: int, whole_s: float) -> Killed:
    """Kill a command at a random moment of its usual time, look at what it left, and run it again."""
    after_s = random.Random(f"{command} {number}").uniform(0.0, whole_s)
    with TemporaryDirectory() as name:
        folder = Path(name)
        _prepare(folder)
        code, _taken_s = _run(command, folder, after_s)
        faults = [] if code in (0, -signal.SIGKILL) else [f"exit code {code}"]
        left = results(folder)
        for path in left:
            try:
                whole = is_whole(path)
            except (ValueError, OSError) as error:
                whole, faults = False, [*faults, repr(error)]
            faults += [] if whole else [f"half a file: {path.relative_to(folder)}"]
        if (again := _run(command, folder, again=True)[0]) != 0:
            faults.append(f"exit code {again} of the rerun")
        faults += [f"half a file after the rerun: {path.name}" for path in results(folder) if not is_whole(path)]
        return Killed(command, number, round(after_s, 2), [path.name for path in left], faults)


def usual_time(command: str) -> float:
    """Return how long a command takes when nobody kills it, seconds."""
    with TemporaryDirectory() as name:
        _prepare(Path(name))
        code, seconds = _run(command, Path(name))
        if code != 0:
            raise RuntimeError(f"{command} ends with {code}")
        return seconds


def main() -> int:
    """Kill each command so many times, leave out what is known, and sum up."""
    stored, kills = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 20
    stored.parent.mkdir(parents=True, exist_ok=True)
    stored.touch()
    known = [Killed(**json.loads(line)) for line in stored.read_text("utf-8").splitlines()]
    for command in COMMANDS:
        missing = set(range(kills)) - {one.number for one in known if one.command == command}
        whole_s = usual_time(command) if missing else 0.0
        for number in sorted(missing):
            known.append(kill_once(command, number, whole_s))
            with stored.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(known[-1])) + "\n")
            print(known[-1], flush=True)
    faults = [one for one in known if one.faults]
    print(f"{len(known)} kills of {len(COMMANDS)} commands, {len(faults)} faults")
    for one in faults:
        print(f"  {one}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
