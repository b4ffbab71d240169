"""``make accuracy``: analyse the stored population, write docs/accuracy.*, print the table."""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from samples.accuracy.document import document
from samples.accuracy.people import Examined, examine_person
from samples.accuracy.summary import summarise
from samples.accuracy.table import block_in, terminal, with_block
from samples.features import FOLDER, FilmedPerson, load

ROOT = Path(__file__).resolve().parents[2]
DOCS, README = ROOT / "docs", ROOT / "README.md"


def examine_all(people: Iterable[FilmedPerson], *, workers: int = 1) -> Iterator[Examined]:
    """Yield the examined people as they are done, in any order.

    Parameters
    ----------
    people : iterable of FilmedPerson
    workers : int
        Processes; 1 works in this one.
    """
    if workers <= 1:
        yield from map(examine_person, people)
        return
    # Forked children of a process with threads may hang.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        for done in as_completed([pool.submit(examine_person, person) for person in people]):
            yield done.result()


def main() -> int:
    """Run the self-test; 1 when there is no population."""
    parser = argparse.ArgumentParser(prog="make accuracy", description=__doc__)
    parser.add_argument("--population", type=Path, default=FOLDER, help="folder of the packed population")
    parser.add_argument("--out", type=Path, default=DOCS, help="where accuracy.md, .json and .png go")
    parser.add_argument("--workers", type=int, default=2, help="processes (2)")
    parser.add_argument("--readme", action="store_true", help="put the table into README.md too")
    given = parser.parse_args()
    people = list(load(given.population))
    if not people:
        print(f"{given.population}: no people; run make population first", file=sys.stderr)
        return 1
    bar = Progress(
        TextColumn("people"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )
    with bar:
        found = list(bar.track(examine_all(people, workers=given.workers), total=len(people)))
    found.sort(key=lambda one: one.number)
    write(found, given.out)
    print(f"Written: {given.out}/accuracy.md, accuracy.json, accuracy.png")
    block = block_in((given.out / "accuracy.md").read_text(encoding="utf-8"))
    readme = README.read_text(encoding="utf-8")
    if given.readme:
        README.write_text(with_block(readme, block), encoding="utf-8")
        print("README.md: the table is now this one")
    elif block_in(readme) == block:
        print("README.md: the table is this one")
    else:
        print(
            "README.md: the table is another one; make accuracy ACCURACY_OPTIONS=--readme puts this one there"
        )
    return 0


def write(found: list[Examined], folder: Path) -> None:
    """Write the document, the figures and the picture, and print the table."""
    # matplotlib is needed for the picture only.
    from samples.accuracy.figure import draw

    figures = summarise(found)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "accuracy.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    (folder / "accuracy.md").write_text(document(figures), encoding="utf-8")
    draw([one for one in found if one.half == "test"], folder / "accuracy.png")
    terminal(figures, Console())


if __name__ == "__main__":
    sys.exit(main())
