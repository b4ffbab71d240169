"""The table of all clips holds names from outside: no name harms who opens it."""

from __future__ import annotations

import csv
import io
import json

import pytest

from posture.batch.model import Row
from posture.batch.summary.table import csv_of, json_line, table_of
from posture.export.table import to_parquet


def read_back(*rows: Row) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(csv_of(table_of(rows)), newline="")))


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_begins_like_a_formula(first: str) -> None:
    name = f"{first}cmd|' /C calc'!A0"
    (read,) = read_back(Row(f"{name}.mp4", name, "analysed", runner=name, session=name, pelvic_tilt_deg=-1.0))
    assert read["clip"] == f"./{name}.mp4"
    assert read["folder"] == f"./{name}"
    assert read["runner"] == read["session"] == f"'{name}"
    # Numbers stay numbers, and the other forms have the names as they are.
    assert read["pelvic_tilt_deg"] == "-1.000"
    assert json.loads(json_line(Row(name, name, "analysed")))["clip"] == name


def test_plain_names_stay_as_they_are() -> None:
    (read,) = read_back(Row("anna/3/jog-1.mp4", "anna/3/jog-1", "analysed", runner="anna", session="3"))
    assert (read["clip"], read["runner"], read["session"]) == ("anna/3/jog-1.mp4", "anna", "3")


@pytest.mark.parametrize("name", ["a\nb", "a\rb", "a\r\nb", 'a"b', "a,b", "a;b"])
def test_every_clip_is_one_row(name: str) -> None:
    assert [read["clip"] for read in read_back(Row(name, "x", "analysed"), Row("z", "z", "failed"))] == [
        name,
        "z",
    ]


def test_a_name_that_utf_8_cannot_hold() -> None:
    """Such as a disk with names in Latin-1 gives."""
    table = table_of([Row("l\udce4uft.mp4", "l\udce4uft", "analysed")])
    assert "l?uft.mp4" in csv_of(table)
    assert to_parquet(table)
