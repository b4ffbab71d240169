"""CSV text of tables."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from helpers.synthetic_runner import few
from hypothesis import given
from hypothesis import strategies as st

from posture.export.table import Column, Table, numbers

COLUMNS = (
    Column("value_deg", "number", "A number.", "deg"),
    Column("count", "integer", "A count."),
    Column("good", "boolean", "Whether."),
    Column("word", "text", "A word."),
)


def table(*rows: tuple[object, ...]) -> Table:
    columns = zip(*rows, strict=True) if rows else ([],) * len(COLUMNS)
    return Table("t", COLUMNS, {c.name: list(cells) for c, cells in zip(COLUMNS, columns, strict=True)})  # type: ignore[arg-type]


def test_each_kind_of_cell_has_its_csv_form() -> None:
    text = table((1.5, 2, True, "left"), (None, None, None, None), (-0.25, -1, False, "right")).to_csv()
    assert text == "value_deg,count,good,word\n1.500,2,true,left\n,,,\n-0.250,-1,false,right\n"


def test_table_without_rows_has_its_header() -> None:
    assert table().to_csv() == "value_deg,count,good,word\n"
    assert len(table()) == 0


@given(st.lists(st.one_of(st.none(), st.floats(width=32)), min_size=1, max_size=20))
@few
def test_numbers_are_rounded_and_read_back(values: list[float | None]) -> None:
    cells = numbers(values)
    text = table(*((cell, 1, True, "left") for cell in cells)).to_csv()
    rows = list(csv.reader(io.StringIO(text)))[1:]
    for value, cell, (written, *_) in zip(values, cells, rows, strict=True):
        if value is None or not np.isfinite(value):
            assert (cell, written) == (None, "")
        else:
            assert cell == round(value, 3)
            assert float(written) == cell
            assert "e" not in written
            assert not (cell == 0 and written.startswith("-"))


def test_nan_of_an_array_becomes_none() -> None:
    assert numbers(np.array([1.23456, np.nan, -np.inf, -0.0001])) == [1.235, None, None, 0.0]
    assert numbers(np.array([0.123456789]), 6) == [pytest.approx(0.123457, abs=0)]
