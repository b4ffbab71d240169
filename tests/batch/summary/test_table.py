"""The table of all clips: names from outside cannot harm a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pytest

from posture.batch.model import ClipFile, SummaryRow
from posture.batch.summary.table import json_line, summary_csv, summary_row, summary_table
from posture.export.table import to_parquet
from posture.records.analysis import Analysis
from posture.records.running import Running, RunningNumber


def read_back(*rows: SummaryRow) -> list[dict[str, str]]:
    text = summary_csv(summary_table(rows)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_can_act_as_a_formula(first: str) -> None:
    name = f"{first}cmd|' /C calc'!A0"
    (read,) = read_back(SummaryRow(f"{name}.mp4", name, "analysed", runner=name, session=name, pelvic_tilt_deg=-1.0))
    assert read["clip"] == f"./{name}.mp4"
    assert read["folder"] == f"./{name}"
    assert read["runner"] == read["session"] == f"'{name}"
    # Numbers stay numbers, and the other formats keep the names unchanged.
    assert read["pelvic_tilt_deg"] == "-1.0"
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
    assert b"l?uft.mp4" in summary_csv(table)
    assert to_parquet(table)


def test_most_important_columns_come_first() -> None:
    row = SummaryRow("jog.mp4", "jog", "analysed", label="hollow_back", pelvic_tilt_deg=48.602, lumbar_arch_deg=60.9)
    (read,) = read_back(row)
    names = list(read)
    assert names[:4] == ["clip", "runner", "session", "label"]
    assert max(map(names.index, ("pelvic_tilt_deg", "lumbar_arch_deg", "advice"))) < names.index("state")
    assert sorted(names) == sorted(field.name for field in fields(SummaryRow))
    assert read["pelvic_tilt_deg"] == "48.6"


def test_german_spreadsheet_reads_cells_and_numbers() -> None:
    row = SummaryRow("a;b.mp4", "a", "analysed", pelvic_tilt_deg=12.5, strides=14, probability=0.125)
    content = summary_csv(summary_table([row]), "de")
    assert content.startswith(b"\xef\xbb\xbfclip;runner;")
    (read,) = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
    assert (read["clip"], read["pelvic_tilt_deg"], read["strides"]) == ("a;b.mp4", "12,5", "14")


def test_standing_clip_is_called_so_and_has_no_obstacle(make_analysis: Callable[..., Analysis]) -> None:
    def standing(data: dict[str, Any]) -> None:
        data["subject"]["activity"] = "standing"
        issue = {"code": "standing", "message": "the person stands still", "advice": "Film while jogging."}
        data["quality"]["issues"] = [{**issue, "blocking": True}]

    clip = ClipFile("stand.mp4", "stand.mp4", "", 1, folder="stand")
    row = summary_row(make_analysis("not_measurable", standing), clip, content="ab")
    assert (row.label, row.reason, row.advice) == ("standing", None, None)


def test_measured_clip_has_its_next_step_as_advice(make_analysis: Callable[..., Analysis]) -> None:
    def step(data: dict[str, Any]) -> None:
        data["verdict"]["next_step"] = "Film again in four weeks."

    row = summary_row(make_analysis("hollow_back", step), ClipFile("a.mp4", "a.mp4", "", 1), content="ab")
    assert row.advice == "Film again in four weeks."


def test_running_numbers_follow_those_of_the_back_where_they_were_measured(
    make_analysis: Callable[..., Analysis],
) -> None:
    flat = RunningNumber(value=0.354, unit="trunk_lengths", ci90=(0.3, 0.4))
    rise = RunningNumber(value=7.26, unit="cm", ci90=(6.0, 8.5))
    bend = RunningNumber(value=41.23, unit="deg", ci90=(35.0, 47.0))
    running = Running(knee_flexion_deg=bend, overstride=flat, vertical_oscillation=rise)
    analysis = make_analysis("hollow_back").model_copy(update={"running": running})
    clip = ClipFile("jog.mp4", "", "", 0, folder="jog")
    (read,) = read_back(summary_row(analysis, clip, content=""))
    cells = {name: read[name] for name in ("knee_flexion_deg", "overstride", "vertical_oscillation_cm")}
    assert cells == {"knee_flexion_deg": "41.2", "overstride": "0.35", "vertical_oscillation_cm": "7.3"}
    assert read["hip_extension_deg"] == read["vertical_oscillation"] == ""
    names = list(read)
    assert names.index("lumbar_arch_index_percent") < names.index("hip_extension_deg") < names.index("cadence_spm")
    (older,) = read_back(summary_row(analysis.model_copy(update={"running": None}), clip, content=""))
    assert older["overstride"] == ""
