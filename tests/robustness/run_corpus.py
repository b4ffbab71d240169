"""Run ``posture analyze`` on every hostile clip, each in a process with limits; part of ``make robustness``.

Results are stored as they come, so that a run that was stopped goes on where it ended:
``python tests/robustness/run_corpus.py RESULTS.jsonl [PATTERN]``.
"""

from __future__ import annotations

import fnmatch
import importlib
import json
import multiprocessing
import os
import resource
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tools.hostile_corpus import Make, cases  # noqa: E402 - a script finds its project by itself

# Of a clip of ten frames: processor time, which an intact one takes 4 s of, and memory, 500 MB.
LIMIT_S, LIMIT_MB = 40, 1000.0
# Time on the clock, which only a command that waits for ever takes.
HANGING_S = 900.0
# A bomb must not take the machine with it.
ADDRESS_BYTES = 8 << 30


@dataclass(frozen=True)
class Ended:
    """End of one command: exit code (negative for a signal), processor time, memory, standard error, files left."""

    name: str
    exit_code: int
    seconds: float
    peak_mb: float
    stderr: str
    left: list[str] = field(default_factory=list)
    has_answer: bool = False

    @property
    def fault(self) -> str | None:
        """What the contract of the command line forbids, in words; None where nothing is wrong."""
        if self.exit_code < 0:
            return f"ended by signal {-self.exit_code} after {self.seconds:.0f} s"
        if self.exit_code not in (0, 1) or "Traceback" in self.stderr:
            return f"exit code {self.exit_code}: {self.stderr[-300:]}"
        if self.peak_mb > LIMIT_MB:
            return f"{self.peak_mb:.0f} MB of memory"
        if self.left:
            return f"left behind: {self.left}"
        if self.exit_code == 0:
            return None if self.has_answer else "no analysis"
        is_line = self.stderr.startswith("posture: ") and self.stderr.count("\n") == 1 and ". " in self.stderr
        return None if is_line else f"not one line: {self.stderr[-300:]!r}"


def run_case(name: str, make: Make, options: Sequence[str] = ()) -> Ended:
    """Make a clip in a folder of its own, analyse it in a process, and return how that ended."""
    with TemporaryDirectory() as folder:
        clips, work, temporary = (Path(folder) / part for part in ("clips", "work", "temporary"))
        for path in (clips, work, temporary):
            path.mkdir()
        arguments = ["analyze", "--json", "-", "--model", "lite", *options, "--", str(make(clips))]
        # It has the libraries, so that they are loaded once and not for every clip.
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["posture.cli", "posture.analysis.pipeline", "posture.output.save"])
        process = context.Process(target=_command, args=(arguments, Path(folder)))
        process.start()
        process.join(HANGING_S)
        process.kill()
        process.join()
        try:
            has_answer = "schema" in json.loads((Path(folder) / "stdout").read_bytes())
        except ValueError:
            has_answer = False
        used = Path(folder) / "used"
        return Ended(
            name,
            -1 if process.exitcode is None else process.exitcode,
            *(json.loads(used.read_text()) if used.exists() else (float(LIMIT_S), 0.0)),
            (Path(folder) / "stderr").read_text("utf-8", "replace"),
            [str(path.relative_to(folder)) for part in (work, temporary) for path in part.rglob("*")],
            has_answer,
        )


def _command(arguments: list[str], folder: Path) -> None:
    """Be the command in a folder: its own output, temporary files and limit on memory."""
    for number, stream in ((1, "stdout"), (2, "stderr")):
        os.dup2(os.open(folder / stream, os.O_WRONLY | os.O_CREAT), number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.chdir(folder / "work")
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_BYTES, ADDRESS_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (LIMIT_S, LIMIT_S + 1))
    os.environ |= {"TMPDIR": str(folder / "temporary"), "LANGUAGE": "en"}
    tempfile.tempdir = None
    sys.argv = ["posture", *arguments]
    sys.stdin, sys.stdout, sys.stderr = (os.fdopen(number, mode) for number, mode in ((0, "r"), (1, "w"), (2, "w")))
    try:
        main = importlib.import_module("posture.__main__").main
        main()
    finally:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        # Linux counts kilobytes, macOS bytes.
        peak_mb = usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
        (folder / "used").write_text(json.dumps([round(usage.ru_utime + usage.ru_stime, 1), round(peak_mb)]))


def main() -> int:
    """Run what is not in the file of results yet, and say what all of them show."""
    results = Path(sys.argv[1])
    pattern = sys.argv[2] if len(sys.argv) > 2 else "*"
    results.parent.mkdir(parents=True, exist_ok=True)
    results.touch()
    known = {one["name"]: Ended(**one) for one in map(json.loads, results.read_text("utf-8").splitlines())}
    for name, make in cases().items():
        if name in known or not fnmatch.fnmatch(name, pattern):
            continue
        known[name] = ended = run_case(name, make)
        with results.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(ended)) + "\n")
        print(f"{name}: {ended.fault or 'as it must'} ({ended.seconds} s, {ended.peak_mb:.0f} MB)", flush=True)
    faults = {name: ended.fault for name, ended in known.items() if ended.fault}
    longest, largest = (max((getattr(one, key) for one in known.values()), default=0) for key in ("seconds", "peak_mb"))
    answered = sum(one.exit_code == 0 for one in known.values())
    print(
        f"{len(known)} hostile clips: {answered} analysed, {len(known) - answered - len(faults)} refused in one line, "
        f"{len(faults)} faults; at most {longest} s and {largest:.0f} MB"
    )
    for name, fault in faults.items():
        print(f"  {name}: {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
