"""tables.json: the CSVW metadata describe every column."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from posture.analysis.examination import Examination
from posture.export.frames import frames_table
from posture.export.strides import strides_table
from posture.export.table import Table, csvw_metadata
from posture.language import use_language

PARSED = {
    "double": float,
    "integer": int,
    "boolean": {"true": True, "false": False}.__getitem__,
    "string": str,
}
SUFFIX = {"s": "_s", "deg": "_deg", "px": "_px", "percent": "_percent", "1/min": "_spm"}


def tables(found: Examination) -> dict[str, Table]:
    return {"frames.csv": frames_table(found), "strides.csv": strides_table(found)}


def described(found: Examination) -> dict[str, Any]:
    text = csvw_metadata({name: table.columns for name, table in tables(found).items()})
    read: dict[str, Any] = json.loads(text)
    return read


@pytest.mark.parametrize("clip", ["running", "gaps", "nobody"])
def test_every_cell_fits_its_csvw_datatype(clip: str, request: pytest.FixtureRequest) -> None:
    found = request.getfixturevalue(clip)
    for part in described(found)["tables"]:
        rows = list(csv.reader(io.StringIO(tables(found)[part["url"]].to_csv())))
        columns = part["tableSchema"]["columns"]
        # A validator compares the header with the titles.
        assert [column["titles"][0] for column in columns] == rows[0]
        for column, *cells in zip(columns, *rows[1:], strict=True):
            assert column["dc:description"].endswith(".")
            for cell in cells:
                if cell:
                    PARSED[column["datatype"]](cell)
                else:
                    assert not column["required"], column["name"]


def test_column_names_end_with_their_unit(running: Examination) -> None:
    for part in described(running)["tables"]:
        for column in part["tableSchema"]["columns"]:
            unit = column.get("schema:unitText")
            endings = [end for end in SUFFIX.values() if column["name"].endswith(end)]
            assert endings == ([SUFFIX[unit]] if unit else [])


def test_tables_are_the_same_in_all_languages(running: Examination) -> None:
    here = described(running)
    with use_language("de"):
        assert described(running) == here
