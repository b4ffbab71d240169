"""history.html: its content, and its looks in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from helpers.analysis_factory import FRONT
from helpers.dated_results import ARCH, dated_run, write_result
from helpers.html_page import Look
from html5lib import HTMLParser

import posture
from posture.language import Language
from posture.records.history import History
from posture.report.html.history import history_page

EVIL = 'a <b>"&\u202e $x$'


@pytest.fixture
def runs(tmp_path: Path) -> History:
    """Five runs, the last one from the other side, and clips that are left out."""
    for number in range(5):
        run = dated_run(
            17 * number,
            runner=EVIL,
            name=f"{number}{EVIL}.mp4",
            lumbar_arch_deg=ARCH - 4 * number,
            direction="left" if number == 4 else "right",
        )
        write_result(tmp_path, str(number), run)
    write_result(tmp_path, "front", dated_run(3, runner=EVIL, name="front.mp4", issues=(FRONT,)))
    return posture.history(tmp_path)


@pytest.mark.parametrize("lang", ["en", "de"])
def test_page_is_valid_html_and_loads_nothing(runs: History, lang: Language) -> None:
    text = history_page(runs, lang, lambda entry: f"{entry.path[0]}/report.html")
    HTMLParser(strict=True).parse(text)
    assert "<b>" not in text
    assert "https://" not in text
    assert text.count("/report.html") == 5


def test_page_says_what_changed_and_what_casts_doubt_on_it(runs: History) -> None:
    text = history_page(runs, "en")
    assert "Less hollow than on 1 March 2026: the lumbar arch is 16.0° smaller." in text
    assert "One clip faces right, the other left" in text
    assert "Not in this list: 1 clip that could not be measured." in text
    listed = text[text.index('class="runs"') :]
    assert listed.index("Filmed 8 May 2026") < listed.index("Filmed 21 Apr 2026")


def test_clips_of_one_time_are_named_once_each(tmp_path: Path) -> None:
    for name in ("first.mp4", "second.mp4"):
        write_result(tmp_path, name, dated_run(0, runner="Anna", name=name))
    text = history_page(posture.history(tmp_path), "en")
    listed = text[text.index('class="runs"') : text.index("</ol>")]
    assert (listed.count("first.mp4"), listed.count("second.mp4")) == (1, 1)


def test_single_run_asks_for_another(tmp_path: Path) -> None:
    write_result(tmp_path, "a", dated_run(0))
    text = history_page(posture.history(tmp_path), "en")
    HTMLParser(strict=True).parse(text)
    assert "One run so far: film again in four weeks" in text


def test_page_without_a_measured_run_says_what_is_left_out(tmp_path: Path) -> None:
    write_result(tmp_path, "front", dated_run(0, issues=(FRONT,)))
    text = history_page(posture.history(tmp_path), "en")
    HTMLParser(strict=True).parse(text)
    assert "No run could be measured." in text
    assert "Not in this list: 1 clip that could not be measured." in text


@pytest.mark.parametrize(("width", "scheme"), [(320, "dark"), (390, "light"), (1200, "light")])
def test_page_fits_and_is_accessible(look: Look, runs: History, width: int, scheme: str) -> None:
    opened = look(history_page(runs, "de"), width=width, color_scheme=scheme)
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(opened.page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
    opened.check()
