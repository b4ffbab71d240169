"""What the page of a report says above it."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.analysis_factory import analysis
from helpers.dated_results import START

from posture.app import setup_pages
from posture.app.clip_pages import FIELDS, options_in
from posture.app.pages import page
from posture.app.record import ClipRecord
from posture.app.states import ClipView
from posture.language import use_language
from posture.quality.issues import RULES, RULES_WITHOUT_RUNNER
from posture.records.analysis import Issue

SETUP = Path(setup_pages.__file__).parent / "templates" / "setup.html"


def issue(advice: str) -> Issue:
    return Issue(code="any", message="--message 1", advice=advice)


def test_options_in_the_advice_are_told_by_the_title_of_their_field() -> None:
    told = options_in(analysis(issues=(issue("Add --person 2."), issue("Or --end, --start, --person 3: --roll."))))
    assert told.fields == {"Who is the runner?": ["--person"], "Part of the clip": ["--end", "--start"]}
    assert told.others == ["--roll"]


def test_advice_without_options_needs_no_words() -> None:
    told = options_in(analysis(issues=(issue("Film one person alone - from the side."),)))
    assert (told.fields, told.others) == ({}, [])


def test_every_option_in_the_rules_has_a_field_or_is_known_to_have_none() -> None:
    rules = (*RULES, *RULES_WITHOUT_RUNNER)
    told = options_in(analysis(issues=tuple(issue(rule.advice) for rule in rules)))
    assert set(told.fields) == set(FIELDS.values())
    assert set(told.others) == {"--roll", "--fps"}


def test_page_of_a_report_leads_from_its_options_to_the_choices() -> None:
    record = ClipRecord(id="2026-11-30-1", file="2026-11-30-1.mp4", sent_as="jog.mp4", received_at=START, state="done")
    view = ClipView(record, "Hollow back", "hollow_back", "today", "", None, None)
    options = options_in(analysis(issues=(issue("Add --person 2."), issue("Level the camera: --roll."))))
    with use_language("de"):
        html = bytes(page("report.html", view=view, film=None, options=options).body).decode()
    assert '<a href="/clips/2026-11-30-1/setup">Wer soll ausgewertet werden?</a> (--person)</p>' in html
    assert "nur auf der Befehlszeile: --roll</p>" in html


@pytest.mark.parametrize("title", sorted(set(FIELDS.values())))
def test_fields_are_called_as_on_the_page_of_the_choices(title: str) -> None:
    assert f'_("{title}")' in SETUP.read_text(encoding="utf-8")
