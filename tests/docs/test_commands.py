"""Every command and Python program of README and docs works, and quoted output is what they print."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import av
import click
import pytest
from helpers.documented_commands import PAGES, ROOT, Snippet, snippets_in

from posture.cli.main import cli
from posture.video import open_video

# Commands that need a camera, a cluster, object storage or minutes of exercise; their options are checked all the same.
NOT_RUN = re.compile(
    r"posture live($| http://| --record session$| --coach \w+( --no-camera)?$)"
    r"|--scheduler tcp://"
    r"|s3://|filesystem\(\"s3\"\)"
)
# Programs that analyse nothing.
FAST = re.compile(r"posture (exercises|doctor)\b|schema_text")


def runnable(page: Path) -> list[Snippet]:
    """Return the snippets of a page that can run anywhere; no output without its command."""
    snippets: list[Snippet] = []
    for snippet in snippets_in(page):
        if not NOT_RUN.search(snippet.text):
            snippets.append(snippet)
    return snippets


def _page_id(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def _pages_to_run() -> Iterator[object]:
    for page in PAGES:
        snippets = runnable(page)
        if snippets:
            # The README's analysis takes seconds and is what everybody tries first.
            fast = page.name == "README.md" or all(FAST.search(snippet.text) for snippet in snippets)
            marks = () if fast else (pytest.mark.slow, pytest.mark.timeout(1200))
            yield pytest.param(page, id=_page_id(page), marks=marks)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the files that the documentation names."""
    for name in ("samples", "tests"):
        (tmp_path / name).symlink_to(ROOT / name, target_is_directory=True)
    samples = ROOT / "samples"
    shutil.copy(samples / "run_neutral.mp4", tmp_path / "jog.mp4")
    shutil.copy(samples / "stand_neutral.mp4", tmp_path / "stand.mp4")
    (tmp_path / "clips").mkdir()
    shutil.copy(samples / "stand_hollow.mp4", tmp_path / "clips" / "anna_03_stand.mp4")
    return tmp_path


def join_clips(clips: list[Path], target: Path) -> None:
    """Write samples one behind the other."""
    with av.open(str(target), "w") as container:
        stream = container.add_stream("libx264", rate=30, options={"crf": "18"})
        stream.pix_fmt = "yuv420p"
        stream.width, stream.height = 1280, 720
        for clip in clips:
            with open_video(clip) as video:
                for frame in video.frames():
                    container.mux(stream.encode(av.VideoFrame.from_ndarray(frame.rgb, format="rgb24")))
        container.mux(stream.encode())


def run(snippet: Snippet, folder: Path) -> str:
    """Run a command or program in a folder and return its output."""
    code = ["-m", "posture", *snippet.arguments] if snippet.kind == "posture" else ["-c", snippet.text]
    done = subprocess.run(
        [sys.executable, *code],
        cwd=folder,
        env={**os.environ, "PYTHONUTF8": "1", "COLUMNS": "80"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, f"{snippet.text}\n{done.stderr}"
    return done.stdout


@pytest.mark.parametrize("page", list(_pages_to_run()))
def test_documented_commands_run_and_print_quoted_output(page: Path, folder: Path) -> None:
    if "film.mp4" in page.read_text(encoding="utf-8"):
        samples = folder / "samples"
        join_clips([samples / "stand_hollow.mp4", samples / "run_hollow.mp4"], folder / "film.mp4")
    output = ""
    for snippet in runnable(page):
        if snippet.kind == "output":
            assert snippet.text in output
        else:
            output = run(snippet, folder)


@pytest.mark.parametrize("page", PAGES, ids=_page_id)
def test_documented_options_exist(page: Path) -> None:
    for snippet in snippets_in(page):
        if snippet.kind == "posture":
            assert unknown_options(snippet.arguments) == [], snippet.text


def unknown_options(arguments: list[str]) -> list[str]:
    """Return the command, or those of its options, that the command line does not know."""
    name = "analyze" if arguments[0].endswith((".mp4", "-posture")) else arguments[0]
    command = cli.commands.get(name)
    if command is None:
        return arguments[:1]
    known = {name for option in command.params if isinstance(option, click.Option) for name in option.opts}
    return [word for word in arguments[1:] if word.startswith("--") and word not in known | {"--help"}]


def test_unknown_option_of_documented_command_is_found() -> None:
    assert unknown_options(["analyze", "jog.mp4", "--no-film"]) == ["--no-film"]
    assert unknown_options(["analyse", "jog.mp4"]) == ["analyse"]
    assert unknown_options(["analyze", "jog.mp4", "--no-video", "--out", "results"]) == []
