"""Odd locales, terminals, clocks, full disks and closed outputs: an answer or one line, never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from helpers.video_factory import write_clip

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX: locales, limits of a process, pipes")

# Run before the command in its process.
SMALL_FILES = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))"
ENVIRONMENTS: dict[str, dict[str, str | None]] = {
    "C": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "POSIX": {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"},
    "Turkish": {"LC_ALL": "tr_TR.UTF-8", "LANGUAGE": "tr"},
    "broken": {"LANG": "\udcff=nowhere", "LC_ALL": "xx_YY.nothing", "LANGUAGE": ":::"},
    "narrow": {"COLUMNS": "1", "LINES": "1", "TERM": "xterm"},
    "absurd": {"COLUMNS": "-5", "LINES": "much", "TERM": "", "NO_COLOR": "1"},
    "homeless": {"TERM": None, "HOME": None, "TMPDIR": "/nowhere", "PATH": ""},
    "timeless": {"TZ": "Nowhere/Never", "SOURCE_DATE_EPOCH": "99999999999999"},
    "early": {"TZ": "XXX-14", "SOURCE_DATE_EPOCH": "-1"},
}


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a clip that is analysed within a moment, with a name that not every encoding has."""
    return write_clip(tmp_path_factory.mktemp("tiny") / "jög 名.mp4", frames=3)


def start(folder: Path, *arguments: str | Path, before: str = "", **env: str | None) -> subprocess.Popen[bytes]:
    """Start the command in a folder, in another environment; None takes a variable away."""
    code = f"{before}\nfrom posture.__main__ import main\nmain()"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **env}
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=folder,
        env={name: value for name, value in environment.items() if value is not None},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def analyse(folder: Path, *arguments: str | Path, before: str = "", **env: str | None) -> tuple[int, bytes, bytes]:
    """Run the command to its end; return exit code, output and errors."""
    with start(folder, "analyze", *arguments, "--model", "lite", before=before, **env) as process:
        output, errors = process.communicate(timeout=300)
    assert b"Traceback" not in errors, errors
    return process.returncode, output, errors


def names_in(folder: Path) -> set[str]:
    """Return the files of a folder of results, temporary ones too."""
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_odd_environment_gives_an_answer(tmp_path: Path, clip: Path, name: str) -> None:
    code, output, errors = analyse(tmp_path, clip, "--out", "out", "--no-video", **ENVIRONMENTS[name])
    assert code == 0, errors
    assert output
    path = json.loads((tmp_path / "out" / "analysis.json").read_bytes())["source"]["path"]
    # Without UTF-8, Python does not know the characters of a name.
    assert path == str(clip) or (name in ("C", "POSIX") and path.startswith(str(clip.parent)))


@pytest.mark.parametrize("options", [[], ["--json", "-"]], ids=["text", "json"])
def test_reader_that_leaves_gets_no_traceback_and_the_results_stay(
    tmp_path: Path, clip: Path, options: Sequence[str]
) -> None:
    with start(tmp_path, "analyze", clip, "--out", "out", "--no-video", "--model", "lite", *options) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        errors = process.stderr.read()
        assert process.wait(300) in (0, 1)
    assert errors == b""
    names = names_in(tmp_path / "out")
    assert {"analysis.json", "report.html"} <= names
    assert not {name for name in names if name.startswith(".")}


def test_file_that_grows_too_large_is_one_line_and_leaves_no_half_file(tmp_path: Path, clip: Path) -> None:
    code, _output, errors = analyse(tmp_path, clip, "--out", "out", before=SMALL_FILES)
    assert code == 1
    assert errors.startswith(b"posture: ")
    assert errors.count(b"\n") == 1
    names = names_in(tmp_path / "out")
    assert not {"report.html", "annotated.mp4"} & names
    assert not {name for name in names if name.startswith(".")}


def test_two_runs_into_one_folder_leave_whole_results(tmp_path: Path, clip: Path) -> None:
    commands = ["analyze", clip, "--out", "out", "--model", "lite"]
    with start(tmp_path, *commands) as first, start(tmp_path, *commands) as second:
        for process in (first, second):
            _output, errors = process.communicate(timeout=300)
            assert process.returncode == 0, errors
    assert not {name for name in names_in(tmp_path / "out") if name.startswith(".")}
    assert (tmp_path / "out" / "report.html").read_text("utf-8").rstrip().endswith("</html>")
    assert json.loads((tmp_path / "out" / "analysis.json").read_bytes())["source"]["path"] == str(clip)
