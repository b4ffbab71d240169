"""The webcam check in Chromium, whose fake camera plays a sample."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from helpers.app_server import running_process
from helpers.html_page import CHROMIUM
from helpers.live_page import GUARD_S, angles_of, slow_clock, spoken_page, write_fake_camera
from playwright.sync_api import Page, Playwright, sync_playwright

CLIP = Path(__file__).parents[2] / "samples" / "run_hollow.mp4"
# Seven pictures a second of the real clock: also a slow machine looks at more than the half that a session needs.
SLOWNESS = 4
TIMEOUT_MS = 1000 * GUARD_S


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_process(tmp_path_factory.mktemp("app")) as (_process, address):
        yield address


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


def open_page(playwright: Playwright, *arguments: str, width: int = 1280) -> Page:
    """Open a page of a new Chromium; skip where there is none."""
    path = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if path is None:
        pytest.skip("no Chromium: apt-get install chromium")
    browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu", *arguments])
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.set_default_timeout(TIMEOUT_MS)
    return page


def close(page: Page) -> None:
    browser = page.context.browser
    assert browser is not None
    browser.close()


def test_fake_camera_gives_the_verdict_and_numbers_of_its_file(
    playwright: Playwright, address: str, tmp_path: Path
) -> None:
    write_fake_camera(CLIP, tmp_path / "camera.y4m", SLOWNESS)
    page = open_page(
        playwright,
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={tmp_path / 'camera.y4m'}",
    )
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.add_init_script(slow_clock(SLOWNESS))
    page.goto(f"{address}/webcam")
    page.locator("#start summary").click()
    page.select_option("[name=model]", "lite")
    page.get_by_role("button", name="Start the camera").click()
    page.locator("#live[data-phase=hollow_back]").wait_for()
    shown = [float(gauge.get_attribute("data-value") or "nan") for gauge in page.locator(".live-gauge").all()]
    assert page.locator("#live-banner h1").inner_text() == "Hollow back"
    # The back line lies over the picture.
    assert page.evaluate("session.figure.length") > 10
    assert Axe().run(page).response["violations"] == []
    page.evaluate("window.track = document.getElementById('live-video').srcObject.getTracks()[0]")
    page.keyboard.press("q")
    page.locator("#live[data-over]").wait_for()
    assert page.evaluate("window.track.readyState") == "ended"
    assert page.locator("#live-banner h1").inner_text().startswith("Hollow back in ")
    assert page.locator("#live-next").get_attribute("href") == "/coach/towel"
    page.get_by_role("button", name="Back").click()
    assert page.get_by_role("button", name="Start the camera").is_visible()
    close(page)
    assert complaints == []
    assert shown == pytest.approx(angles_of(CLIP), abs=1.5)


def test_denied_camera_says_how_to_allow_it_and_leaves_the_place_free(playwright: Playwright, address: str) -> None:
    page = open_page(playwright, "--use-fake-device-for-media-stream", "--deny-permission-prompts")
    page.goto(f"{address}/webcam")
    page.get_by_role("button", name="Start the camera").click()
    problem = page.get_by_role("alert")
    problem.wait_for()
    assert problem.inner_text().startswith("The browser may not use the camera. Allow it")
    assert page.get_by_role("button", name="Start the camera").is_visible()
    with spoken_page(address, exercise="core", camera=0) as other:
        assert other.hear_until("screen", "end") == "screen"
    close(page)


def test_computer_without_a_camera_says_so_and_coaches_as_a_timer(playwright: Playwright, address: str) -> None:
    page = open_page(playwright, width=390)
    page.goto(f"{address}/coach/towel?lang=de")
    page.get_by_role("button", name="Mit Kamera starten").click()
    problem = page.get_by_role("alert")
    problem.wait_for()
    assert problem.inner_text().startswith("Keine Kamera gefunden.")
    page.get_by_role("button", name="Nur mit Timer starten").click()
    page.locator("#live-aside:not(:empty)").wait_for()
    assert page.locator("#live-banner h1").inner_text() == "Mach dich bereit"
    assert page.locator("#live-drawing").is_visible()
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    # Who leaves the page ends the session.
    page.goto(f"{address}/coach")
    assert page.locator("main a[href^='/coach/']").count() == 3
    for path in ("/coach", "/coach/core", "/webcam"):
        page.goto(f"{address}{path}")
        assert Axe().run(page).response["violations"] == []
        assert page.evaluate("document.documentElement.scrollWidth") == 390
    with spoken_page(address, exercise="core", camera=0) as other:
        assert other.hear_until("screen", "end") == "screen"
    close(page)
