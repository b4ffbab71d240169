"""The WebSocket of the browser's camera: the sample spoken by a page in Python, and what must not be."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest
from helpers.app_server import running_process
from helpers.live_page import angles_of, spoken_page
from helpers.waiting import all_end
from websockets.exceptions import InvalidStatus

from posture.app.live_messages import MAX_MESSAGE

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_process(tmp_path_factory.mktemp("app")) as (_process, address):
        yield address


def test_sample_gives_the_verdict_and_numbers_of_its_file_and_is_kept(address: str) -> None:
    clip = SAMPLES / "run_hollow.mp4"
    with spoken_page(address, model="lite", keep=1) as page:
        assert page.send_clip(clip) == 240
        page.hear_until("next")
        others = page.quit()
    assert page.headline.startswith("Hollow back in ")
    assert page.shown["exercise"] == "towel"
    average = next(line for line in page.lines if line.startswith("On average"))
    for number, by_file in zip(re.findall(r"(\d+)°", average), angles_of(clip), strict=True):
        # It is written in whole degrees.
        assert abs(int(number) - by_file) <= 1.5 + 0.5
    assert "Hollow back" in [one["text"] for one in others if one["type"] == "sound"]
    [kept] = [one["page"] for one in others if one["type"] == "kept"]
    state = httpx.get(f"{address}{kept}/state").json()["state"]
    assert state in ("waiting", "analysing", "done")
    assert httpx.post(f"{address}{kept}/delete").status_code == 303


def test_computer_that_is_too_slow_gets_the_faster_model_and_is_told(address: str) -> None:
    with spoken_page(address) as page:
        page.send_clip(SAMPLES / "run_hollow.mp4", every=4)
        page.hear_until("next")
        others = page.quit()
    notes = [one["text"] for one in others if one["type"] == "note"]
    assert notes == ["This computer is too slow for the full model: the lite model is used from here on."]


def test_second_session_is_told_that_the_camera_is_in_use_until_the_first_leaves(address: str) -> None:
    with spoken_page(address, exercise="core", camera=0) as first:
        assert first.hear_until("screen") == "screen"
        with spoken_page(address) as second:
            assert second.hear() == "end"
            assert second.others[0]["error"] == "Another page is using the camera here."
            assert second.hear() == "closed"


def test_session_ends_when_its_page_goes_away_in_the_middle(address: str) -> None:
    with spoken_page(address, model="lite") as page:
        page.hear_until("next")
    with spoken_page(address, exercise="core", camera=0) as page:
        assert page.hear_until("screen", "end") == "screen"


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no signals")
@pytest.mark.parametrize(("how", "wanted", "count"), [("SIGTERM", {"camera": 0}, 1), ("SIGKILL", {"camera": 1}, 2)])
def test_no_process_outlives_the_app(tmp_path: Path, how: str, wanted: dict[str, int], count: int) -> None:
    with running_process(tmp_path) as (process, address), spoken_page(address, exercise="towel", **wanted) as page:
        assert page.hear_until("screen") == "screen"
        children = psutil.Process(process.pid).children(recursive=True)
        # The session, and with a camera its process for the estimates.
        assert len([child for child in children if "spawn_main" in " ".join(child.cmdline())]) == count
        process.send_signal(getattr(signal, how))
        assert page.hear_until("closed") == "closed"
        assert all_end(children)


def test_lesson_without_a_camera_goes_on_by_its_clock(address: str) -> None:
    with spoken_page(address, exercise="towel", camera=0, lang="de") as page:
        assert page.hear_until("screen") == "screen"
        assert page.headline == "Mach dich bereit"
        seconds = page.shown["panel"]["aside"]
        while page.shown["panel"]["aside"] == seconds:
            page.hear()
        page.socket.send("next")
        page.hear_until("sound")
        assert page.shown["panel"]["drawing"]["file"].startswith("towel_")
        others = page.quit()
    assert others[-1]["type"] == "end"
    assert others[-1]["lines"]


@pytest.mark.parametrize("origin", ["https://attacker.example", "http://127.0.0.1:1", "null"])
def test_page_of_another_origin_is_refused(address: str, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused, spoken_page(address, origin=origin):
        pass
    assert refused.value.response.status_code == 403


def test_message_that_is_too_large_ends_the_session(address: str) -> None:
    with spoken_page(address, exercise="core") as page:
        page.socket.send(bytes(MAX_MESSAGE + 1))
        page.hear_until("closed")
        assert page.socket.close_code == 1009


def test_picture_that_is_none_ends_the_session_with_one_line(address: str) -> None:
    with spoken_page(address, model="lite") as page:
        page.hear_until("next")
        page.send_picture(b"\xff\xd8 no picture", 0.0)
        assert page.hear_until("end") == "end"
    assert page.others[-1]["error"].startswith("the camera sends no picture")
