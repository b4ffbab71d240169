"""Inputs are never overwritten."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from helpers.analysis_factory import analysis
from helpers.cli_runner import Clip, invoke
from helpers.derived_clips import same
from helpers.video_factory import write_images

SAID = "would be overwritten, but it is also an input"


@pytest.fixture
def jog(clip: Clip, tmp_path: Path) -> Path:
    return Path(shutil.copy(clip("blink.mp4", "run_neutral", same, end_s=0.1), tmp_path / "jog.mp4"))


@pytest.fixture
def stand(tmp_path: Path) -> Path:
    path = tmp_path / "analysis.json"
    path.write_text(analysis("standing").to_json(), encoding="utf-8")
    return path


def test_json_target_cannot_replace_the_clip(jog: Path, tmp_path: Path) -> None:
    data = jog.read_bytes()
    (tmp_path / "link.mp4").symlink_to(jog)
    for target in (jog, tmp_path / "x" / ".." / "jog.mp4", tmp_path / "link.mp4"):
        line = invoke("analyze", jog, "--json", target).the_line()
        assert SAID in line
        assert str(target) in line
    assert jog.read_bytes() == data


def test_results_cannot_replace_the_baseline(jog: Path, stand: Path, tmp_path: Path) -> None:
    text = stand.read_text(encoding="utf-8")
    for where in (("--json", stand), ("--out", tmp_path)):
        assert SAID in invoke("analyze", jog, "--baseline", stand, *where).the_line()
    assert stand.read_text(encoding="utf-8") == text


@pytest.mark.parametrize("name", ["annotated.mp4", "back.jpg", "frames.csv", "report.html", "movement.nc"])
def test_results_cannot_replace_a_clip_with_the_name_of_a_result(jog: Path, tmp_path: Path, name: str) -> None:
    named = jog.rename(tmp_path / name)
    data = named.read_bytes()
    assert SAID in invoke("analyze", named, "--out", tmp_path).the_line()
    assert named.read_bytes() == data


@pytest.mark.parametrize("name", ["annotated.mp4", "analysis.json", "report.html", "strides.parquet"])
def test_folder_in_place_of_a_result_fails_before_the_analysis(jog: Path, tmp_path: Path, name: str) -> None:
    out = tmp_path / "out"
    (out / name).mkdir(parents=True)
    (out / "tables.json").write_text("earlier", encoding="utf-8")
    line = invoke("analyze", jog, "--out", out).the_line()
    assert str(out / name) in line
    assert "is a folder" in line
    assert (out / "tables.json").read_text(encoding="utf-8") == "earlier"


def test_results_cannot_be_written_among_the_images_of_a_clip(tmp_path: Path) -> None:
    pictures = write_images(tmp_path / "pictures", count=2)
    assert SAID in invoke("analyze", pictures, "--out", pictures).the_line()
    assert len(list(pictures.iterdir())) == 2


@pytest.mark.parametrize("place", [0, 1])
def test_json_target_cannot_replace_a_compared_file(stand: Path, tmp_path: Path, place: int) -> None:
    other = tmp_path / "other.json"
    other.write_text(analysis().to_json(), encoding="utf-8")
    assert SAID in invoke("compare", stand, other, "--json", (stand, other)[place]).the_line()
    assert invoke("compare", stand, other, "--json", tmp_path / "new.json").exit_code == 0
