"""Discovery of clips by their content."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers import video_factory

from posture.batch.discovery import discover_clips, discover_files, find_clips
from posture.batch.layout import ClipFilter
from posture.errors import OutputError, VideoError


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the content of a small clip."""
    return video_factory.write_clip(tmp_path_factory.mktemp("clip") / "clip.mp4", frames=4).read_bytes()


def images(folder: Path, count: int, name: str = "frame{}.png") -> Path:
    from PIL import Image

    folder.mkdir(parents=True)
    for n in range(count):
        Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(folder / name.format(n))
    return folder


def names(
    folder: Path,
    *,
    out: Path | None = None,
    on_unreadable: Callable[[Path], None] | None = None,
    **selection: Any,
) -> list[str]:
    clips = find_clips(folder, ClipFilter(**selection), out=out, on_unreadable=on_unreadable)
    return [clip.name for clip in clips]


def test_content_decides_where_the_suffix_is_unknown(tmp_path: Path, clip: bytes) -> None:
    (tmp_path / "clip").write_bytes(clip)
    (tmp_path / "clip.bin").write_bytes(clip)
    (tmp_path / "noise.bin").write_bytes(b"\0\1\2" * 100)
    (tmp_path / "text").write_text("hello " * 50, encoding="utf-8")
    (tmp_path / "table.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (tmp_path / "broken.mp4").write_bytes(b"no video")
    (tmp_path / "empty.mov").write_bytes(b"")
    (tmp_path / ".hidden.mp4").write_bytes(clip)
    assert names(tmp_path) == ["broken.mp4", "clip", "clip.bin", "empty.mov"]


def test_subfolders_are_searched_only_if_recursive(tmp_path: Path, clip: bytes) -> None:
    for place in ("a.mp4", "b/c.mp4", "b/d/e.mov", ".git/f.mp4"):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_bytes(clip)
    assert names(tmp_path) == ["a.mp4"]
    assert names(tmp_path, recursive=True) == ["a.mp4", "b/c.mp4", "b/d/e.mov"]


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_broken_link_hides_no_other_clip(tmp_path: Path, clip: bytes) -> None:
    (tmp_path / "a.mp4").write_bytes(clip)
    (tmp_path / "odd").symlink_to("x" * 300)
    (tmp_path / "itself").symlink_to("itself")
    assert names(tmp_path, recursive=True) == ["a.mp4"]


def test_globs_include_and_exclude_clips(tmp_path: Path, clip: bytes) -> None:
    for place in ("a.mp4", "b/c.mp4", "b/d.mov"):
        (tmp_path / place).parent.mkdir(exist_ok=True)
        (tmp_path / place).write_bytes(clip)
    assert names(tmp_path, recursive=True, include=["*.mp4"]) == ["a.mp4", "b/c.mp4"]
    assert names(tmp_path, recursive=True, include=["b/*"], exclude=["*.mov"]) == ["b/c.mp4"]


def test_folder_of_numbered_images_is_one_clip(tmp_path: Path) -> None:
    images(tmp_path / "run", 30)
    images(tmp_path / "few", 3)
    images(tmp_path / "album", 30, name="p{}.png")
    assert names(tmp_path) == ["album", "run"]


def test_result_folders_hold_no_clips(tmp_path: Path, clip: bytes) -> None:
    (tmp_path / "jog.mp4").write_bytes(clip)
    for folder, mark in (("jog-posture", "analysis.json"), ("all", "summary.csv"), ("one", "batch.json")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / mark).write_text("{}", encoding="utf-8")
        (tmp_path / folder / "annotated.mp4").write_bytes(clip)
    (tmp_path / "out" / "jog").mkdir(parents=True)
    (tmp_path / "out" / "jog" / "annotated.mp4").write_bytes(clip)
    assert names(tmp_path, recursive=True, out=tmp_path / "out") == ["jog.mp4"]


def test_results_are_no_folder_of_clips(tmp_path: Path, clip: bytes) -> None:
    (tmp_path / "analysis.json").write_text("{}", encoding="utf-8")
    (tmp_path / "annotated.mp4").write_bytes(clip)
    with pytest.raises(VideoError, match="contains the results of an analysis"):
        list(find_clips(tmp_path))


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="no links on this system")
def test_circular_links_are_followed_once(tmp_path: Path, clip: bytes) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "clip.mp4").write_bytes(clip)
    (tmp_path / "a" / "again").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "gone.mp4").symlink_to(tmp_path / "nowhere")
    assert names(tmp_path, recursive=True) == ["a/clip.mp4"]


def test_signature_changes_with_the_file(tmp_path: Path, clip: bytes) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(clip)
    (first,) = find_clips(tmp_path)
    (again,) = find_clips(tmp_path)
    path.write_bytes(clip + b"\0")
    (after,) = find_clips(tmp_path)
    assert first == again
    assert first.signature != after.signature


@pytest.mark.parametrize("what", ["gone", "file"])
def test_missing_folder_is_one_line(tmp_path: Path, what: str) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(VideoError, match=r"folder\. Name a folder of clips"):
        list(find_clips(tmp_path / what))


def test_named_files_are_clips_below_their_common_folder(tmp_path: Path, clip: bytes) -> None:
    for name in ("may/a.mp4", "june/a.mp4"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(clip)
    paths = [str(tmp_path / name) for name in ("may/a.mp4", "june/a.mp4", "june/../june/a.mp4")]
    clips = discover_files(paths, ClipFilter(), out=str(tmp_path / "out"))
    assert [one.name for one in clips] == ["june/a.mp4", "may/a.mp4"]
    assert clips[0].size == len(clip)
    (only,) = discover_files(paths, ClipFilter(exclude=("june/*",)), out=str(tmp_path / "out"))
    assert only.name == "may/a.mp4"


def test_missing_file_and_folder_among_files_are_one_line(tmp_path: Path) -> None:
    with pytest.raises(VideoError, match="no such file or folder"):
        discover_files([str(tmp_path / "gone.mp4")], ClipFilter(), out="out")
    with pytest.raises(VideoError, match=r"is a folder\. Name files, or one folder alone"):
        discover_files([str(tmp_path)], ClipFilter(), out="out")


def test_output_into_the_folder_of_clips_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"is the folder of the clips\. Name another folder"):
        discover_clips(f"{tmp_path}/", ClipFilter(), out=str(tmp_path))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names on this system")
def test_special_files_are_skipped(tmp_path: Path, clip: bytes) -> None:
    (tmp_path / "jog.mp4").write_bytes(clip)
    os.mkfifo(tmp_path / "pipe.mp4")
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(os.path.relpath(tmp_path / "socket.mp4"))
        assert names(tmp_path) == ["jog.mp4"]


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="other permissions on this system")
@pytest.mark.parametrize("mode", [0o000, 0o644])
def test_unreadable_subfolder_is_reported(clip: bytes, mode: int) -> None:
    unreadable: list[Path] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "jog.mp4").write_bytes(clip)
        (folder / "closed").mkdir()
        (folder / "closed" / "b.mp4").write_bytes(clip)
        (folder / "closed").chmod(mode)
        user = os.geteuid()
        if user == 0:
            # An administrator may read everything.
            os.seteuid(65534)
        try:
            assert names(folder, recursive=True, on_unreadable=unreadable.append) == ["jog.mp4"]
        finally:
            os.seteuid(user)
            (folder / "closed").chmod(0o700)
    assert [path.name for path in unreadable] == ["closed"]


def test_folder_without_clips_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(VideoError, match=r"contains no clips.*--recursive"):
        discover_clips(str(tmp_path), ClipFilter(), out="x")
