"""Parts of a clip whose posture changes, in the terminal and on the page."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from helpers.report_analyses import in_two_parts

from posture.language import use_language
from posture.records.analysis import Analysis
from posture.report.html import report_page
from posture.report.text.analysis import render_analysis
from posture.report.text.console import make_console
from posture.report.text.segments import NOTE, segment_rows

Make = Callable[..., Analysis]


def printed(analysis: Analysis) -> str:
    stream = io.StringIO()
    render_analysis(analysis, make_console(stream, width=80))
    return " ".join(stream.getvalue().split())


def test_each_part_has_its_seconds_numbers_and_verdict(make_analysis: Make) -> None:
    first, second = segment_rows(make_analysis("hollow_back", in_two_parts))
    assert (first.span, first.verdict) == ("0.1 to 4.0 s", "Hollow back")
    assert first.tilt.startswith("31.2°")
    assert "27.9 to 34.6" in first.tilt
    assert first.arch.startswith("48.9°")
    assert (second.span, second.verdict, second.arch) == ("4.0 to 9.6 s", "No hollow back", "–")


def test_terminal_and_page_show_the_parts_and_say_how_the_whole_is_made(make_analysis: Make) -> None:
    analysis = make_analysis("hollow_back", in_two_parts)
    rows = segment_rows(analysis)
    text, page = printed(analysis), report_page(analysis).replace("\N{NO-BREAK SPACE}", " ")
    for row in rows:
        assert f"{row.span}: {row.verdict} Tilt {row.tilt}, arch {row.arch}" in text
        assert f'<th scope="row">{row.span}</th><td>{row.verdict}</td><td class="num">{row.tilt}</td>' in page
    assert NOTE in text
    assert NOTE in page


def test_clip_of_one_posture_has_no_parts(make_analysis: Make) -> None:
    analysis = make_analysis("hollow_back")
    assert segment_rows(analysis) == []
    assert "Parts of the clip" not in printed(analysis)
    assert "Parts of the clip" not in report_page(analysis)


@pytest.mark.parametrize(("lang", "verdict"), [("en", "Hollow back"), ("de", "Hohlkreuz")])
def test_parts_are_named_in_the_language_of_the_reader(make_analysis: Make, lang: str, verdict: str) -> None:
    with use_language(lang):
        assert segment_rows(make_analysis("hollow_back", in_two_parts))[0].verdict == verdict
