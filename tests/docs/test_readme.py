"""README.md stays short, and the output that it quotes is real."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from helpers.documented_commands import ROOT, snippets_in

README = ROOT / "README.md"
MAX_LINES, MAX_WORDS, MAX_WIDTH = 120, 900, 100


def test_readme_fits_one_screen_of_reading() -> None:
    text = README.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MAX_LINES
    assert len(text.split()) <= MAX_WORDS


def test_readme_lines_are_short() -> None:
    lines = README.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if len(line) > MAX_WIDTH] == []


def test_readme_quotes_the_whole_answer() -> None:
    (quoted,) = (snippet.text.splitlines() for snippet in snippets_in(README) if snippet.kind == "output")
    assert len(quoted) <= 15
    assert quoted[-1] == "Hollow back. Results: run_hollow-posture"


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "models/README.md", "samples/README.md"])
def test_links_of_pages_outside_site_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:)([^)#]+)", text)
    missing = [link for link in links if not (Path(ROOT / page).parent / link).exists()]
    assert missing == []
