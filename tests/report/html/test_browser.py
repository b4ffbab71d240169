"""The page in a real browser: offline, narrow, dark, printed, by keyboard, and with the video."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from axe_playwright_python.sync_playwright import Axe
from helpers.html_page import STRIDE_S, STRIDES, BrowserPage, Data, Look, wait_for
from playwright.sync_api import Page

from posture.records.analysis import Analysis
from posture.report.html import PageVideo, Photos, report_page
from posture.report.html.back_photo import NAME_PX, REFERENCE_HEIGHT

Make = Callable[..., Analysis]
# Width and height of a usual phone's window.
PHONE = (390, 844)
KINDS = ("hollow_back", "borderline", "not_hollow_back", "not_measurable")


@pytest.fixture(scope="module")
def whole(full_analysis: Make, photos: Photos, film: PageVideo) -> str:
    """The page with everything on it."""
    return report_page(full_analysis(), photos, video=film)


def width_of_content(opened: Page) -> int:
    return int(opened.evaluate("document.documentElement.scrollWidth"))


def unfold(opened: Page) -> None:
    opened.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")


def ready(opened: BrowserPage) -> None:
    """Wait until the film can be sent to a moment."""
    wait_for(opened, "document.getElementById('film').readyState >= 1")


def moment(opened: BrowserPage) -> float:
    """Wait until the film has arrived somewhere, and return where."""
    wait_for(opened, "(f => !f.seeking && f.currentTime > 0.01)(document.getElementById('film'))")
    return float(opened.page.evaluate("document.getElementById('film').currentTime"))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("width", [320, 380])
def test_no_page_scrolls_sideways_or_loads_anything(look: Look, make_analysis: Make, kind: str, width: int) -> None:
    opened = look(report_page(make_analysis(kind)), width=width)
    unfold(opened.page)
    assert width_of_content(opened.page) == width
    opened.check()


@pytest.mark.parametrize("width", [320, 380, 1200])
def test_whole_page_fits_folded_and_unfolded(look: Look, whole: str, width: int) -> None:
    opened = look(whole, width=width)
    ready(opened)
    assert width_of_content(opened.page) == width
    unfold(opened.page)
    assert width_of_content(opened.page) == width
    broken = "[...document.images].filter(i => !(i.complete && i.naturalWidth)).map(i => i.alt)"
    assert opened.page.evaluate(broken) == []
    opened.check()


def test_long_name_does_not_widen_the_page(look: Look, full_analysis: Make) -> None:
    def named(data: Data) -> None:
        data["source"]["path"] = "/home/" + "x" * 200 + ".mp4"
        data["baseline"]["path"] = "y" * 300

    opened = look(report_page(full_analysis(named)), width=320)
    unfold(opened.page)
    assert width_of_content(opened.page) == 320


@pytest.mark.parametrize("kind", ["hollow_back", "not_measurable"])
@pytest.mark.parametrize("width", [320, 380])
def test_german_words_fit(look: Look, full_analysis: Make, make_analysis: Make, kind: str, width: int) -> None:
    def german(data: Data) -> None:
        data["language"] = "de"

    html = report_page(full_analysis(german) if kind == "hollow_back" else make_analysis(kind, german))
    opened = look(html, width=width)
    unfold(opened.page)
    assert width_of_content(opened.page) == width
    assert opened.page.evaluate("document.documentElement.lang") == "de"
    # Tables need no scrolling of their own either.
    wide = "[...document.querySelectorAll('.scroll')].filter(e => e.scrollWidth > e.clientWidth).length"
    assert opened.page.evaluate(wide) == 0
    opened.check()


def test_verdict_picture_bars_and_next_step_come_first(look: Look, whole: str) -> None:
    opened = look(whole)
    unfold(opened.page)
    tops = opened.page.evaluate(
        "['h1', '.main-picture img', '.now', '#film', '#exercises', '#stop', '#why', '#numbers', '#phase-plot',"
        " '#time-plot', '#extremes', '#baseline', '#recording', '#method']"
        ".map(s => document.querySelector(s).getBoundingClientRect().top)"
    )
    assert tops == sorted(tops)


@pytest.mark.parametrize("lang", ["en", "de"])
@pytest.mark.parametrize("kind", [*KINDS, "beside_standing"])
def test_phone_shows_the_answer_on_one_screen_and_all_on_five(
    look: Look, make_analysis: Make, full_analysis: Make, photos: Photos, film: PageVideo, kind: str, lang: str
) -> None:
    condition = {
        "en": "if your top is tight and you wear nothing over it. Loose clothes could look the same",
        "de": "wenn dein Oberteil eng anliegt und du nichts darüber trägst. Lockere Kleidung könnte genauso aussehen",
    }

    def speaking(data: Data) -> None:
        data["language"] = lang
        if kind != "not_measurable":
            data["quality"]["conditions"] = [{"code": "loose_clothing_possible", "message": condition[lang]}]

    is_full = kind in ("hollow_back", "beside_standing")
    analysis = full_analysis(speaking) if is_full else make_analysis(kind, speaking)
    shown = Photos(people=photos.back) if kind == "not_measurable" else Photos(back=photos.back)
    if kind == "beside_standing":
        shown = Photos(back=photos.back, standing=photos.back)
    opened = look(report_page(analysis, shown, film), width=PHONE[0], height=PHONE[1])
    places = opened.page.evaluate(
        "[...document.querySelectorAll('h1, .lead, .hero .photo, .bar, .legend, .now, .now .button')]"
        ".map(e => [e.className || e.tagName, e.getBoundingClientRect().bottom])"
    )
    assert [place for place in places if place[1] > PHONE[1]] == []
    assert {"H1", "lead", "photo", "now"} <= {name for name, _ in places}
    # The names on the pictures are large enough to read.
    scales = opened.page.evaluate(
        "[...document.querySelectorAll('.main-picture img')]"
        ".map(i => Math.max(i.clientWidth / i.naturalWidth, i.clientHeight / i.naturalHeight) * i.naturalHeight)"
    )
    assert kind == "not_measurable" or min(scales) * NAME_PX / REFERENCE_HEIGHT > 9.5
    assert opened.page.evaluate("document.documentElement.scrollHeight") <= 5 * PHONE[1]
    # One fold besides the steps of the exercises.
    assert opened.page.evaluate("document.querySelectorAll('main > details').length") == 1


def test_button_leads_to_the_steps(look: Look, whole: str) -> None:
    opened = look(whole)
    step = opened.page.locator(".exercise li").first
    assert not step.is_visible()
    opened.page.get_by_role("link", name="Show me the steps").click()
    assert step.is_visible()
    assert opened.page.evaluate("document.querySelector('#exercises').getBoundingClientRect().top") < 400


def test_video_plays(look: Look, whole: str) -> None:
    opened = look(whole)
    opened.page.evaluate("document.getElementById('film').play()")
    wait_for(opened, "document.getElementById('film').currentTime > 0.15")
    assert opened.page.evaluate("document.getElementById('film').src").startswith("blob:")
    opened.check()


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_click_on_the_curve_over_time_jumps_to_that_moment(look: Look, whole: str, share: float) -> None:
    opened = look(whole)
    ready(opened)
    unfold(opened.page)
    plot = opened.page.locator("#time-plot")
    left, right, first, last = (
        float(plot.get_attribute(f"data-{name}") or "nan") for name in ("left", "right", "first", "last")
    )
    # The axis begins a little before the first stride and ends after the one that was left out.
    assert first < 0 < STRIDE_S * STRIDES + 1.2 < last
    box = plot.bounding_box()
    assert box is not None
    plot.click(position={"x": box["width"] * (left + share * (right - left)), "y": box["height"] / 2})
    assert moment(opened) == pytest.approx(first + share * (last - first), abs=0.06)
    cursor = opened.page.locator("#time-plot .cursor").bounding_box()
    assert cursor is not None
    assert (cursor["x"] + 1 - box["x"]) / box["width"] == pytest.approx(left + share * (right - left), abs=0.01)
    opened.check()


def test_click_on_the_curve_over_the_stride_jumps_into_a_typical_stride(look: Look, whole: str) -> None:
    opened = look(whole)
    ready(opened)
    unfold(opened.page)
    plot = opened.page.locator("#phase-plot")
    left, right = (float(plot.get_attribute(f"data-{name}") or "nan") for name in ("left", "right"))
    box = plot.bounding_box()
    assert box is not None
    plot.click(position={"x": box["width"] * (left + 0.5 * (right - left)), "y": box["height"] / 3})
    # The stride nearest to the clip's own numbers (31.24 and 48.9) is the second one: tilt 31.3, arch 48.8.
    assert moment(opened) == pytest.approx(1.5 * STRIDE_S, abs=0.05)


def test_keyboard_alone_can_jump(look: Look, whole: str) -> None:
    opened = look(whole)
    ready(opened)
    opened.page.locator(".coach > summary").click()
    opened.page.get_by_text("All strides").focus()
    opened.page.keyboard.press("Enter")
    for _ in range(3):
        opened.page.keyboard.press("Tab")
    assert opened.page.evaluate("document.activeElement.getAttribute('aria-label')") == "Show Stride 3 in the video"
    opened.page.keyboard.press("Enter")
    assert moment(opened) == pytest.approx(2 * STRIDE_S, abs=0.05)


def test_every_control_is_reached_by_tab_and_shows_its_focus(look: Look, whole: str) -> None:
    opened = look(whole)
    unfold(opened.page)
    wanted = int(opened.page.evaluate("document.querySelectorAll('summary, button, a[href]').length"))
    reached: set[str] = set()
    for _ in range(wanted + 20):
        opened.page.keyboard.press("Tab")
        where = opened.page.evaluate(
            "(e => e.matches('summary, button, a') ? [[...document.querySelectorAll('summary, button, a[href]')]"
            ".indexOf(e), getComputedStyle(e).outlineStyle].join() : '')(document.activeElement)"
        )
        if where:
            reached.add(where)
    assert len(reached) == wanted > 20
    assert all(where.endswith(",solid") for where in reached)


def test_touch_targets_are_large_enough(look: Look, whole: str) -> None:
    opened = look(whole, has_touch=True)
    unfold(opened.page)
    sizes = opened.page.evaluate(
        "[...document.querySelectorAll('summary, button, a.button')].map(e => e.getBoundingClientRect())"
        ".map(b => [b.width, b.height])"
    )
    assert min(height for _, height in sizes) >= 44
    assert min(width for width, _ in sizes) >= 44


def test_fold_opens_by_touch(look: Look, whole: str) -> None:
    opened = look(whole, has_touch=True)
    number = opened.page.locator("#numbers ~ .scroll tr", has_text="Lumbar arch")
    assert not number.is_visible()
    opened.page.locator(".coach > summary").tap()
    assert number.is_visible()


def test_dark_page_has_its_own_colours_and_plots(look: Look, whole: str) -> None:
    grounds, plots = set(), set()
    for scheme in ("light", "dark"):
        opened = look(whole, color_scheme=scheme)
        grounds.add(opened.page.evaluate("getComputedStyle(document.body).backgroundColor"))
        plots.add(opened.page.evaluate("document.querySelector('#time-plot img').currentSrc"))
        opened.check()
    assert len(grounds) == len(plots) == 2


def test_print_has_the_finding_and_the_exercises_and_the_rest_on_request(look: Look, whole: str) -> None:
    opened = look(whole, width=800, color_scheme="dark")
    opened.page.emulate_media(media="print")
    assert not opened.page.locator("#film").is_visible()
    assert opened.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not opened.page.locator(".coach").is_visible()
    assert opened.page.locator(".fill").is_visible()
    opened.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert opened.page.locator(".exercise li").first.is_visible()
    opened.page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert opened.page.evaluate("document.querySelectorAll('details[open]').length") == 0
    opened.page.evaluate("document.querySelector('.coach').open = true")
    assert opened.page.locator("#time-plot img").is_visible()
    light = opened.page.locator("#time-plot img").get_attribute("src")
    assert opened.page.evaluate("document.querySelector('#time-plot img').currentSrc") == light
    assert not re.search(r"\b[0-9a-f]{40}", opened.page.inner_text("body"))


@pytest.mark.parametrize("lang", ["en", "de"])
def test_printed_page_is_two_sheets_of_a4(look: Look, full_analysis: Make, photos: Photos, lang: str) -> None:
    def speaking(data: Data) -> None:
        data["language"] = lang

    opened = look(report_page(full_analysis(speaking), photos))
    sheets = sheets_of(opened.page)
    assert len(sheets) == 2
    assert all((round(width), round(height)) in {(595, 842), (594, 842), (596, 842)} for width, height in sheets)
    opened.page.evaluate("document.querySelector('.coach').open = true")
    assert 3 <= len(sheets_of(opened.page)) <= 7


def sheets_of(opened: Page) -> list[tuple[float, float]]:
    """Return the sizes of the printed sheets, points."""
    pdf = opened.pdf(prefer_css_page_size=True)
    count = len(re.findall(rb"/Type\s*/Page\b", pdf))
    sizes = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert count == len(sizes)
    return [(float(width), float(height)) for width, height in sizes]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["whole", "not_measurable"])
def test_axe_finds_no_fault(look: Look, whole: str, make_analysis: Make, scheme: str, kind: str) -> None:
    html = whole if kind == "whole" else report_page(make_analysis(kind))
    opened = look(html, color_scheme=scheme)
    unfold(opened.page)
    faults = Axe().run(opened.page)
    assert [(v["id"], v["impact"], [n["html"][:120] for n in v["nodes"]]) for v in faults.response["violations"]] == []


def test_headings_go_down_one_level_at_a_time(look: Look, whole: str) -> None:
    levels = look(whole).page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_page_works_without_scripts(look: Look, whole: str) -> None:
    opened = look(whole, java_script_enabled=False)
    assert opened.page.get_by_role("heading", level=1).inner_text() == "Hollow back"
    opened.page.locator(".coach > summary").click()
    opened.page.get_by_text("What the numbers mean").click()
    assert opened.page.get_by_text("The line from the hips to the shoulders").is_visible()
    opened.check()


def test_text_from_outside_never_becomes_markup(look: Look, full_analysis: Make, photos: Photos) -> None:
    name = "\u202e<img src=x onerror=alert(1)>\"'><script>alert(2)<!--&amp;{{7*7}}\U0001f3c3 \u05e8\u05e5.mp4"

    def named(text: str, folder: str, code: str) -> Callable[[Data], None]:
        def change(data: Data) -> None:
            data["source"]["path"] = f"{folder}/{text}"
            data["baseline"]["path"] = f"</dd><iframe srcdoc='x'>/{text}"
            data["quality"]["issues"] = [{"code": code, "message": text, "advice": text}]
            data["verdict"]["reasons"] = [text]

        return change

    calm = report_page(full_analysis(named("jog.mp4", "folder", "dark")), photos)
    plain = look(calm, name="plain.html")
    opened = look(report_page(full_analysis(named(name, "<b>folder</b>", "<i>")), photos))
    unfold(opened.page)
    unfold(plain.page)
    assert opened.page.locator(".clip bdi").text_content() == name
    assert opened.page.locator("section[aria-labelledby=baseline] .path").inner_text().endswith(name.strip())
    every = (
        "[...document.querySelectorAll('*')].map(e => e.tagName).filter(t => !['LI', 'UL', 'STRONG', 'P'].includes(t))"
    )
    assert sorted(opened.page.evaluate(every)) == sorted(plain.page.evaluate(every))
    # The mark that turns the direction ends with the name.
    assert opened.page.evaluate("getComputedStyle(document.querySelector('.clip bdi')).unicodeBidi") == "isolate"
    opened.check()


def test_video_too_large_for_the_page_is_linked(look: Look, full_analysis: Make, film: PageVideo) -> None:
    large = PageVideo(None)
    opened = look(report_page(full_analysis(), video=large))
    unfold(opened.page)
    assert opened.page.locator("video").count() == 0
    assert opened.page.get_by_text("Open the annotated video").get_attribute("href") == "annotated.mp4"
    third = opened.page.locator("section[aria-labelledby=time] a.jump").nth(2)
    assert third.get_attribute("href") == "annotated.mp4#t=1.505"
    opened.check()


def test_page_without_a_video_has_no_jumps(look: Look, full_analysis: Make) -> None:
    opened = look(report_page(full_analysis()))
    unfold(opened.page)
    assert opened.page.locator(".jump, .live, video, [data-first]").count() == 0
    assert opened.page.locator("#time-plot img").is_visible()
    opened.check()
