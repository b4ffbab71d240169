from __future__ import annotations

import os
import statistics
import sys
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from helpers.camera_streams import serving, write_pipe
from helpers.video_factory import write_clip
from helpers.waiting import no_thread_left, until

from posture.errors import VideoError
from posture.live.buffer import FrameBuffer
from posture.live.detector import CameraFrame, DetectedFrame
from posture.live.source import Camera, Patience, kind_of
from posture.video.stream import redact_address

QUICK = Patience(stalled_s=0.6, give_up_s=1.5, retry_s=0.1)


def test_every_frame_of_file_comes_once_with_its_own_time(samples_dir: Path) -> None:
    with Camera(str(samples_dir / "stand_neutral.mp4"), every_frame=True) as camera:
        frames = []
        while (frame := camera.take(20.0)) is not None:
            frames.append(frame)
        assert camera.status == "ended"
    assert [frame.number for frame in frames] == list(range(120))
    assert camera.dropped == 0
    assert frames[30].time_s == pytest.approx(1.0, abs=0.02)
    assert frames[0].size == (1280, 720)


def test_pictures_are_turned_as_asked(samples_dir: Path) -> None:
    source = str(samples_dir / "stand_neutral.mp4")
    with Camera(source, every_frame=True) as plain, Camera(source, every_frame=True, rotate=90) as turned:
        before, after = plain.take(20.0), turned.take(20.0)
    assert before is not None
    assert after is not None
    assert np.array_equal(after.rgb, np.rot90(before.rgb, -1))
    assert after.rgb.flags.c_contiguous


def test_slow_consumer_gets_newest_frame_and_drops_are_counted(samples_dir: Path) -> None:
    with Camera(str(samples_dir / "stand_neutral.mp4")) as camera:
        first = camera.take(20.0)
        assert first is not None
        assert until(lambda: camera.given >= 10)
        second = camera.take(20.0)
        assert second is not None
        assert second.number >= 9
        assert camera.dropped >= second.number - first.number - 1


def test_file_plays_at_its_own_rate(tmp_path: Path) -> None:
    grabs: list[float] = []
    # Small and slow pictures: even a busy machine has each of them ready when it is due.
    clip = write_clip(tmp_path / "clip.mp4", frames=14, size=(64, 48), fps=10)
    with Camera(str(clip)) as camera:
        camera.on_frame = lambda frame: grabs.append(frame.grabbed_s)
        assert until(lambda: camera.take(0.1) is None and camera.status == "ended")
    assert len(grabs) == 14
    # The second picture waits until the first one is taken.
    steps = [after - before for before, after in pairwise(grabs[1:])]
    assert statistics.median(steps) == pytest.approx(0.1, abs=0.03)


def test_stream_frames_carry_time_of_grab() -> None:
    with serving() as server, Camera(server.address, patience=QUICK) as camera:
        frames = [camera.take(20.0) for _ in range(5)]
        times = [frame.time_s for frame in frames if frame is not None]
        assert len(times) == 5
        assert times == sorted(set(times))
        assert frames[-1] is not None
        assert frames[-1].size == (160, 120)
        assert time.monotonic() - frames[-1].grabbed_s < 5.0


def test_stalled_stream_counts_as_lost_until_it_resumes() -> None:
    with serving() as server, Camera(server.address, patience=QUICK) as camera:
        assert camera.take(20.0) is not None
        server.mode = "stall"
        assert until(lambda: camera.status == "lost")
        server.mode = "send"
        assert until(lambda: camera.take(0.1) is not None and camera.status == "running")
        assert server.connections == 1


def test_broken_stream_is_reopened_with_increasing_times() -> None:
    with serving() as server, Camera(server.address, patience=Patience(0.6, 30.0, 0.1)) as camera:
        before = camera.take(20.0)
        assert before is not None
        server.mode = "break"
        assert until(lambda: camera.status == "lost")
        server.mode = "send"
        while (after := camera.take(20.0)) is not None and camera.restarts == 0:
            pass
        assert after is not None
        assert after.time_s > before.time_s
        assert camera.restarts >= 1


def test_stream_lost_for_good_ends_with_error() -> None:
    with serving() as server, Camera(server.address, patience=QUICK) as camera:
        assert camera.take(20.0) is not None
        server.mode = "break"
        assert until(lambda: camera.status == "ended")
        assert isinstance(camera.error, VideoError)
        assert camera.take(0.0) is None or camera.take(0.0) is None


def test_slow_stream_drops_nothing() -> None:
    with serving() as server:
        # Far longer than a busy machine keeps a waiting thread from its turn.
        server.every_s = 0.5
        with Camera(server.address, patience=QUICK) as camera:
            frames = [camera.take(20.0) for _ in range(4)]
            assert None not in frames
            assert camera.dropped <= 1


def test_pause_releases_camera_and_resume_reopens_it() -> None:
    with serving() as server, Camera(server.address, patience=QUICK) as camera:
        assert camera.take(20.0) is not None
        camera.pause()
        assert until(lambda: camera.status == "paused")
        # The server notices when it writes the next picture.
        assert until(lambda: server.open_now == 0)
        camera.take(0.0)
        assert camera.take(0.3) is None
        camera.resume()
        assert camera.take(20.0) is not None
        assert until(lambda: camera.status == "running")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_named_pipe_serves_as_camera(tmp_path: Path) -> None:
    path = tmp_path / "camera.ts"
    os.mkfifo(path)
    assert kind_of(str(path)) == "stream"
    with Camera(str(path), patience=QUICK) as camera:
        # No writer yet.
        assert camera.take(0.2) is None
        writer = write_pipe(path, 60)
        frame = camera.take(20.0)
        assert frame is not None
        assert frame.size == (160, 120)
        assert until(lambda: camera.status == "lost")
        writer.join(10.0)
        # No writer any more.
        assert until(lambda: camera.status == "ended")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_waiting_for_pipe_ends_at_once_on_exit(tmp_path: Path) -> None:
    path = tmp_path / "camera.ts"
    os.mkfifo(path)
    with no_thread_left(60.0), Camera(str(path)):
        time.sleep(0.3)


def test_unanswered_address_is_an_error_at_once() -> None:
    with serving() as server:
        address = server.address
    with Camera(address, patience=QUICK) as camera:
        assert until(lambda: camera.status == "ended")
        assert isinstance(camera.error, VideoError)
        assert "sends no picture" in str(camera.error)


def test_missing_file_is_an_error_before_start() -> None:
    with pytest.raises(VideoError, match="does not exist"):
        Camera("nowhere.mp4")


@pytest.mark.skipif(sys.platform != "linux", reason="other systems may ask for the permission to film")
def test_missing_camera_is_an_error_without_library_log(capfd: pytest.CaptureFixture[str]) -> None:
    with Camera("97") as camera:
        assert until(lambda: camera.status == "ended")
        assert "there is no camera" in str(camera.error)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(("source", "kind"), [("0", "device"), ("rtsp://phone/1", "stream"), (__file__, "file")])
def test_source_kind_follows_from_its_form(source: str, kind: str) -> None:
    assert kind_of(source) == kind


def test_password_in_address_is_redacted() -> None:
    with serving() as server:
        address = server.address
    secret = address.replace("127", "me:pa/ss@wo:rd@127") + "?key=hidden"
    with Camera(secret, patience=QUICK) as camera:
        assert until(lambda: camera.status == "ended")
        message = str(camera.error)
    assert "***@" in message
    for word in ("me:", "pa/ss", "wo:rd", "hidden"):
        assert word not in message
    assert redact_address("clips/a@b?.mp4") == "clips/a@b?.mp4"
    assert redact_address(address) == address


def test_huge_camera_number_is_a_missing_camera() -> None:
    with Camera("9" * 30) as camera:
        assert until(lambda: camera.status == "ended")
        assert isinstance(camera.error, VideoError)


@pytest.mark.parametrize("rate", [30, 120, 240])
def test_buffer_spans_same_window_at_any_frame_rate(rate: int) -> None:
    buffer = FrameBuffer(".")
    rgb = np.zeros((4, 4, 3), dtype=np.uint8)
    for number in range(8 * rate):
        buffer.add(DetectedFrame(CameraFrame(number, number / rate, 0.0, rgb), None, 0.0, 0.0))
    assert buffer.span_s == pytest.approx(6.0, abs=0.1)
    fps = buffer.observations().info.fps
    assert fps is not None
    assert 29.9 < fps < 67.0
    # A folder such as "." has no name of its own.
    assert buffer.observations().info.path.name == "camera"
