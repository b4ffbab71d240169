"""History pages of the runners of a batch."""

from __future__ import annotations

from pathlib import Path

from helpers.analysis_factory import FRONT
from helpers.dated_results import ARCH, dated_run, write_result

from posture.batch.model import BatchOptions, ClipFile, SummaryRow
from posture.batch.run import BatchResult, _SummaryWriter
from posture.batch.storage.disk import LocalStorage
from posture.batch.summary.histories import history_pages
from posture.batch.summary.table import summary_row
from posture.records.analysis import Analysis


def result(folder: Path, name: str, made: Analysis, runner: str | None) -> SummaryRow:
    """Write the results of a clip, and return its row."""
    write_result(folder, name, made)
    return summary_row(made, ClipFile(f"{name}.mp4", "", "", 0, folder=name, runner=runner), content="")


def test_runner_with_several_dates_gets_a_page(tmp_path: Path) -> None:
    rows = [
        result(tmp_path, "anna/1 x", dated_run(0), "anna"),
        result(tmp_path, "anna/2", dated_run(30, lumbar_arch_deg=ARCH - 12), "anna"),
        result(tmp_path, "anna/3", dated_run(40, issues=(FRONT,), measures={}), "anna"),
        result(tmp_path, "ben/1", dated_run(5), "ben"),
        result(tmp_path, "cleo/1", dated_run(7, name="a.mp4"), "cleo"),
        result(tmp_path, "cleo/2", dated_run(7, name="b.mp4"), "cleo"),
        result(tmp_path, "x", dated_run(8), None),
    ]
    pages = history_pages(rows, LocalStorage(str(tmp_path)).read, "en")
    # Ben has one run, and both of Cleo's are of one day.
    assert list(pages) == ["anna"]
    name, text = pages["anna"]
    assert name == "history-anna.html"
    assert "Less hollow than on 1 March 2026" in text
    assert 'href="anna/1%20x/report.html"' in text


def test_finished_batch_writes_the_page_and_links_it(tmp_path: Path) -> None:
    rows = [result(tmp_path, f"anna/{n}", dated_run(30 * n), "anna") for n in range(2)]
    batch = BatchResult(2, rows={row.clip: row for row in rows})
    writer = _SummaryWriter(LocalStorage(str(tmp_path)), batch, BatchOptions(lang="de"))
    # Not each time that the summary is renewed: pages of many runners take long.
    writer.write()
    assert not (tmp_path / "history-anna.html").exists()
    writer.write(is_last=True)
    assert "Keine klare Veränderung" in (tmp_path / "history-anna.html").read_text(encoding="utf-8")
    assert 'href="history-anna.html"' in (tmp_path / "index.html").read_text(encoding="utf-8")


def test_results_that_cannot_be_read_are_left_out(tmp_path: Path) -> None:
    rows = [result(tmp_path, f"anna/{n}", dated_run(30 * n), "anna") for n in range(3)]
    (tmp_path / "anna" / "0" / "analysis.json").write_text("{", encoding="utf-8")
    (tmp_path / "anna" / "1" / "analysis.json").unlink()
    assert history_pages(rows, LocalStorage(str(tmp_path)).read, "en") == {}


def test_page_never_takes_the_place_of_results(tmp_path: Path) -> None:
    rows = [result(tmp_path, f"anna/{n}", dated_run(30 * n), "anna") for n in range(2)]
    rows.append(result(tmp_path, "history-anna.html", dated_run(3), None))
    assert history_pages(rows, LocalStorage(str(tmp_path)).read, "en") == {}
