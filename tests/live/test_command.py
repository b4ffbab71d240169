"""``posture live`` from the command line, without a window."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import av
import psutil
import pytest
from conftest import RunCli
from helpers.analysis_factory import analysis
from helpers.camera_streams import serving
from helpers.cli_runner import invoke

NO_SCREEN = {"DISPLAY": "", "WAYLAND_DISPLAY": ""}


@pytest.mark.parametrize("option", ["--record", "--baseline"])
def test_an_empty_name_is_wrong_usage_and_not_this_folder(samples_dir: Path, option: str) -> None:
    done = invoke("live", samples_dir / "run_hollow.mp4", option, "")
    assert done.exit_code == 2
    assert "the name is empty" in done.stderr


def test_a_file_as_a_camera_is_measured_and_recorded(
    run_cli: RunCli, samples_dir: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "session"
    done = run_cli(
        "live", samples_dir / "run_hollow.mp4", "--every-frame", "--model", "lite", "--record", folder,
        "--lang", "en", env=NO_SCREEN, timeout_s=300.0,
    )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    # Without a screen the terminal is chosen, and said.
    assert "there is no screen" in done.stderr
    assert "Hollow back |" in done.stdout
    assert "1 reminder of a hollow back" in done.stdout
    assert f"Results: {folder}" in done.stdout
    found = json.loads((folder / "analysis.json").read_text(encoding="utf-8"))
    assert found["verdict"]["label"] == "hollow_back"
    assert found["source"]["frames_read"] == 240
    assert found["source"]["path"].endswith("session.mp4")
    assert (folder / "report.html").stat().st_size > 100_000
    for name in ("session.mp4", "annotated.mp4"):
        with av.open(str(folder / name)) as container:
            frames = [frame.time for frame in container.decode(video=0)]
        assert len(frames) == 240
        assert frames[-1] - frames[0] == pytest.approx(239 / 30, abs=0.01)
    again = run_cli(
        "live", samples_dir / "run_hollow.mp4", "--no-window", "--record", folder, "--lang", "en", env=NO_SCREEN
    )  # fmt: skip
    assert again.exit_code == 1
    assert "holds a session already" in again.stderr


def test_a_stream_that_ends_keeps_what_was_recorded(run_cli: RunCli, tmp_path: Path) -> None:
    folder = tmp_path / "session"
    with serving() as server:
        done = run_cli(
            "live", server.address, "--no-window", "--model", "lite", "--record", folder, "--seconds", "4",
            "--lang", "en", env=NO_SCREEN, timeout_s=200.0,
        )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    assert "Set the camera up | " in done.stdout
    assert "0 reminders" in done.stdout
    found = json.loads((folder / "analysis.json").read_text(encoding="utf-8"))
    assert found["verdict"]["label"] == "not_measurable"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.mp4"], "is not there"),
        (["97"], "there is no camera"),
        (["http://127.0.0.1:9/"], "gives no picture"),
    ],
)
def test_what_cannot_be_opened_is_one_line(run_cli: RunCli, arguments: list[str], words: str) -> None:
    done = run_cli("live", *arguments, "--no-window", "--lang", "en", env=NO_SCREEN)
    assert done.exit_code == 1
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


def test_every_frame_of_a_stream_is_wrong_usage() -> None:
    line = invoke("live", "http://127.0.0.1:9/", "--every-frame", "--no-window", "--lang", "en").the_line(2)
    assert "only a file or folder" in line


def test_a_baseline_of_another_model_is_refused(run_cli: RunCli, tmp_path: Path) -> None:
    own = tmp_path / "stand.json"
    own.write_text(analysis("standing").to_json(), encoding="utf-8")
    made_with = analysis("standing").software.model
    other = "lite" if made_with != "lite" else "full"
    done = run_cli(
        "live", __file__, "--no-window", "--baseline", own, "--model", other, "--lang", "en", env=NO_SCREEN
    )
    assert done.exit_code == 1
    assert f"Add: --model {made_with}" in done.stderr


def test_help_does_not_load_a_heavy_library(run_cli: RunCli) -> None:
    done = run_cli("live", "--help")
    assert done.exit_code == 0
    assert "--record" in done.stdout


def test_recording_survives_being_killed(tmp_path: Path) -> None:
    """A video that nobody ended can be read up to its last second."""
    code = f"""
import os, numpy as np, time
from pathlib import Path
from posture.video.recorder import Recorder
recorder = Recorder(Path({str(tmp_path / "cut.mp4")!r}))
for number in range(150):
    recorder.add(np.full((120, 160, 3), number, dtype=np.uint8), number / 30)
time.sleep(1.0)
os._exit(9)
"""
    subprocess.run([sys.executable, "-c", code], timeout=90.0, check=False)
    with av.open(str(tmp_path / "cut.mp4")) as container:
        assert sum(1 for _ in container.decode(video=0)) >= 90


def started(arguments: list[str], **options: Any) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "posture", "live", "--no-window", "--lang", "en", "--model", "lite"]
    return subprocess.Popen(
        [*command, "--mute", *arguments],
        env={**os.environ, **NO_SCREEN},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def limit_files() -> None:
    """Let no file grow beyond 2 kB, as on a full disk."""
    import resource

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits of a process")
def test_a_full_disk_is_told_and_the_session_goes_on(tmp_path: Path) -> None:
    # A second of pictures is written at once; a slow machine takes a few seconds to see as many.
    arguments = ["--seconds", "8", "--record", str(tmp_path / "session")]
    with serving() as server, started([server.address, *arguments], preexec_fn=limit_files) as process:
        out, err = process.communicate(timeout=100.0)
    assert process.returncode == 1
    assert "session.mp4: cannot be written" in err.splitlines()[0]
    assert "Traceback" not in err
    assert "pictures looked at" in out
    assert "0 reminders" in out


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
def test_a_killed_session_leaves_its_video_and_no_process() -> None:
    with serving() as server, started([server.address]) as process:
        assert process.stdout is not None
        assert "starts" in process.stdout.readline()
        assert "Set the camera up" in process.stdout.readline()
        others = psutil.Process(process.pid).children(recursive=True)
        assert others
        process.kill()
        gone, alive = psutil.wait_procs(others, timeout=20.0)
    assert alive == []
    assert len(gone) == len(others)


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
@pytest.mark.parametrize("number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)])
def test_ctrl_c_and_a_polite_kill_keep_what_was_recorded(number: int, tmp_path: Path) -> None:
    folder = tmp_path / "session"
    with serving() as server, started([server.address, "--record", str(folder)]) as process:
        assert process.stdout is not None
        while "Set the camera up" not in process.stdout.readline():
            assert process.poll() is None
        process.send_signal(number)
        out, err = process.communicate(timeout=60.0)
    assert process.returncode == 0, err
    assert f"Results: {folder}" in out
    assert (folder / "report.html").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
@pytest.mark.parametrize("wait_s", [0.1, 0.6])
def test_ctrl_c_right_after_the_start_prints_no_traceback(wait_s: float) -> None:
    """A terminal sends it to the process that measures too, while that one still loads."""
    with serving() as server, started([server.address], start_new_session=True) as process:
        assert process.stdout is not None
        assert "starts" in process.stdout.readline()
        time.sleep(wait_s)
        os.killpg(process.pid, signal.SIGINT)
        _out, err = process.communicate(timeout=60.0)
    assert "Traceback" not in err


@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal of Unix")
def test_a_terminal_shows_its_keys_and_hears_them() -> None:
    import pty

    ours, theirs = pty.openpty()
    command = [
        sys.executable,
        "-m",
        "posture",
        "live",
        "--no-window",
        "--lang",
        "en",
        "--model",
        "lite",
        "--mute",
    ]
    with serving() as server:
        process = subprocess.Popen(
            [*command, server.address],
            env={**os.environ, **NO_SCREEN, "TERM": "xterm", "COLUMNS": "100"},
            stdin=theirs,
            stdout=theirs,
            stderr=subprocess.PIPE,
            text=True,
        )
        os.close(theirs)
        shown = ""
        pressed = False
        with suppress(OSError), process:
            while data := os.read(ours, 65536):
                shown += data.decode(errors="replace")
                if not pressed and "Step into the picture" in shown:
                    pressed = os.write(ours, b"q") == 1
        assert process.stderr is not None
    os.close(ours)
    assert process.returncode == 0
    assert "n: neutral · p: pause · r: record · m: mute · q: quit" in shown
    assert "sound off" in shown
    assert "pictures looked at" in shown


@pytest.mark.parametrize("option", ["--seconds", "--hold", "--rest"])
@pytest.mark.parametrize("value", ["nan", "inf"])
def test_what_is_a_number_only_by_name_is_wrong_usage(option: str, value: str) -> None:
    done = invoke("live", "--coach", "core", "--no-camera", option, value)
    assert done.exit_code == 2
    assert option in done.stderr
