"""Text pages for any width and encoding: paragraphs, lists, tables and gauges.

Every text goes through `Page`, which replaces control characters (a file name may hold terminal escapes) and
characters that the stream's encoding lacks. Nothing is read as rich markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from posture.language import format_number
from posture.report.wording import TERMINAL_GAUGE_REACH

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

MAX_WIDTH = 100
"""Characters; longer lines are hard to read, wider terminals keep a margin."""
MIN_WIDTH = 20
"""Characters; below this rich has no room to wrap."""

_FALLBACK = {
    **{"°": " deg", "±": "+/-", "…": "...", "•": "-", "→": "->"},
    **dict.fromkeys("–—−", "-"),
    **dict.fromkeys("‘’", "'"),
    **dict.fromkeys("“„”", '"'),
    **{"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"},
}


def make_console(file: TextIO | None = None, *, width: int | None = None, color: bool | None = None) -> Console:
    """Return a console that prints text literally, without markup; on standard output by default.

    Parameters
    ----------
    width
        Characters; by default the terminal's, or 80 when there is none.
    color
        Force colours on or off. By default they follow the stream: on for a terminal, off for a pipe or a file and
        when the environment holds ``NO_COLOR``.
    """
    from rich.console import Console

    return Console(
        file=file,
        width=None if width is None else max(width, MIN_WIDTH),
        force_terminal=color,
        no_color=None if color is None else not color,
        markup=False,
        highlight=False,
        emoji=False,
    )


def sanitise_line(text: str, encoding: str) -> str:
    """Return a text from anywhere as one encodable line without control characters.

    White space becomes spaces. Control and format characters become U+FFFD or ``?``, characters that cannot be
    encoded a plain spelling or ``?``.
    """
    unknown = "\N{REPLACEMENT CHARACTER}" if encodable("\N{REPLACEMENT CHARACTER}", encoding) else "?"
    return "".join(_sanitise_character(c, encoding, unknown) for c in text)


def encodable(text: str, encoding: str) -> bool:
    """Return whether a text can be encoded."""
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _sanitise_character(character: str, encoding: str, unknown: str) -> str:
    if character.isspace():
        return " "
    if not character.isprintable():
        return unknown
    if character.isascii() or encodable(character, encoding):
        return character
    return _FALLBACK.get(character, unknown)


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The characters of a gauge."""

    line: str
    interval: str
    value: str
    threshold: str


UNICODE = Glyphs(line="─", interval="━", value="●", threshold="│")
ASCII = Glyphs(line=".", interval="=", value="o", threshold="|")


@dataclass(frozen=True, slots=True)
class Page:
    """A console with the kinds of lines that reports are made of."""

    console: Console

    @property
    def width(self) -> int:
        """Characters in a line at most."""
        return min(self.console.width, MAX_WIDTH)

    @property
    def glyphs(self) -> Glyphs:
        """Characters of a gauge that can be shown."""
        return UNICODE if self.drawing else ASCII

    @property
    def drawing(self) -> bool:
        """Whether line-drawing characters can be shown."""
        return encodable("━●│─•", self.console.encoding)

    def text(self, content: str, style: str = "") -> Text:
        """Return a text, sanitised, with a style."""
        from rich.text import Text

        return Text(sanitise_line(content, self.console.encoding), style=style, overflow="fold")

    def line(self, content: str = "", *, style: str = "", indent: int = 0) -> None:
        """Print one paragraph, all its lines indented."""
        self.hanging(" " * indent, content, style=style)

    def unwrapped(self, content: str, *, style: str = "") -> None:
        """Print one line without wrapping it."""
        self.console.print(self.text(content, style), soft_wrap=True)

    def link(self, label: str, target: str, address: str) -> None:
        """Print a label and a target on one line; a terminal that knows links opens the address at a click."""
        self.console.print(self.text(f"{label} ") + self.text(target, f"link {address}"), soft_wrap=True)

    def heading(self, content: str) -> None:
        """Print a heading with a blank line above it."""
        self.console.print()
        self.line(content, style="bold")

    def hanging(self, mark: str, content: str, *, style: str = "", mark_style: str = "") -> None:
        """Print a mark and a paragraph beside it with a hanging indent.

        No line ends in blanks, so that a piped or copied report is clean.
        """
        from rich.text import Text

        first = sanitise_line(mark, self.console.encoding)
        room = max(self.width - len(first), 1)
        for number, line in enumerate(self.text(content, style).wrap(self.console, room, overflow="fold")):
            head = Text(first if number == 0 else " " * len(first), style="" if number else mark_style)
            whole = head + line
            whole.rstrip()
            self.console.print(whole, no_wrap=True, crop=False)

    def bullets(self, items: Iterable[str], *, numbered: bool = False, indent: int = 2) -> None:
        """Print a list."""
        dot = "•" if self.drawing else "-"
        for number, item in enumerate(items, start=1):
            mark = f"{number}." if numbered else dot
            self.hanging(f"{' ' * indent}{mark} ", item)

    def table(self, rows: Sequence[tuple[str, str, str]], *, indent: int = 2) -> None:
        """Print names, numbers and notes in columns; a paragraph per row where the columns are too wide."""
        from rich.cells import cell_len, set_cell_size

        cells = [tuple(self.text(cell).plain for cell in row) for row in rows]
        widths = [max(cell_len(row[i]) for row in cells) for i in range(3)]
        if indent + sum(widths) + 4 > self.width:
            for name, number, note in cells:
                self.hanging(" " * indent, f"{name}: {number} {note}".rstrip())
            return
        for name, number, note in cells:
            right = " " * (widths[1] - cell_len(number)) + number
            self.line(f"{set_cell_size(name, widths[0])}  {right}  {note}".rstrip(), indent=indent)


def gauge(
    value: float, interval: tuple[float, float], threshold: float, *, width: int, glyphs: Glyphs = UNICODE
) -> str:
    """Draw a scale between the numbers at its ends: ``15 ────━━●━━──│────────── 55``.

    The range grows when value or interval would leave it. The line has at most `width` characters; it is empty where
    that is too few.
    """
    reach = _reach(value, interval, threshold)
    low, high = format_number(threshold - reach, 0), format_number(threshold + reach, 0)
    line = scale(value, interval, threshold, width=width - len(low) - len(high) - 2, glyphs=glyphs)
    return f"{low} {line} {high}" if line else ""


def scale(
    value: float, interval: tuple[float, float], threshold: float, *, width: int, glyphs: Glyphs = UNICODE
) -> str:
    """Draw value and 90 % interval against the threshold in the middle: ``────━━●━━──│──────────``."""
    reach = _reach(value, interval, threshold)
    # An odd number of cells, so that the threshold stands exactly in the middle.
    cells = (width - 1) // 2 * 2 + 1
    if cells < 9:
        return ""

    def cell(x: float) -> int:
        return round((x - threshold) / reach * (cells // 2)) + cells // 2

    line = [glyphs.line] * cells
    start, end = cell(interval[0]), cell(interval[1])
    line[start : end + 1] = [glyphs.interval] * (end + 1 - start)
    line[cells // 2] = glyphs.threshold
    line[_beside_threshold(cell(value), cells // 2, value - threshold)] = glyphs.value
    return "".join(line)


def _reach(value: float, interval: tuple[float, float], threshold: float) -> float:
    return max(TERMINAL_GAUGE_REACH, *(abs(x - threshold) for x in (value, *interval)))


def _beside_threshold(index: int, middle: int, distance: float) -> int:
    """Keep the value off the threshold's cell unless the two are equal: the side is what matters."""
    if index != middle or distance == 0:
        return index
    return middle + (1 if distance > 0 else -1)
