"""The console and its characters: any width, any encoding, no surprises from outside text.

Every text that is shown goes through `Page`, which replaces control characters (a file name may hold terminal
escapes) and whatever the stream's encoding cannot hold. Nothing is read as rich markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

MAX_WIDTH = 100
"""Characters; longer lines are hard to read, wider terminals keep a margin."""
MIN_WIDTH = 20
"""Characters; below this rich has no room to wrap."""

_FALLBACK = {
    "°": " deg",
    "±": "+/-",
    "–": "-",
    "—": "-",
    "−": "-",
    "…": "...",
    "•": "-",
    "→": "->",
    "‘": "'",
    "’": "'",
    "“": '"',
    "„": '"',
    "”": '"',
    "ä": "ae",
    "ö": "oe",
    "ü": "ue",
    "Ä": "Ae",
    "Ö": "Oe",
    "Ü": "Ue",
    "ß": "ss",
}


def make_console(
    file: TextIO | None = None, *, width: int | None = None, color: bool | None = None
) -> Console:
    """Return a console that prints text as it is.

    Parameters
    ----------
    file : text file, optional
        Where to print; standard output by default.
    width : int, optional
        Characters; by default the terminal's, or 80 when there is none.
    color : bool, optional
        Force colours on or off. By default they follow the stream: on for a terminal, off for a pipe or a
        file and when the environment holds ``NO_COLOR``.
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


def fit(text: str, encoding: str) -> str:
    """Return `text` as one line that the encoding can hold and that holds no control characters.

    Parameters
    ----------
    text : str
        Any text, also file names and messages from outside.
    encoding : str
        Encoding of the stream.

    Returns
    -------
    str
        White space turned to spaces; control and format characters replaced by U+FFFD or ``?``; what cannot
        be encoded replaced by a plain spelling or ``?``.
    """
    unknown = "\N{REPLACEMENT CHARACTER}" if encodable("\N{REPLACEMENT CHARACTER}", encoding) else "?"
    return "".join(_fit_character(c, encoding, unknown) for c in text)


def encodable(text: str, encoding: str) -> bool:
    """Say whether the encoding can hold the text."""
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _fit_character(character: str, encoding: str, unknown: str) -> str:
    if character.isspace():
        return " "
    if not character.isprintable():
        return unknown
    if character.isascii() or encodable(character, encoding):
        return character
    return _FALLBACK.get(character, unknown)


@dataclass(frozen=True, slots=True)
class Page:
    """A console with the few kinds of lines that reports are made of.

    Parameters
    ----------
    console : rich.console.Console
        Where to print.
    """

    console: Console

    @property
    def width(self) -> int:
        """Characters a line may hold."""
        return min(self.console.width, MAX_WIDTH)

    @property
    def drawing(self) -> bool:
        """Whether line-drawing characters can be shown."""
        return encodable("━●│─•", self.console.encoding)

    def text(self, content: str, style: str = "") -> Text:
        """Return the text, made safe, with a style."""
        from rich.text import Text

        return Text(fit(content, self.console.encoding), style=style, overflow="fold")

    def line(self, content: str = "", *, style: str = "", indent: int = 0) -> None:
        """Print one paragraph, all its lines indented."""
        self.hanging(" " * indent, content, style=style)

    def unwrapped(self, content: str, *, style: str = "") -> None:
        """Print one line as it is, however wide."""
        self.console.print(self.text(content, style), soft_wrap=True)

    def heading(self, content: str) -> None:
        """Print a heading with a blank line above it."""
        self.console.print()
        self.line(content, style="bold")

    def hanging(self, mark: str, content: str, *, style: str = "", mark_style: str = "") -> None:
        """Print a mark and a paragraph beside it, whose further lines start under its first word.

        No line ends in blanks, so that a piped or copied report is clean.
        """
        from rich.text import Text

        first = fit(mark, self.console.encoding)
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
        """Print names, numbers and notes under each other; where that is too wide, a paragraph per row."""
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
