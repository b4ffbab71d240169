"""The folder of a comparison: its name, and the films and reports that its page leads to."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.dated_results import ARCH, dated_run, write_result

from posture.analysis.compare_clips import comparison_of
from posture.output.comparison import default_comparison_dir, numbered_for, relative_link, save_comparison
from posture.records.analysis import Analysis

MAY, JUNE = dated_run(60, name="may.mp4"), dated_run(90, name="june.mp4", lumbar_arch_deg=ARCH - 12)


def page(clips: tuple[Path, Path], folder: Path, analyses: tuple[Analysis, Analysis] = (MAY, JUNE)) -> str:
    save_comparison(comparison_of(*analyses), analyses, clips, folder)
    return (folder / "comparison.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("before", "after", "name"),
    [
        ("may-posture", "june-posture", "june-vs-may"),
        ("may-posture/analysis.json", "june.mp4", "june-vs-may"),
        ("may.json", "x/june.mov", "june-vs-may"),
        ("may/jog.mp4", "june/jog.mp4", "june-jog-vs-may-jog"),
    ],
)
def test_folder_is_named_by_both_clips(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str, after: str, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for place in ("may-posture", "june-posture"):
        write_result(tmp_path, place, MAY)
    assert default_comparison_dir(Path(before), Path(after)) == Path(name)


def test_other_comparison_keeps_its_folder(tmp_path: Path) -> None:
    clips = tmp_path / "may.mp4", tmp_path / "june.mp4"
    page(clips, tmp_path / "c")
    assert numbered_for(tmp_path / "c", comparison_of(MAY, JUNE)) == tmp_path / "c"
    back = comparison_of(JUNE, MAY)
    assert numbered_for(tmp_path / "c", back) == tmp_path / "c-2"
    page(clips, tmp_path / "c-2", (JUNE, MAY))
    assert numbered_for(tmp_path / "c", back) == tmp_path / "c-2"
    assert numbered_for(tmp_path / "d", back) == tmp_path / "d"


def test_films_and_reports_beside_the_analyses_are_on_the_page(tmp_path: Path) -> None:
    folders = tmp_path / "may", tmp_path / "june 1"
    for folder, made in zip(folders, (MAY, JUNE), strict=True):
        write_result(tmp_path, folder.name, made)
        (folder / "report.html").touch()
        (folder / "annotated.mp4").write_bytes(b"film of " + folder.name.encode())
    text = page(folders, tmp_path / "c")
    assert 'href="../june%201/report.html"' in text
    assert text.count("data:video/mp4;base64,") == 2
    assert "Filmed 30 Apr 2026" in text
    (folders[0] / "annotated.mp4").unlink()
    assert "<video" not in page(folders, tmp_path / "c")


def test_clip_is_shown_by_its_results_unless_they_are_of_another_clip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for made in (MAY, JUNE):
        name = made.source.path.removesuffix(".mp4")
        write_result(tmp_path, f"{name}-posture", made)
        (tmp_path / f"{name}-posture" / "annotated.mp4").write_bytes(b"film")
    clips = Path("may.mp4"), Path("june.mp4")
    assert page(clips, Path("c")).count("data:video/mp4") == 2
    assert "data:video/mp4" not in page(clips, Path("c"), (MAY, dated_run(91, name="other.mp4")))


def test_link_leads_to_the_file_from_any_folder(tmp_path: Path) -> None:
    assert relative_link(tmp_path / "a#b" / "ü.html", tmp_path / "c" / "d") == "../../a%23b/%C3%BC.html"
