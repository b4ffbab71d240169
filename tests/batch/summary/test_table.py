"""The table of all clips: names from outside cannot harm a spreadsheet."""

from __future__ import annotations

import csv
import io
import json

import pytest

from posture.batch.model import SummaryRow
from posture.batch.summary.table import json_line, summary_csv, summary_table
from posture.export.table import to_parquet


def read_back(*rows: SummaryRow) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(summary_csv(summary_table(rows)), newline="")))


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_can_act_as_a_formula(first: str) -> None:
    name = f"{first}cmd|' /C calc'!A0"
    (read,) = read_back(SummaryRow(f"{name}.mp4", name, "analysed", runner=name, session=name, pelvic_tilt_deg=-1.0))
    assert read["clip"] == f"./{name}.mp4"
    assert read["folder"] == f"./{name}"
    assert read["runner"] == read["session"] == f"'{name}"
    # Numbers stay numbers, and the other formats keep the names unchanged.
    assert read["pelvic_tilt_deg"] == "-1.000"
    assert json.loads(json_line(SummaryRow(name, name, "analysed")))["clip"] == name


def test_plain_names_are_unchanged() -> None:
    (read,) = read_back(SummaryRow("anna/3/jog-1.mp4", "anna/3/jog-1", "analysed", runner="anna", session="3"))
    assert (read["clip"], read["runner"], read["session"]) == ("anna/3/jog-1.mp4", "anna", "3")


@pytest.mark.parametrize("name", ["a\nb", "a\rb", "a\r\nb", 'a"b', "a,b", "a;b"])
def test_every_clip_has_one_row(name: str) -> None:
    assert [read["clip"] for read in read_back(SummaryRow(name, "x", "analysed"), SummaryRow("z", "z", "failed"))] == [
        name,
        "z",
    ]


def test_name_that_utf_8_cannot_encode_is_replaced() -> None:
    """Names of a disk in Latin-1, for example."""
    table = summary_table([SummaryRow("l\udce4uft.mp4", "l\udce4uft", "analysed")])
    assert "l?uft.mp4" in summary_csv(table)
    assert to_parquet(table)
