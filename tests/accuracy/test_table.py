"""The tables, and whether the README shows the one that was measured."""

from __future__ import annotations

import pytest

from validation.accuracy.__main__ import DOCS, README
from validation.accuracy.table import (
    BEGIN,
    END,
    block_in,
    counted,
    markdown_table,
    number,
    percent,
    with_block,
)


def test_figures_that_are_not_there_are_dashes() -> None:
    assert number(None) == percent(None) == counted({"share": None, "n": 0}) == "–"
    assert number(-1.234, 1) == "−1.2"
    assert number(0.5, sign=True) == "+0.50"
    assert counted({"share": 0.9, "n": 20}) == "90 % of 20"


def test_a_markdown_table_has_a_row_for_each_and_figures_to_the_right() -> None:
    assert (
        markdown_table(("a", "b"), [("x", "1"), ("y", "2")]) == "| a | b |\n|---|---:|\n| x | 1 |\n| y | 2 |"
    )


def test_the_block_is_exchanged_and_nothing_else() -> None:
    text = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    new = f"{BEGIN}\nnew\n{END}"
    assert block_in(text) == f"{BEGIN}\nold\n{END}"
    assert with_block(text, new) == f"before\n{new}\nafter\n"
    assert block_in("no markers") == ""
    with pytest.raises(ValueError, match="has no"):
        with_block("no markers", new)


def test_the_readme_shows_the_table_that_was_measured() -> None:
    """``make accuracy ACCURACY_OPTIONS=--readme`` puts it there."""
    shown = block_in(README.read_text(encoding="utf-8"))
    assert shown
    document = DOCS / "accuracy.md"
    if not document.is_file():
        assert shown == f"{BEGIN}\n{END}", "README shows figures of which there is no document"
        return
    assert shown == block_in(document.read_text(encoding="utf-8"))
    assert all((DOCS / f"accuracy.{kind}").is_file() for kind in ("json", "png"))
