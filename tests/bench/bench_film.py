"""Time an analysis with annotated.mp4 against one without: ``posture analyze`` and ``posture analyze --no-video``.

Run by ``make bench``. Both ways analyse the same clip with the same model and write their folder, in one process and in
turn (A B A B ...), so that a machine that slows down slows both. It prints the medians and their ratio and exits with 1
when the film takes more than a quarter of the time of the rest.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

from posture.analysis.pipeline import examine
from posture.output.save import save

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 1.25


def without_film(clip: Path, model: str, folder: Path) -> float:
    """Analyse a clip and write its folder without the film; return the seconds by the wall clock."""
    start = time.perf_counter()
    save(examine(clip, model=model), folder)  # type: ignore[arg-type]
    return time.perf_counter() - start


def with_film(clip: Path, model: str, folder: Path) -> float:
    """Analyse a clip and write its folder with the film; return the seconds by the wall clock."""
    start = time.perf_counter()
    save(examine(clip, model=model), folder, film=True)  # type: ignore[arg-type]
    return time.perf_counter() - start


def main() -> int:
    """Run both ways in turn, print the times, and return the exit code."""
    parser = argparse.ArgumentParser(description="Time an analysis with annotated.mp4 against one without.")
    parser.add_argument("clip", nargs="?", type=Path, default=ROOT / "samples" / "run_hollow.mp4")
    parser.add_argument("--model", choices=["lite", "full", "heavy"], default="full")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    if not given.clip.is_file():
        print(f"{given.clip}: no such clip. Run make samples, or name another one.", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "out"
        # The first turn of each pays for imports and cold files, and is not counted.
        without_film(given.clip, given.model, folder)
        with_film(given.clip, given.model, folder)
        bare_s: list[float] = []
        whole_s: list[float] = []
        for number in range(1, given.rounds + 1):
            bare_s.append(without_film(given.clip, given.model, folder))
            whole_s.append(with_film(given.clip, given.model, folder))
            print(f"round {number}: without film {bare_s[-1]:.2f} s, with film {whole_s[-1]:.2f} s", flush=True)
    a, b = statistics.median(bare_s), statistics.median(whole_s)
    print(f"{given.clip.name}, model {given.model}, median of {given.rounds} rounds")
    print(f"without film {a:.2f} s")
    print(f"with film    {b:.2f} s")
    print(f"ratio        {b / a:.2f} (limit {LIMIT})")
    return 0 if b / a <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
