"""Unwritable results: one line, and no incomplete files."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from helpers.cli_runner import invoke
from helpers.derived_clips import sample
from helpers.video_factory import write_clip

TINY = 16 * 1024


@pytest.fixture(scope="module")
def tiny_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a clip that is analysed within a moment."""
    return write_clip(tmp_path_factory.mktemp("tiny") / "jog.mp4", frames=3)


def mounted(folder: Path, options: str) -> Iterator[Path]:
    """Yield a file system of its own, kept in memory; only an administrator may make one."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", options, "posture-test", str(folder)]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("a file system to fill or to protect can only be mounted by an administrator on Linux")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    yield from mounted(tmp_path / "small", f"size={TINY}")


@pytest.fixture
def read_only_disk(tmp_path: Path) -> Iterator[Path]:
    yield from mounted(tmp_path / "fixed", "ro")


@pytest.mark.parametrize("out", ["taken", "taken/below"])
@pytest.mark.parametrize("option", ["--out", "--json"])
def test_file_in_place_of_the_folder_is_one_line(tmp_path: Path, tiny_clip: Path, option: str, out: str) -> None:
    (tmp_path / "taken").write_text("mine", encoding="utf-8")
    if (option, out) == ("--json", "taken"):
        out = "taken/below/further"
    line = invoke("analyze", tiny_clip, option, tmp_path / out).the_line()
    assert "cannot be written" in line
    assert "taken" in line
    assert (tmp_path / "taken").read_text(encoding="utf-8") == "mine"


def test_json_target_that_is_a_folder_is_one_line(tmp_path: Path, tiny_clip: Path) -> None:
    assert "it is a folder" in invoke("analyze", tiny_clip, "--json", tmp_path).the_line()


@pytest.mark.parametrize("option", ["--out", "--json"])
def test_unwritable_target_fails_before_the_analysis(tmp_path: Path, option: str) -> None:
    (tmp_path / "taken").touch()
    # The clip does not even exist: the output is checked first.
    assert "taken" in invoke("analyze", "none.mp4", option, tmp_path / "taken" / "below").the_line()


def fill(disk: Path) -> None:
    """Write to a file until the disk is full."""
    with (disk / "filler").open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"\0" * 512):
            pass


def test_full_disk_is_one_line(small_disk: Path, tiny_clip: Path) -> None:
    fill(small_disk)
    for arguments in (("--out", small_disk / "out"), ("--json", small_disk / "jog.json")):
        line = invoke("analyze", tiny_clip, *arguments).the_line(answered=True)
        assert "the disk is full" in line
        assert "Free some space" in line
        assert [p for p in small_disk.rglob("*") if p.is_file()] == [small_disk / "filler"]


def test_full_disk_keeps_the_earlier_result(small_disk: Path, tiny_clip: Path) -> None:
    (small_disk / "jog.json").write_text("earlier", encoding="utf-8")
    fill(small_disk)
    invoke("analyze", tiny_clip, "--json", small_disk / "jog.json").the_line(answered=True)
    assert (small_disk / "jog.json").read_text(encoding="utf-8") == "earlier"


@pytest.mark.parametrize("option", ["--out", "--json"])
def test_read_only_disk_is_one_line(read_only_disk: Path, tiny_clip: Path, option: str) -> None:
    line = invoke("analyze", tiny_clip, option, read_only_disk / "result").the_line()
    assert "read-only" in line or "permission denied" in line


def test_read_only_working_folder_is_one_line(
    read_only_disk: Path, tiny_clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(read_only_disk)
    assert "jog-posture" in invoke("analyze", tiny_clip).the_line()
    assert invoke("analyze", tiny_clip, "--json", "-").json["verdict"]["label"] == "not_measurable"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="an administrator may write all")
def test_folder_without_write_permission_is_one_line(tmp_path: Path, tiny_clip: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o555)
    line = invoke("analyze", tiny_clip, "--out", tmp_path / "closed" / "out").the_line()
    assert "permission denied" in line


def test_all_earlier_results_are_replaced(tmp_path: Path, tiny_clip: Path) -> None:
    out = tmp_path / "out"
    exports = {"landmarks.trc", "angles.mot", "movement.nc", "frames.parquet", "strides.parquet"}
    asked = ("--opensim", "--movement", "--parquet", "--no-video", "--out", out)
    assert invoke("analyze", sample("stand_neutral"), "--end", "1", *asked).exit_code == 0
    always = {"analysis.json", "report.html", "people.jpg", "frames.csv", "strides.csv", "tables.json"}
    assert {p.name for p in out.iterdir()} == {*always, "back.jpg", *exports}
    (out / "mine.txt").touch()
    assert invoke("analyze", tiny_clip, "--no-video", "--out", out).exit_code == 0
    assert {p.name for p in out.iterdir()} == {*always, "mine.txt"}


@pytest.mark.skipif(not Path("/dev/stdout").exists(), reason="no /dev/stdout on this system")
def test_json_can_be_written_to_a_pipe(tmp_path: Path, tiny_clip: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("no named pipes on this system")
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert invoke("analyze", tiny_clip, "--json", tmp_path / "pipe", "--quiet").exit_code == 0
        assert b'"posture.analysis/1"' in os.read(reader, 65536)
    finally:
        os.close(reader)
