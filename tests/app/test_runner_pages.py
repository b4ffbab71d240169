"""Pages of the runners: who has which clips, history, before and after, export, delete."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from helpers.app_server import START_S, running_app, wait_until
from helpers.dated_results import START, dated_run, write_result
from playwright.sync_api import Browser

from posture.app.record import ClipChoices, ClipRecord

NAMES = ("Anna <b>", "Anna <b>", "Anna <b>", "Ben", None)


def add_clips(folder: Path) -> None:
    """Put five analysed clips of two runners and of nobody into the app's folder, without any analysis."""
    for number, runner in enumerate(NAMES, start=1):
        made = dated_run(30.0 * number, runner=runner)
        clip_id = f"2026-03-01-{number}"
        write_result(folder, f"{clip_id}/results", made)
        (folder / clip_id / "results" / "report.html").write_text("<p>the report", encoding="utf-8")
        record = ClipRecord(
            id=clip_id,
            file=f"{clip_id}.mp4",
            sent_as=f"jog {number}.mp4",
            received_at=START + timedelta(days=number),
            state="done",
            choices=ClipChoices(runner=runner),
        )
        (folder / clip_id / "clip.json").write_text(record.to_json(), encoding="utf-8")
        (folder / clip_id / record.file).write_bytes(b"clip")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    add_clips(tmp_path / "clips")
    return tmp_path / "clips"


@pytest.fixture
def client(folder: Path) -> Iterator[httpx.Client]:
    with running_app(folder) as client:
        yield client


def test_history_comparison_export_and_delete(client: httpx.Client, folder: Path) -> None:
    anna = {"name": "Anna <b>"}
    listed = client.get("/runners").text
    assert "Anna &lt;b&gt;" in listed
    assert "Ben" in listed
    assert "<b>" not in listed

    history = client.get("/runner/history", params=anna)
    assert history.headers["content-security-policy"] == "frame-ancestors 'self'"
    assert [f"/clips/2026-03-01-{n}" in history.text for n in range(1, 6)] == [True, True, True, False, False]

    # A clip is called as it was sent, not by the name of its file in the folder.
    page = client.get("/runner", params=anna).text
    assert ("jog 1.mp4" in history.text, "2026-03-01-1.mp4" in history.text) == (True, False)
    assert ("March 2026" in page, ">2026-03-01-1<" in page) == (True, False)

    pair = {"before": "2026-03-01-1", "after": "2026-03-01-3"}
    assert client.get("/compare", params=pair).status_code == 200
    assert "/clips/2026-03-01-3" in client.get("/compare/page", params=pair).text

    planted = folder / "2026-03-01-1" / "results" / "passwd"
    planted.symlink_to("/etc/passwd")
    with zipfile.ZipFile(io.BytesIO(client.get("/runner/zip", params=anna).content)) as archive:
        names = archive.namelist()
        record = json.loads(archive.read("2026-03-01-2/clip.json"))
    assert record["choices"]["runner"] == "Anna <b>"
    assert "2026-03-01-3/results/report.html" in names
    assert {name.split("/")[0] for name in names} == {f"2026-03-01-{n}" for n in (1, 2, 3)}
    assert not any("passwd" in name for name in names)
    wait_until(lambda: not list((folder / ".posture-incoming").iterdir()), START_S)
    alone = client.get("/clips/2026-03-01-4/zip").content
    assert "2026-03-01-4/2026-03-01-4.mp4" in zipfile.ZipFile(io.BytesIO(alone)).namelist()

    assert client.post("/runner/delete", params=anna).status_code == 303
    assert sorted(path.name for path in folder.glob("2026*")) == ["2026-03-01-4", "2026-03-01-5"]
    assert client.get("/runner", params=anna).status_code == 404
    assert Path("/etc/passwd").exists()


@pytest.mark.parametrize(
    "pair", [{}, {"before": "2026-03-01-1", "after": "2026-03-01-1"}, {"before": "../x", "after": "2026-03-01-1"}]
)
def test_only_two_clips_with_results_are_compared(client: httpx.Client, pair: dict[str, str]) -> None:
    assert client.get("/compare", params=pair).status_code == 404


def test_results_that_cannot_be_read_give_one_clear_line(client: httpx.Client, folder: Path) -> None:
    (folder / "2026-03-01-1" / "results" / "analysis.json").write_text("{}", encoding="utf-8")
    answer = client.get("/compare/page", params={"before": "2026-03-01-1", "after": "2026-03-01-2"})
    assert answer.status_code == 500
    assert answer.json()["error"] == "This page could not be made."
    # The history goes on without it.
    assert "/clips/2026-03-01-2" in client.get("/runner/history", params={"name": "Anna <b>"}).text


def test_the_frame_is_as_tall_as_the_history_and_its_links_leave_it(client: httpx.Client, browser: Browser) -> None:
    opened = browser.new_page(viewport={"width": 390, "height": 844})
    opened.goto(f"{client.base_url}/runner?name=Anna+%3Cb%3E")
    inner = opened.frame_locator("iframe.framed")
    inner.locator("h1").wait_for()
    opened.wait_for_function("document.querySelector('iframe.framed').offsetHeight > 800")
    inner.locator("ol.runs a").first.click()
    opened.wait_for_url("**/clips/2026-03-01-3")
    opened.close()
