"""The page over all clips: its content, and its behaviour in a real browser."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from helpers.html_page import BrowserPage, Look
from html5lib import HTMLParser

from posture.batch.model import ClipFile, SummaryRow, failed_row
from posture.batch.summary.page import MAX_ROWS, index_page
from posture.drawing.canvas import encode_jpeg
from posture.report.html.document import name_parts

EVIL = 'a <b>"&\u202e\U0001f3c3 {shown} $x$'
PICTURE = encode_jpeg(np.full((88, 60, 3), 128, np.uint8))


def row(clip: str, tilt: float | None = 30.0, **changes: object) -> SummaryRow:
    """Return the row of a run."""
    arch = None if tilt is None else tilt + 10
    made = SummaryRow(
        clip,
        clip.removesuffix(".mp4"),
        "analysed",
        label="not_measurable" if tilt is None else "borderline",
        activity="running",
        strides=10,
        view_yaw_deg=2.0,
        arm_free_share=0.6,
        reason="too few strides" if tilt is None else None,
        pelvic_tilt_deg=tilt,
        pelvic_tilt_low_deg=None if tilt is None else tilt - 3,
        pelvic_tilt_high_deg=None if tilt is None else tilt + 3,
        lumbar_arch_deg=arch,
        lumbar_arch_low_deg=None if arch is None else arch - 5,
        lumbar_arch_high_deg=None if arch is None else arch + 5,
        probability=None if tilt is None else 0.4,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


ROWS = [
    row("anna/3/run.mp4", 28.0, runner="anna", session="3"),
    row("anna/10/run.mp4", 33.0, runner="anna", session="10", label="hollow_back"),
    row("ben/1/run.mp4", None, runner="ben", session="1"),
    row("ben/2/run.mp4", 9.0, runner="ben", session="2", label="not_hollow_back"),
    row("ben/stand.mp4", 25.0, runner="ben", activity="standing", label="not_measurable"),
    failed_row(ClipFile(f"{EVIL}.mp4", "", "", 0), "time", f"took too long {EVIL}", f"Cut it {EVIL}"),
]


def page(rows: list[SummaryRow] = ROWS, **options: object) -> str:
    def read(name: str) -> bytes | None:
        return PICTURE if name.endswith("thumb.jpg") else None

    given: dict[str, object] = {"total": len(rows), "read": read, "lang": "en", "name": EVIL, **options}
    return index_page(rows, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize("lang", ["en", "de"])
@pytest.mark.parametrize("rows", [ROWS, ROWS[:1], ROWS[-1:], []], ids=["all", "one", "failed", "none"])
def test_page_is_valid_html_and_loads_nothing(rows: list[SummaryRow], lang: str) -> None:
    text = page(rows, lang=lang)
    HTMLParser(strict=True).parse(text)
    assert "default-src &#39;none&#39;" in text
    assert "http://" not in text.replace("http://www.w3.org/", "")
    assert "https://" not in text


def test_name_that_utf_8_cannot_encode_still_links_to_its_report() -> None:
    text = page([row("l\udce4uft.mp4")])
    assert 'href="l%E4uft/report.html"' in text
    text.encode("utf-8", "replace")


def test_unmeasurable_clip_is_listed_with_advice() -> None:
    text = page([row("a.mp4", None, reason="too few strides", advice="Film for longer.")])
    assert "Too few strides." in text
    assert "Film for longer." in text


def test_same_advice_is_given_once() -> None:
    rows = [row(f"{n}.mp4", None, reason=f"turned by {n} degrees", advice="Film from the side.") for n in range(15)]
    text = page(rows)
    assert text.count("Film from the side.") == 1
    assert "Turned by 14\N{NO-BREAK SPACE}degrees." in text
    assert "and 3 more" in text


def test_reasons_of_failed_clips_are_kept_apart() -> None:
    failures = [failed_row(ClipFile(f"{n}.mp4", "", "", 0), "clip", f"bad header {n}", "Copy it again.") for n in "ab"]
    text = page([*ROWS[:1], *failures])
    assert "Bad header a." in text
    assert "Bad header b." in text
    # What worked comes first.
    assert text.index('id="clips"') < text.index('id="failed"')


def test_runner_with_a_history_is_linked_to_it() -> None:
    text = page(histories={"anna": "history-anna.html"})
    assert text.count('<a href="history-anna.html"><bdi>anna</bdi></a>') == 3
    assert "history-ben" not in text


def test_names_break_between_their_parts_only() -> None:
    assert name_parts("anna/2026-03/run_hollow.mp4") == ["anna/", "2026-", "03/", "run_", "hollow.mp4"]
    assert name_parts("_a--b_") == ["_", "a--", "b_"]


def test_trend_orders_session_3_before_session_10() -> None:
    assert "Pelvic tilt: 3 28°, 10 33°" in page()


def test_probability_is_never_shown_as_0_or_100_percent() -> None:
    text = page([row("a.mp4", probability=0.001), row("b.mp4", probability=0.999)])
    assert "probability of a hollow back: under 5\N{NO-BREAK SPACE}%" in text
    assert "probability of a hollow back: over 95\N{NO-BREAK SPACE}%" in text


@pytest.mark.parametrize(("yaw_deg", "words"), [(90.0, "seen from the front"), (-90.0, "seen from behind")])
def test_view_that_hides_what_the_person_does_is_named_alone(yaw_deg: float, words: str) -> None:
    text = page([row("a.mp4", activity="unknown", strides=None, arm_free_share=None, view_yaw_deg=yaw_deg)])
    assert f">{words}</td>" in text
    assert "unclear" not in text


def test_gains_of_tilt_and_arch_are_shown_together() -> None:
    assert "gained" not in page()
    gains = {f"{name}_change{end}_deg": 5.0 for name in ("pelvic_tilt", "lumbar_arch") for end in ("", "_low", "_high")}
    text = page([row("a.mp4", **gains)])
    for name in ("Tilt gained", "Arch gained"):
        assert f'<td data-name="{name}" data-sort="5.000">+5.0°' in text


def test_names_from_outside_are_escaped() -> None:
    rows = [
        row(f"{EVIL}.mp4", runner=EVIL, session=EVIL),
        row(f"{EVIL}2.mp4", runner=EVIL, session="2"),
        *ROWS,
    ]
    text = page(rows)
    HTMLParser(strict=True).parse(text)
    assert "<b>" not in text


def test_unfinished_run_shows_how_many_clips_are_done() -> None:
    assert "6 of 9 clips are done" in page(total=9)
    assert "clips are done" not in page()


def test_failed_clips_are_listed_with_advice() -> None:
    text = page()
    assert "Took too long" in text
    assert "Cut it" in text


def test_very_long_table_is_cut_with_a_note() -> None:
    rows = [row(f"{n}.mp4", None) for n in range(MAX_ROWS + 1)]
    assert f"The first {MAX_ROWS} of {MAX_ROWS + 1}; summary.csv has all." in page(rows)


def shown(opened: BrowserPage) -> list[str]:
    return [one.inner_text().strip() for one in opened.page.locator("#table tbody tr:not([hidden]) th").all()]


def test_table_sorts_and_filters_in_a_browser(look: Look) -> None:
    opened = look(page(), width=1200)
    tilt = opened.page.locator("th[data-key=tilt]")
    # Not only the word: the corner of the head, too.
    box = tilt.bounding_box()
    assert box is not None
    opened.page.mouse.click(box["x"] + box["width"] - 3, box["y"] + box["height"] - 3)
    assert tilt.get_attribute("aria-sort") == "ascending"
    assert shown(opened) == [*("ben/2/run.mp4", "ben/stand.mp4", "anna/3/run.mp4", "anna/10/run.mp4", "ben/1/run.mp4")]
    tilt.locator("button").press("Enter")
    assert shown(opened)[0] == "anna/10/run.mp4"
    assert shown(opened)[-1] == "ben/1/run.mp4"  # without a tilt: below, in either direction
    opened.page.locator("th[data-key=session] button").click()
    assert shown(opened)[:4] == ["ben/1/run.mp4", "ben/2/run.mp4", "anna/3/run.mp4", "anna/10/run.mp4"]
    opened.page.fill("#search", "BEN run")
    assert sorted(shown(opened)) == ["ben/1/run.mp4", "ben/2/run.mp4"]
    opened.page.select_option("#verdict", "not_hollow_back")
    assert shown(opened) == ["ben/2/run.mp4"]
    assert opened.page.inner_text("#count") == "1 of 5 shown"
    opened.page.fill("#search", "")
    opened.page.select_option("#verdict", "")
    opened.page.select_option("#runner", "anna")
    assert sorted(shown(opened)) == ["anna/10/run.mp4", "anna/3/run.mp4"]
    opened.check()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [380, 1200])
def test_page_is_silent_offline_narrow_and_accessible(look: Look, width: int, scheme: str) -> None:
    opened = look(page(), width=width, color_scheme=scheme)
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
    serious = [
        f"{one['id']}: {one['nodes'][0]['html'][:100]}"
        for one in Axe().run(opened.page).response["violations"]
        if one["impact"] in ("serious", "critical")
    ]
    assert serious == []
    opened.check()


def test_phone_shows_a_card_for_each_clip(look: Look) -> None:
    opened = look(page(lang="de"), width=390)
    table = opened.page.locator("#table")
    assert table.evaluate("t => t.scrollWidth <= t.parentElement.clientWidth")
    assert not opened.page.is_visible("#table thead")
    opened.page.select_option("#sort", "tilt")
    assert shown(opened)[0] == "ben/2/run.mp4"
    assert "Kippung: " in opened.page.evaluate(
        "getComputedStyle(document.querySelector('#table td[data-sort=\"9.000\"]'), '::before').content"
    )
    opened.check()


def test_table_is_readable_without_scripts(look: Look) -> None:
    opened = look(page(), java_script_enabled=False)
    assert len(shown(opened)) == 5
    assert not opened.page.is_visible("#tools")
