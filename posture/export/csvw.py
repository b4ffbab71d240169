"""tables.json: what the columns of the tables are, as the W3C's "CSV on the Web" describes it.

A sidecar and not a second header row: every reader of CSV takes one header row and no more, so the columns' names say
their unit, and all else (type, unit, meaning, sign) stands beside the tables, where programs that know the
recommendation (https://www.w3.org/TR/tabular-metadata/) read it, and people too. The same in all languages, so that a
file does not depend on who made it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from posture.export.table import Column, Kind

FILE = "tables.json"
_DATATYPES: Mapping[Kind, str] = {
    "number": "double",
    "integer": "integer",
    "boolean": "boolean",
    "text": "string",
}


def metadata(tables: Mapping[str, Sequence[Column]]) -> str:
    """Return the JSON text of the metadata.

    Parameters
    ----------
    tables : mapping of str to sequence of Column
        By file name.
    """
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
    described: dict[str, Any] = {
        "name": column.name,
        # A title must be what the header row says.
        "titles": [column.name],
        "datatype": _DATATYPES[column.kind],
        "required": column.required,
        "dc:description": column.description,
    }
    if column.unit is not None:
        described["schema:unitText"] = column.unit
    return described
