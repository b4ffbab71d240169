"""Tables: columns that say what they hold, and their text as CSV.

CSV as RFC 4180 has it, but with line ends of one character, UTF-8, a point before decimals whatever the machine's
language is, ``true`` and ``false``, and nothing where there is no value. Only the summary of a batch holds text from
outside, see `posture.batch.summary`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Literal

import numpy as np

from posture.arrays import Array

Kind = Literal["number", "integer", "boolean", "text"]
Cell = float | int | bool | str | None

# As many decimals as analysis.json has.
DECIMALS = 3


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    name : str
        In the header; ends with the unit where there is one.
    kind : {"number", "integer", "boolean", "text"}
    description : str
        What it holds, its sign, and when it is empty.
    unit : str or None
        ``s``, ``deg``, ``px``, ``percent``, ``1/min``; None for what has none.
    decimals : int
        Of a number.
    required : bool
        Whether it is never empty.
    """

    name: str
    kind: Kind
    description: str
    unit: str | None = None
    decimals: int = DECIMALS
    required: bool = False


@dataclass(frozen=True)
class Table:
    """A table.

    Attributes
    ----------
    name : str
        Of its files, without a suffix.
    columns : tuple of Column
    cells : mapping of str to sequence
        By the columns' names, all of one length; None where there is no value.
    """

    name: str
    columns: tuple[Column, ...]
    cells: Mapping[str, Sequence[Cell]]

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self.cells[self.columns[0].name])

    def to_csv(self) -> str:
        """Return the table as CSV text with a header row."""
        lines = _Lines()
        # Older Pythons put only the line end that they write into quotes, and a cell may hold either.
        writer = csv.writer(lines, lineterminator="\r\n")
        writer.writerow(column.name for column in self.columns)
        columns = [[_written(cell, c.decimals) for cell in self.cells[c.name]] for c in self.columns]
        writer.writerows(zip(*columns, strict=True))
        return "".join(lines)


class _Lines(list[str]):
    """Takes rows from a `csv.writer`, and ends them with one character."""

    def write(self, row: str) -> None:
        self.append(row.removesuffix("\r\n") + "\n")


def numbers(values: Array | Iterable[float | None], decimals: int = DECIMALS) -> list[Cell]:
    """Return rounded numbers; None for NaN, infinity and None."""
    plain = values.tolist() if isinstance(values, np.ndarray) else values
    return [None if v is None or not isfinite(v) else round(v, decimals) + 0.0 for v in plain]


def _written(cell: Cell, decimals: int) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return f"{cell:.{decimals}f}" if isinstance(cell, float) else str(cell)
