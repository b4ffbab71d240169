"""Text pages: text from outside stays text in any encoding, and gauges show the side of the threshold."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from posture.report.text.console import (
    ASCII,
    MIN_WIDTH,
    UNICODE,
    Page,
    encodable,
    gauge,
    make_console,
    sanitise_line,
)

ENCODINGS = ("utf-8", "ascii", "cp1252", "cp437", "latin-1", "shift_jis", "utf-16")


def page(*, width: int = 60, encoding: str = "utf-8") -> tuple[Page, io.TextIOWrapper]:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="strict", newline="")
    return Page(make_console(stream, width=width)), stream


def printed(stream: io.TextIOWrapper) -> str:
    stream.flush()
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue().decode(stream.encoding)


@given(st.text(alphabet=st.characters()), st.sampled_from(ENCODINGS))
def test_any_text_becomes_one_encodable_printable_line(text: str, encoding: str) -> None:
    line = sanitise_line(text, encoding)
    assert encodable(line, encoding)
    assert line.isprintable()


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126)), st.sampled_from(ENCODINGS))
def test_plain_text_stays_unchanged(text: str, encoding: str) -> None:
    assert sanitise_line(text, encoding) == text


def test_characters_that_an_encoding_lacks_are_spelled_out() -> None:
    assert sanitise_line("31.2° – Rücken", "ascii") == "31.2 deg - Ruecken"
    assert sanitise_line("31.2° – Rücken", "cp1252") == "31.2° – Rücken"
    assert sanitise_line("走る", "cp1252") == "??"
    assert sanitise_line("a\x1b[31mb\nc\u202ed", "utf-8") == "a\ufffd[31mb c\ufffdd"


def test_unknown_encoding_falls_back_to_plain_characters() -> None:
    assert sanitise_line("31°", "no-such-encoding") == "31 deg"


@given(
    st.text(alphabet=st.characters(), max_size=200),
    st.sampled_from(ENCODINGS),
    st.integers(MIN_WIDTH, 200),
    st.integers(0, 8),
)
def test_every_paragraph_stays_within_the_width(text: str, encoding: str, width: int, indent: int) -> None:
    from rich.cells import cell_len

    sheet, stream = page(width=width, encoding=encoding)
    sheet.line(text, indent=indent)
    sheet.bullets([text, "second"], numbered=True)
    for line in printed(stream).splitlines():
        assert cell_len(line) <= min(width, 100)
        assert line == line.rstrip(" ")


def test_text_is_not_read_as_markup_or_emoji() -> None:
    sheet, stream = page()
    sheet.line("[bold red]x[/] :smile: [/nope] 42 'quoted'")
    assert printed(stream) == "[bold red]x[/] :smile: [/nope] 42 'quoted'\n"


def test_table_lines_up_or_falls_back_to_paragraphs() -> None:
    rows = [("Arch index", "9.1 %", "(90 %: 7.9 to 10.3)"), ("Lean", "17.7°", "")]
    wide, wide_stream = page(width=60)
    wide.table(rows)
    assert printed(wide_stream) == "  Arch index  9.1 %  (90 %: 7.9 to 10.3)\n  Lean        17.7°\n"
    narrow, narrow_stream = page(width=30)
    narrow.table(rows)
    assert printed(narrow_stream) == "  Arch index: 9.1 % (90 %: 7.9\n  to 10.3)\n  Lean: 17.7°\n"


def test_bullets_have_a_hanging_indent() -> None:
    sheet, stream = page(width=20)
    sheet.bullets(["one two three four five six"])
    assert printed(stream) == "  • one two three\n    four five six\n"


def test_pipe_gets_no_colour() -> None:
    sheet, stream = page()
    sheet.line("text", style="bold red")
    assert printed(stream) == "text\n"


@pytest.mark.parametrize(("color", "escapes"), [(True, True), (False, False)])
def test_colour_can_be_forced(monkeypatch: pytest.MonkeyPatch, color: bool, escapes: bool) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    stream = io.StringIO()
    Page(make_console(stream, color=color)).line("text", style="red")
    assert ("\x1b[" in stream.getvalue()) == escapes


def test_no_color_is_obeyed_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    stream = Terminal()
    Page(make_console(stream)).line("text", style="red")
    assert "\x1b[31m" in stream.getvalue()
    monkeypatch.setenv("NO_COLOR", "1")
    stream = Terminal()
    Page(make_console(stream)).line("text", style="red")
    assert "\x1b[31m" not in stream.getvalue()


numbers = st.floats(-90, 90)


def test_gauge_shows_interval_and_value_against_the_threshold() -> None:
    drawn = gauge(31.2, (27.9, 34.6), 27.0, width=40, glyphs=ASCII)
    assert drawn == "7 .................|===o==........... 47"
    assert drawn.index("|") < drawn.index("o")


@given(numbers, st.floats(0, 40), st.floats(0, 40), numbers, st.integers(16, 80))
def test_gauge_of_any_width_shows_the_side_of_the_threshold(
    value: float, below: float, above: float, threshold: float, width: int
) -> None:
    drawn = gauge(value, (value - below, value + above), threshold, width=width)
    if not drawn:
        assert width < 24
        return
    assert width - 1 <= len(drawn) <= width
    line = drawn.split(" ")[1]
    assert line.count(UNICODE.value) == 1
    middle = len(line) // 2
    at = line.index(UNICODE.value)
    if value > threshold:
        assert at > middle
    elif value < threshold:
        assert at < middle
    else:
        assert at == middle
    if at != middle:
        assert line[middle] == UNICODE.threshold


@given(numbers, st.floats(0, 40), st.floats(0, 40))
def test_mirrored_numbers_give_the_mirrored_gauge(value: float, below: float, above: float) -> None:
    right = gauge(value, (value - below, value + above), 0.0, width=41)
    left = gauge(-value, (-value - above, -value + below), 0.0, width=41)
    assert right.split(" ")[1] == left.split(" ")[1][::-1]


def test_gauge_without_room_is_empty() -> None:
    assert gauge(1.0, (0.0, 2.0), 1.0, width=10) == ""
