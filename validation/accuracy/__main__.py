"""``make accuracy``: analyse the stored population, write docs/accuracy.* and docs/limits.*, print the table."""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from validation.accuracy.document import document
from validation.accuracy.limits import summarise_limits
from validation.accuracy.limits_document import in_short, limits_document
from validation.accuracy.people import Examined, examine_person
from validation.accuracy.summary import summarise
from validation.accuracy.table import block_in, terminal, with_block
from validation.accuracy.trials import Trial, trials_of
from validation.population.store import FOLDER, FilmedPerson, load

ROOT = Path(__file__).resolve().parents[2]
DOCS, README = ROOT / "docs", ROOT / "README.md"
# Before which background each person runs; the features do not hold it.
BACKGROUNDS = ROOT / "validation" / "population" / "backgrounds.json"

Answer = TypeVar("Answer")


def examine_all(people: Iterable[FilmedPerson], *, workers: int = 1) -> Iterator[Examined]:
    """Yield the examined people as they are done, in any order; see `of_each`."""
    return of_each(examine_person, people, workers=workers)


def of_each(
    answer: Callable[[FilmedPerson], Answer], people: Iterable[FilmedPerson], *, workers: int = 1
) -> Iterator[Answer]:
    """Yield an answer of each person as they are done, in any order.

    Parameters
    ----------
    answer : callable
        A function of a module.
    people : iterable of FilmedPerson
    workers : int
        Processes; 1 works in this one.
    """
    if workers <= 1:
        yield from map(answer, people)
        return
    # Forked children of a process with threads may hang.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        for done in as_completed([pool.submit(answer, person) for person in people]):
            yield done.result()


def main() -> int:
    """Run the self-test; 1 when there is no population."""
    parser = argparse.ArgumentParser(prog="make accuracy", description=__doc__)
    parser.add_argument("--population", type=Path, default=FOLDER, help="folder of the packed population")
    parser.add_argument("--out", type=Path, default=DOCS, help="where accuracy.* and limits.* go")
    parser.add_argument("--workers", type=int, default=2, help="processes (2)")
    parser.add_argument("--readme", action="store_true", help="put the table into README.md too")
    parser.add_argument("--only", choices=("accuracy", "limits"), help="write only one of the two documents")
    given = parser.parse_args()
    people = list(load(given.population))
    if not people:
        print(f"{given.population}: no people; run make population first", file=sys.stderr)
        return 1
    if given.only != "limits":
        found = _followed("people", examine_all(people, workers=given.workers), len(people))
        found.sort(key=lambda one: one.number)
        write(found, given.out)
        print(f"Written: {given.out}/accuracy.md, accuracy.json, accuracy.png")
        _tell_of_readme(given.out, exchange=given.readme)
    if given.only != "accuracy":
        half = [one for one in people if one.half == "calibration"]
        trials = _followed("limits", of_each(trials_of, half, workers=given.workers), len(half))
        write_limits([one for several in trials for one in several], given.out)
        print(f"Written: {given.out}/limits.md, limits.json, limits.png")
    return 0


def _followed(words: str, answers: Iterator[Answer], total: int) -> list[Answer]:
    """Return all answers, with a bar on standard error meanwhile."""
    columns = (TextColumn(words), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        return list(bar.track(answers, total=total))


def _tell_of_readme(folder: Path, *, exchange: bool) -> None:
    block = block_in((folder / "accuracy.md").read_text(encoding="utf-8"))
    readme = README.read_text(encoding="utf-8")
    if exchange:
        README.write_text(with_block(readme, block), encoding="utf-8")
        print("README.md: the table is now this one")
    elif block_in(readme) == block:
        print("README.md: the table is this one")
    else:
        print(
            "README.md: the table is another one; make accuracy ACCURACY_OPTIONS=--readme puts this one there"
        )


def write(found: list[Examined], folder: Path) -> None:
    """Write the document, the figures and the picture, and print the table."""
    # matplotlib is needed for the picture only.
    from validation.accuracy.figure import draw

    figures = summarise(found)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "accuracy.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    (folder / "accuracy.md").write_text(document(figures), encoding="utf-8")
    draw([one for one in found if one.half == "test"], folder / "accuracy.png")
    terminal(figures, Console())


def write_limits(trials: list[Trial], folder: Path, *, backgrounds: Path = BACKGROUNDS) -> None:
    """Write the document on limits, its figures and its picture, and print a line for each thing.

    Parameters
    ----------
    trials : list of Trial
    folder : Path
        Where the files go.
    backgrounds : Path
        Who runs before which background; may be missing.
    """
    from validation.accuracy.limits_figure import draw_limits

    drawn = json.loads(backgrounds.read_text(encoding="utf-8")) if backgrounds.is_file() else {}
    trials = sorted(trials, key=lambda one: (one.person, one.take, one.part, one.part_of))
    figures = summarise_limits(trials, {int(number): name for number, name in drawn.items()})
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "limits.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    (folder / "limits.md").write_text(limits_document(figures), encoding="utf-8")
    draw_limits(figures, folder / "limits.png")
    for line in in_short(figures):
        print(line.replace("**", ""))


if __name__ == "__main__":
    sys.exit(main())
