"""The app from a clip to its report, asked over HTTP."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from helpers.app_server import ANALYSIS_S, running_app, wait_until

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.fixture(scope="module")
def app_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("app")


@pytest.fixture(scope="module")
def client(app_folder: Path) -> httpx.Client:
    with running_app(app_folder) as client:
        yield client


def test_a_clip_becomes_a_report(client: httpx.Client) -> None:
    sent = client.post("/clips", params={"name": "../Jog <b>.mp4"}, content=(SAMPLES / "run_front.mp4").read_bytes())
    assert sent.status_code == 201
    page = sent.json()["page"]
    assert "Jog &lt;b&gt;.mp4" in client.get(page).text
    started = client.post(f"{page}/start", data={"runner": "Anna"})
    assert started.status_code == 303
    wait_until(lambda: client.get(f"{page}/state").json()["state"] == "done", ANALYSIS_S)
    report = client.get(f"{page}/results/report.html")
    assert "Anna" in report.text
    german = {"Accept-Language": "de"}
    assert "In dieser Sprache" in client.get(page, headers=german).text
    assert client.post(f"{page}/again", headers=german).status_code == 303
    wait_until(lambda: client.get(f"{page}/state").json()["state"] == "done", ANALYSIS_S)
    again = client.get(f"{page}/results/report.html").text
    assert ('lang="de"' in again, "Anna" in again) == (True, True)
    assert "In dieser Sprache" not in client.get(page, headers=german).text
    assert client.post(f"{page}/delete").status_code == 303
    assert client.get(page).status_code == 404


def test_a_broken_clip_gives_one_clear_line(client: httpx.Client) -> None:
    page = client.post("/clips", params={"name": "notes.mp4"}, content=b"no video at all" * 100).json()["page"]
    client.post(f"{page}/start", data={})
    wait_until(lambda: client.get(f"{page}/state").json()["state"] == "failed", ANALYSIS_S)
    assert client.get(f"{page}/state").json()["advice"]
    assert client.get(page).text.count('role="alert"') == 1


@pytest.mark.parametrize(
    ("headers", "method"),
    [
        ({"Host": "attacker.example"}, "GET"),
        ({"Host": "localhost:1"}, "GET"),
        ({"Origin": "https://attacker.example"}, "POST"),
        ({"Origin": "null"}, "POST"),
        ({"Sec-Fetch-Site": "cross-site"}, "GET"),
    ],
)
def test_other_pages_and_names_are_turned_away(client: httpx.Client, headers: dict[str, str], method: str) -> None:
    assert client.request(method, "/clips" if method == "POST" else "/", headers=headers).status_code == 403


def test_unknown_address_is_a_page_with_a_way_back(client: httpx.Client) -> None:
    for path in ("/nowhere", "/static/nowhere.js"):
        answer = client.get(path, headers={"Accept": "text/html", "Accept-Language": "de"})
        assert answer.status_code == 404
        assert "Diese Seite gibt es nicht." in answer.text
        assert 'href="/"' in answer.text
        assert client.get(path).json()["error"] == "There is no such page."
    refused = client.post("/guide")
    assert (refused.status_code, "GET" in refused.headers["allow"]) == (405, True)


@pytest.mark.parametrize("clip_id", ["%2e%2e", "..%2f..%2fetc", "2026-11-30-1%00", "2026-01-01-999999"])
def test_no_request_reaches_other_files(client: httpx.Client, clip_id: str) -> None:
    for path in (f"/clips/{clip_id}", f"/clips/{clip_id}/results/clip.json", f"/static/{clip_id}/server.py"):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("modified", "kept"),
    [
        ("1590000000000", True),
        ("", False),
        ("1000", False),
        ("9999999999999", False),
        ("9" * 5000, False),
        ("-1", False),
    ],
)
def test_clip_keeps_the_date_of_its_file_where_it_can_be_true(
    client: httpx.Client, app_folder: Path, modified: str, kept: bool
) -> None:
    sent = client.post("/clips", params={"name": "jog.mp4", "modified": modified}, content=b"clip").json()
    (file,) = (app_folder / sent["id"]).glob("*.mp4")
    assert (file.stat().st_mtime == 1_590_000_000.0) == kept
