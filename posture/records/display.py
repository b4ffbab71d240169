"""Tables of names and values, as a Python prompt and a notebook show them."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from textwrap import shorten

# Characters of a line; lines of a table at most, the title included.
LINE, MAX_LINES = 100, 15

# Probabilities beyond these are not distinguished: too few runners were tried.
SHOWN_PROBABILITIES = 0.05, 0.95

Rows = Sequence[tuple[str, str]]


def percent(probability: float) -> str:
    """Return a probability as text for programmers, in English; cut at `SHOWN_PROBABILITIES`."""
    low, high = SHOWN_PROBABILITIES
    shown = f"{100 * min(max(probability, low), high):.0f} %"
    return f"under {shown}" if probability < low else f"over {shown}" if probability > high else shown


def text_table(title: str, rows: Rows) -> str:
    """Return a title and rows as aligned lines, `MAX_LINES` at most; long values are cut."""
    rows = [*rows[: MAX_LINES - 2], rows[-1]] if len(rows) >= MAX_LINES else rows
    width = max(len(name) for name, _value in rows)
    lines = (f"  {name:{width}}  {shorten(value, LINE - width - 4, placeholder=' …')}" for name, value in rows)
    return "\n".join((title, *lines))


def html_table(title: str, rows: Rows) -> str:
    """Return a title and rows as an HTML table; every text is escaped."""
    cells = "".join(
        f"<tr><th style='text-align:left'>{escape(name)}</th><td style='text-align:left'>{escape(value)}</td></tr>"
        for name, value in rows
    )
    return f"<table><caption>{escape(title)}</caption><tbody>{cells}</tbody></table>"
