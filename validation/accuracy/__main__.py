"""Analyse the stored population, write the pages on accuracy and limits, print the table: ``make accuracy``."""

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
from validation.accuracy.nuisance_outcomes import NuisanceOutcome, examine_clip
from validation.accuracy.nuisances import nuisances_document, nuisances_table, summarise_nuisances
from validation.accuracy.pages import DOCS, README, ROOT, figures_path, picture_path, write_page
from validation.accuracy.people import ExaminedPerson, examine_person
from validation.accuracy.summary import summarise
from validation.accuracy.table import block_in, readme_block, terminal, with_block
from validation.accuracy.trials import Trial, trials_of
from validation.nuisances import store as nuisance_store
from validation.population.store import FOLDER, FilmedPerson, load

# The background each person runs in front of; the stored features do not hold it.
BACKGROUNDS = ROOT / "validation" / "population" / "backgrounds.json"

Given = TypeVar("Given")
Answer = TypeVar("Answer")


def examine_all(people: Iterable[FilmedPerson], *, workers: int = 1) -> Iterator[ExaminedPerson]:
    """Yield the examined people in order of completion; see `of_each`."""
    return of_each(examine_person, people, workers=workers)


def of_each(answer: Callable[[Given], Answer], given: Iterable[Given], *, workers: int = 1) -> Iterator[Answer]:
    """Yield the answer for each person or clip, in order of completion.

    Parameters
    ----------
    answer
        A module-level function, so that worker processes can import it.
    workers
        Number of processes; 1 runs in the current one.
    """
    if workers <= 1:
        yield from map(answer, given)
        return
    # Forked children of a process with threads may hang.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        for done in as_completed([pool.submit(answer, one) for one in given]):
            yield done.result()


def main() -> int:
    """Run the self-test; 1 when there is no population."""
    parser = argparse.ArgumentParser(prog="make accuracy", description=__doc__)
    parser.add_argument("--population", type=Path, default=FOLDER, help="folder of the packed population")
    parser.add_argument(
        "--nuisances", type=Path, default=nuisance_store.FOLDER, help="folder of the clips with nuisances"
    )
    parser.add_argument("--out", type=Path, default=DOCS, help="the documentation's root folder")
    parser.add_argument("--workers", type=int, default=2, help="processes (2)")
    parser.add_argument("--readme", action="store_true", help="put the three numbers into README.md too")
    parser.add_argument("--only", choices=("accuracy", "limits", "nuisances"), help="write only one of the pages")
    given = parser.parse_args()
    people = list(load(given.population))
    if not people:
        print(f"{given.population}: no people; run make population first", file=sys.stderr)
        return 1
    if given.only in (None, "accuracy"):
        examined = _with_progress("people", examine_all(people, workers=given.workers), len(people))
        examined.sort(key=lambda one: one.number)
        write(examined, given.out)
        print(f"Written: {given.out}/validation/accuracy.md, accuracy.json; accuracy.png, reliability.png in images")
        _check_readme(given.out, update=given.readme)
    if given.only in (None, "limits"):
        half = [one for one in people if one.half == "calibration"]
        trials = _with_progress("limits", of_each(trials_of, half, workers=given.workers), len(half))
        write_limits([one for several in trials for one in several], given.out)
        print(f"Written: {given.out}/validation/limits.md, limits.json, {given.out}/images/limits.png")
    if given.only in (None, "nuisances"):
        clips = nuisance_store.load(given.nuisances)
        count = nuisance_store.count(given.nuisances)
        outcomes = _with_progress("nuisances", of_each(examine_clip, clips, workers=given.workers), count)
        write_nuisances(outcomes, given.out)
        print(f"Written: {given.out}/validation/nuisances.md, nuisances.json")
    return 0


def _with_progress(words: str, answers: Iterator[Answer], total: int) -> list[Answer]:
    """Collect all answers, showing a progress bar on standard error."""
    columns = (TextColumn(words), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        return list(bar.track(answers, total=total))


def _check_readme(docs: Path, *, update: bool) -> None:
    block = readme_block(json.loads(figures_path(docs, "accuracy").read_text(encoding="utf-8")))
    readme = README.read_text(encoding="utf-8")
    if block_in(readme) == block:
        print("README.md: the three numbers are up to date")
    elif update:
        README.write_text(with_block(readme, block), encoding="utf-8")
        print("README.md: the three numbers were updated")
    else:
        print("README.md: the three numbers are out of date; make accuracy ACCURACY_OPTIONS=--readme updates them")


def write(people: list[ExaminedPerson], docs: Path) -> None:
    """Write the page on accuracy, its figures and its picture, and print the table."""
    # matplotlib is needed for the picture only.
    from validation.accuracy.figure import draw, draw_reliability

    figures = summarise(people)
    write_page(docs, "accuracy", document(figures), figures)
    draw([person for person in people if person.half == "test"], picture_path(docs, "accuracy"))
    draw_reliability(figures, picture_path(docs, "reliability"))
    terminal(figures, Console())


def write_limits(trials: list[Trial], docs: Path, *, backgrounds: Path = BACKGROUNDS) -> None:
    """Write the page on limits, its figures and its picture, and print a line for each factor.

    Parameters
    ----------
    docs
        The documentation's root folder.
    backgrounds
        JSON of person to background; may be missing.
    """
    from validation.accuracy.limits_figure import draw_limits

    drawn = json.loads(backgrounds.read_text(encoding="utf-8")) if backgrounds.is_file() else {}
    trials = sorted(trials, key=lambda one: (one.person, one.take, one.part, one.part_of))
    figures = summarise_limits(trials, {int(number): name for number, name in drawn.items()})
    write_page(docs, "limits", limits_document(figures), figures)
    draw_limits(figures, picture_path(docs, "limits"))
    for line in in_short(figures):
        print(line.replace("**", ""))


def write_nuisances(outcomes: list[NuisanceOutcome], docs: Path) -> None:
    """Write the page on nuisances and its figures, and print the table of the test half."""
    figures = summarise_nuisances(sorted(outcomes, key=lambda one: one.number))
    write_page(docs, "nuisances", nuisances_document(figures), figures)
    Console().print(nuisances_table(figures))


if __name__ == "__main__":
    sys.exit(main())
