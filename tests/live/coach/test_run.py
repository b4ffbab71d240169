"""Tests of ``posture live --coach``, from the command line and with a simulated clock."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import av
import cv2
import pytest
from conftest import RunCli
from helpers.camera_streams import serving
from jsonschema import validate

from posture.coach.plan import EXERCISES, make_plan
from posture.coach.record import CoachRecord
from posture.coach.settings import COACH
from posture.exercises.library import find
from posture.language import use_language
from posture.live.coach.run import CoachOptions, LessonClock, run_coach
from posture.live.run import LiveOptions

NO_SCREEN = {"DISPLAY": "", "WAYLAND_DISPLAY": ""}
CLIPS = Path(__file__).resolve().parents[2] / "coach" / "clips"


class SimulatedClock:
    """Clock in which waiting takes no time."""

    def __init__(self) -> None:
        self.time_s = 100.0

    def wait(self, seconds: float) -> None:
        # Half a second a picture: slower than any screen.
        self.time_s += max(seconds, 0.5)

    @property
    def clock(self) -> LessonClock:
        return LessonClock(lambda: self.time_s, self.wait)


def run_timer(name: str, **options: object) -> tuple[list[str], str, float]:
    """Return summary, output and duration of a whole dose."""
    simulated, output = SimulatedClock(), StringIO()
    live = LiveOptions(window=False, mute=True, **options)  # type: ignore[arg-type]
    with redirect_stdout(output):
        lines = run_coach(CoachOptions(name, live, camera=False), notify=print, clock=simulated.clock)  # type: ignore[arg-type]
    return lines, output.getvalue(), simulated.time_s - 100.0


@pytest.mark.parametrize("name", EXERCISES)
def test_whole_dose_takes_planned_time_and_shows_every_step(name: str) -> None:
    exercise = find(name)
    plan = make_plan(exercise)
    lines, output, seconds = run_timer(name)
    assert seconds == pytest.approx(plan.seconds, abs=2.0)
    introduction, after_start = output.split("Get ready", 1)
    # The last step of the crossing tells what the coach does itself: to change sides.
    steps = [step for part in exercise.parts for step in part.steps if not step.startswith("Go on in a calm rhythm")]
    others = [step for part in exercise.parts for step in part.other_side[1:] if exercise.id == "core"]
    for step in (*steps, *others):
        assert step in after_start
    assert introduction.count("\n") == 1
    assert f"posture exercises {name}" in introduction
    assert after_start.count("\nGo | ") == len(plan.holds)
    assert "Timer only" not in output
    assert len(lines) == 1 + len(plan.holds)
    assert not any("watched" in line for line in lines)


def test_set_of_the_left_leg_names_the_left_leg() -> None:
    _, output, _ = run_timer("crossing")
    left = output[output.index("Change sides") : output.index("Done")]
    assert "Stand tall on your right leg" in left
    assert "Lift the left knee" in left
    assert "Swing the left leg down" in left
    assert "Lift the right knee" not in left


def test_lesson_in_german_is_german_throughout() -> None:
    with use_language("de"):
        lines, output, _ = run_timer("crossing")
    assert "rechtes Bein" in output
    assert "Get ready" not in output
    assert "Satz 1" in lines[1]


def test_seconds_option_ends_lesson_early() -> None:
    lines, _, seconds = run_timer("towel", seconds=30.0)
    assert seconds == pytest.approx(30.0, abs=1.0)
    assert "stopped before the end of all 2 sets" in lines[0]


def test_quiet_option_writes_only_stages() -> None:
    _, output, _ = run_timer("towel", quiet=True)
    assert "posture exercises towel" in output
    assert "Lie on your back" not in output
    after_start = output[output.index("Get ready") :].splitlines()
    assert [line.split(" | ")[0] for line in after_start if not line.startswith(" ")] == [
        "Get ready", "Go", "Rest", "Go", "Done",
    ]  # fmt: skip


def test_guided_timer_writes_record_and_keeps_it(run_cli: RunCli, tmp_path: Path) -> None:
    folder = tmp_path / "lesson"
    arguments = ("--sets", "2", "--hold", "1", "--rest", "0.5", "--mute", "--lang", "en")
    done = run_cli(
        "live", "--coach", "towel", "--no-camera", "--no-window", *arguments, "--record", folder, env=NO_SCREEN
    )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    assert done.stderr == ""
    assert "Towel exercise: 2 sets, 2 s in all" in done.stdout
    assert f"Results: {folder} (coach.json)" in done.stdout
    record = json.loads((folder / "coach.json").read_text(encoding="utf-8"))
    validate(record, CoachRecord.json_schema())
    assert record["completed"]
    assert record["source"] is None
    assert [hold["held_s"] for hold in record["holds"]] == [1.0, 1.0]
    assert [path.name for path in folder.iterdir()] == ["coach.json"]
    again = run_cli("live", "--coach", "towel", "--no-camera", "--no-window", "--record", folder, env=NO_SCREEN)
    assert again.exit_code == 1
    assert "already contains a session" in again.stderr


def test_missing_camera_is_reported_and_timer_goes_on(run_cli: RunCli) -> None:
    done = run_cli(
        "live", "97", "--coach", "crossing", "--no-window", "--hold", "1", "--rest", "0.3", "--mute", "--quiet",
        "--lang", "en", env=NO_SCREEN,
    )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    assert "there is no camera" in done.stderr
    assert "continuing without a camera, as a timer" in done.stderr
    assert "Crossing: 1 set, 2 s in all" in done.stdout
    assert "Traceback" not in done.stderr


def test_stream_without_a_person_is_only_timed(run_cli: RunCli) -> None:
    with serving() as server:
        done = run_cli(
            "live", server.address, "--coach", "crossing", "--no-window", "--hold", "1.5", "--rest", "0.2",
            "--mute", "--model", "lite", "--lang", "en", env=NO_SCREEN,
        )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    assert "Timer only: nobody is in the picture." in done.stdout
    assert "Crossing: 1 set, 3 s in all" in done.stdout
    assert "The camera could not see enough to judge" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--coach", "plank"], "'plank'"),
        (["--sets", "2"], "--sets works only with --coach"),
        (["--no-camera"], "--no-camera works only with --coach"),
        (["--rest", "0"], "--rest works only with --coach"),
        (["--coach", "towel", "--hold", "0"], "--hold"),
        (["--coach", "towel", "--baseline", "x.mp4"], "--baseline and --coach do not go together"),
    ],
)
def test_unsuitable_coach_options_are_usage_errors(run_cli: RunCli, arguments: list[str], words: str) -> None:
    done = run_cli("live", *arguments, "--no-window", "--lang", "en", env=NO_SCREEN)
    assert done.exit_code == 2
    assert words in done.stderr


def test_missing_file_is_reported_in_one_line(run_cli: RunCli) -> None:
    done = run_cli("live", "nowhere.mp4", "--coach", "towel", "--no-window", "--lang", "en", env=NO_SCREEN)
    assert done.exit_code == 1
    assert done.stderr.count("\n") == 1
    assert "does not exist" in done.stderr


def coach_clip(run_cli: RunCli, clip: str, folder: Path, *arguments: str) -> tuple[str, dict[str, object]]:
    """Return output and record of a lesson with a clip as the camera."""
    done = run_cli(
        "live", CLIPS / clip, "--no-window", "--every-frame", "--model", "lite", "--mute", "--lang", "en", *arguments,
        "--record", folder, env=NO_SCREEN,
    )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    assert "Traceback" not in done.stderr
    record = json.loads((folder / "coach.json").read_text(encoding="utf-8"))
    validate(record, CoachRecord.json_schema())
    return done.stdout, record


def test_pelvis_tipping_back_is_measured_against_usual_standing(run_cli: RunCli, tmp_path: Path) -> None:
    out, record = coach_clip(
        run_cli,
        "towel.mp4",
        tmp_path / "towel",
        "--coach",
        "towel",
        "--sets",
        "1",
        "--hold",
        "12",
        "--rest",
        "1",
    )
    assert "Stand as you usually do" in out
    assert "Your usual posture is recorded." in out
    # At first nothing changes, which gives a hint; then the pelvis tips.
    assert out.index("Draw the pubic bone a little further") < out.index("Seen: pelvis tipped back")
    # The clip ends before the set does; the summary covers it all the same.
    assert "stopped before the end of 1 set" in out
    (hold,) = record["holds"]  # type: ignore[misc]
    assert record["neutral_taken"]
    assert hold["criteria"]["back_flatter"]["met_s"] > 3.0
    assert hold["hints"] == {"back_not_flatter": 1}
    usual, tipped = hold["back"][0], hold["back"][-1]
    assert abs(usual["pelvic_tilt"]["value"]) < 1.0
    # The rendered mesh itself changes by -7.4 degrees in both.
    for name in ("pelvic_tilt", "lumbar_arch"):
        low, high = tipped[name]["ci90"]
        assert low < -7.4 < high
        assert tipped[name]["value"] < -3.0
    assert sorted(path.name for path in (tmp_path / "towel").iterdir()) == ["coach.json", "session.mp4"]


def test_good_crossing_is_recognised_on_both_sides(run_cli: RunCli, tmp_path: Path) -> None:
    out, record = coach_clip(
        run_cli,
        "crossing.mp4",
        tmp_path / "crossing",
        "--coach",
        "crossing",
        "--hold",
        "2.7",
        "--rest",
        "0.2",
    )
    assert "Seen: trunk upright and ribs turning" in out
    assert "->" not in out
    assert "Crossing: 1 set, 5 s in all" in out
    assert [hold["side"] for hold in record["holds"]] == ["right", "left"]  # type: ignore[index, attr-defined]
    assert [hold["lifts"] for hold in record["holds"]] == [1, 1]  # type: ignore[index, attr-defined]
    assert record["completed"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_ctrl_c_keeps_record_of_lesson(tmp_path: Path) -> None:
    folder = tmp_path / "lesson"
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "posture", "live", "--coach", "towel", "--no-camera", "--no-window"),
            *("--rest", "0", "--mute", "--lang", "en", "--record", str(folder)),
        ],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **NO_SCREEN},
    )  # fmt: skip
    try:
        assert process.stdout is not None
        while "Stay like that" not in process.stdout.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60.0)
    finally:
        process.kill()
    assert process.returncode == 0, err
    assert "stopped before the end of all 2 sets" in out
    record = json.loads((folder / "coach.json").read_text(encoding="utf-8"))
    # That step is the second one.
    assert COACH.step_s <= record["holds"][0]["held_s"] < 60.0
    assert not record["completed"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_unwritable_video_still_leaves_record(run_cli: RunCli, tmp_path: Path) -> None:
    folder = tmp_path / "crossing"
    folder.mkdir()
    # A dangling link stands where the video is to be written.
    (folder / "session.mp4").symlink_to(tmp_path / "nowhere" / "video.mp4")
    done = run_cli(
        "live", CLIPS / "crossing.mp4", "--no-window", "--every-frame", "--model", "lite", "--mute", "--lang", "en",
        "--coach", "crossing", "--hold", "1", "--rest", "0.1", "--record", folder, env=NO_SCREEN,
    )  # fmt: skip
    assert done.exit_code == 0, done.stderr
    assert "cannot be written" in done.stdout
    assert f"Results: {folder} (coach.json)" in done.stdout
    assert json.loads((folder / "coach.json").read_text(encoding="utf-8"))["completed"]


@pytest.mark.slow
def test_interrupted_stream_is_watched_again_when_it_returns(tmp_path: Path) -> None:
    """The clock goes on meanwhile; takes half a minute, since streams play in real time."""
    with av.open(str(CLIPS / "crossing.mp4")) as clip:
        frames = [frame.to_ndarray(format="bgr24") for frame in clip.decode(video=0)]
    # Two seconds are one swing.
    swing = [bytes(cv2.imencode(".jpg", frame)[1]) for frame in frames[:60]]
    with serving(swing * 20) as server:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "posture", "live", server.address, "--coach", "crossing", "--no-window"),
                *("--hold", "10", "--rest", "2", "--model", "lite", "--mute", "--quiet", "--lang", "en"),
            ],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=tmp_path,
            env={**os.environ, **NO_SCREEN},
        )  # fmt: skip
        lines = []
        assert process.stdout is not None
        try:
            for line in process.stdout:
                lines.append(line.rstrip())
                if line.startswith("Change sides"):
                    server.mode = "break"
                    threading.Timer(4.0, lambda: setattr(server, "mode", "send")).start()
            assert process.wait(60.0) == 0
        finally:
            process.kill()
            process.wait(20.0)
            process.stdout.close()
    change = next(number for number, line in enumerate(lines) if line.startswith("Change sides"))
    assert "  Seen: trunk upright and ribs turning" in lines[:change]
    assert "  Camera disconnected. Trying again." in lines[change:]
    assert "  Seen: trunk upright and ribs turning" in lines[change:]
    assert "Crossing: 1 set, 20 s in all" in lines
