"""Access for phones: one address, one code, one session, and only what the phone has sent."""

from __future__ import annotations

import re
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import cv2
import httpx
import numpy as np
import psutil
import pytest
from axe_playwright_python.sync_playwright import Axe
from helpers.app_server import ANALYSIS_S, limited_process, running_process, wait_until
from helpers.live_page import spoken_page
from playwright.sync_api import Browser
from websockets.exceptions import InvalidStatus

from posture.app.network import is_local, local_address
from posture.app.phone import COOKIE

HTML = {"Accept": "text/html"}
SAMPLE = Path(__file__).parents[2] / "samples" / "run_front.mp4"
CLIP = b"not a video, but bytes"
# No network is needed: the phone's server has a port of its own.
ADDRESS = ("--phone", "--phone-address", "127.0.0.1")
ONE_ADDRESS = {"phone": True, "phone_address": "127.0.0.1"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[subprocess.Popen[str], str]]:
    with running_process(tmp_path_factory.mktemp("app"), *ADDRESS) as served:
        yield served


@pytest.fixture(scope="module")
def computer(served: tuple[subprocess.Popen[str], str]) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served[1], timeout=30) as client:
        yield client


@contextmanager
def phone(link: str) -> Iterator[httpx.Client]:
    """A phone that has not entered yet; it goes on past the warning of the certificate."""
    parts = urlsplit(link)
    with httpx.Client(base_url=f"{parts.scheme}://{parts.netloc}", verify=False, timeout=30, headers=HTML) as client:
        yield client


@contextmanager
def phone_inside(computer: httpx.Client) -> Iterator[httpx.Client]:
    link = new_link(computer)
    with phone(link) as client:
        assert client.get(link).status_code == 200
        yield client


def new_link(computer: httpx.Client) -> str:
    assert computer.post("/phone/open").status_code == 303
    link = shown(computer, "link")
    assert link is not None
    return link


def shown(computer: httpx.Client, element: str) -> str | None:
    found = re.search(rf'id="{element}">([^<]+)<', computer.get("/phone", headers=HTML).text)
    return unescape(found[1]) if found else None


def said(response: httpx.Response) -> str:
    assert response.text.count('role="alert"') == 1
    found = re.search(r"<h1>([^<]+)</h1>", response.text)
    assert found
    return found[1]


def listening(process: subprocess.Popen[str]) -> set[str]:
    """Addresses at which a process listens."""
    return {
        f"{one.laddr.ip}:{one.laddr.port}"
        for one in psutil.Process(process.pid).net_connections("inet")
        if one.status == "LISTEN"
    }


def test_without_the_option_only_this_computer_reaches_the_app(tmp_path: Path) -> None:
    with running_process(tmp_path) as (process, here):
        assert listening(process) == {urlsplit(here).netloc}


def test_with_the_option_one_address_of_the_local_network_is_open_until_it_is_closed(tmp_path: Path) -> None:
    address = local_address()
    if address is None:
        pytest.skip("this computer is in no local network")
    with running_process(tmp_path, "--phone") as (process, here):
        alone = {urlsplit(here).netloc}
        assert {one.partition(":")[0] for one in listening(process) - alone} == {address}
        assert httpx.post(f"{here}/phone/close").status_code == 303
        assert listening(process) == alone
        httpx.post(f"{here}/phone/open")
        assert {one.partition(":")[0] for one in listening(process) - alone} == {address}


def test_code_in_the_terminal_opens_the_access(tmp_path: Path) -> None:
    with running_process(tmp_path, *ADDRESS) as (process, here):
        assert process.stderr is not None
        lines = [process.stderr.readline().rstrip("\n") for _ in range(2)]
        assert re.search(r"until \d\d:\d\d: https://127\.0\.0\.1:\d+", lines[1])
        while not lines[-1].startswith("▀"):
            lines.append(process.stderr.readline().rstrip("\n"))
        with httpx.Client(base_url=here, headers=HTML) as computer:
            assert scanned(lines[2:]) == shown(computer, "link")


def scanned(lines: list[str]) -> str:
    """What a camera reads in half blocks."""
    halves = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}
    rows = [[halves[block][half] for block in line] for line in lines for half in (0, 1)]
    picture = np.kron(np.array(rows, np.uint8) * 255, np.ones((8, 8), np.uint8))
    return str(cv2.QRCodeDetector().detectAndDecode(picture)[0])


def test_code_lets_one_phone_in_once(computer: httpx.Client) -> None:
    link = new_link(computer)
    with phone(link) as first, phone(link) as second:
        assert said(first.get("/")) == "This phone has no access."
        entered = first.get(link)
        cookie = entered.headers["set-cookie"]
        for attribute in ("__Host-", "HttpOnly", "Secure", "SameSite=strict", "Path=/"):
            assert attribute in cookie
        assert 'id="camera"' in first.get("/").text
        # A page that is loaded again still goes on; another phone does not.
        assert first.get(link).status_code == 200
        assert said(second.get(link)) == "This code was used already."
        assert said(second.get("/")) == "This phone has no access."
    assert shown(computer, "link") is None


def test_question_without_an_answer_does_not_use_the_code_up(computer: httpx.Client) -> None:
    link = new_link(computer)
    with phone(link) as client:
        assert "set-cookie" not in client.head(link).headers
        assert client.get(link).status_code == 200


def test_new_code_replaces_the_one_before(computer: httpx.Client) -> None:
    old, new = new_link(computer), new_link(computer)
    with phone(new) as client:
        assert said(client.get(old)) == "This code is wrong."
        assert client.get(new).status_code == 200


def test_guesses_void_the_code_but_not_the_phone_that_is_in(computer: httpx.Client) -> None:
    with phone_inside(computer) as inside:
        link = new_link(computer)
        with phone(link) as client:
            for guess in ("", "a" * 22, "ü", "0" * 10_000, *map(str, range(6))):
                assert said(client.get("/enter", params={"code": guess})) == "This code is wrong."
            assert said(client.get(link)) == "There were too many wrong codes."
        assert 'id="camera"' in inside.get("/").text
        assert shown(computer, "link") is None
        with phone(new_link(computer)) as client:
            assert client.get("/").status_code == 403


def test_code_ends_by_itself(tmp_path: Path) -> None:
    with limited_process(tmp_path, {"code_s": 0.0}, **ONE_ADDRESS) as (_process, here):
        found = re.search(r"https://[\d.]+:\d+", httpx.get(f"{here}/phone").text)
        assert found
        with phone(found[0]) as client:
            assert said(client.get("/enter?code=x")) == "This code is too old."


def test_access_ends_by_itself(tmp_path: Path) -> None:
    with limited_process(tmp_path, {"phone_s": 0.0}, **ONE_ADDRESS) as (process, here):
        wait_until(lambda: httpx.get(f"{here}/phone/state").json()["state"] == "closed", 60)
        wait_until(lambda: listening(process) == {urlsplit(here).netloc}, 60)


def test_closing_ends_the_sessions(computer: httpx.Client) -> None:
    with phone_inside(computer) as client:
        computer.post("/phone/close")
        with pytest.raises(httpx.TransportError):
            client.get("/")
        computer.post("/phone/open")
        address = re.search(r"https://[\d.]+:\d+", computer.get("/phone").text)
        assert address
        assert client.get(f"{address[0]}/").status_code == 403


def test_phone_sees_only_what_it_has_sent(computer: httpx.Client) -> None:
    others = computer.post("/clips", params={"name": "private.mp4"}, content=CLIP).json()
    with phone_inside(computer) as client, phone_inside(computer) as neighbour:
        sent = client.post("/clips", params={"name": "mine.mp4"}, content=CLIP).json()
        assert client.get(sent["page"]).status_code == 200
        home = client.get("/").text
        assert "mine.mp4" in home
        for page in ("/", sent["page"]):
            assert "private.mp4" not in client.get(page).text
        refused = [
            others["page"],
            f"{others['page']}/results/report.html",
            "/phone",
            "/phone/state",
            "/clips/",
        ]
        for path in refused:
            assert said(client.get(path)) == "A phone may open only what it has sent."
        for path in (f"{others['page']}/delete", f"{others['page']}/start", "/phone/open", "/phone/close"):
            assert client.post(path).status_code == 403
        assert neighbour.get(sent["page"]).status_code == 403
        assert client.post(f"{sent['page']}/delete").status_code == 303
    assert computer.get(others["page"]).status_code == 200


def test_phone_can_be_the_camera_only_once_it_is_in(computer: httpx.Client) -> None:
    with phone_inside(computer) as client:
        address = str(client.base_url).rstrip("/")
        for path in ("/webcam", "/coach", "/coach/towel", "/exercises/towel_1.webp"):
            assert client.get(path).status_code == 200
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        with spoken_page(address, cookie=cookie, exercise="core", camera=0) as page:
            assert page.hear_until("screen", "end") == "screen"
    for stranger in (None, f"{COOKIE}=guessed"):
        with pytest.raises(InvalidStatus), spoken_page(address, cookie=stranger):
            pass


@pytest.mark.parametrize(
    "headers", [{"Host": "127.0.0.1"}, {"Host": "posture.example"}, {"Origin": "https://posture.example"}]
)
def test_other_names_and_pages_are_turned_away_from_the_phones_address(
    computer: httpx.Client, headers: dict[str, str]
) -> None:
    with phone_inside(computer) as client:
        assert client.post("/clips", headers=headers, content=CLIP).status_code == 403
        # The computer's own name does not open the computer's pages at the phone's address.
        assert client.get("/phone", headers={"Host": urlsplit(str(computer.base_url)).netloc}).status_code == 403


def test_page_shows_the_fingerprint_of_the_certificate(computer: httpx.Client) -> None:
    parts = urlsplit(new_link(computer))
    certificate = ssl.get_server_certificate((parts.hostname or "", parts.port or 0))
    digest = sha256(ssl.PEM_cert_to_DER_cert(certificate)).digest()
    assert shown(computer, "fingerprint") == digest.hex(":").upper()


def test_address_that_is_not_in_a_local_network_is_refused(tmp_path: Path) -> None:
    for address in ("0.0.0.0", "8.8.8.8", "posture.example"):
        command = [sys.executable, "-m", "posture", "app", "--no-open", "--port", "0", "--folder", str(tmp_path)]
        ended = subprocess.run(
            [*command, "--phone", "--phone-address", address], capture_output=True, text=True, timeout=60, check=False
        )
        assert ended.returncode != 0
        assert address in ended.stderr
        assert ended.stderr.splitlines()[-1].startswith("posture: --phone: the address")


@pytest.mark.parametrize(
    ("address", "expected"),
    [("192.168.1.5", True), ("10.0.0.1", True), ("127.0.0.1", False), ("169.254.1.1", False), ("0.0.0.0", False)],
)
def test_local_addresses_are_private_ones_of_a_network(address: str, expected: bool) -> None:
    assert is_local(address) is expected


def test_phone_films_sends_and_sees_the_report(computer: httpx.Client, browser: Browser) -> None:
    new_link(computer)
    here = browser.new_context(locale="de").new_page()
    here.goto(f"{computer.base_url}/phone")
    here.set_default_timeout(10_000)
    for button in ("Jetzt schließen", "Handy verbinden"):
        here.get_by_role("button", name=button).click()
    here.locator(".qr svg").wait_for()
    assert Axe().run(here).response["violations"] == []
    link = here.locator("#link").text_content()
    assert link is not None
    context = browser.new_context(
        ignore_https_errors=True, viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True, locale="en"
    )
    try:
        phone_page = context.new_page()
        phone_page.goto(link)
        phone_page.get_by_text("Film now").wait_for()
        # The computer's page notices by itself.
        here.get_by_text("Das Handy ist verbunden.").wait_for()
        assert Axe().run(phone_page).response["violations"] == []
        phone_page.locator("#camera").set_input_files(SAMPLE)
        phone_page.get_by_role("button", name="Analyse").first.click()
        report = phone_page.locator("iframe.framed")
        report.wait_for(timeout=1000 * ANALYSIS_S)
        assert phone_page.evaluate("document.documentElement.scrollWidth") == 360
        phone_page.goto(f"{phone_page.url.split('/clips')[0]}/")
        assert phone_page.locator("#clips a.clip-card").count() == 1
    finally:
        context.close()
