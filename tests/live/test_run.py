"""Tests of ``posture live`` from the command line, without a window."""

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
import numpy as np
import psutil
import pytest
from conftest import RunCli
from helpers.analysis_factory import analysis
from helpers.camera_streams import serving
from helpers.cli_runner import invoke
from helpers.waiting import all_end, until

from posture.live.detector import CameraFrame, DetectedFrame, PoseDetector
from posture.live.run import LiveOptions, _RunningLoop
from posture.live.running.check import ObserverOutput, RunningCheck
from posture.live.running.content import RunningContent
from posture.live.running.estimator import Estimator
from posture.live.running.framing import ViewCheck
from posture.live.running.state import SessionState
from posture.live.screen.terminal import Terminal
from posture.live.session import DisplayState, Session
from posture.live.source import Camera
from posture.types import PoseModel

NO_SCREEN = {"DISPLAY": "", "WAYLAND_DISPLAY": ""}


@pytest.mark.parametrize("option", ["--record", "--baseline"])
def test_empty_path_is_a_usage_error(samples_dir: Path, option: str) -> None:
    done = invoke("live", samples_dir / "run_hollow.mp4", option, "")
    assert done.exit_code == 2
    assert "the name is empty" in done.stderr


def test_file_as_camera_is_measured_and_recorded(run_cli: RunCli, samples_dir: Path, tmp_path: Path) -> None:
    folder = tmp_path / "session"
    done = run_cli(
        "live", samples_dir / "run_hollow.mp4", "--every-frame", "--model", "lite", "--record", folder,
        "--lang", "en", env=NO_SCREEN, timeout_s=300.0,
    )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    # Without a screen it falls back to the terminal, and says so.
    assert "there is no screen" in done.stderr
    assert "Hollow back |" in done.stdout
    assert "1 reminder of a hollow back" in done.stdout
    assert f"Results: {folder}" in done.stdout
    analysis_json = json.loads((folder / "analysis.json").read_text(encoding="utf-8"))
    assert analysis_json["verdict"]["label"] == "hollow_back"
    assert analysis_json["source"]["frames_read"] == 240
    assert analysis_json["source"]["path"].endswith("session.mp4")
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
    assert "already contains a session" in again.stderr


def test_stream_session_keeps_its_recording(run_cli: RunCli, tmp_path: Path) -> None:
    folder = tmp_path / "session"
    with serving() as server:
        done = run_cli(
            "live", server.address, "--no-window", "--model", "lite", "--record", folder, "--seconds", "4",
            "--lang", "en", env=NO_SCREEN, timeout_s=200.0,
        )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    assert "Set the camera up | " in done.stdout
    assert "0 reminders" in done.stdout
    analysis_json = json.loads((folder / "analysis.json").read_text(encoding="utf-8"))
    assert analysis_json["verdict"]["label"] == "not_measurable"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.mp4"], "does not exist"),
        (["97"], "there is no camera"),
        (["http://127.0.0.1:9/"], "sends no picture"),
    ],
)
def test_unopenable_source_is_reported_in_one_line(run_cli: RunCli, arguments: list[str], words: str) -> None:
    done = run_cli("live", *arguments, "--no-window", "--lang", "en", env=NO_SCREEN)
    assert done.exit_code == 1
    assert words in done.stderr
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


def test_every_frame_of_stream_is_a_usage_error() -> None:
    line = invoke("live", "http://127.0.0.1:9/", "--every-frame", "--no-window", "--lang", "en").the_line(2)
    assert "works only with a file or a folder" in line


def test_baseline_of_another_pose_model_is_refused(run_cli: RunCli, tmp_path: Path) -> None:
    own = tmp_path / "stand.json"
    own.write_text(analysis("standing").to_json(), encoding="utf-8")
    made_with = analysis("standing").software.model
    other = "lite" if made_with != "lite" else "full"
    done = run_cli("live", __file__, "--no-window", "--baseline", own, "--model", other, "--lang", "en", env=NO_SCREEN)
    assert done.exit_code == 1
    assert f"Add: --model {made_with}" in done.stderr


@pytest.mark.parametrize("made_with", ["lite", "full"])
def test_session_uses_the_pose_model_of_its_baseline(run_cli: RunCli, tmp_path: Path, made_with: PoseModel) -> None:
    stand = analysis("standing")
    stand = stand.model_copy(update={"software": stand.software.model_copy(update={"model": made_with})})
    own = tmp_path / "stand.json"
    own.write_text(stand.to_json(), encoding="utf-8")
    done = run_cli("live", __file__, "--no-window", "--baseline", own, "--lang", "en", env=NO_SCREEN)
    # It gets as far as the source, which is no video.
    assert done.stderr.startswith(f"posture: {__file__}: ")


def test_change_of_the_model_is_said_once_on_screen_and_in_the_terminal(samples_dir: Path) -> None:
    lines: list[str] = []
    loop = _RunningLoop(Terminal(RunningContent()), LiveOptions(), lines.append)
    with Estimator("full", "en", inline=True) as estimator:
        camera, check = Camera(str(samples_dir / "run_hollow.mp4")), RunningCheck("camera", estimator)
        session = Session(camera, PoseDetector("full"), check, remind=lambda: None)
        frame = CameraFrame(0, 0.0, 0.0, np.zeros((48, 64, 3), np.uint8))
        output = ObserverOutput(SessionState(), ViewCheck(None), fell_back=True)
        for _ in range(2):
            loop.show(session, DisplayState(DetectedFrame(frame, None, 90.0, 0.0), output, "running"))
    assert lines == [f"posture: {session.note}"]
    assert session.note == "This computer is too slow for the full model: the lite model is used from here on."


def test_help_of_live_lists_options(run_cli: RunCli) -> None:
    done = run_cli("live", "--help")
    assert done.exit_code == 0
    assert "--record" in done.stdout


def test_video_of_killed_process_is_readable(tmp_path: Path) -> None:
    """All but about the last second of an unfinished video can be read."""
    path = tmp_path / "cut.mp4"
    code = f"""
import numpy as np, time
from pathlib import Path
from posture.video.recorder import Recorder
recorder = Recorder(Path({str(path)!r}))
for number in range(150):
    recorder.add(np.full((120, 160, 3), number, dtype=np.uint8), number / 30)
time.sleep(600.0)
"""

    def readable() -> int:
        with suppress(OSError, av.error.FFmpegError), av.open(str(path)) as container:
            return sum(1 for _ in container.decode(video=0))
        return 0

    with subprocess.Popen([sys.executable, "-c", code]) as process:
        reached = until(lambda: readable() >= 90)
        process.kill()
    assert reached
    assert readable() >= 90


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
    """Limit files to 2 kB, as on a full disk."""
    import resource

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, 2_000))


@pytest.mark.skipif(sys.platform == "win32", reason="needs limits of a process")
def test_full_disk_is_reported_and_session_goes_on(tmp_path: Path) -> None:
    # Pictures are written a second's worth at a time; a slow machine needs a few seconds for as many.
    arguments = ["--seconds", "8", "--record", str(tmp_path / "session")]
    with serving() as server, started([server.address, *arguments], preexec_fn=limit_files) as process:
        out, err = process.communicate(timeout=100.0)
    assert process.returncode == 1
    assert "session.mp4: cannot be written" in err.splitlines()[0]
    assert "Traceback" not in err
    assert "pictures analysed" in out
    assert "0 reminders" in out


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
def test_killed_session_leaves_no_process() -> None:
    with serving() as server, started([server.address]) as process:
        assert process.stdout is not None
        assert "starting" in process.stdout.readline()
        assert "Set the camera up" in process.stdout.readline()
        others = psutil.Process(process.pid).children(recursive=True)
        assert others
        process.kill()
        assert all_end(others)


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
@pytest.mark.parametrize("number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)])
def test_interrupt_and_terminate_keep_recording(number: int, tmp_path: Path) -> None:
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
def test_early_ctrl_c_prints_no_traceback(wait_s: float) -> None:
    """A terminal also interrupts the measuring process, which is still loading."""
    with serving() as server, started([server.address], start_new_session=True) as process:
        assert process.stdout is not None
        assert "starting" in process.stdout.readline()
        time.sleep(wait_s)
        os.killpg(process.pid, signal.SIGINT)
        _out, err = process.communicate(timeout=60.0)
    assert "Traceback" not in err


@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal of Unix")
def test_terminal_shows_and_obeys_keys() -> None:
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
        output = ""
        pressed = False
        with suppress(OSError), process:
            while data := os.read(ours, 65536):
                output += data.decode(errors="replace")
                if not pressed and "Step into the picture" in output:
                    pressed = os.write(ours, b"q") == 1
        assert process.stderr is not None
    os.close(ours)
    assert process.returncode == 0
    assert "n: neutral · p: pause · r: record · m: mute · q: quit" in output
    assert "sound off" in output
    assert "pictures analysed" in output


@pytest.mark.parametrize("option", ["--seconds", "--hold", "--rest"])
@pytest.mark.parametrize("value", ["nan", "inf"])
def test_nan_and_infinity_are_usage_errors(option: str, value: str) -> None:
    done = invoke("live", "--coach", "core", "--no-camera", option, value)
    assert done.exit_code == 2
    assert option in done.stderr
