"""The film in the page: slow motion, single pictures, loop, poster, and a film that stays in view."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from helpers.html_page import STRIDE_S, BrowserPage, Data, Look, wait_for
from helpers.waiting import until
from PIL import Image

from posture.drawing.canvas import encode_jpeg
from posture.records.analysis import Analysis
from posture.report.html import PageVideo, Photos, report_page

Make = Callable[..., Analysis]
# Of the film fixture.
FPS = 10.0
FILM = "document.getElementById('film')"


@pytest.fixture(scope="module")
def whole(full_analysis: Make, photos: Photos, film: PageVideo) -> str:
    """A page with a film and a poster of another colour than the film."""

    def at_ten(data: Data) -> None:
        data["source"]["fps"] = FPS

    red = np.full((180, 320, 3), (200, 0, 0), dtype=np.uint8)
    return report_page(full_analysis(at_ten), photos, video=replace(film, poster=encode_jpeg(red)))


def ready(opened: BrowserPage) -> None:
    wait_for(opened, f"{FILM}.readyState >= 1")


def moment(opened: BrowserPage) -> float:
    wait_for(opened, f"!{FILM}.seeking")
    return float(opened.page.evaluate(f"{FILM}.currentTime"))


def unfold(opened: BrowserPage) -> None:
    opened.page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")


def box_of(opened: BrowserPage, selector: str) -> dict[str, float]:
    box = opened.page.locator(selector).first.bounding_box()
    assert box is not None
    return dict(box)


@pytest.mark.parametrize(("name", "rate"), [("a quarter", 0.25), ("half", 0.5), ("full speed", 1.0)])
def test_button_plays_slower(look: Look, whole: str, name: str, rate: float) -> None:
    opened = look(whole)
    ready(opened)
    opened.page.get_by_role("button", name=name).click()
    wait_for(opened, f"!{FILM}.paused && {FILM}.currentTime > 0.05")
    assert opened.page.evaluate(f"{FILM}.playbackRate") == rate
    pressed = opened.page.locator(".player [aria-pressed=true]")
    assert pressed.count() == 1
    assert name in (pressed.get_attribute("aria-label") or "")
    opened.check()


def test_buttons_and_arrow_keys_go_one_picture(look: Look, whole: str) -> None:
    opened = look(whole)
    ready(opened)
    on, back = (opened.page.get_by_role("button", name=name) for name in ("picture on", "picture back"))
    for number in (1, 2, 3):
        on.click()
        assert int(moment(opened) * FPS) == number
    back.click()
    assert int(moment(opened) * FPS) == 2
    opened.page.locator("#film").focus()
    opened.page.keyboard.press("ArrowRight")
    assert int(moment(opened) * FPS) == 3
    for _ in range(5):
        opened.page.keyboard.press("ArrowLeft")
        moment(opened)
    assert int(moment(opened) * FPS) == 0
    assert opened.page.evaluate(f"{FILM}.paused")
    opened.check()


def test_last_picture_is_not_left_by_going_on(look: Look, whole: str) -> None:
    opened = look(whole)
    ready(opened)
    opened.page.evaluate(f"{FILM}.currentTime = {FILM}.duration - 0.02")
    moment(opened)
    opened.page.get_by_role("button", name="picture on").click()
    assert moment(opened) == pytest.approx(8.95, abs=0.01)


def test_loop_is_switched_on_and_off(look: Look, whole: str) -> None:
    opened = look(whole)
    ready(opened)
    button = opened.page.get_by_role("button", name="over and over")
    for state in (True, False):
        button.click()
        assert opened.page.evaluate(f"{FILM}.loop") is state
        assert button.get_attribute("aria-pressed") == str(state).lower()


def test_poster_is_shown_before_the_film_plays(look: Look, whole: str) -> None:
    for options in ({}, {"java_script_enabled": False}):
        opened = look(whole, **options)

        def is_red(opened: BrowserPage = opened) -> bool:
            png = Image.open(BytesIO(opened.page.locator("#film").screenshot()))
            red, green, _blue = np.asarray(png.convert("RGB"))[:60].reshape(-1, 3).mean(axis=0)
            return bool(red > 150 and green < 60)

        assert until(is_red)
        opened.check()


def test_without_scripts_the_browsers_own_controls_remain(look: Look, whole: str) -> None:
    opened = look(whole, java_script_enabled=False)
    assert not opened.page.locator(".player").is_visible()
    assert opened.page.locator("#film").get_attribute("controls") is not None


@pytest.mark.parametrize("width", [320, 390, 1200])
def test_buttons_are_large_enough_for_a_thumb(look: Look, whole: str, width: int) -> None:
    opened = look(whole, width=width, has_touch=True)
    ready(opened)
    buttons = opened.page.locator(".player button:visible").all()
    assert len(buttons) == 6
    for button in buttons:
        box = button.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44


@pytest.mark.parametrize("lang", ["en", "de"])
def test_every_button_has_a_name(look: Look, full_analysis: Make, film: PageVideo, lang: str) -> None:
    def spoken(data: Data) -> None:
        data["language"] = lang

    opened = look(report_page(full_analysis(spoken), video=film))
    opened.page.locator(".jump[data-seek]").last.evaluate("e => e.click()")
    names = [button.get_attribute("aria-label") or "" for button in opened.page.locator(".player button").all()]
    assert len(set(names)) == len(names) == 7
    assert all(("Play" in name) == (lang == "en") for name in names[:3])


def test_chosen_stride_keeps_film_and_row_in_view_on_a_phone(look: Look, whole: str) -> None:
    opened = look(whole, width=390, has_touch=True)
    ready(opened)
    unfold(opened)
    stride = opened.page.locator("section[aria-labelledby=time] .jump, .jump[data-seek]").last
    stride.scroll_into_view_if_needed()
    assert box_of(opened, "#film")["y"] + box_of(opened, "#film")["height"] < 0
    stride.tap()
    moment(opened)
    stage, row = box_of(opened, ".stage"), stride.bounding_box()
    assert row is not None
    assert stage["y"] >= 0
    assert stage["height"] < 0.6 * 800
    assert stage["y"] + stage["height"] <= row["y"]
    assert row["y"] + row["height"] <= 800
    opened.check()


def test_chosen_moment_of_a_curve_keeps_film_and_curve_in_view_on_a_phone(look: Look, whole: str) -> None:
    opened = look(whole, width=390, has_touch=True)
    ready(opened)
    unfold(opened)
    plot = opened.page.locator("#time-plot")
    plot.scroll_into_view_if_needed()
    plot.tap()
    assert moment(opened) > STRIDE_S
    stage, curve = box_of(opened, ".stage"), box_of(opened, "#time-plot")
    assert stage["y"] >= 0
    assert stage["y"] + stage["height"] <= curve["y"] + 1
    assert curve["y"] + curve["height"] <= 800


def test_keys_alone_play_slow_down_stop_step_and_repeat(look: Look, whole: str) -> None:
    opened = look(whole)
    ready(opened)
    film, keys = FILM, opened.page.keyboard
    opened.page.locator("#film").focus()
    keys.press("Space")
    wait_for(opened, f"{film}.currentTime > 0.1")
    keys.press("Space")
    wait_for(opened, f"{film}.paused")
    while opened.page.evaluate("document.activeElement.dataset.rate") != "0.25":
        keys.press("Tab")
    for is_paused in (False, True):
        keys.press("Enter")
        wait_for(opened, f"{film}.paused === {str(is_paused).lower()} && {film}.playbackRate === 0.25")
    for button in ("0.5", "1"):
        keys.press("Tab")
        assert opened.page.evaluate("document.activeElement.dataset.rate") == button
    keys.press("Tab")
    keys.press("Tab")
    before = opened.page.evaluate(f"{film}.currentTime")
    keys.press("Enter")
    wait_for(opened, f"{film}.currentTime > {before}")
    keys.press("Tab")
    keys.press("Space")
    assert opened.page.evaluate(f"{film}.loop") is True
    assert opened.page.evaluate("document.activeElement.getAttribute('aria-pressed')") == "true"
    opened.check()


def test_page_without_film_has_no_controls_of_one(look: Look, full_analysis: Make, photos: Photos) -> None:
    opened = look(report_page(full_analysis(), photos))
    unfold(opened)
    dead = "document.querySelectorAll('video, .film, .player, .jump, [data-seek], .live, .cursor').length"
    assert opened.page.evaluate(dead) == 0
    text = opened.page.inner_text("main")
    assert not [word for word in ("video shows", "click on a curve", "The film") if word in text]
    # Neither is there a hole: parts of the page follow each other closely.
    gaps = opened.page.evaluate(
        "[...document.querySelectorAll('main > *')].map(e => e.getBoundingClientRect()).filter(b => b.height)"
        ".map((b, n, all) => n ? b.top - all[n - 1].bottom : 0)"
    )
    assert max(gaps) <= 40
    opened.check()


def test_film_goes_back_to_its_place(look: Look, whole: str) -> None:
    opened = look(whole, width=390)
    ready(opened)
    unfold(opened)
    before = box_of(opened, ".film")["height"]
    button = opened.page.get_by_role("button", name="back in its place")
    assert not button.is_visible()
    for back in (button.click, lambda: opened.page.locator(".film h2").scroll_into_view_if_needed()):
        opened.page.locator(".jump[data-seek]").last.click()
        moment(opened)
        assert opened.page.locator(".stage.pinned").count() == 1
        # The page below does not jump.
        assert box_of(opened, ".film")["height"] == pytest.approx(before, abs=1)
        back()
        if back != button.click:
            opened.page.evaluate("document.querySelector('.film').scrollIntoView()")
        wait_for(opened, "!document.querySelector('.stage.pinned')")
    opened.check()


def test_film_in_view_stays_where_it_is(look: Look, whole: str) -> None:
    opened = look(whole, width=390)
    ready(opened)
    opened.page.evaluate("document.querySelector('.film').scrollIntoView()")
    opened.page.evaluate("document.querySelector('[data-seek]').click()")
    moment(opened)
    assert opened.page.locator(".stage.pinned").count() == 0
