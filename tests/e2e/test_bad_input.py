"""Bad input gives one line with advice and exit code 1; no traceback, nothing written."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import pytest
from conftest import RunCli
from helpers.cli_runner import AnalysisOf, codes, invoke
from helpers.derived_clips import sample
from helpers.video_factory import damage, truncate, write_audio, write_clip

import posture
from tools.hostile_corpus import cases

Make = Callable[[Path], Path]


def nothing(folder: Path) -> Path:
    return folder / "jog.mp4"


def empty_folder(folder: Path) -> Path:
    (folder / "clip").mkdir()
    return folder / "clip"


def folder_of_texts(folder: Path) -> Path:
    (folder / "clip").mkdir()
    (folder / "clip" / "notes.txt").write_text("ran", encoding="utf-8")
    return folder / "clip"


def empty_file(folder: Path) -> Path:
    (folder / "jog.mp4").touch()
    return folder / "jog.mp4"


def text_renamed(folder: Path) -> Path:
    (folder / "jog.mp4").write_text("Dear diary, today I ran.\n" * 50, encoding="utf-8")
    return folder / "jog.mp4"


def playlist_renamed(folder: Path) -> Path:
    text = "#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n"
    (folder / "jog.mp4").write_text(text, encoding="utf-8")
    return folder / "jog.mp4"


def sound_only(folder: Path) -> Path:
    return write_audio(folder / "jog.m4a")


def no_index(folder: Path) -> Path:
    return truncate(write_clip(folder / "jog.mp4", frames=60), 0.6)


def no_frame(folder: Path) -> Path:
    path = write_clip(folder / "jog.mp4", frames=24, container_options={"movflags": "faststart"})
    data = bytearray(path.read_bytes())
    at = data.index(b"mdat") + 4
    data[at:] = b"\xff" * (len(data) - at)
    path.write_bytes(data)
    return path


def huge_pictures(folder: Path) -> Path:
    return cases()["bomb-gif-frames"](folder)


def loop_of_links(folder: Path) -> Path:
    (folder / "jog.mp4").symlink_to(folder / "jog.mp4")
    return folder / "jog.mp4"


def pipe(folder: Path) -> Path:
    if not hasattr(os, "mkfifo"):
        pytest.skip("no named pipes on this system")
    os.mkfifo(folder / "jog.mp4")
    return folder / "jog.mp4"


def long_name(folder: Path) -> Path:
    return folder / ("x" * 300)


def below_a_file(folder: Path) -> Path:
    (folder / "jog.mp4").write_bytes(b"x")
    return folder / "jog.mp4" / "jog.mp4"


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (nothing, "no such file or folder"),
        (empty_folder, "is a folder without images"),
        (folder_of_texts, "is a folder without images"),
        (empty_file, "is empty (0 bytes)"),
        (text_renamed, "is a text file, not a video"),
        (playlist_renamed, "is a text file, not a video"),
        (sound_only, "contains sound only, no video"),
        (no_index, "has no index"),
        (no_frame, "not one picture could be decoded (codec: h264)"),
        (huge_pictures, "its pictures are too large (16000 x 16000 pixels)"),
        (loop_of_links, "cannot be opened"),
        (pipe, "is not a file"),
        (long_name, "name too long"),
        (below_a_file, "cannot be opened"),
    ],
)
def test_bad_clip_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Make, said: str) -> None:
    clip = make(tmp_path)
    monkeypatch.chdir(tmp_path)
    before = set(tmp_path.rglob("*"))
    line = invoke("analyze", clip).the_line()
    assert said in line
    # A name too long for a clip is too long for the result folder, which is checked first.
    assert (clip.name if make is long_name else str(clip)) in line
    assert set(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("path", ["-", "/dev/null"])
def test_path_that_is_no_file_is_one_line(path: str) -> None:
    assert path in invoke("analyze", path, "--json", "-").the_line()


@pytest.mark.parametrize("address", ["https://example.org/jog.mp4", "rtsp://camera.local/live"])
def test_urls_are_not_fetched(address: str) -> None:
    line = invoke("analyze", address, "--json", "-").the_line()
    assert "address" in line
    assert "download" in line.lower()


def test_bad_clip_is_one_line_in_a_process_too(run_cli: RunCli, tmp_path: Path) -> None:
    done = run_cli("analyze", "none.mp4")
    assert done.exit_code == 1
    assert done.stdout == ""
    assert done.stderr == "posture: none.mp4: no such file or folder. Check the name.\n"
    assert list(tmp_path.iterdir()) == []


def test_truncated_clip_is_analysed_up_to_its_end(tmp_path: Path, analysis_of: AnalysisOf) -> None:
    path = tmp_path / "cut.mkv"
    with av.open(str(sample("run_neutral"))) as source, av.open(str(path), "w") as out:
        stream = out.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                out.mux(packet)
    found = analysis_of(truncate(path, 0.3))
    assert 30 < found["source"]["frames_read"] < 200
    issue = next(i for i in found["quality"]["issues"] if i["code"] == "damaged")
    assert not issue["blocking"]
    assert re.search(r"ends after \d\.\d s of 8\.0 s; \d+ of about 2[34]\d frames could not", issue["message"])
    assert issue["advice"]


def test_damage_in_the_middle_is_reported(tmp_path: Path, analysis_of: AnalysisOf) -> None:
    path = damage(Path(shutil.copy(sample("run_neutral"), tmp_path / "jog.mp4")), 0.30, 0.33)
    found = analysis_of(path, "--start", "1.5", "--end", "3.5")
    assert found["source"]["frames_read"] > 20
    assert "damaged" in codes(found, blocking=False)


@pytest.fixture
def altered_package(tmp_path: Path) -> Path:
    """Return a folder with a copy of the package whose model files may be changed."""
    package = Path(posture.__file__).parent
    models = package / "_models" if (package / "_models").is_dir() else package.parent / "models"
    shutil.copytree(package, tmp_path / "copy" / "posture", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(models, tmp_path / "copy" / "posture" / "_models", dirs_exist_ok=True)
    return tmp_path / "copy"


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("pose_landmarker_full.task", "remove", "the model file is missing"),
        ("pose_landmarker_full.task", "alter", "not the released one"),
        ("pose_landmarker_full.task", "cut", "not the released one"),
        ("back_outline.json", "remove", "missing"),
        ("back_outline.json", "cut", "back_outline.json"),
    ],
)
def test_wrong_model_file_is_one_line(
    altered_package: Path, tmp_path: Path, run_cli: RunCli, name: str, change: str, said: str
) -> None:
    path = altered_package / "posture" / "_models" / name
    if change == "remove":
        path.unlink()
    elif change == "cut":
        truncate(path, 0.5)
    else:
        damage(path, 0.5, 0.5001)
    clip = write_clip(tmp_path / "jog.mp4", frames=3)
    done = run_cli("analyze", clip, "--json", "-", env={"PYTHONPATH": str(altered_package)})
    assert done.exit_code == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    assert str(path) in done.stderr
    assert said in done.stderr
    assert "Install the package again" in done.stderr


def test_names_with_unusual_characters_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("[bold]a[red] :smile: %s {0}\nb\x1b[31m ö 名.mp4", "-q.mp4", os.fsdecode(b"\xff\xfe.mp4")):
        clip = tmp_path / name
        try:
            write_clip(tmp_path / "plain.mp4", frames=3).rename(clip)
        except OSError:
            continue  # not every file system takes every name
        done = invoke("analyze", "--out", tmp_path / "out", "--", name)
        assert done.exit_code == 0, done.stderr
        assert "\x1b" not in done.stdout
        assert done.stdout.count("Results: ") == 1
        assert (tmp_path / "out" / "analysis.json").exists()


@pytest.mark.parametrize("name", ["clip.mp4", "no\nsuch\x1b[31m.mp4", "[bold]none.mp4"])
def test_message_is_one_line_whatever_the_name(name: str) -> None:
    assert "\x1b" not in invoke("analyze", name, "--json", "-").the_line()


def test_non_square_pixels_are_made_square(tmp_path: Path) -> None:
    found = invoke("analyze", write_clip(tmp_path / "jog.mp4", frames=3, pixel_aspect=Fraction(4, 3)), "--json", "-")
    assert found.json["source"]["width"] == pytest.approx(160 * 4 / 3, abs=1)
