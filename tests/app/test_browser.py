"""The way of a clip through the app in a real browser: send, choose, wait, read the report."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from helpers.app_server import ANALYSIS_S, running_process
from helpers.derived_clips import frames_of, sample, truth
from helpers.video_factory import write_clip
from playwright.sync_api import Browser, BrowserContext, FloatRect, Frame, Locator, Page, expect

PHONE, DESKTOP, SMALL = (390, 844), (1280, 800), (360, 740)
LONG_MS = 1000 * ANALYSIS_S
DROP = """([name, data]) => {
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  const files = new DataTransfer();
  files.items.add(new File([bytes], name, { type: "video/mp4" }));
  for (const kind of ["dragenter", "dragover", "drop"]) {
    document.body.dispatchEvent(new DragEvent(kind, { dataTransfer: files, bubbles: true, cancelable: true }));
  }
}"""


@dataclass
class Visit:
    """A page of the app in a browser, with its requests and complaints."""

    page: Page
    address: str
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page

    def check(self) -> None:
        """Assert that nothing was asked of another host, nothing failed, and that axe finds nothing."""
        own = (self.address, "data:", "blob:")
        assert [url for url in self.requests if not url.startswith(own)] == []
        assert self.complaints == []
        self.check_page()

    def check_page(self) -> None:
        """Assert that axe finds nothing, and that the page does not scroll sideways."""
        found = Axe().run(self.page)
        assert found.violations_count == 0, found.generate_report()
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


Visitor = Callable[..., Visit]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_process(tmp_path_factory.mktemp("app")) as (_process, address):
        yield address


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visitor]:
    """``visit(size, lang)``: a browser with a window of a size that asks for a language."""
    contexts: list[BrowserContext] = []
    expect.set_options(timeout=LONG_MS)

    def enter(size: tuple[int, int], lang: str, at: str = address) -> Visit:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale={"en": "en-GB", "de": "de-DE"}[lang]
        )
        context.set_default_timeout(LONG_MS)
        contexts.append(context)
        visit = Visit(context.new_page(), at)
        context.on("request", lambda request: visit.requests.append(request.url))
        visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
        visit.page.on(
            "console", lambda message: visit.complaints.append(message.text) if message.type == "error" else None
        )
        return visit

    yield enter
    for context in contexts:
        context.close()


def drop(page: Page, path: Path, name: str) -> None:
    page.evaluate(DROP, [name, base64.b64encode(path.read_bytes()).decode()])


def analysis_of(page: Page) -> dict[str, Any]:
    """Return the analysis.json of the clip whose page is open."""
    return json.loads(page.request.get(f"{page.url.removesuffix('/setup')}/results/analysis.json").text())


def box_of(part: Locator) -> FloatRect:
    box = part.bounding_box()
    assert box is not None
    return box


def tiny_clip(path: Path) -> Path:
    return write_clip(path, frames=20)


def two_people(path: Path) -> Path:
    """Write a clip with the hollow runner on the left, and the neutral one on the right."""
    halves = zip(*([rgb[:, 320:960] for rgb in frames_of(name, end_s=5.0)] for name in PAIR), strict=True)
    images = [np.ascontiguousarray(np.hstack(pair)) for pair in halves]
    return write_clip(path, frames=len(images), size=(1280, 720), draw=lambda number, _w, _h: images[number])


PAIR = ("run_hollow", "run_neutral")
# Everything that would move, where the user wants nothing to.
MOVING = """() => [...document.querySelectorAll("body *")].filter((one) => {
  const style = getComputedStyle(one);
  return style.animationName !== "none" || parseFloat(style.transitionDuration) > 0;
}).map((one) => one.outerHTML.slice(0, 80))"""


def test_first_page_says_what_to_do_and_how_to_film(visit: Visitor) -> None:
    first = visit(SMALL, "de")
    page = first.open("/")
    expect(page.locator("h1")).to_have_text("Läufst du im Hohlkreuz?")
    assert box_of(page.locator("label[for=files]"))["y"] < SMALL[1]
    first.check()
    first.open("/guide")
    expect(page.locator("h1")).to_have_text("So filmst du")
    expect(page.locator(".guide-steps svg")).to_have_count(6)
    first.check()


@pytest.mark.parametrize("path", ["/", "/guide", "/webcam", "/coach", "/coach/crossing", "/runners", "/phone"])
def test_pages_fit_small_zoomed_dark_and_still_screens(visit: Visitor, path: str) -> None:
    small = visit(SMALL, "de")
    small.page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page = small.open(path)
    small.check()
    paper, ink = page.evaluate(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
    )
    assert brightness(paper) < 60
    assert brightness(ink) > 180
    assert page.evaluate(MOVING) == []
    # A window of 1280 x 800 at 200 % zoom.
    page.set_viewport_size({"width": DESKTOP[0] // 2, "height": DESKTOP[1] // 2})
    small.check_page()


def brightness(colour: str) -> float:
    """Return the mean of the three parts of a CSS colour, 0..255."""
    return float(np.mean([float(part) for part in re.findall(r"[\d.]+", colour)[:3]]))


def test_dropped_clip_becomes_a_report_with_a_film_that_seeks(visit: Visitor) -> None:
    first = visit(DESKTOP, "en")
    page = first.open("/")
    drop(page, sample("run_hollow"), "Jog <b>Park.mp4")
    page.wait_for_url("**/clips/*")
    expect(page.locator("h1")).to_have_text("Jog <b>Park.mp4")
    expect(page.locator(".strip img")).to_be_visible()
    expect(page.get_by_text("Looking for people")).to_have_count(0)
    first.check_page()
    page.get_by_label("Name of the runner").fill("Anna")
    page.get_by_role("button", name="Analyse").first.click()
    expect(page.locator("#bar")).to_be_visible()
    expect(page.locator("#words")).to_contain_text("seconds left")
    first.check_page()
    # What was said stays after a reload.
    page.reload()
    expect(page.locator("#bar, iframe.framed")).to_have_count(1)
    report = page.frame_locator("iframe.framed")
    expect(report.locator("h1")).to_contain_text("Hollow back")
    expect(page.locator(".above-report")).to_contain_text("Anna")
    frame = page.locator("iframe.framed").element_handle().content_frame()
    assert frame is not None
    # The report's own policy forbids the waiting of playwright inside it.
    for target in (3.0, 1.5):
        frame.evaluate(f"document.getElementById('film').currentTime = {target}")
        until(page, partial(film_is_at, frame, target))
    # The frame is as tall as the report: there is one bar to scroll by.
    inner = frame.evaluate("document.body.getBoundingClientRect().height")
    until(page, lambda: box_of(page.locator("iframe.framed"))["height"] >= inner)
    first.check()
    follow_links(page, frame)
    # Elsewhere, its language is not that of the page.
    expect(page.locator(".other-language")).to_have_count(0)
    page.goto(f"{page.url}?lang=de")
    expect(page.locator(".other-language")).to_contain_text("Dieser Bericht ist auf Englisch.")
    first.check_page()


def follow_links(page: Page, frame: Frame) -> None:
    """Assert that links inside the report lead to their place, by mouse and by keyboard."""
    link = frame.locator("a[href='#exercises']").first
    target = frame.locator("#exercises")
    for follow in (link.click, lambda: link.press("Enter")):
        page.evaluate("scrollTo(0, 0)")
        assert box_of(target)["y"] > DESKTOP[1]
        follow()
        until(page, lambda: 0 <= box_of(target)["y"] < DESKTOP[1] / 2)
        assert frame.evaluate("document.activeElement.id") == "exercises"


def film_is_at(frame: Frame, time_s: float) -> bool:
    moment = "(f => f.seeking || f.readyState < 2 ? -1 : f.currentTime)(document.getElementById('film'))"
    return abs(float(frame.evaluate(moment)) - time_s) < 0.1


def until(page: Page, condition: Callable[[], bool]) -> None:
    """Wait for a condition of the page."""
    for _attempt in range(round(LONG_MS / 50)):
        if condition():
            return
        page.wait_for_timeout(50)
    pytest.fail("never true")


def test_chosen_person_of_two_is_measured(visit: Visitor, tmp_path: Path) -> None:
    first = visit(PHONE, "de")
    page = first.open("/")
    page.set_input_files("#files", two_people(tmp_path / "zwei.mp4"))
    page.wait_for_url("**/clips/*")
    expect(page.locator(".spot")).to_have_count(2)
    boxes = [box_of(page.locator(".spot").nth(n)) for n in range(2)]
    assert boxes[0]["x"] + boxes[0]["width"] < boxes[1]["x"]
    # By keyboard, as somebody does who sees the letters only.
    page.locator(".spot input").first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".spot input").nth(1)).to_be_checked()
    first.check_page()
    button = page.get_by_role("button", name="Auswerten").first
    assert box_of(button)["y"] + box_of(button)["height"] < PHONE[1]
    button.click()
    expect(page.locator("iframe.framed")).to_be_visible()
    tilt = analysis_of(page)["measures"]["pelvic_tilt_deg"]["value"]
    hollow, neutral = (truth(name)["measures"]["pelvic_tilt_deg"] for name in PAIR)
    assert abs(tilt - neutral) < 6.0 < abs(tilt - hollow)
    # Another person can be chosen afterwards; the first choice is remembered.
    page.get_by_role("link", name="Noch einmal auswerten").click()
    expect(page.locator(".spot input").nth(1)).to_be_checked()
    first.check()


def test_part_of_a_clip_is_chosen_by_keyboard(visit: Visitor) -> None:
    first = visit(PHONE, "en")
    page = first.open("/")
    page.set_input_files("#files", sample("run_neutral"))
    page.wait_for_url("**/clips/*")
    expect(page.locator(".trim output")).to_have_text("The whole clip, 8 seconds")
    page.get_by_label("Beginning, seconds").focus()
    for _press in range(10):
        page.keyboard.press("ArrowRight")
    page.get_by_label("End, seconds").focus()
    page.keyboard.press("Home")
    expect(page.locator(".trim output")).to_have_text("From 1 to 2 seconds")
    page.keyboard.press("End")
    expect(page.locator(".trim output")).to_have_text("From 1 to 8 seconds")
    page.get_by_label("Turn the picture").select_option("90")
    assert "rotate(90deg)" in str(page.locator(".still").get_attribute("style"))
    page.get_by_label("Turn the picture").select_option("0")
    # Stopped before anything was made of it, the clip is as it was, with what was chosen.
    page.get_by_role("button", name="Analyse").first.click()
    page.get_by_role("button", name="Stop").click()
    expect(page.locator(".trim output")).to_have_text("From 1 to 8 seconds")
    expect(page.get_by_label("Turn the picture")).to_have_value("0")
    delete(page)
    page.wait_for_url(first.address + "/")
    first.check()


def test_broken_file_gives_one_clear_line(visit: Visitor, tmp_path: Path) -> None:
    (tmp_path / "notes.mp4").write_text("no video at all " * 100)
    first = visit(PHONE, "de")
    page = first.open("/")
    page.set_input_files("#files", tmp_path / "notes.mp4")
    expect(page.get_by_role("alert")).to_have_text(
        "notes.mp4: ist eine Textdatei, kein Video. "
        "Wähle eine Videodatei, zum Beispiel .mp4, .mov, .mkv, .webm, .avi oder .gif."
    )
    # It can only fail again.
    expect(page.get_by_role("link", name="Noch einmal auswerten")).to_have_count(0)
    first.check()
    page.goto(f"{page.url}?lang=en")
    expect(page.get_by_role("alert")).to_contain_text("notes.mp4: is a text file, not a video. Choose a video file")
    delete(page)
    expect(page.locator("#drop")).to_be_visible()


def delete(page: Page) -> None:
    """Delete the clip whose page is open: a second button asks first."""
    button = page.get_by_role("button", name="Delete for good")
    expect(button).to_be_hidden()
    page.locator("summary", has_text="Delete").click()
    button.click()


def test_several_clips_are_analysed_together_under_their_names(visit: Visitor, tmp_path: Path) -> None:
    first = visit(DESKTOP, "en")
    page = first.open("/")
    clips = [tiny_clip(tmp_path / f"tiny{number}.mp4") for number in range(3)]
    page.set_input_files("#files", clips)
    expect(page.locator(".ready strong")).to_have_text([clip.name for clip in clips])
    page.get_by_label("Name of the runner").first.fill("Ben")
    with page.expect_response(lambda answer: answer.url.endswith("/name")):
        page.get_by_label("Name of the runner").nth(1).focus()
    page.reload()
    expect(page.get_by_label("Name of the runner").first).to_have_value("Ben")
    assert page.locator("#runners option").count() >= 1
    first.check_page()
    page.get_by_role("button", name="Analyse all").click()
    expect(page.locator(".ready li")).to_have_count(0)
    expect(page.locator(".clip-card", has_text="tiny").locator(".verdict", has_text="Not measurable")).to_have_count(3)
    expect(page.locator(".clip-card", has_text="Ben")).to_have_count(1)
    first.check()


def test_upload_can_be_stopped(visit: Visitor, tmp_path: Path) -> None:
    first = visit(PHONE, "en")
    page = first.open("/")

    def held(route: Any) -> None:
        """Leave the request unanswered, as a slow connection does."""

    page.route("**/clips?name=*", held)
    page.set_input_files("#files", [tiny_clip(tmp_path / "a.mp4"), tiny_clip(tmp_path / "b.mp4")])
    page.get_by_role("button", name="Stop sending b.mp4").click()
    page.get_by_role("button", name="Stop sending a.mp4").click()
    expect(page.locator(".sending li")).to_have_text(["a.mp4: Stopped.", "b.mp4: Stopped."])
    first.check_page()


def test_restart_in_the_middle_of_an_analysis_loses_nothing(visit: Visitor, tmp_path: Path, browser: Browser) -> None:
    with running_process(tmp_path) as (process, address):
        first = visit(DESKTOP, "en", address)
        page = first.open("/")
        page.set_input_files("#files", sample("run_neutral"))
        page.wait_for_url("**/clips/*")
        page.get_by_role("button", name="Analyse").first.click()
        expect(page.locator("#words")).to_contain_text("Measuring")
        process.kill()
    # The page that is open asks on, and finds the app again at its address.
    with running_process(tmp_path, "--port", address.rpartition(":")[2]):
        report = page.frame_locator("iframe.framed")
        expect(report.locator("h1")).to_contain_text("No hollow back")
    assert [url for url in first.requests if not url.startswith((address, "data:", "blob:"))] == []
