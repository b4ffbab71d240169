"""Tables of the generated pages; README and pages show the figures of the latest run."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from validation.accuracy import error_budget
from validation.accuracy.document import document
from validation.accuracy.limits_document import limits_document
from validation.accuracy.pages import DOCS, README, figures_path, page_path, picture_path
from validation.accuracy.table import (
    BEGIN,
    END,
    block_in,
    counted,
    markdown_table,
    number,
    percent,
    readme_block,
    with_block,
)


def test_missing_figures_are_dashes() -> None:
    assert number(None) == percent(None) == counted({"share": None, "n": 0}) == "–"
    assert number(-1.234, 1) == "−1.2"
    assert number(0.5, sign=True) == "+0.50"
    assert counted({"share": 0.9, "n": 20}) == "90 % of 20"


def test_markdown_table_aligns_figures_to_the_right() -> None:
    assert markdown_table(("a", "b"), [("x", "1"), ("y", "2")]) == "| a | b |\n|---|---:|\n| x | 1 |\n| y | 2 |"


def test_only_the_marked_block_is_replaced() -> None:
    text = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    new = f"{BEGIN}\nnew\n{END}"
    assert block_in(text) == f"{BEGIN}\nold\n{END}"
    assert with_block(text, new) == f"before\n{new}\nafter\n"
    assert block_in("no markers") == ""
    with pytest.raises(ValueError, match="has no"):
        with_block("no markers", new)


def test_readme_shows_three_numbers_of_latest_run() -> None:
    """``make accuracy ACCURACY_OPTIONS=--readme`` writes them."""
    figures = json.loads(figures_path(DOCS, "accuracy").read_text(encoding="utf-8"))
    block = block_in(README.read_text(encoding="utf-8"))
    assert block == readme_block(figures)
    assert block.count("**") == 6


@pytest.mark.parametrize(
    ("name", "render"),
    [("accuracy", document), ("limits", limits_document), ("error-budget", error_budget.document)],
)
def test_page_holds_figures_stored_beside_it(name: str, render: Callable[[dict[str, Any]], str]) -> None:
    figures = json.loads(figures_path(DOCS, name).read_text(encoding="utf-8"))
    assert page_path(DOCS, name).read_text(encoding="utf-8") == render(figures)


@pytest.mark.parametrize("name", ["accuracy", "limits"])
def test_page_has_its_picture(name: str) -> None:
    assert picture_path(DOCS, name).read_bytes().startswith(b"\x89PNG")
