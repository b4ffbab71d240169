"""Tests of the camera whose pictures a page pushes."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from helpers.waiting import until

from posture.app.live_messages import MAX_PICTURE_BYTES
from posture.app.pushed_camera import PushedCamera, check_jpeg
from posture.drawing.canvas import encode_jpeg
from posture.live.source import Patience


def jpeg(grey: int = 120, size: tuple[int, int] = (160, 120)) -> bytes:
    return encode_jpeg(np.full((size[1], size[0], 3), grey, dtype=np.uint8))


class Page:
    """Counts the pictures that the camera asks for."""

    def __init__(self) -> None:
        self.requests = 0
        self.camera = PushedCamera("webcam", self.request, Patience(stalled_s=0.05))

    def request(self) -> None:
        self.requests += 1


def test_next_picture_is_asked_for_when_one_is_taken() -> None:
    page = Page()
    with page.camera as camera:
        assert camera.take(0.0) is None
        assert camera.take(0.0) is None
        assert page.requests == 1
        camera.push(jpeg(grey=50), 2.0, 0)
        frame = camera.take(0.0)
        assert page.requests == 2
    assert frame is not None
    assert frame.time_s == 2.0
    assert frame.size == (160, 120)
    assert abs(int(frame.rgb.mean()) - 50) <= 2


def test_only_the_newest_picture_is_given_and_all_are_recorded() -> None:
    recorded = []
    with Page().camera as camera:
        camera.on_frame = lambda frame: recorded.append(frame.time_s)
        for number in range(3):
            camera.push(jpeg(), float(number), 0)
        frame = camera.take(0.0)
    assert frame is not None
    assert frame.time_s == 2.0
    assert camera.dropped == 2
    assert recorded == [0.0, 1.0, 2.0]


def test_pictures_that_the_page_skipped_count_as_dropped() -> None:
    with Page().camera as camera:
        camera.push(jpeg(), 0.0, 4)
        camera.push(jpeg(), 1.0, 3)
    assert (camera.dropped, camera.given) == (4 + 3 + 1, 4 + 3 + 2)


def test_times_increase_whatever_the_page_says() -> None:
    times = []
    with Page().camera as camera:
        for time_s in (5.0, 5.0, 1.0):
            camera.push(jpeg(), time_s, 0)
            frame = camera.take(0.0)
            assert frame is not None
            times.append(frame.time_s)
    assert times == sorted(set(times))


def test_page_without_pictures_is_lost_until_it_sends_one() -> None:
    with Page().camera as camera:
        camera.push(jpeg(), 0.0, 0)
        assert camera.status == "running"
        # While its picture waits, it is the detector that is late.
        assert not until(lambda: camera.status == "lost", 0.2)
        assert camera.take(0.0) is not None
        assert until(lambda: camera.status == "lost")
        camera.push(jpeg(), 9.0, 0)
        assert camera.status == "running"


def test_paused_camera_ignores_pictures_and_asks_for_none() -> None:
    page = Page()
    with page.camera as camera:
        camera.take(0.0)
        camera.pause()
        camera.push(jpeg(), 0.0, 0)
        assert camera.take(0.0) is None
        assert camera.status == "paused"
        assert page.requests == 1
        camera.resume()
        assert camera.take(0.0) is None
        assert page.requests == 2


def test_end_gives_the_last_picture_and_then_none_at_once() -> None:
    with Page().camera as camera:
        camera.push(jpeg(), 0.0, 0)
        camera.end()
        assert camera.take(60.0) is not None
        assert camera.take(60.0) is None
    assert camera.status == "ended"
    assert camera.error is None


def progressive() -> bytes:
    picture = np.zeros((64, 64, 3), dtype=np.uint8)
    return bytes(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_PROGRESSIVE, 1])[1])


def with_size(data: bytes, width: int, height: int) -> bytes:
    """Return a JPEG that claims another size."""
    place = data.index(b"\xff\xc0")
    return data[: place + 5] + height.to_bytes(2, "big") + width.to_bytes(2, "big") + data[place + 9 :]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xd8",
        b"GIF89a" + bytes(100),
        bytes(cv2.imencode(".png", np.zeros((8, 8, 3), dtype=np.uint8))[1]),
        progressive(),
        with_size(jpeg(), 65_000, 65_000),
        with_size(jpeg(), 0, 120),
        b"\xff\xd8" + b"\xff\xe0\x00\x00" * 50,
        jpeg() + bytes(MAX_PICTURE_BYTES),
    ],
    ids=["empty", "start", "gif", "png", "progressive", "huge", "no width", "no headers", "heavy"],
)
def test_what_is_no_usual_jpeg_ends_the_camera_before_it_is_decoded(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"JPEG|bytes|x"):
        check_jpeg(data)
    with Page().camera as camera:
        camera.push(data, 0.0, 0)
        assert camera.take(0.0) is None
    assert camera.status == "ended"
    assert "the camera sends no picture" in str(camera.error)


@pytest.mark.parametrize("cut", [1, 3, 40])
def test_jpeg_that_was_cut_off_does_no_harm(cut: int) -> None:
    data = jpeg()
    with Page().camera as camera:
        camera.push(data[: len(data) // cut], 0.0, 0)
        assert camera.status in ("running", "ended")
