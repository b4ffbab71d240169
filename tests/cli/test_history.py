"""`posture history` on folders of results."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers.cli_runner import invoke
from helpers.dated_results import ARCH, dated_run, write_result

import posture


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Twelve runs of one runner, ever flatter."""
    for number in range(12):
        write_result(tmp_path, f"{number:02}-posture", dated_run(10 * number, lumbar_arch_deg=ARCH - number))
    return tmp_path


def test_answer_is_short_and_names_the_page(folder: Path) -> None:
    done = invoke("history", folder)
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert lines[0].startswith("Less hollow than on 1 March 2026: the lumbar arch is 11.0° smaller.")
    assert "12 runs, 1 March 2026 to 19 June 2026 (when filmed)" in lines
    assert "19 Jun 2026" in done.stdout
    assert len(lines) <= 15
    assert lines[-1] == f"Results: {folder / 'history.html'}"
    assert (folder / "history.html").is_file()
    assert invoke("history", folder, "--quiet").stdout.count("\n") == 1


def test_report_is_linked_from_the_page(folder: Path, tmp_path: Path) -> None:
    (folder / "03-posture" / "report.html").touch()
    invoke("history", folder)
    page = (folder / "history.html").read_text(encoding="utf-8")
    assert page.count('href="03-posture/report.html"') == 1
    assert page.count("report.html") == 1
    invoke("history", folder, "--out", tmp_path / "pages")
    assert 'href="../03-posture/report.html"' in (tmp_path / "pages" / "history.html").read_text(encoding="utf-8")


def test_runners_are_kept_apart(tmp_path: Path) -> None:
    for name, change in (("anna", -12.0), ("Ben <3", 0.5)):
        for day in (0, 30):
            path = f"{name}/{day}"
            run = dated_run(day, lumbar_arch_deg=ARCH + (change if day else 0), name=f"{name}{day}.mp4")
            write_result(tmp_path, path, run)
    done = invoke("history", tmp_path, "--lang", "de")
    assert "anna: Schwächeres Hohlkreuz als am 1. März 2026" in done.stdout
    assert "Ben <3: Keine klare Veränderung" in done.stdout
    assert sorted(path.name for path in tmp_path.glob("*.html")) == ["history-Ben-3.html", "history-anna.html"]
    one = invoke("history", tmp_path, "--runner", "anna")
    assert one.stdout.startswith("anna: Less hollow than on 1 March 2026")
    assert "no results of this runner" in invoke("history", tmp_path, "--runner", "Cleo").the_line()
    all_of_one = invoke("history", tmp_path, "--together")
    assert "4 runs" in all_of_one.stdout


def test_folder_without_results_is_one_line(tmp_path: Path) -> None:
    assert "contains no results of posture" in invoke("history", tmp_path).the_line()
    assert "nothere: there is no such folder." in invoke("history", tmp_path / "nothere").the_line()
    (tmp_path / "a.json").touch()
    assert "a.json: is not a folder." in invoke("history", tmp_path / "a.json").the_line()


def test_unreadable_results_are_named(folder: Path) -> None:
    (folder / "00-posture" / "analysis.json").write_text("{", encoding="utf-8")
    done = invoke("history", folder)
    assert done.exit_code == 0
    assert "00-posture" in done.stderr
    assert "11 runs" in done.stdout


def test_each_date_says_what_it_is(tmp_path: Path) -> None:
    write_result(tmp_path, "a", dated_run(0))
    write_result(tmp_path, "b", dated_run(30, origin="file"))
    write_result(tmp_path, "c", dated_run(60, recorded=False))
    done = invoke("history", tmp_path)
    assert "Filmed 1 Mar 2026 " in done.stdout
    assert "File of 31 Mar 2026 " in done.stdout
    assert "Analysed 27 Oct 2026" in done.stdout
    page = (tmp_path / "history.html").read_text(encoding="utf-8")
    assert "Filmed 1 Mar 2026" in page
    assert "File of 31 Mar 2026" in page


def test_clips_of_one_day_are_told_apart_by_their_times(tmp_path: Path) -> None:
    for number in range(2):
        run = dated_run(number / 24, name=f"{number}.mp4", lumbar_arch_deg=ARCH - 15 * number)
        write_result(tmp_path, str(number), run)
    times = [entry.date.strftime("%H:%M") for entry in posture.history(tmp_path).entries]
    done = invoke("history", tmp_path)
    assert f"Less hollow than at {times[0]}:" in done.stdout
    assert "2 runs of one day, 1 March 2026 (when filmed)" in done.stdout
    assert [f"1 Mar 2026, {time}" in done.stdout for time in times] == [True, True]
    page = (tmp_path / "history.html").read_text(encoding="utf-8")
    assert f"Filmed 1 Mar 2026, {times[1]}" in page
    assert f"Schwächeres Hohlkreuz als um {times[0]} Uhr" in invoke("history", tmp_path, "--lang", "de").stdout


def test_clips_of_one_minute_are_told_apart_by_their_names(tmp_path: Path) -> None:
    for name, arch in (("a.mp4", ARCH), ("b.mp4", ARCH - 15)):
        write_result(tmp_path, name, dated_run(0, name=name, lumbar_arch_deg=arch, origin="file"))
    done = invoke("history", tmp_path)
    assert "hollow than in " in done.stdout
    assert "2 runs of one day, 1 March 2026 (when the files were last changed)" in done.stdout
    assert "1 Mar 2026, a.mp4" in done.stdout


def test_json_alone_writes_no_page(folder: Path, tmp_path: Path) -> None:
    done = invoke("history", folder, "--json", "-")
    written = json.loads(done.stdout)
    assert written["schema"] == "posture.history/1"
    assert len(written["entries"]) == 12
    assert not (folder / "history.html").exists()
    file = tmp_path / "all.json"
    told = invoke("history", folder, "--json", file)
    assert json.loads(file.read_text(encoding="utf-8")) == written
    assert told.stdout.splitlines()[-1] == f"Results: {file}"
    invoke("history", folder, "--json", file, "--out", tmp_path / "pages")
    assert (tmp_path / "pages" / "history.html").exists()


@pytest.mark.parametrize("name", ["03-posture/analysis.json", "broken/analysis.json"])
def test_json_is_never_written_over_a_result(folder: Path, name: str) -> None:
    (folder / "broken").mkdir()
    (folder / "broken" / "analysis.json").write_text("{", encoding="utf-8")
    before = (folder / name).read_bytes()
    done = invoke("history", folder, "--json", folder / name)
    assert done.exit_code == 1
    assert "would be overwritten, but it is also an input" in done.stderr
    assert (folder / name).read_bytes() == before


def test_json_of_several_runners_asks_for_one(tmp_path: Path) -> None:
    for name in ("anna", "ben"):
        write_result(tmp_path, f"{name}/1", dated_run(0, name=f"{name}.mp4"))
    done = invoke("history", tmp_path, "--json", "-")
    assert "contains results of anna and ben" in done.the_line()
    assert "--runner" in done.the_line()
    one = json.loads(invoke("history", tmp_path, "--json", "-", "--runner", "ben").stdout)
    assert one["runner"] == "ben"
