"""An analysis at the Python prompt: its text, its table, its data frame, and what it is read from."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from helpers.dated_results import ARCH, dated_run, write_result
from helpers.report_analyses import Make, make_analysis

import posture
from posture.errors import OptionError, RecordError
from posture.records.analysis import Analysis

__all__ = ["make_analysis"]


@pytest.fixture(scope="module")
def analysis(make_analysis: Make) -> Analysis:
    return make_analysis("hollow_back")


def test_text_is_short_and_holds_verdict_and_numbers(analysis: Analysis) -> None:
    lines = repr(analysis).splitlines()
    assert len(lines) <= 15
    assert max(map(len, lines)) <= 100
    assert analysis.verdict.label in repr(analysis)
    tilt = analysis.measures["pelvic_tilt_deg"]
    assert tilt is not None
    assert f"{tilt.value:.1f}" in repr(analysis)


def test_date_and_probability_are_those_of_the_page(analysis: Analysis) -> None:
    day = datetime(2026, 5, 3, tzinfo=UTC)
    for origin, words in (("container", "filmed 2026-05-03"), ("file", "file of 2026-05-03")):
        source = analysis.source.model_copy(update={"recorded_at": day, "recorded_from": origin})
        verdict = analysis.verdict.model_copy(update={"probability": 0.999})
        text = str(analysis.model_copy(update={"source": source, "verdict": verdict}))
        assert text.splitlines()[0].endswith(words)
        assert "probability of a hollow back: over 95 %" in text


def test_comparison_and_history_are_short_tables_too(tmp_path: Path) -> None:
    runs = [dated_run(day, name=f"{day}.mp4", lumbar_arch_deg=ARCH - day) for day in range(20)]
    for number, run in enumerate(runs):
        write_result(tmp_path, str(number), run)
    comparison, history = posture.compare(runs[0], runs[-1]), posture.history(tmp_path)
    assert "-19.0 (95 %: " in str(comparison)
    assert str(comparison).splitlines()[0] == "Comparison of 0.mp4 and 19.mp4"
    for text in (str(comparison), str(history)):
        assert len(text.splitlines()) <= 15
        assert max(map(len, text.splitlines())) <= 100
    assert "19.mp4" in str(history)
    assert history._repr_html_().startswith("<table>")


def test_table_of_a_notebook_is_escaped(analysis: Analysis) -> None:
    source = analysis.source.model_copy(update={"path": "<b>jog</b>.mp4"})
    table = analysis.model_copy(update={"source": source})._repr_html_()
    assert table.startswith("<table>")
    assert "<b>" not in table


def test_analysis_is_read_from_text_file_and_folder(analysis: Analysis, tmp_path: Path) -> None:
    text = analysis.to_json()
    (tmp_path / "analysis.json").write_text(text, encoding="utf-8")
    assert Analysis.from_json(text) == analysis
    assert Analysis.from_json(tmp_path) == analysis
    assert Analysis.from_json(str(tmp_path / "analysis.json")) == analysis


@pytest.mark.parametrize("source", ["{", '{"schema": 1}', "x" * 20_000, "no such folder/analysis.json"])
def test_what_is_no_analysis_is_one_short_line(source: str) -> None:
    with pytest.raises(RecordError) as error:
        Analysis.from_json(source)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 400


def test_data_frame_has_a_row_for_each_number_and_each_stride(analysis: Analysis) -> None:
    frame = analysis.to_frame()
    measured = [name for name, measure in analysis.measures.items() if measure is not None]
    assert set(measured) <= set(frame["name"])
    assert ((frame["low"] <= frame["value"]) & (frame["value"] <= frame["high"])).all()
    assert len(analysis.to_frame("strides")) == len(analysis.gait.strides)


def test_missing_pandas_is_said_in_one_line(analysis: Analysis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(OptionError, match=r"pandas.*running-posture\[frame\]"):
        analysis.to_frame()


def test_an_analysis_that_was_read_is_saved_without_pictures(analysis: Analysis, tmp_path: Path) -> None:
    read = Analysis.from_json(analysis.to_json())
    folder = read.save(tmp_path / "out")
    assert {"analysis.json", "report.html", "strides.csv"} <= {path.name for path in folder.iterdir()}
    assert Analysis.from_json(folder) == read
