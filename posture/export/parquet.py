"""The tables as Parquet files, typed, with the units in the fields' metadata."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING

from posture.export.extras import needed
from posture.export.table import Column, Kind, Table

if TYPE_CHECKING:
    import pyarrow as pa

_TYPES: Mapping[Kind, str] = {"number": "float64", "integer": "int32", "boolean": "bool_", "text": "string"}


def check() -> None:
    """Find out whether the extra is there.

    Raises
    ------
    OptionError
        When it is not.
    """
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
    return pa.field(
        column.name, getattr(pa, _TYPES[column.kind])(), nullable=not column.required, metadata=about
    )
