"""Tables as CSV with CSVW metadata or as Parquet, and the extras that exports need."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from posture.errors import OptionError
from posture.language import gettext as _
from posture.types import Array

if TYPE_CHECKING:
    import pyarrow as pa

Kind = Literal["number", "integer", "boolean", "text"]
Cell = float | int | bool | str | None

# The type of a column in CSVW's metadata and in Parquet.
_CSVW_TYPES: Mapping[Kind, str] = {"number": "double", "integer": "integer", "boolean": "boolean", "text": "string"}
_PARQUET_TYPES: Mapping[Kind, str] = {"number": "float64", "integer": "int32", "boolean": "bool_", "text": "string"}

# As in analysis.json.
DECIMALS = 3


@dataclass(frozen=True)
class Column:
    """A column of a table."""

    name: str  # In the header; ends with the unit where there is one.
    kind: Kind
    description: str  # What it holds, its sign, and when it is empty.
    unit: str | None = None  # ``s``, ``deg``, ``px``, ``percent``, ``1/min``; None for what has none.
    decimals: int = DECIMALS
    required: bool = False  # Whether it is never empty.


@dataclass(frozen=True)
class Table:
    """A table; its cells stand under the columns' names, None where there is no value."""

    name: str
    columns: tuple[Column, ...]
    cells: Mapping[str, Sequence[Cell]]

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self.cells[self.columns[0].name])

    def to_csv(self, *, delimiter: str = ",", decimal: str = ".") -> str:
        """Return the table as CSV text with a header row."""
        lines = _Lines()
        # Older Pythons put only the line end that they write into quotes, and a cell may hold either.
        writer = csv.writer(lines, delimiter=delimiter, lineterminator="\r\n")
        writer.writerow(column.name for column in self.columns)
        columns = [[_written(cell, c.decimals, decimal) for cell in self.cells[c.name]] for c in self.columns]
        writer.writerows(zip(*columns, strict=True))
        return "".join(lines)


class _Lines(list[str]):
    """File object for `csv.writer` that ends rows with a single line feed."""

    def write(self, row: str) -> None:
        self.append(row.removesuffix("\r\n") + "\n")


def numbers(values: Array | Iterable[float | None], decimals: int = DECIMALS) -> list[Cell]:
    """Return rounded numbers; None for NaN, infinity and None."""
    plain = values.tolist() if isinstance(values, np.ndarray) else values
    return [None if v is None or not isfinite(v) else round(v, decimals) + 0.0 for v in plain]


def _written(cell: Cell, decimals: int, decimal: str) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return f"{cell:.{decimals}f}".replace(".", decimal) if isinstance(cell, float) else str(cell)


@contextmanager
def needed(library: str, *, option: str, extra: str) -> Iterator[None]:
    """Turn the error of a missing package in the block into an `OptionError` that says what to install.

    Parameters
    ----------
    library
        Its name on the package index.
    option
        The command-line option that needs it.
    extra
        The extra of this package that installs it.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise OptionError(
            _("needs {library}, which is not installed").format(library=library),
            where=option,
            advice=_("Install it with: pip install {package}").format(package=f'"running-posture[{extra}]"'),
        ) from error


def csvw_metadata(tables: Mapping[str, Sequence[Column]]) -> str:
    """Return the JSON text of the metadata of tables, whose columns are given by file name."""
    described = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dialect": {"encoding": "utf-8", "header": True, "delimiter": ",", "lineTerminators": ["\n"]},
        "tables": [
            {"url": name, "tableSchema": {"columns": [_column(column) for column in columns]}}
            for name, columns in tables.items()
        ],
    }
    return json.dumps(described, indent=2) + "\n"


def _column(column: Column) -> dict[str, Any]:
    return {
        "name": column.name,
        # A title must be what the header row says.
        "titles": [column.name],
        "datatype": _CSVW_TYPES[column.kind],
        "required": column.required,
        "dc:description": column.description,
        **({} if column.unit is None else {"schema:unitText": column.unit}),
    }


def check_parquet() -> None:
    """Raise `OptionError` when the extra is not installed."""
    with needed("pyarrow", option="--parquet", extra="parquet"):
        import pyarrow.parquet  # noqa: F401


def to_parquet(table: Table) -> bytes:
    """Return a table as the content of a Parquet file.

    Null where there is no value. Each field's metadata hold ``description`` and, where there is one, ``unit``.
    """
    import pyarrow as pa
    from pyarrow import parquet

    schema = pa.schema([_field(column) for column in table.columns])
    columns = [pa.array(table.cells[c.name], type=schema.field(c.name).type) for c in table.columns]
    content = io.BytesIO()
    parquet.write_table(pa.Table.from_arrays(columns, schema=schema), content)
    return content.getvalue()


def _field(column: Column) -> pa.Field:
    import pyarrow as pa

    about = {"description": column.description, **({"unit": column.unit} if column.unit else {})}
    datatype = getattr(pa, _PARQUET_TYPES[column.kind])()
    return pa.field(column.name, datatype, nullable=not column.required, metadata=about)
